// A stretch of the lifetime of a recurrent network, one candidate.
//
// The order within a step is that of docs/explanation/spikes.md: neurons evolve, presynaptic spikes arrive,
// postsynaptic spikes, traces jump. What reaches a neuron comes in the order of projections, sources and targets.
#include "carve/network/recurrent/kernels/eager_kernels.hpp"
#include "carve/network/recurrent/kernels/neuron_lanes.hpp"
#include "carve/network/recurrent/kernels/pathway_lanes.hpp"

namespace carve::network::CARVE_ISA_NAME {
namespace {

struct Arrivals {
  const std::uint16_t* begin = nullptr;
  const std::uint16_t* end = nullptr;
};

/// The spikes of a population in step t.
CARVE_INLINE Arrivals spikes_at(const SpikeHistory& history, std::size_t t) {
  const std::uint32_t* const first = history.first + (static_cast<std::ptrdiff_t>(t) - history.origin);
  return {history.sources + first[0], history.sources + first[1]};
}

/// Spikes arrive; meanwhile the rows of those of the next step come from far away.
template <class T>
CARVE_INLINE void arrive(const Pathway<T>& from, Arrivals arrivals, Arrivals next) {
  const Pathway<T> path = from;  // a copy, which no store can change
  const bool learns = path.plastic && path.learns;
  for (const std::uint16_t* j = arrivals.begin; j != arrivals.end; ++j) {
    if (next.begin != next.end) prefetch_row(path, *next.begin++);
    learns ? send_and_learn(path, *j) : send(path, *j);
  }
  for (; next.begin != next.end; ++next.begin) prefetch_row(path, *next.begin);
}

/// What arrives over a projection in step t.
template <class T>
CARVE_INLINE Arrivals arrivals_at(const RecurrentStretch<T>& stretch, const Pathway<T>& path, std::size_t t) {
  return t < path.delay ? Arrivals{} : spikes_at(stretch.histories[path.from], t - path.delay);
}

template <class T>
CARVE_INLINE void learn(Pathway<T>& path, Arrivals arrivals, Arrivals now) {
  bool full = false;
  for (const std::uint16_t* i = now.begin; path.learns && i != now.end; ++i) full |= spike_of_target(path, *i);
  const T pre_jump = static_cast<T>(path.pre_trace.growth);
  const T post_jump = static_cast<T>(path.post_trace.growth);
  for (const std::uint16_t* i = now.begin; i != now.end; ++i) *path.record(*i) += post_jump;
  for (const std::uint16_t* j = arrivals.begin; j != arrivals.end; ++j) path.pre_trace.z[*j] += pre_jump;
  if (full) catch_up_all(path);
}

template <class T>
void run(const RecurrentStretch<T>& stretch) noexcept {
  for (std::size_t t = stretch.begin; t < stretch.end; ++t) {
    for (std::size_t c = 0; c < stretch.pathway_count; ++c) {
      const Pathway<T>& path = stretch.pathways[c];
      if (path.eager && path.eager->follows_states) follow_states(*path.eager, stretch.neurons[path.to]);
    }
    for (std::size_t p = 0; p < stretch.populations; ++p) {
      NeuronState<T>& neurons = stretch.neurons[p];
      if (neurons.size == 0) continue;
      const SpikeHistory& out = stretch.histories[p];
      if (neurons.refractory > 0 && t >= neurons.refractory) {
        const Arrivals rested = spikes_at(out, t - neurons.refractory);
        for (const std::uint16_t* i = rested.begin; i != rested.end; ++i) neurons.voltage[*i] = neurons.reset;
      }
      std::uint32_t* const first = out.first + (static_cast<std::ptrdiff_t>(t) - out.origin);
      first[1] = static_cast<std::uint32_t>(evolve(neurons, out.sources + first[0]) - out.sources);
    }
    for (std::size_t c = 0; c < stretch.pathway_count; ++c) {
      Pathway<T>& path = stretch.pathways[c];
      const Arrivals arrivals = arrivals_at(stretch, path, t);
      const bool known = path.delay > 0 || stretch.neurons[path.from].size == 0;  // what comes next
      const Arrivals next = known && t + 1 < stretch.end ? arrivals_at(stretch, path, t + 1) : Arrivals{};
      if (!path.plastic) {
        arrive(path, arrivals, next);
        continue;
      }
      const Arrivals now = spikes_at(stretch.histories[path.to], t);
      if (path.eager) {
        learn_eagerly(path, {arrivals.begin, arrivals.end}, {now.begin, now.end});
        arrive(path, {}, next);
        continue;
      }
      path.pre_trace.growth *= path.pre_trace.step;
      path.post_trace.growth *= path.post_trace.step;
      for (const std::uint16_t* i = now.begin; path.learns && i != now.end; ++i)
        path.record(*i)[TargetRecord::spikes] += TargetRecord::mark;
      arrive(path, arrivals, next);
      learn(path, arrivals, now);
    }
  }
}

}  // namespace

void run_recurrent(const RecurrentStretch<float>& stretch) noexcept { run(stretch); }
void run_recurrent(const RecurrentStretch<double>& stretch) noexcept { run(stretch); }
void catch_up(Pathway<float>& path) noexcept { catch_up_all(path); }
void catch_up(Pathway<double>& path) noexcept { catch_up_all(path); }

}  // namespace carve::network::CARVE_ISA_NAME
