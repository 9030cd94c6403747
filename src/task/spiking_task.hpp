// What a spiking neuron is asked to become able to do: the spikes that reach it in a trial, and how its lifetime is
// scored.
#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "carve/base/aligned.hpp"
#include "carve/base/component.hpp"
#include "carve/network/spiking_simulator.hpp"
#include "carve/task/spike_inputs.hpp"

namespace carve::task {

/// A kind of input spikes. Const: one object serves all threads.
class SpikeInputs {
 public:
  virtual ~SpikeInputs() = default;
  /// A function of the options and the request; a longer trial begins as a shorter one.
  [[nodiscard]] virtual network::SpikingTrial sample(const SpikeRequest& request) const = 0;
  /// Inputs of a population are ordered group by group, groups of equal size; 0 where there are no groups.
  [[nodiscard]] virtual std::size_t groups() const { return 0; }
};

struct SpikeInputsContext {};
using SpikeInputsComponent = base::Component<SpikeInputs, SpikeInputsContext>;

/// All inputs of spiking neurons that a file may name.
[[nodiscard]] const std::vector<const SpikeInputsComponent*>& spike_inputs();

extern const SpikeInputsComponent grouped_inputs;
extern const SpikeInputsComponent poisson_inputs;

/// One lifetime, as a loss looks at it.
struct Lived {
  const network::SpikingTrial& trial;
  const network::SpikingLife& life;
  base::Seconds dt;
};

/// Const: one object serves all threads. Smaller is better.
class SpikingLoss {
 public:
  virtual ~SpikingLoss() = default;
  [[nodiscard]] virtual double score(const Lived& lived) const = 0;
  /// When lifetimes end early.
  [[nodiscard]] virtual network::RateLimits limits() const = 0;
  /// The rate that the neuron should have, and for how long at the end of its lifetime.
  [[nodiscard]] virtual base::Hertz target() const = 0;
  [[nodiscard]] virtual base::Seconds window() const = 0;
};

struct SpikingLossContext {
  base::Seconds lifetime{60};
  std::size_t groups = 8;  // of inputs; 0 where there are none
};
using SpikingLossComponent = base::Component<SpikingLoss, SpikingLossContext>;

/// All losses of spiking neurons that a file may name.
[[nodiscard]] const std::vector<const SpikingLossComponent*>& spiking_losses();

extern const SpikingLossComponent target_rate_loss_component;
extern const SpikingLossComponent balance_loss;

/// The neuron, which of its synapses learn, what reaches it, what it should do.
struct SpikingTask {
  network::SpikingNeuron neuron;
  network::Plastic plastic;
  std::unique_ptr<SpikeInputs> inputs;
  std::unique_ptr<SpikingLoss> loss;
  base::Seconds lifetime{60};

  [[nodiscard]] std::size_t steps() const;
};

/// One trial's spikes, and what its synapses that do not learn do to the neuron: made once, shared by all candidates.
struct HeardTrial {
  network::SpikingTrial spikes;
  base::AlignedVector<float> drive;  // network::static_drive
};
[[nodiscard]] HeardTrial hear(const SpikingTask& task, std::uint64_t seed, std::uint32_t trial);

}  // namespace carve::task
