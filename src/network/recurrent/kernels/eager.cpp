// One step of a projection whose rule is any formula: each spike visits all its synapses.
//
// The order is that of docs/explanation/spikes.md. What reaches a neuron comes in the order of sources and targets.
#include "carve/base/gather.hpp"
#include "carve/network/kernels/spiking_shared.hpp"
#include "carve/network/recurrent/kernels/perceptron_lanes.hpp"

namespace carve::network::CARVE_ISA_NAME {
namespace {

/// The value of a variable per unit in which it is kept.
template <class T>
CARVE_INLINE T scale_of(const EventVariable<T>& variable) {
  return static_cast<T>(1 / variable.growth);
}

/// Puts the variables of the neuron that spikes into the machine and computes what follows from them. Returns where the
/// changes of synapses will stand.
template <class T, bool pre>
CARVE_INLINE Operand<T> begin_spike(const EagerPathway<T>& eager, const EventProgram<T>& event,
                                    const EventMachine<T>& machine, std::size_t neuron) {
  for (std::size_t k = 0; k < event.used_count; ++k) {
    const std::size_t variable = event.used[k];
    if (!machine.same_for_all(variable)) continue;
    const EventVariable<T>& own = eager.variables[variable];
    store<T>(machine.of_neuron(variable), broadcast(own.values[neuron] * scale_of(own)));
  }
  if (event.perceptron) {
    begin_perceptron<T, pre>(*event.perceptron, machine, eager.perceptron_scratch + eager_chunk);
    return {eager.perceptron_scratch, width<T>};
  }
  machine.run_step();
  return machine.result();
}

/// The changes of a chunk, once its weights and variables are in the machine.
template <class T, bool pre>
CARVE_INLINE void run_spike(const EagerPathway<T>& eager, const EventProgram<T>& event, const EventMachine<T>& machine,
                            std::size_t synapses) {
  T* const changes = eager.perceptron_scratch;
  if (event.perceptron) run_perceptron<T, pre>(*event.perceptron, machine, changes + eager_chunk, synapses, changes);
  else machine.run_synapses(synapses);
}

/// Puts variables of the other side's neurons into the machine; `neurons`: who they are.
template <class T>
CARVE_INLINE void gather_variables(const EagerPathway<T>& eager, const EventProgram<T>& event,
                                   const EventMachine<T>& machine, const std::uint16_t* neurons, std::size_t synapses) {
  for (std::size_t k = 0; k < event.used_count; ++k) {
    const std::size_t variable = event.used[k];
    if (machine.same_for_all(variable)) continue;
    const EventVariable<T>& other = eager.variables[variable];
    const Lanes<T> scale = broadcast(scale_of(other));
    T* const to = machine.of_synapses(variable);
    for (std::size_t s = 0; s < synapses; s += width<T>)
      store<T>(to + s, gather<T>(other.values, widen<T>(neurons + s)) * scale);
  }
}

/// A presynaptic spike arrives: each weight is clamped, sent on, and changed.
template <class T>
CARVE_INLINE void send_and_change(const Pathway<T>& path, const EagerPathway<T>& eager, std::size_t source) {
  const EventMachine<T> machine(eager.on_pre, eager);
  const Operand<T> change = begin_spike<T, true>(eager, eager.on_pre, machine, source);
  const Lanes<T> w_min = broadcast(path.w_min);
  const Lanes<T> w_max = broadcast(path.w_max);
  const T growth = static_cast<T>(path.conductance->growth);
  T* const z = path.conductance->z;
  T* const w = machine.weights();
  const std::size_t end = path.first[source + 1];
  for (std::size_t first = path.first[source]; first < end; first += eager_chunk) {
    const std::size_t synapses = first + eager_chunk <= end ? eager_chunk : end - first;
    for (std::size_t s = 0; s < synapses; s += width<T>)
      store<T>(w + s, clamped<T>(load<T>(path.weights + first + s), w_min, w_max));
    const std::uint16_t* const targets = path.targets + first;
    for (std::size_t s = 0; s < synapses; ++s) z[targets[s]] += w[s] * growth;
    gather_variables(eager, eager.on_pre, machine, targets, synapses);
    run_spike<T, true>(eager, eager.on_pre, machine, synapses);
    for_all<T>({w, width<T>}, change, path.weights + first, synapses / width<T>, width<T>,
               [&](Lanes<T> old, Lanes<T> added) { return clamped<T>(old + added, w_min, w_max); });
  }
}

/// Fetches the weights that a postsynaptic spike will visit: they lie far apart.
template <class T>
CARVE_INLINE void prefetch_column(const Pathway<T>& path, const EagerPathway<T>& eager, std::size_t target) {
  for (std::size_t s = eager.first[target]; s < eager.first[target + 1]; ++s)
    __builtin_prefetch(path.weights + eager.places[s], 1);
}

/// A postsynaptic spike changes all weights of its neuron, which are clamped only where the formula reads them.
template <class T>
CARVE_INLINE void change_column(const Pathway<T>& path, const EagerPathway<T>& eager, std::size_t target) {
  const EventProgram<T>& event = eager.on_post;
  const EventMachine<T> machine(event, eager);
  const Operand<T> change = begin_spike<T, false>(eager, event, machine, target);
  const Lanes<T> w_min = broadcast(path.w_min);
  const Lanes<T> w_max = broadcast(path.w_max);
  T* const w = machine.weights();
  const std::size_t end = eager.first[target + 1];
  for (std::size_t first = eager.first[target]; first < end; first += eager_chunk) {
    const std::size_t synapses = first + eager_chunk <= end ? eager_chunk : end - first;
    for (std::size_t s = 0; s < synapses; s += width<T>) {
      const Lanes<T> found = gather<T>(path.weights, widen<T>(eager.places + first + s));
      store<T>(w + s, event.reads_weight ? clamped<T>(found, w_min, w_max) : found);
    }
    gather_variables(eager, event, machine, eager.sources + first, synapses);
    run_spike<T, false>(eager, event, machine, synapses);
    for_all<T>({w, width<T>}, change, w, synapses / width<T>, width<T>,
               [](Lanes<T> old, Lanes<T> added) { return old + added; });
    for (std::size_t s = 0; s < synapses; ++s) path.weights[eager.places[first + s]] = w[s];
  }
}

template <class T>
CARVE_INLINE void send_only(const Pathway<T>& path, std::size_t source) {
  const T growth = static_cast<T>(path.conductance->growth);
  T* const z = path.conductance->z;
  const std::uint32_t begin = path.first[source];
  for (std::uint32_t s = begin; s < begin + path.counts[source]; ++s) z[path.targets[s]] += path.weights[s] * growth;
}

/// What a trace follows, of neurons i and following.
template <class T>
CARVE_INLINE Lanes<T> state_of(const NeuronState<T>& n, const EventVariable<T>& trace, std::size_t i) {
  const auto constant = [](double value) { return broadcast(static_cast<T>(value)); };
  Lanes<T> v = load<T>(n.voltage + i);
  v = select(v == v, v, broadcast(n.reset));  // refractory ones are not numbers
  const Lanes<T> level = broadcast(trace.level);
  if (trace.signal == rule::Signal::voltage) return v + level;
  if (trace.signal == rule::Signal::inhibition) return load<T>(n.gaba.z + i) * constant(n.gaba.decayed()) * (v - level);
  Lanes<T> excitation = load<T>(n.ampa.z + i) * constant(n.ampa_share * n.ampa.decayed());
  if (n.has_nmda) excitation = fma(load<T>(n.nmda + i), constant(n.nmda_share), excitation);
  return excitation * (level - v);
}

template <class T>
void follow(const EagerPathway<T>& eager, const NeuronState<T>& n) {
  for (std::size_t k = 0; k < eager.variable_count; ++k) {
    const EventVariable<T> trace = eager.variables[k];
    if (trace.signal == rule::Signal::spikes) continue;
    for (std::size_t i = 0; i < n.size; i += width<T>) {
      const Lanes<T> old = load<T>(trace.values + i);
      store<T>(trace.values + i, fma(broadcast(trace.share), state_of(n, trace, i) - old, old));
    }
  }
}

template <class T>
void step(const Pathway<T>& path, EagerPathway<T>& eager, Spiking arriving, Spiking of_targets) {
  for (std::size_t k = 0; k < eager.variable_count; ++k) eager.variables[k].growth *= eager.variables[k].step;
  const bool changes = path.learns && eager.on_post.program;
  if (changes && of_targets.begin != of_targets.end) prefetch_column(path, eager, *of_targets.begin);
  for (const std::uint16_t* j = arriving.begin; j != arriving.end; ++j)
    path.learns ? send_and_change(path, eager, *j) : send_only(path, *j);
  for (const std::uint16_t* i = of_targets.begin; changes && i != of_targets.end; ++i) {
    if (i + 1 != of_targets.end) prefetch_column(path, eager, i[1]);
    change_column(path, eager, *i);
  }
  for (std::size_t k = 0; k < eager.variable_count; ++k) {
    const EventVariable<T>& each = eager.variables[k];
    if (each.signal != rule::Signal::spikes) continue;
    const T jump = static_cast<T>(each.growth);
    const Spiking spiking = each.side == rule::Side::pre ? arriving : of_targets;
    for (const std::uint16_t* i = spiking.begin; i != spiking.end; ++i) each.values[*i] += jump;
  }
}

}  // namespace

void learn_eagerly(const Pathway<float>& path, Spiking arriving, Spiking of_targets) noexcept {
  step(path, *path.eager, arriving, of_targets);
}
void learn_eagerly(const Pathway<double>& path, Spiking arriving, Spiking of_targets) noexcept {
  step(path, *path.eager, arriving, of_targets);
}
void follow_states(const EagerPathway<float>& eager, const NeuronState<float>& targets) noexcept {
  follow(eager, targets);
}
void follow_states(const EagerPathway<double>& eager, const NeuronState<double>& targets) noexcept {
  follow(eager, targets);
}

}  // namespace carve::network::CARVE_ISA_NAME
