// What spikes do to the synapses of one projection: lanes are synapses of one source.
#pragma once

#include <cstring>

#include "carve/base/gather.hpp"
#include "carve/network/kernels/spiking_shared.hpp"
#include "carve/network/recurrent/kernels/recurrent_kernels.hpp"

namespace carve::network::CARVE_ISA_NAME {

using namespace base::CARVE_ISA_NAME;

/// Fetches places begin to end of a row into the second cache. (g++ drops a prefetch in a lambda.)
template <class Value>
CARVE_INLINE void prefetch(const Value* row, std::size_t begin, std::size_t end) {
  for (std::size_t s = begin; s < end; s += 64 / sizeof(Value)) __builtin_prefetch(row + s, 0, 2);
}

template <class T>
CARVE_INLINE void prefetch_row(const Pathway<T>& path, std::size_t source) {
  const std::size_t begin = path.first[source];
  const std::size_t end = path.first[source + 1];
  prefetch(path.targets, begin, end);
  if (path.weights) prefetch(path.weights, begin, end);
  if (path.seen) prefetch(path.seen, begin, end);
}

/// The spikes of a source reach its targets, those of the places behind the last one too, where nobody is.
template <class T>
CARVE_INLINE void send(const Pathway<T>& path, std::size_t source) {
  const std::size_t begin = path.first[source];
  const std::size_t end = path.first[source + 1];
  const T growth = static_cast<T>(path.conductance->growth);
  T* const z = path.conductance->z;
  if (path.weights) {
    for (std::size_t s = begin; s < end; ++s) z[path.targets[s]] += path.weights[s] * growth;
    return;
  }
  const T weight = path.weight * growth;
  for (std::size_t s = begin; s < end; s += 8) {
#pragma GCC unroll 8
    for (std::size_t k = 0; k < 8; ++k) z[path.targets[s + k]] += weight;
  }
}

/// The targets of synapses s and following, where their records begin, and their numbers of spikes.
template <class T>
struct Targets {
  Lanes<IntegerOf<T>> neurons, records, spikes;

  CARVE_INLINE Targets(const Pathway<T>& path, std::size_t s)
      : neurons(widen<T>(path.targets + s)),
        records(neurons * broadcast(IntegerOf<T>{TargetRecord::size})),
        spikes(convert<Lanes<IntegerOf<T>>>(gather<T>(path.post_trace.z + TargetRecord::spikes, records))) {}
};

/// The weights of synapses s and following as they were after all postsynaptic spikes up to the step before this one.
template <class T>
CARVE_INLINE Lanes<T> caught_up(const Pathway<T>& path, std::size_t s, const Targets<T>& targets, Lanes<T> per_sum) {
  using Integer = IntegerOf<T>;
  const Lanes<Integer> missed = (targets.spikes - widen<T>(path.seen + s)) & broadcast(Integer{255});
  const Lanes<T> sum = gather<T>(path.post_trace.z + TargetRecord::sums, targets.records + missed);
  return load<T>(path.weights + s) + fma(per_sum, sum, convert<Lanes<T>>(missed) * broadcast(path.on_post));
}

/// A presynaptic spike arrives: each weight takes in what it has missed, is sent on, and changed. Postsynaptic spikes
/// of this step, which come after it and find the trace before its jump, follow at once.
template <class T>
CARVE_INLINE void send_and_learn(const Pathway<T>& path, std::size_t source) {
  using V = Lanes<T>;
  const T trace = path.on_post_trace * path.pre_trace.z[source];
  const V per_sum = broadcast(trace);
  const V per_post = broadcast(path.on_post + trace * static_cast<T>(path.pre_trace.decayed()));
  const V on_pre = broadcast(path.on_pre);
  const V per_trace = broadcast(path.on_pre_trace * static_cast<T>(path.post_trace.decayed()));
  const V w_min = broadcast(path.w_min);
  const V w_max = broadcast(path.w_max);
  const V growth = broadcast(static_cast<T>(path.conductance->growth));
  for (std::size_t s = path.first[source]; s < path.first[source + 1]; s += width<T>) {
    const Targets<T> targets(path, s);
    V w = clamped<T>(caught_up<T>(path, s, targets, per_sum), w_min, w_max);
    add_at<T>(path.conductance->z, targets.neurons, w * growth);
    w = clamped<T>(w + fma(per_trace, gather<T>(path.post_trace.z, targets.records), on_pre), w_min, w_max);
    const Lanes<IntegerOf<T>> now = targets.spikes >> 8;  // 1 where the target spikes in this step
    store<T>(path.weights + s, fma(convert<V>(now), per_post, w));
    narrow<T>(path.seen + s, targets.spikes + now);
  }
}

/// A postsynaptic spike, which waits for presynaptic ones. Returns whether there is no more room for another one.
template <class T>
CARVE_INLINE bool spike_of_target(const Pathway<T>& path, std::size_t target) {
  const T decayed = static_cast<T>(path.pre_trace.decayed());
  const std::size_t count = ++path.unseen[target];
  T* const record = path.record(target);
  T* const sums = record + TargetRecord::sums;
  for (std::size_t k = count; k > 0; --k) sums[k] = sums[k - 1] + decayed;
  T& spikes = record[TargetRecord::spikes];
  spikes = spikes == 2 * TargetRecord::mark - 1 ? 0 : spikes + 1 - TargetRecord::mark;
  return count == TargetRecord::most_unseen;
}

/// Brings all weights up to date.
template <class T>
void catch_up_all(Pathway<T>& path) noexcept {
  for (std::size_t j = 0; j < path.sources; ++j) {
    const Lanes<T> per_sum = broadcast(path.on_post_trace * path.pre_trace.z[j]);
    for (std::size_t s = path.first[j]; s < path.first[j + 1]; s += width<T>) {
      const Targets<T> targets(path, s);
      store<T>(path.weights + s, caught_up<T>(path, s, targets, per_sum));
      narrow<T>(path.seen + s, targets.spikes);
    }
  }
  std::memset(path.unseen, 0, path.target_count);
}

}  // namespace carve::network::CARVE_ISA_NAME
