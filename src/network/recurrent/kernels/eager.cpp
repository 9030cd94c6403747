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

/// The weights of a postsynaptic spike that comes next. They lie far apart, and are fetched a few at a time during the
/// spike before it.
template <class T>
struct Ahead {
  const T* weights = nullptr;
  const std::uint32_t* next = nullptr;
  const std::uint32_t* end = nullptr;

  Ahead(const Pathway<T>& path, const EagerPathway<T>& eager, std::size_t target)
      : weights(path.weights), next(eager.places + eager.first[target]), end(eager.places + eager.first[target + 1]) {}
  Ahead() = default;

  CARVE_INLINE void fetch(std::ptrdiff_t count) {
    const std::uint32_t* const until = end - next < count ? end : next + count;
    for (; next != until; ++next) __builtin_prefetch(weights + *next, 1);
  }
  CARVE_INLINE void fetch_rest() { fetch(end - next); }
};

/// One spike, whose formula runs for a chunk of its synapses after the other.
template <class T, bool pre>
class Spike {
 public:
  Spike(const EagerPathway<T>& eager, std::size_t neuron)
      : eager_(eager),
        event_(pre ? eager.on_pre : eager.on_post),
        machine_(event_, eager),
        changes_{eager.perceptron_scratch, width<T>} {
    for (std::size_t k = 0; k < event_.used_count; ++k) {
      const std::size_t variable = event_.used[k];
      if (!machine_.same_for_all(variable)) continue;
      const EventVariable<T>& own = eager.variables[variable];
      store<T>(machine_.of_neuron(variable), broadcast(own.values[neuron] * scale_of(own)));
    }
    if (event_.perceptron) {
      most_ = begin_perceptron<T, pre>(*event_.perceptron, machine_, eager.perceptron_scratch + eager_chunk);
    } else {
      machine_.run_step();
      changes_ = machine_.result();
    }
  }

  /// Where the weights of a chunk are to be put.
  [[nodiscard]] T* weights() const { return machine_.weights(); }
  /// What is to be added to them, after `run`.
  [[nodiscard]] Operand<T> changes() const { return changes_; }

  /// neurons: on the other side of the chunk's synapses.
  CARVE_INLINE void run(const std::uint16_t* neurons, std::size_t synapses, Ahead<T>& ahead) const {
    gather_variables(neurons, synapses);
    if (event_.perceptron) {
      T* const scratch = eager_.perceptron_scratch;
      run_perceptron<T, pre>(*event_.perceptron, machine_, scratch + eager_chunk, most_, synapses, scratch,
                             [&] { ahead.fetch(width<T>); });
    } else {
      ahead.fetch(static_cast<std::ptrdiff_t>(synapses));
      machine_.run_synapses(synapses);
    }
  }

 private:
  CARVE_INLINE void gather_variables(const std::uint16_t* neurons, std::size_t synapses) const {
    for (std::size_t k = 0; k < event_.used_count; ++k) {
      const std::size_t variable = event_.used[k];
      if (machine_.same_for_all(variable)) continue;
      const EventVariable<T>& other = eager_.variables[variable];
      const Lanes<T> scale = broadcast(scale_of(other));
      T* const to = machine_.of_synapses(variable);
      for (std::size_t s = 0; s < synapses; s += width<T>)
        store<T>(to + s, gather<T>(other.values, widen<T>(neurons + s)) * scale);
    }
  }

  const EagerPathway<T>& eager_;
  const EventProgram<T>& event_;
  EventMachine<T> machine_;
  Operand<T> changes_;
  T most_ = 0;
};

/// A presynaptic spike arrives: each weight is clamped, sent on, and changed.
template <class T>
CARVE_INLINE void send_and_change(const Pathway<T>& path, const EagerPathway<T>& eager, std::size_t source,
                                  Ahead<T>& ahead) {
  const Spike<T, true> spike(eager, source);
  const Lanes<T> w_min = broadcast(path.w_min);
  const Lanes<T> w_max = broadcast(path.w_max);
  const T growth = static_cast<T>(path.conductance->growth);
  T* const z = path.conductance->z;
  T* const w = spike.weights();
  const std::size_t end = path.first[source + 1];
  for (std::size_t first = path.first[source]; first < end; first += eager_chunk) {
    const std::size_t synapses = first + eager_chunk <= end ? eager_chunk : end - first;
    for (std::size_t s = 0; s < synapses; s += width<T>)
      store<T>(w + s, clamped<T>(load<T>(path.weights + first + s), w_min, w_max));
    const std::uint16_t* const targets = path.targets + first;
    for (std::size_t s = 0; s < synapses; ++s) z[targets[s]] += w[s] * growth;
    spike.run(targets, synapses, ahead);
    for_all<T>({w, width<T>}, spike.changes(), path.weights + first, synapses / width<T>, width<T>,
               [&](Lanes<T> old, Lanes<T> added) { return clamped<T>(old + added, w_min, w_max); });
  }
}

/// A postsynaptic spike changes all weights of its neuron, which are clamped only where the formula reads them.
template <class T>
CARVE_INLINE void change_column(const Pathway<T>& path, const EagerPathway<T>& eager, std::size_t target,
                                Ahead<T>& ahead) {
  const Spike<T, false> spike(eager, target);
  const Lanes<T> w_min = broadcast(path.w_min);
  const Lanes<T> w_max = broadcast(path.w_max);
  T* const w = spike.weights();
  const std::size_t end = eager.first[target + 1];
  for (std::size_t first = eager.first[target]; first < end; first += eager_chunk) {
    const std::size_t synapses = first + eager_chunk <= end ? eager_chunk : end - first;
    for (std::size_t s = 0; s < synapses; s += width<T>) {
      const Lanes<T> found = gather<T>(path.weights, widen<T>(eager.places + first + s));
      store<T>(w + s, eager.on_post.reads_weight ? clamped<T>(found, w_min, w_max) : found);
    }
    spike.run(eager.sources + first, synapses, ahead);
    for_all<T>({w, width<T>}, spike.changes(), w, synapses / width<T>, width<T>,
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
  const auto next = [&](const std::uint16_t* i) {
    return changes && i != of_targets.end ? Ahead<T>(path, eager, *i) : Ahead<T>();
  };
  Ahead<T> ahead = next(of_targets.begin);
  for (const std::uint16_t* j = arriving.begin; j != arriving.end; ++j)
    path.learns ? send_and_change(path, eager, *j, ahead) : send_only(path, *j);
  for (const std::uint16_t* i = of_targets.begin; changes && i != of_targets.end; ++i) {
    ahead.fetch_rest();
    ahead = next(i + 1);
    change_column(path, eager, *i, ahead);
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
