// A stretch of the lifetime of a leaky integrate-and-fire neuron with plastic inputs, for a block of candidates.
//
// The candidates' voltages, conductances and weights differ; input spikes and static conductances are theirs together,
// so one walk through the events serves all. The order within a step is that of docs/explanation/spikes.md: neurons
// evolve, presynaptic spikes, postsynaptic spikes, traces jump.
#include "carve/network/kernels/spiking_lanes.hpp"

namespace carve::network::CARVE_ISA_NAME {
namespace {

template <class T, std::size_t parts, PostUpdate update, bool with_excitation, bool with_inhibition>
std::size_t run(const SpikingStretch<T>& stretch) noexcept {
  using V = Lanes<T>;
  using Integer = IntegerOf<T>;
  constexpr std::size_t registers = parts * part_bytes / sizeof(V);
  Plastic<T, parts, update> excitation(stretch.excitation);
  Plastic<T, parts, update> inhibition(stretch.inhibition);
  const auto plastic = [&](auto work) CARVE_LAMBDA_INLINE {
    if constexpr (with_excitation) work(excitation);
    if constexpr (with_inhibition) work(inhibition);
  };
  V voltage[registers];
  for (std::size_t r = 0; r < registers; ++r) voltage[r] = load<T>(stretch.voltage + r * width<T>);
  const V threshold = broadcast(stretch.threshold);
  LaneSpike* spikes = stretch.spikes;

  for (std::size_t t = stretch.begin; t < stretch.end; ++t) {
    const V shared_rate = broadcast(stretch.drive[2 * t]);
    const V shared_pull = broadcast(stretch.drive[2 * t + 1]);
    const Lanes<Integer> now = broadcast(static_cast<Integer>(t));
    V rate[registers], share[registers];
    V fastest = broadcast(T(0));
    for (std::size_t r = 0; r < registers; ++r) {
      rate[r] = shared_rate;
      plastic([&](auto& each)
                  CARVE_LAMBDA_INLINE { rate[r] = fma(each.conductance[r], broadcast(each.input.rate), rate[r]); });
      fastest = select(rate[r] > fastest, rate[r], fastest);  // never what is not a number
      share[r] = small_relaxation(rate[r]);
    }
    if (__builtin_expect(bits_where_greater(fastest, broadcast(border<T>)) != 0, 0)) {
      for (std::size_t r = 0; r < registers; ++r) share[r] = relaxation<T>(rate[r]);
    }
    V highest = threshold;
    for (std::size_t r = 0; r < registers; ++r) {
      V pull = shared_pull;
      plastic([&](auto& each)
                  CARVE_LAMBDA_INLINE { pull = fma(each.conductance[r], broadcast(each.input.pull), pull); });
      const V moved = fma(fma(-voltage[r], rate[r], pull), share[r], voltage[r]);
      const auto evolves = load<Integer>(stretch.resumes + r * width<T>) <= now;
      voltage[r] = select(evolves, moved, voltage[r]);
      highest = select(voltage[r] > highest, voltage[r], highest);
    }
    plastic([](auto& each) CARVE_LAMBDA_INLINE { each.evolve(); });

    const std::size_t since = t - stretch.begin + 1;
    if (__builtin_expect(bits_where_greater(highest, threshold) == 0, 1)) {
      plastic([&](auto& each) CARVE_LAMBDA_INLINE {
        const std::uint32_t* const first = each.input.first + t;
        if (first[0] != first[1])
          each.template pre_spikes<true>(each.input.sources + first[0], each.input.sources + first[1], since);
      });
      continue;
    }
    std::uint32_t spiking[registers];
    for (std::size_t r = 0; r < registers; ++r) spiking[r] = bits_where_greater(voltage[r], threshold);
    plastic([&](auto& each) CARVE_LAMBDA_INLINE {
      const std::uint16_t* const begin = each.input.sources + each.input.first[t];
      const std::uint16_t* const end = each.input.sources + each.input.first[t + 1];
      each.template pre_spikes<false>(begin, end, since);
      for (std::size_t r = 0; r < registers; ++r) {
        if (spiking[r] == 0) continue;
        each.post_spikes(r, select(voltage[r] > threshold, broadcast(T(1)), V{}), since);
      }
      each.pre_jumps(begin, end, since);
    });
    for (std::size_t r = 0; r < registers; ++r) {
      if (spiking[r] == 0) continue;
      voltage[r] = select(voltage[r] > threshold, broadcast(stretch.reset), voltage[r]);
      for (std::uint32_t left = spiking[r]; left != 0; left &= left - 1) {
        const std::size_t lane = r * width<T> + static_cast<std::size_t>(__builtin_ctz(left));
        stretch.resumes[lane] = static_cast<Integer>(t + stretch.refractory);
        *spikes++ = {static_cast<std::uint32_t>(t), static_cast<std::uint32_t>(lane)};
      }
    }
  }
  plastic([&](auto& each) CARVE_LAMBDA_INLINE {
    each.rebase(stretch.end - stretch.begin);
    each.finish();
  });
  for (std::size_t r = 0; r < registers; ++r) store<T>(stretch.voltage + r * width<T>, voltage[r]);
  return static_cast<std::size_t>(spikes - stretch.spikes);
}

template <class T, std::size_t parts, PostUpdate update>
std::size_t choose(const SpikingStretch<T>& stretch) noexcept {
  if (stretch.excitation.synapses == 0) return run<T, parts, update, false, true>(stretch);
  if (stretch.inhibition.synapses == 0) return run<T, parts, update, true, false>(stretch);
  return run<T, parts, update, true, true>(stretch);
}

template <class T, std::size_t parts>
std::size_t choose(const SpikingStretch<T>& stretch, PostUpdate update) noexcept {
  switch (update) {
    case PostUpdate::eager: return choose<T, parts, PostUpdate::eager>(stretch);
    case PostUpdate::eager_at_read: return choose<T, parts, PostUpdate::eager_at_read>(stretch);
    case PostUpdate::lazy: break;
  }
  return choose<T, parts, PostUpdate::lazy>(stretch);
}

}  // namespace

std::size_t run_spiking_neuron(const SpikingStretch<float>& stretch, std::size_t parts, PostUpdate update) noexcept {
  return parts == 1 ? choose<float, 1>(stretch, update) : choose<float, most_parts>(stretch, update);
}
std::size_t run_spiking_neuron(const SpikingStretch<double>& stretch, std::size_t parts, PostUpdate update) noexcept {
  return parts == 1 ? choose<double, 1>(stretch, update) : choose<double, most_parts>(stretch, update);
}

}  // namespace carve::network::CARVE_ISA_NAME
