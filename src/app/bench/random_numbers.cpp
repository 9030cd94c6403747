// Normal numbers: time of each, and how far they are from the same numbers made in double precision.
#include <cmath>
#include <cstdint>
#include <numbers>
#include <vector>

#include "carve/app/bench/benchmarks.hpp"
#include "carve/base/aligned.hpp"
#include "carve/base/random.hpp"

namespace carve::app {
namespace {

constexpr std::size_t count = 4096;  // stays in L1

/// Box and Muller (1958) on the words of one stream, in double: words come in blocks of 4 x 16; in each half of a block
/// 16 words give the radius (23 bits), 16 the angle (a quadrant and 24 bits), and 32 numbers come out.
double largest_difference() {
  const base::StreamKey key{.seed = 1, .purpose = base::Purpose::inputs};
  std::vector<std::uint32_t> words(1 << 20);
  std::vector<float> numbers(words.size());
  base::fill_bits(key, words);
  base::fill_normal(key, std::span<float>(numbers));
  double largest = 0;
  for (std::size_t half = 0; half < words.size(); half += 32) {
    for (std::size_t i = half; i < half + 16; ++i) {
      const double uniform = (static_cast<double>(words[i] >> 9) + 0.5) * 0x1p-23;
      const double radius = std::sqrt(-2 * std::log(uniform));
      const std::uint32_t turn = words[i + 16];
      const double within = (static_cast<double>((turn << 2) >> 8) - 0x1p23) * 0x1p-24 * std::numbers::pi / 2;
      const double sign = (turn >> 31) != 0 ? -radius : radius;
      const bool odd = (turn >> 30 & 1U) != 0;
      const double first = sign * (odd ? std::cos(within) : std::sin(within));
      const double second = sign * (odd ? std::sin(within) : std::cos(within));
      largest = std::fmax(largest, std::fabs(first - static_cast<double>(numbers[i])));
      largest = std::fmax(largest, std::fabs(second - static_cast<double>(numbers[i + 16])));
    }
  }
  return largest;
}

}  // namespace

Figure normals() {
  base::AlignedVector<float> numbers(count);
  constexpr std::uint32_t rounds = 500;
  const auto work = [&] {
    for (std::uint32_t step = 0; step < rounds; ++step) {
      base::fill_normal({.seed = 1, .purpose = base::Purpose::inputs, .step = step}, std::span<float>(numbers));
    }
  };
  constexpr double amount = double{count} * rounds;
  const Timing timing = time_against_peak(work, amount, 0, Precision::single);
  const auto each = [](const Spread& all, double scale) {
    return Spread{all.median * scale, all.least * scale, all.most * scale};
  };
  return {.value = each(timing.seconds, 1e9 / amount),
          .unit = "ns",
          .ratio = each(timing.peak_work, 1 / amount),
          .to = "a multiply-add at peak",
          .error = largest_difference(),
          .error_of = "largest difference to double"};
}

}  // namespace carve::app
