// What spikes do to the synapses of one projection: lanes are synapses of one source.
#pragma once

#include <cstring>

#include "carve/base/gather.hpp"
#include "carve/network/kernels/spiking_shared.hpp"
#include "carve/network/recurrent/kernels/recurrent_kernels.hpp"

namespace carve::network::CARVE_ISA_NAME {

using namespace base::CARVE_ISA_NAME;

/// Fetches the row that comes next while the one before it is worked on.
template <class T>
CARVE_INLINE void prefetch_row(const Pathway<T>& path, std::size_t source) {
  const std::size_t begin = path.first[source];
  const std::size_t end = path.first[source + 1];
  constexpr std::size_t line = 64;  // bytes
  for (std::size_t s = begin; s < end; s += line / sizeof(std::uint16_t)) __builtin_prefetch(path.targets + s);
  for (std::size_t s = begin; path.weights && s < end; s += line / sizeof(T)) __builtin_prefetch(path.weights + s, 1);
  for (std::size_t s = begin; path.seen && s < end; s += line) __builtin_prefetch(path.seen + s, 1);
}

/// The spikes of a source reach its targets.
template <class T>
CARVE_INLINE void send(const Pathway<T>& path, std::size_t source) {
  const std::uint32_t begin = path.first[source];
  const std::uint32_t end = begin + path.counts[source];
  T* const g = path.conductance;
  if (path.weights) {
    for (std::uint32_t s = begin; s < end; ++s) g[path.targets[s]] += path.weights[s];
  } else {
    for (std::uint32_t s = begin; s < end; ++s) g[path.targets[s]] += path.weight;
  }
}

/// The weights of synapses s and following as they were after all postsynaptic spikes up to the step before this one.
/// `spikes`: of their targets, with the mark of this step.
template <class T>
CARVE_INLINE Lanes<T> caught_up(const Pathway<T>& path, std::size_t s, Lanes<IntegerOf<T>> target,
                                Lanes<IntegerOf<T>> spikes, Lanes<T> per_sum) {
  using Integer = IntegerOf<T>;
  const Lanes<Integer> missed = (spikes - widen<T>(path.seen + s)) & broadcast(Integer{255});
  const Lanes<T> sum = gather<T>(path.sums, missed * broadcast(static_cast<Integer>(path.stride)) + target);
  return load<T>(path.weights + s) + fma(per_sum, sum, convert<Lanes<T>>(missed) * broadcast(path.on_post));
}

/// A presynaptic spike arrives: each weight takes in what it has missed, is sent on, and changed. Postsynaptic spikes
/// of this step, which come after it and find the trace before its jump, follow at once.
template <class T>
CARVE_INLINE void send_and_learn(const Pathway<T>& path, std::size_t source) {
  using V = Lanes<T>;
  using Integer = IntegerOf<T>;
  const T trace = path.on_post_trace * path.pre_trace[source];
  const V per_sum = broadcast(trace);
  const V per_post = broadcast(path.on_post + trace * static_cast<T>(1 / path.pre_growth));
  const V on_pre = broadcast(path.on_pre);
  const V per_trace = broadcast(path.on_pre_trace * static_cast<T>(1 / path.post_growth));
  const V w_min = broadcast(path.w_min);
  const V w_max = broadcast(path.w_max);
  alignas(64) T sent[width<T>];
  for (std::size_t s = path.first[source]; s < path.first[source + 1]; s += width<T>) {
    const Lanes<Integer> target = widen<T>(path.targets + s);
    const Lanes<Integer> spikes = gather<T>(path.spikes, target);
    V w = clamped<T>(caught_up<T>(path, s, target, spikes, per_sum), w_min, w_max);
    store<T>(sent, w);
    w = clamped<T>(w + fma(per_trace, gather<T>(path.post_trace, target), on_pre), w_min, w_max);
    const Lanes<Integer> now = spikes >> 8;  // 1 where the target spikes in this step
    store<T>(path.weights + s, fma(convert<V>(now), per_post, w));
    narrow<T>(path.seen + s, spikes + now);
    for (std::size_t k = 0; k < width<T>; ++k) path.conductance[path.targets[s + k]] += sent[k];
  }
}

/// A postsynaptic spike, which waits for presynaptic ones. Returns whether there is no more room for another one.
template <class T>
CARVE_INLINE bool spike_of_target(const Pathway<T>& path, std::size_t target) {
  const T decayed = static_cast<T>(1 / path.pre_growth);
  const std::size_t count = ++path.unseen[target];
  T* const sums = path.sums + target;
  for (std::size_t k = count; k > 0; --k) sums[k * path.stride] = sums[(k - 1) * path.stride] + decayed;
  path.spikes[target] = (path.spikes[target] + 1) & 255;
  return count == spike_sums - 1;
}

/// Brings all weights up to date.
template <class T>
void catch_up_all(Pathway<T>& path) noexcept {
  using Integer = IntegerOf<T>;
  for (std::size_t j = 0; j < path.sources; ++j) {
    const Lanes<T> per_sum = broadcast(path.on_post_trace * path.pre_trace[j]);
    for (std::size_t s = path.first[j]; s < path.first[j + 1]; s += width<T>) {
      const Lanes<Integer> target = widen<T>(path.targets + s);
      const Lanes<Integer> spikes = gather<T>(path.spikes, target);
      store<T>(path.weights + s, caught_up<T>(path, s, target, spikes, per_sum));
      narrow<T>(path.seen + s, spikes);
    }
  }
  std::memset(path.unseen, 0, path.stride);
}

}  // namespace carve::network::CARVE_ISA_NAME
