// Counter-based random streams: a number depends on its key and its index alone, never on who drew it when.
#pragma once

#include <cstdint>
#include <span>

namespace carve::base {

/// What a stream is for; streams of different purposes never share numbers.
enum class Purpose : std::uint32_t {
  search = 1,
  rotation = 2,
  inputs = 3,
  initial_weights = 4,
  input_scale = 5,
  patches = 6,
  planted_rules = 7,
  starts = 8,
  spike_signals = 9,
  spike_times = 10,
  tuned_weights = 11,
  connections = 12,
  synaptic_weights = 13,
  input_rates = 14,
  patterns = 15,
  pattern_order = 16,
  pattern_spikes = 17,
  fixed_layers = 18,
};

/// Names one stream of numbers. Philox4x32-10 (Salmon et al. 2011) with key = seed and
/// counter = (block of the index, step, trial, purpose).
struct StreamKey {
  std::uint64_t seed = 0;
  Purpose purpose = Purpose::search;
  std::uint32_t trial = 0;
  std::uint32_t step = 0;
};

/// Fills with the stream's first numbers, index 0 first. At most 2^34 of them.
/// Bits: uniform over all 32-bit words. Uniform: in (0, 1), never 0 or 1. Normal: mean 0, variance 1 (Box-Muller).
/// The same bits on every instruction set, compiler and machine.
void fill_bits(const StreamKey& key, std::span<std::uint32_t> out) noexcept;
void fill_uniform(const StreamKey& key, std::span<float> out) noexcept;
void fill_uniform(const StreamKey& key, std::span<double> out) noexcept;
void fill_normal(const StreamKey& key, std::span<float> out) noexcept;
void fill_normal(const StreamKey& key, std::span<double> out) noexcept;

}  // namespace carve::base
