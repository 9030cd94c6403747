// What one plastic population of inputs does to a block of candidates: conductance, traces, weights.
#pragma once

#include "carve/network/kernels/spiking_kernels.hpp"
#include "carve/network/kernels/spiking_shared.hpp"

/// For lambdas that hold registers by reference.
#define CARVE_LAMBDA_INLINE __attribute__((always_inline))

namespace carve::network::CARVE_ISA_NAME {

using namespace base::CARVE_ISA_NAME;

/// One population for `parts` parts of lanes. Where it is not plastic, nothing of it is left after compilation.
/// Everything a lane does depends on the shared inputs and on its own spikes alone; a lane that is not meant by an
/// update has 0 added to it, which changes no bit.
template <class T, std::size_t parts, PostUpdate update>
struct Plastic {
  static constexpr std::size_t registers = parts * part_bytes / sizeof(Lanes<T>);
  static constexpr std::size_t per_part = registers / parts;
  static constexpr bool lazy = update == PostUpdate::lazy;
  static constexpr std::size_t row = part_lanes<T>;
  static constexpr std::size_t record = (lazy ? lazy_rows : eager_rows) * row;  // of a synapse in one part
  using V = Lanes<T>;

  const PlasticInput<T> input;  // a copy, which no store can change
  V conductance[registers];

  CARVE_INLINE explicit Plastic(const PlasticInput<T>& from) : input(from) {
    for (std::size_t r = 0; r < registers; ++r) conductance[r] = load<T>(from.conductance + r * width<T>);
  }
  CARVE_INLINE void finish() const {
    for (std::size_t r = 0; r < registers; ++r) store<T>(input.conductance + r * width<T>, conductance[r]);
  }

  /// The rows of synapse j in register r.
  CARVE_INLINE T* at(std::size_t j, std::size_t r) const {
    return input.weights + (r / per_part * input.synapses + j) * record + r % per_part * width<T>;
  }
  CARVE_INLINE static V of(const T* values, std::size_t r) { return load<T>(values + r * width<T>); }

  CARVE_INLINE void evolve() {
    for (std::size_t r = 0; r < registers; ++r) conductance[r] *= broadcast(input.decay);
  }
  /// The n-th power in register r.
  CARVE_INLINE static V of(const Powers<T>& powers, std::size_t n, std::size_t r) {
    const std::size_t lanes = parts * row;
    return of(powers.fine + n % fine_powers * lanes, r) * of(powers.coarse + n / fine_powers * lanes, r);
  }

  /// What postsynaptic spikes since the last look at a synapse have yet to add to its weight.
  CARVE_INLINE V pending(const T* synapse, std::size_t r) const {
    const V spikes = of(input.spikes_seen, r) - load<T>(synapse + 2 * row);
    const V decayed = of(input.decayed_seen, r) - load<T>(synapse + 3 * row);
    return fma(of(input.rule.on_post_trace, r) * load<T>(synapse + row), decayed, of(input.rule.on_post, r) * spikes);
  }
  CARVE_INLINE void mark_seen(T* synapse, std::size_t r) const {
    store<T>(synapse + 2 * row, of(input.spikes_seen, r));
    store<T>(synapse + 3 * row, of(input.decayed_seen, r));
  }

  /// The presynaptic spikes of step `now` of the stretch, counted from 1: each weight is read, sent on, changed.
  /// `jump`: the traces jump at once, which is right where no lane has a postsynaptic spike in this step.
  template <bool jump>
  CARVE_INLINE void pre_spikes(const std::uint16_t* source, const std::uint16_t* end, std::size_t now) {
    const LinearRule<T>& rule = input.rule;
    V change[registers], growth[registers];
    for (std::size_t r = 0; r < registers; ++r) {
      const V trace = of(input.post_trace, r) * of(input.post_decay, now, r);
      change[r] = fma(of(rule.on_pre_trace, r), trace, of(rule.on_pre, r));
      if constexpr (jump) growth[r] = of(input.pre_growth, now, r);
    }
    for (; source != end; ++source) {
      for (std::size_t r = 0; r < registers; ++r) {
        T* const synapse = at(*source, r);
        V w = load<T>(synapse);
        if constexpr (lazy) w += pending(synapse, r);
        if constexpr (update != PostUpdate::eager) w = clamped<T>(w, broadcast(rule.w_min), broadcast(rule.w_max));
        conductance[r] += w;
        store<T>(synapse, clamped<T>(w + change[r], broadcast(rule.w_min), broadcast(rule.w_max)));
        if constexpr (lazy) mark_seen(synapse, r);
        if constexpr (jump) store<T>(synapse + row, load<T>(synapse + row) + growth[r]);
      }
    }
  }

  /// Postsynaptic spikes of the lanes of register r where `one` is 1 and not 0.
  CARVE_INLINE void post_spikes(std::size_t r, V one, std::size_t now) const {
    const LinearRule<T>& rule = input.rule;
    const V decayed = one / of(input.pre_growth, now, r);
    if constexpr (lazy) {
      store<T>(input.spikes_seen + r * width<T>, of(input.spikes_seen, r) + one);
      store<T>(input.decayed_seen + r * width<T>, of(input.decayed_seen, r) + decayed);
    } else {
      const V change = of(rule.on_post, r) * one;
      const V trace_change = of(rule.on_post_trace, r) * decayed;
      T* synapse = at(0, r);
      for (std::size_t j = 0; j < input.synapses; ++j, synapse += record) {
        V w = load<T>(synapse) + fma(trace_change, load<T>(synapse + row), change);
        if constexpr (update == PostUpdate::eager) w = clamped<T>(w, broadcast(rule.w_min), broadcast(rule.w_max));
        store<T>(synapse, w);
      }
    }
    store<T>(input.post_trace + r * width<T>, of(input.post_trace, r) + one / of(input.post_decay, now, r));
  }

  /// The jumps that `pre_spikes` left out.
  CARVE_INLINE void pre_jumps(const std::uint16_t* source, const std::uint16_t* end, std::size_t now) const {
    for (; source != end; ++source) {
      for (std::size_t r = 0; r < registers; ++r) {
        T* const synapse = at(*source, r);
        if constexpr (lazy) {  // this step's postsynaptic spikes meet the trace as it was
          store<T>(synapse, load<T>(synapse) + pending(synapse, r));
          mark_seen(synapse, r);
        }
        store<T>(synapse + row, load<T>(synapse + row) + of(input.pre_growth, now, r));
      }
    }
  }

  /// Counts time anew after `steps` steps.
  CARVE_INLINE void rebase(std::size_t steps) const {
    for (std::size_t r = 0; r < registers; ++r) {
      const std::size_t lane = r * width<T>;
      const V decayed = broadcast(T(1)) / of(input.pre_growth, steps, r);
      T* synapse = at(0, r);
      for (std::size_t j = 0; j < input.synapses; ++j, synapse += record) {
        if constexpr (lazy) {
          store<T>(synapse, load<T>(synapse) + pending(synapse, r));
          store<T>(synapse + 2 * row, V{});
          store<T>(synapse + 3 * row, V{});
        }
        store<T>(synapse + row, load<T>(synapse + row) * decayed);
      }
      store<T>(input.post_trace + lane, of(input.post_trace, r) * of(input.post_decay, steps, r));
      if constexpr (lazy) {
        store<T>(input.spikes_seen + lane, V{});
        store<T>(input.decayed_seen + lane, V{});
      }
    }
  }
};

}  // namespace carve::network::CARVE_ISA_NAME
