// Hazards of groups of inputs, and the spikes they bring about. Lanes are groups, then inputs: every operation is on
// one of them alone, so that the bits do not depend on how many there are in a register.
#include "carve/base/gather.hpp"
#include "carve/base/lane_math.hpp"
#include "carve/task/kernels/spike_kernels.hpp"
#include "carve/task/kernels/whole_lanes.hpp"

namespace carve::task::CARVE_ISA_NAME {

namespace {

constexpr std::size_t registers = crew_lanes / width<std::int32_t>;

/// The step in which the sum reaches `target`, where it does within the block; else any.
CARVE_INLINE void look_up(const HazardIndex& index, const Whole (&targets)[registers], Whole (&steps)[registers]) {
  constexpr auto shift = std::int32_t{__builtin_ctz(HazardIndex::node_steps)};
  for (std::size_t r = 0; r < registers; ++r) {
    const Lanes<float> cell = convert<Lanes<float>>(targets[r]) * broadcast(index.cells_per_unit);
    steps[r] = gather<float>(index.first, convert<Whole>(cell)) << shift;
  }
  std::uint32_t early = 1;
  while (early != 0) {
    early = 0;
    for (std::size_t r = 0; r < registers; ++r) {
      // -1 where the sum is not above the target yet
      const Whole before = (gather<float>(index.sums + HazardIndex::node_steps, steps[r]) - targets[r] - 1) >> 31;
      steps[r] += before & broadcast(std::int32_t{HazardIndex::node_steps});
      early |= negative_bits(before);
    }
  }
  for (std::int32_t half = HazardIndex::node_steps / 2; half > 0; half /= 2) {
    for (std::size_t r = 0; r < registers; ++r) {
      const Whole before = (gather<float>(index.sums + half, steps[r]) - targets[r] - 1) >> 31;
      steps[r] += before & broadcast(half);
    }
  }
}

}  // namespace

void group_hazards(const GroupSignals& how, const std::uint32_t* bits, std::size_t groups, float* signals,
                   std::int32_t* sums) noexcept {
  constexpr std::size_t tile = 64, lanes = width<std::int32_t>;
  alignas(64) static constexpr std::int32_t ramp[group_lanes] = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15};
  alignas(64) std::int32_t rows[tile][lanes];
  using Real = Lanes<float>;
  // r is the middle of one of 256 cells; its variance lacks 1/65536 of a uniform number's.
  const Real scale = broadcast((1 - how.keep) / 256), offset = broadcast(-127.5F / 256 * (1 - how.keep));
  for (std::size_t g = 0; g < groups; g += lanes) {
    Real s = load<float>(signals + g);
    Whole sum{};
    for (std::size_t first = 0; first < block_steps; first += tile) {
      for (std::size_t t = 0; t < tile; ++t) {
        const Whole word =
            load<std::int32_t>(reinterpret_cast<const std::int32_t*>(bits) + (first + t) / 4 * group_lanes + g);
        const Whole byte = word >> static_cast<std::int32_t>(t % 4 * 8) & broadcast(std::int32_t{255});
        s = fma(s, broadcast(how.keep), fma(convert<Real>(byte), scale, offset));
        const Real above = select(s > Real{}, s, Real{});
        const Real wanted = fma(above, broadcast(how.gain), broadcast(how.base));
        const Real p = select(wanted < broadcast(0.25F), wanted, broadcast(0.25F));
        // -log(1 - p) as a series; up to p = 0.1 to the last bit, at 1/4 to 1e-5.
        constexpr std::array<float, 6> inverse{1 / 6.0F, 1 / 5.0F, 1 / 4.0F, 1 / 3.0F, 1 / 2.0F, 1.0F};
        sum += convert<Whole>(fma(p * horner<float>(inverse, p), broadcast(how.unit), broadcast(0.5F)));
        store<std::int32_t>(rows[t], sum);
      }
      for (std::size_t lane = 0; lane < lanes && g + lane < groups; ++lane) {
        std::int32_t* const own = sums + (g + lane) * sums_stride;
        own[0] = 0;
        for (std::size_t t = 0; t < tile; t += lanes) {
          const Whole rows_ahead = load<std::int32_t>(ramp) * broadcast(static_cast<std::int32_t>(lanes));
          store<std::int32_t>(own + first + 1 + t, gather<float>(rows[t] + lane, rows_ahead));
        }
      }
    }
    store<float>(signals + g, s);
  }
}

void waiting_times(const float* uniform, float unit, std::size_t count, std::int32_t* waiting) noexcept {
  for (std::size_t i = 0; i < count; i += width<float>) {
    const Lanes<float> times = -log_of_normal<float>(load<float>(uniform + i)) * broadcast(unit);
    store<std::int32_t>(waiting + i, convert<Whole>(times));
  }
}

void index_hazards(HazardIndex& index) noexcept {
  constexpr std::size_t run = 16;  // written at once; what is too much is written over by the next node
  index.first[0] = 0;
  std::size_t cell = 0;
  for (std::size_t node = 0; node < HazardIndex::nodes; ++node) {
    const std::int32_t sum = index.sums[(node + 1) * HazardIndex::node_steps];
    const auto last = static_cast<std::size_t>(static_cast<float>(sum) * index.cells_per_unit);
    do {
      for (std::size_t i = 1; i <= run; ++i) index.first[cell + i] = static_cast<std::int32_t>(node);
      cell = cell + run < last ? cell + run : last;
    } while (cell < last);
  }
}

std::uint32_t* find_spikes(const HazardIndex& index, std::int32_t rests, Crew& crew, CrewSpikes& spikes) noexcept {
  const Whole total = broadcast(index.sums[block_steps]);
  const Whole end = broadcast(static_cast<std::int32_t>(block_steps));
  Whole ready[registers], left[registers], sooner[registers];
  for (std::size_t r = 0; r < registers; ++r) {
    ready[r] = load<std::int32_t>(crew.ready + r * width<std::int32_t>);
    left[r] = load<std::int32_t>(crew.left + r * width<std::int32_t>);
  }
  std::uint32_t* out = spikes.out;
  for (spikes.rows_used = 0;; ++spikes.rows_used) {
    Whole targets[registers], steps[registers];
    std::uint32_t within = 0;
    for (std::size_t r = 0; r < registers; ++r) {
      // Who is not ready within the block looks up its end, and has a target beyond.
      targets[r] = gather<float>(index.sums, select(ready[r] < end, ready[r], end)) + left[r];
      sooner[r] = (targets[r] - total) >> 31;
      within |= negative_bits(sooner[r]);
    }
    spikes.done = within == 0;
    if (spikes.done || spikes.rows_used == spikes.rows) break;
    for (std::size_t r = 0; r < registers; ++r) targets[r] &= sooner[r];
    look_up(index, targets, steps);
    for (std::size_t r = 0; r < registers; ++r) {
      const std::size_t lane = r * width<std::int32_t>;
      out = append(out, negative_bits(sooner[r]), (steps[r] << 16) + load<std::int32_t>(crew.tag + lane));
      const Whole waiting = load<std::int32_t>(spikes.waiting + spikes.rows_used * crew_lanes + lane);
      ready[r] = select(sooner[r] != 0, steps[r] + rests, ready[r]);
      left[r] = select(sooner[r] != 0, waiting, left[r]);
    }
  }
  for (std::size_t r = 0; r < registers; ++r) {
    const std::size_t lane = r * width<std::int32_t>;
    if (spikes.done) {
      left[r] = gather<float>(index.sums, select(ready[r] < end, ready[r], end)) + left[r] - total;
      ready[r] = select(ready[r] < end, Whole{}, ready[r] - end);
    }
    store<std::int32_t>(crew.ready + lane, ready[r]);
    store<std::int32_t>(crew.left + lane, left[r]);
  }
  return out;
}

}  // namespace carve::task::CARVE_ISA_NAME
