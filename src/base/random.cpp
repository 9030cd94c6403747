#include "carve/base/random.hpp"

#include <algorithm>
#include <cstddef>

#include "carve/base/isa.hpp"
#include "carve/base/kernels/random_kernels.hpp"

namespace carve::base {
namespace {

PhiloxStream stream_of(const StreamKey& key) {
  return {{static_cast<std::uint32_t>(key.seed), static_cast<std::uint32_t>(key.seed >> 32)},
          {key.step, key.trial, static_cast<std::uint32_t>(key.purpose)}};
}

/// Whole blocks go straight to `out`; the rest of a last block is made aside and cut.
template <class T, class Kernel>
void fill(Kernel* kernel, const StreamKey& key, std::span<T> out) noexcept {
  constexpr std::size_t block_size = sizeof(T) == 8 ? words_per_block / 2 : words_per_block;
  const PhiloxStream stream = stream_of(key);
  const std::size_t whole = out.size() / block_size;
  kernel(stream, 0, whole, out.data());
  const std::size_t rest = out.size() - whole * block_size;
  if (rest == 0) return;
  alignas(64) T last[block_size];
  kernel(stream, static_cast<std::uint32_t>(whole * counters_per_block), 1, last);
  std::copy_n(last, rest, out.data() + whole * block_size);
}

constexpr PerIsa<BitsKernel> bits{scalar::bits_blocks, v3::bits_blocks, v4::bits_blocks};
constexpr PerIsa<FloatKernel> float_uniform{scalar::uniform_blocks, v3::uniform_blocks, v4::uniform_blocks};
constexpr PerIsa<DoubleKernel> double_uniform{scalar::uniform_blocks, v3::uniform_blocks, v4::uniform_blocks};
constexpr PerIsa<FloatKernel> float_normal{scalar::normal_blocks, v3::normal_blocks, v4::normal_blocks};
constexpr PerIsa<DoubleKernel> double_normal{scalar::normal_blocks, v3::normal_blocks, v4::normal_blocks};

}  // namespace

void fill_bits(const StreamKey& key, std::span<std::uint32_t> out) noexcept { fill(bits(), key, out); }
void fill_uniform(const StreamKey& key, std::span<float> out) noexcept { fill(float_uniform(), key, out); }
void fill_uniform(const StreamKey& key, std::span<double> out) noexcept { fill(double_uniform(), key, out); }
void fill_normal(const StreamKey& key, std::span<float> out) noexcept { fill(float_normal(), key, out); }
void fill_normal(const StreamKey& key, std::span<double> out) noexcept { fill(double_normal(), key, out); }

}  // namespace carve::base
