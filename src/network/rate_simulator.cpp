#include "carve/network/rate_simulator.hpp"

#include <algorithm>
#include <cassert>

#include "carve/base/denormals.hpp"
#include "carve/base/isa.hpp"

namespace carve::network {
namespace {

template <class T>
constexpr base::PerIsa<NetworkKernel<T>> network_kernel{scalar::run_network, v3::run_network, v4::run_network};

}  // namespace

template <class T>
RateSimulator<T>::RateSimulator(const RateNetwork& network, std::span<const rule::RuleSpace> rules)
    : network_(network) {
  assert(rules.size() == network.connections().size());
  for (const rule::RuleSpace& each : rules) rules_.emplace_back(each, network_.update == Update::online);
}

template <class T>
std::vector<CandidateBlock<T>> RateSimulator<T>::prepare(std::span<const std::vector<double>> candidates) const {
  const base::FlushDenormals flush;
  std::vector<CandidateBlock<T>> blocks;
  for (std::size_t first = 0; first < candidates.size(); first += most_lanes()) {
    CandidateBlock<T> block{.first = first, .count = std::min(most_lanes(), candidates.size() - first)};
    block.lanes = (block.count + lane_multiple - 1) / lane_multiple * lane_multiple;
    for (const CompiledRule<T>& rule : rules_) block.rules.emplace_back(rule.numbers() * block.lanes, T(0));
    for (std::size_t lane = 0; lane < block.lanes; ++lane) {
      // Lanes without a candidate repeat the first one: their results are never read.
      std::span<const double> values = candidates[first + (lane < block.count ? lane : 0)];
      for (std::size_t i = 0; i < rules_.size(); ++i) {
        rules_[i].fill(values.first(rules_[i].parameters()), lane, block.lanes, block.rules[i].data());
        values = values.subspan(rules_[i].parameters());
      }
    }
    blocks.push_back(std::move(block));
  }
  return blocks;
}

template <class T>
std::size_t RateSimulator<T>::scratch_size(std::size_t lanes) const {
  const auto outputs = static_cast<std::size_t>(network_.outputs);
  std::size_t size = 2 * outputs;
  if (network_.lateral == Lateral::symmetric) size += outputs * outputs;
  if (network_.update == Update::batch_mean) size += network_.weight_count();
  std::size_t program = 0;
  for (const CompiledRule<T>& each : rules_) program = std::max(program, each.scratch_per_lane());
  return (size + program) * lanes;
}

/// Whole stretches of one neuron: four cache lines a synapse, so that N = 100 stays in L1. Networks: two, since they
/// have more weights, and lines that a pass skips would leave part of L1 idle. Programs: many, so that decoding is paid
/// once.
template <class T>
std::size_t RateSimulator<T>::most_lanes() const {
  const bool polynomials =
      std::all_of(rules_.begin(), rules_.end(), [](const auto& rule) { return rule.polynomial(); });
  return (polynomials && !whole_stretches() ? 128 : 256) / sizeof(T);
}

/// True where each output learns by itself, with a kernel that takes it through a whole stretch.
template <class T>
bool RateSimulator<T>::whole_stretches() const {
  return rules_[0].stretch_kernel() && network_.lateral == Lateral::none && network_.activation == Activation::linear;
}

template <class T>
void RateSimulator<T>::run(const CandidateBlock<T>& block, const T* inputs, std::size_t steps, T* weights,
                           T* scratch) const noexcept {
  const base::FlushDenormals flush;
  const auto synapses = static_cast<std::size_t>(network_.inputs);
  const auto outputs = static_cast<std::size_t>(network_.outputs);
  const RuleBlock<T> feedforward = rules_[0].view(block.rules[0].data());
  if (whole_stretches()) {
    for (std::size_t output = 0; output < outputs; ++output) {
      rules_[0].stretch_kernel()({inputs, steps, synapses, weights + output * synapses * block.lanes, block.lanes},
                                 feedforward.polynomial);
    }
    return;
  }
  NetworkStretch<T> stretch{
      .inputs = inputs,
      .steps = steps,
      .synapses = synapses,
      .outputs = outputs,
      .lateral = network_.lateral,
      .activation = network_.activation,
      .weights = weights,
      .lanes = block.lanes,
      .batch = network_.update == Update::batch_mean ? static_cast<std::size_t>(network_.batch) : 0,
      .scratch = scratch,
      .feedforward = rules_[0].row_kernel(),
      .feedforward_rule = feedforward};
  if (network_.lateral != Lateral::none) {
    stretch.sideways = rules_[1].row_kernel();
    stretch.lateral_rule = rules_[1].view(block.rules[1].data());
  }
  network_kernel<T>()(stretch);
}

std::vector<std::size_t> look_steps(std::size_t steps, std::size_t count, const RateNetwork& network) {
  const std::size_t unit = network.update == Update::batch_mean ? static_cast<std::size_t>(network.batch) : 1;
  std::vector<std::size_t> ends;
  for (std::size_t i = 1; i <= count; ++i) {
    const std::size_t end = i == count ? steps : steps * i / count / unit * unit;
    if (end > (ends.empty() ? 0 : ends.back())) ends.push_back(end);
  }
  return ends;
}

template class RateSimulator<float>;
template class RateSimulator<double>;

}  // namespace carve::network
