// The interpreter of rule::Program over the synapses of one spike: lanes are synapses.
#pragma once

#include "carve/network/kernels/program_lanes.hpp"
#include "carve/network/recurrent/kernels/eager_kernels.hpp"

namespace carve::network::CARVE_ISA_NAME {

/// Registers of the candidate level and of what is the same for all synapses of a spike (level `step`) hold
/// eager_copies of one number, those of the level `synapse` a chunk of synapses.
template <class T>
class EventMachine {
 public:
  EventMachine(const EventProgram<T>& event, const EagerPathway<T>& eager)
      : program_(*event.program),
        event_(event),
        first_step_(program_.first_temporary(rule::Level::step)),
        first_synapse_(program_.first_temporary(rule::Level::synapse)),
        step_(eager.scratch),
        synapse_(eager.scratch + (eager.variable_count + program_.temporaries[1]) * eager_copies),
        variables_(eager.variable_count),
        own_(&event == &eager.on_pre ? rule::Side::pre : rule::Side::post),
        sides_(eager.variables) {}

  /// Whether a variable belongs to the neuron that spikes.
  [[nodiscard]] bool same_for_all(std::size_t variable) const { return sides_[variable].side == own_; }
  /// Where a variable of the neuron that spikes stands: eager_copies of it.
  [[nodiscard]] T* of_neuron(std::size_t variable) const { return step_ + variable * eager_copies; }
  /// Where weights and variables of the other side stand, one by one.
  [[nodiscard]] T* weights() const { return synapse_; }
  [[nodiscard]] T* of_synapses(std::size_t variable) const { return synapse_ + (1 + variable) * eager_chunk; }

  void run_step() const { run(rule::Level::step, width<T>); }
  void run_synapses(std::size_t synapses) const { run(rule::Level::synapse, synapses); }
  [[nodiscard]] Operand<T> result() const { return at(program_.results[0]); }

 private:
  void run(rule::Level level, std::size_t synapses) const {
    for (const rule::Instruction& each : program_.instructions[static_cast<std::size_t>(level)])
      execute<T>(each.opcode, at(each.a), at(each.b), target(each.destination), synapses / width<T>, width<T>);
  }
  [[nodiscard]] T* target(std::uint32_t index) const {
    return index >= first_synapse_ ? of_synapses(variables_ + index - first_synapse_)
                                   : of_neuron(variables_ + index - first_step_);
  }
  [[nodiscard]] Operand<T> at(std::uint32_t index) const {
    if (index >= first_synapse_) return {target(index), width<T>};
    if (index >= first_step_) return {target(index), 0};
    if (index < event_.weight || index > event_.weight + variables_)
      return {event_.registers + index * eager_copies, 0};
    if (index == event_.weight) return {weights(), width<T>};
    const std::size_t variable = index - event_.weight - 1;
    return same_for_all(variable) ? Operand<T>{of_neuron(variable), 0} : Operand<T>{of_synapses(variable), width<T>};
  }

  const rule::Program<T>& program_;
  const EventProgram<T>& event_;
  std::uint32_t first_step_;
  std::uint32_t first_synapse_;
  T* step_;
  T* synapse_;
  std::size_t variables_;
  rule::Side own_;
  const EventVariable<T>* sides_;
};

}  // namespace carve::network::CARVE_ISA_NAME
