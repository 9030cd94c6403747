// What the tests of this room share: rules from text, random lifetimes, and one way to simulate them.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <cstring>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "carve/base/isa.hpp"
#include "carve/base/random.hpp"
#include "carve/network/rate_simulator.hpp"
#include "carve/network/reference.hpp"
#include "carve/rule/rule_set.hpp"

namespace carve::network::test {

/// The rule that `dw` spells; every name in it besides x, y and w is a parameter.
inline rule::RuleSpace space_of(const std::string& dw) {
  const auto source = std::make_shared<const base::Source>(base::Source{"test", dw});
  base::Table table;
  table.set("dw", {dw, {source, 0, dw.size()}});
  base::Diagnostics diagnostics;
  auto space = rule::read_rule_space("test", table, {source, 0, dw.size()}, diagnostics);
  if (!space) throw std::runtime_error(diagnostics.render());
  return std::move(*space);
}

/// Uniform numbers in [-size, size], a function of the seed alone.
inline std::vector<double> uniform(std::size_t count, double size, std::uint32_t seed) {
  std::vector<float> numbers(count);
  base::fill_uniform({17, base::Purpose::inputs, seed, 0}, std::span<float>(numbers));
  std::vector<double> result(count);
  for (std::size_t i = 0; i < count; ++i) result[i] = static_cast<double>(numbers[i] * 2 - 1) * size;
  return result;
}

/// One lifetime for several candidates.
struct Lifetime {
  RateNetwork network;
  std::vector<double> inputs;   // [step][input]
  std::vector<double> weights;  // initial

  [[nodiscard]] std::size_t steps() const { return inputs.size() / static_cast<std::size_t>(network.inputs); }
};

using Spaces = std::vector<rule::RuleSpace>;

/// The weights at the end, [candidate][weight]. `ends`: where the lifetime is cut into stretches.
template <class T>
std::vector<std::vector<T>> simulate(const Lifetime& life, const Spaces& spaces,
                                     std::span<const std::vector<double>> candidates,
                                     std::vector<std::size_t> ends = {}) {
  const RateSimulator<T> simulator(life.network, spaces);
  const auto inputs = static_cast<std::size_t>(life.network.inputs);
  const std::vector<T> samples(life.inputs.begin(), life.inputs.end());
  ends.push_back(life.steps());
  std::vector<std::vector<T>> result;
  for (const auto& block : simulator.prepare(candidates)) {
    base::AlignedVector<T> weights(life.weights.size() * block.lanes);
    for (std::size_t i = 0; i < weights.size(); ++i) weights[i] = static_cast<T>(life.weights[i / block.lanes]);
    // Whatever the scratch holds before must not matter.
    base::AlignedVector<T> scratch(simulator.scratch_size(block.lanes), std::numeric_limits<T>::quiet_NaN());
    std::size_t step = 0;
    for (const std::size_t end : ends) {
      if (end > step) simulator.run(block, samples.data() + step * inputs, end - step, weights.data(), scratch.data());
      step = std::max(step, end);
    }
    for (std::size_t lane = 0; lane < block.count; ++lane) {
      std::vector<T> own;
      for (std::size_t i = 0; i < life.weights.size(); ++i) own.push_back(weights[i * block.lanes + lane]);
      result.push_back(std::move(own));
    }
  }
  return result;
}

/// The same as the equations say, for one candidate.
inline std::vector<double> by_equations(const Lifetime& life, const Spaces& spaces, std::span<const double> values) {
  return reference(life.network, rule::RuleSet{spaces}.at(values), life.inputs, life.steps(), life.weights);
}

/// Equal to the bit; any not-a-number is as good as any other.
template <class T>
bool same_bits(const std::vector<T>& a, const std::vector<T>& b) {
  return a.size() == b.size() && std::equal(a.begin(), a.end(), b.begin(), [](T p, T q) {
           return std::memcmp(&p, &q, sizeof(T)) == 0 || (std::isnan(p) && std::isnan(q));
         });
}

/// Those instruction sets that this CPU has.
inline std::vector<base::Isa> isas() {
  std::vector<base::Isa> list;
  for (const base::Isa each : {base::Isa::scalar, base::Isa::v3, base::Isa::v4}) {
    if (base::supported(each)) list.push_back(each);
  }
  return list;
}

/// Puts the instruction set back at the end of a test.
class KeepIsa {
 public:
  ~KeepIsa() { base::force_isa(before_); }

 private:
  base::Isa before_ = base::isa();
};

}  // namespace carve::network::test
