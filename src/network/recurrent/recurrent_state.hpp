// The numbers of one candidate's recurrent network, and what they are at the start of its lifetime.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "carve/base/aligned.hpp"
#include "carve/network/recurrent/eager_rule.hpp"
#include "carve/network/recurrent/kernels/recurrent_kernels.hpp"
#include "carve/network/recurrent/recurrent_run.hpp"

namespace carve::network {

/// Where `growth` begins: e^-40.
inline constexpr double lowest_growth = 4e-18;
/// And is set back from here, e^40: with a stretch more, all powers and their sums are within float.
inline constexpr double rebase_above = 2.4e17;

/// Memory of a population's spikes: those of the stretch and of as many steps before as spikes may be under way.
struct History {
  std::vector<std::uint32_t> first;
  std::vector<std::uint16_t> sources;

  /// Forgets all but the last `kept` of `steps` steps.
  void keep(std::size_t steps, std::size_t kept) {
    const std::uint32_t begin = first[steps - kept];
    std::copy(sources.begin() + begin, sources.begin() + first[steps], sources.begin());
    for (std::size_t t = 0; t <= kept; ++t) first[t] = first[t + steps - kept] - begin;
  }
};

/// Numbers of one population of neurons.
template <class T>
struct NeuronMemory {
  base::AlignedVector<T> voltage, ampa, nmda, gaba, raised, adaptation;
  History history;
};

/// Numbers of one plastic projection; those of a rule that is not is_linear lie in `eager`.
template <class T>
struct PathwayMemory {
  std::unique_ptr<EagerRule<T>> eager;
  base::AlignedVector<T> weights, pre_trace, records;
  base::AlignedVector<std::uint8_t> seen, unseen;
};

template <class T>
struct RecurrentState {
  const RecurrentNetwork& network;
  const ProjectionRules& rules;
  const RecurrentTrial& trial;
  std::size_t kept_steps =
      0;  // that spikes are remembered: until they have arrived everywhere and the neuron may go on
  std::size_t stretch_steps = 1;
  std::size_t now = 0;
  std::size_t last = 0;  // where the last stretch began
  std::vector<NeuronMemory<T>> neuron_memory;
  std::vector<PathwayMemory<T>> pathway_memory;
  std::vector<NeuronState<T>> neurons;
  std::vector<SpikeHistory> histories;
  std::vector<Pathway<T>> pathways;

  /// values: of all plastic projections' parameters, one after the other.
  RecurrentState(const RecurrentNetwork& declared, const ProjectionRules& projection_rules,
                 std::span<const double> values, const RecurrentTrial& lived, std::size_t steps_at_once);
  [[nodiscard]] std::size_t bytes() const;

 private:
  void start_neurons(std::size_t population);
  void start_pathway(std::size_t projection, std::span<const double>& values);
  void start_learning(std::size_t projection, std::span<const double>& values);
};

extern template struct RecurrentState<float>;
extern template struct RecurrentState<double>;

}  // namespace carve::network
