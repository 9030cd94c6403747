// What the tests of this room share: rules from text, small tasks, candidates in a row.
#pragma once

#include <cstring>
#include <memory>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "carve/evaluate/evaluator.hpp"

namespace carve::evaluate::test {

inline rule::RuleSet rules_of(const std::string& dw) {
  base::Table table;
  table.set("dw", {dw, {}});
  base::Diagnostics diagnostics;
  auto space = rule::read_rule_space("test", table, {}, diagnostics);
  EXPECT_TRUE(space) << diagnostics.render();
  return {{std::move(*space)}};
}

template <class Product, class Context>
std::unique_ptr<Product> make(const base::Component<Product, Context>& component, const Context& context,
                              base::Table table = {}) {
  base::Table resolved;
  base::Diagnostics diagnostics;
  auto made = component.make(table, {}, context, resolved, diagnostics);
  EXPECT_TRUE(made) << diagnostics.render();
  return made;
}

/// Inputs, a loss, and trials of them.
struct Task {
  network::RateNetwork network;
  std::unique_ptr<task::Inputs> inputs;
  std::unique_ptr<task::Loss> loss;
  std::vector<task::Trial> trials;

  explicit Task(const network::RateNetwork& of, std::size_t count, std::int64_t steps, const std::string& teacher = "",
                std::size_t points = 1)
      : network(of), inputs(make(task::gaussian_inputs, task::InputsContext{static_cast<std::size_t>(of.inputs), ""})) {
    if (teacher.empty()) {
      loss = make(task::principal_components_loss, task::LossContext{of});
    } else {
      base::Table table;
      table.set("dw", {teacher, {}});
      loss = make(task::teacher_loss, task::LossContext{of, points}, table);
    }
    const task::TrialSource source{
        .inputs = inputs.get(), .loss = loss.get(), .network = of, .seed = 3, .plan = {.steps = steps}};
    const Trials made = make_trials(source, task::Split::search, 0, count, Workers(1));
    for (std::size_t i = 0; i < count; ++i) trials.push_back(made[i]);
  }
};

inline std::vector<std::vector<double>> scales(std::size_t count) {
  std::vector<std::vector<double>> candidates;
  for (std::size_t i = 0; i < count; ++i) candidates.push_back({0.001 * static_cast<double>(i + 1)});
  return candidates;
}

inline bool same(const std::vector<double>& a, const std::vector<double>& b) {
  return a.size() == b.size() && std::memcmp(a.data(), b.data(), a.size() * sizeof(double)) == 0;
}

}  // namespace carve::evaluate::test
