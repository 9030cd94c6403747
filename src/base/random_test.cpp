// Random streams: Philox as published, the same bits everywhere, streams apart from each other, moments as they should
// be.
#include "carve/base/random.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <cstring>
#include <vector>

#include <Random123/philox.h>
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "carve/base/isa.hpp"
#include "carve/base/kernels/random_kernels.hpp"

namespace carve::base {
namespace {

constexpr std::array isas{Isa::scalar, Isa::v3, Isa::v4};

/// Restores the choice of the instruction set.
class Random : public testing::Test {
 protected:
  void TearDown() override { force_isa(before_); }

 private:
  Isa before_ = isa();
};

template <class T>
std::vector<T> uniform(const StreamKey& key, std::size_t size) {
  std::vector<T> numbers(size);
  fill_uniform(key, std::span<T>(numbers));
  return numbers;
}

template <class T>
std::vector<T> normal(const StreamKey& key, std::size_t size) {
  std::vector<T> numbers(size);
  fill_normal(key, std::span<T>(numbers));
  return numbers;
}

std::vector<std::uint32_t> bits(const StreamKey& key, std::size_t size) {
  std::vector<std::uint32_t> numbers(size);
  fill_bits(key, numbers);
  return numbers;
}

TEST(Philox, known_answers_of_random123) {
  struct Known {
    std::array<std::uint32_t, 4> counter;
    std::array<std::uint32_t, 2> key;
    std::array<std::uint32_t, 4> result;
  };
  constexpr std::uint32_t ones = 0xFFFFFFFFU;
  const std::array known{
      Known{{0, 0, 0, 0}, {0, 0}, {0x6627E8D5U, 0xE169C58DU, 0xBC57AC4CU, 0x9B00DBD8U}},
      Known{{ones, ones, ones, ones}, {ones, ones}, {0x408F276DU, 0x41C83B0EU, 0xA20BC7C6U, 0x6D5451FDU}},
      Known{{0x243F6A88U, 0x85A308D3U, 0x13198A2EU, 0x03707344U},
            {0xA4093822U, 0x299F31D0U},
            {0xD16CFE09U, 0x94FDCCEBU, 0x5001E420U, 0x24126EA1U}}};
  for (const auto& [isa, kernel] : {std::pair{Isa::scalar, &scalar::bits_blocks}, std::pair{Isa::v3, &v3::bits_blocks},
                                    std::pair{Isa::v4, &v4::bits_blocks}}) {
    if (!supported(isa)) continue;
    for (const Known& each : known) {
      const PhiloxStream stream{{each.key[0], each.key[1]}, {each.counter[1], each.counter[2], each.counter[3]}};
      std::array<std::uint32_t, words_per_block> block{};
      kernel(stream, each.counter[0], 1, block.data());
      for (std::size_t word = 0; word < 4; ++word) EXPECT_EQ(block[word * counters_per_block], each.result[word]);
    }
  }
}

RC_GTEST_PROP(Philox, is_random123_s, (std::uint64_t seed, std::uint32_t trial, std::uint32_t step)) {
  const StreamKey key{seed, Purpose::inputs, trial, step};
  const std::vector<std::uint32_t> words = bits(key, 3 * words_per_block);
  for (std::uint32_t counter = 0; counter < 3 * counters_per_block; ++counter) {
    const r123::Philox4x32::ctr_type at{{counter, step, trial, static_cast<std::uint32_t>(key.purpose)}};
    const r123::Philox4x32::key_type with{{static_cast<std::uint32_t>(seed), static_cast<std::uint32_t>(seed >> 32)}};
    const auto truth = r123::Philox4x32{}(at, with);
    const std::size_t start = counter / counters_per_block * words_per_block + counter % counters_per_block;
    for (std::size_t word = 0; word < 4; ++word) RC_ASSERT(words[start + word * counters_per_block] == truth[word]);
  }
}

TEST_F(Random, the_same_bits_on_every_instruction_set) {
  const StreamKey key{.seed = 0x123456789ABCDEFULL, .purpose = Purpose::inputs, .trial = 3, .step = 77};
  for (const std::size_t size : {0, 1, 3, 15, 16, 17, 31, 32, 33, 63, 64, 65, 100, 1001}) {
    force_isa(Isa::scalar);
    const auto words = bits(key, size);
    const auto uniform_floats = uniform<float>(key, size);
    const auto uniform_doubles = uniform<double>(key, size);
    const auto normal_floats = normal<float>(key, size);
    const auto normal_doubles = normal<double>(key, size);
    for (const Isa each : isas) {
      if (!supported(each)) continue;
      force_isa(each);
      EXPECT_EQ(bits(key, size), words) << name_of(each) << ' ' << size;
      EXPECT_EQ(uniform<float>(key, size), uniform_floats) << name_of(each) << ' ' << size;
      EXPECT_EQ(uniform<double>(key, size), uniform_doubles) << name_of(each) << ' ' << size;
      EXPECT_EQ(normal<float>(key, size), normal_floats) << name_of(each) << ' ' << size;
      EXPECT_EQ(normal<double>(key, size), normal_doubles) << name_of(each) << ' ' << size;
    }
  }
}

/// A short stream is the beginning of a longer one.
template <class Fill>
void expect_prefixes(Fill fill) {
  const auto whole = fill(StreamKey{.seed = 9}, 500);
  for (std::size_t size = 0; size <= 500; size += 7) {
    const auto part = fill(StreamKey{.seed = 9}, size);
    EXPECT_TRUE(std::equal(part.begin(), part.end(), whole.begin())) << size;
  }
}

TEST_F(Random, a_short_stream_begins_a_longer_one) {
  for (const Isa each : isas) {
    if (!supported(each)) continue;
    force_isa(each);
    expect_prefixes(bits);
    expect_prefixes(uniform<float>);
    expect_prefixes(uniform<double>);
    expect_prefixes(normal<float>);
    expect_prefixes(normal<double>);
  }
}

TEST_F(Random, nothing_is_written_beyond_the_end) {
  for (const std::size_t size : {1, 31, 33, 63, 65}) {
    std::vector<double> numbers(size + 40, -7);
    fill_normal({.seed = 1}, std::span(numbers).first(size));
    EXPECT_TRUE(std::all_of(numbers.begin() + static_cast<std::ptrdiff_t>(size), numbers.end(),
                            [](double number) { return number == -7; }));
  }
}

TEST_F(Random, streams_that_differ_in_any_part_of_the_key_are_unrelated) {
  constexpr std::size_t size = 20000;
  const StreamKey key{.seed = 1, .purpose = Purpose::inputs, .trial = 2, .step = 3};
  std::vector<StreamKey> others(6, key);
  others[0].seed = 2;
  others[1].seed = 1 + (std::uint64_t{1} << 32);
  others[2].purpose = Purpose::search;
  others[3].trial = 3;
  others[4].step = 2;
  others[5].trial = 3, others[5].step = 2;  // what a sum of the two would confuse
  const std::vector<double> reference = normal<double>(key, size);
  for (const StreamKey& other : others) {
    const std::vector<double> numbers = normal<double>(other, size);
    double correlation = 0;
    for (std::size_t i = 0; i < size; ++i) {
      EXPECT_NE(numbers[i], reference[i]);
      correlation += numbers[i] * reference[i] / size;
    }
    EXPECT_LT(std::fabs(correlation), 4 / std::sqrt(double{size}));
  }
}

template <class T>
class Distribution : public testing::Test {};
using Types = testing::Types<float, double>;
TYPED_TEST_SUITE(Distribution, Types);

constexpr std::size_t sample = 1 << 21;

TYPED_TEST(Distribution, uniform_fills_the_open_interval_evenly) {
  const auto numbers = uniform<TypeParam>({.seed = 11}, sample);
  constexpr std::size_t cells = 256;
  std::array<double, cells> counts{};
  for (const TypeParam number : numbers) {
    ASSERT_GT(number, 0);
    ASSERT_LT(number, 1);
    ++counts[static_cast<std::size_t>(number * cells)];
  }
  double chi_squared = 0;
  constexpr double expected = static_cast<double>(sample) / cells;
  for (const double count : counts) chi_squared += (count - expected) * (count - expected) / expected;
  // cells - 1 degrees of freedom: mean 255, standard deviation sqrt(2 * 255) = 22.6
  EXPECT_NEAR(chi_squared, 255, 4 * 22.6);
}

TYPED_TEST(Distribution, normal_has_the_moments_and_tails_of_a_normal) {
  const auto numbers = normal<TypeParam>({.seed = 12}, sample);
  std::array<double, 5> moment{};
  double beyond_3 = 0;
  double beyond_4 = 0;
  for (const double x : numbers) {
    double power = 1;
    for (double& each : moment) {
      each += power / sample;
      power *= x;
    }
    beyond_3 += std::fabs(x) > 3;
    beyond_4 += std::fabs(x) > 4;
  }
  // Standard errors of the moments' means: sqrt((E x^2k - (E x^k)^2) / n) with E x^2 = 1, x^4 = 3, x^6 = 15, x^8 = 105.
  const double unit = 1 / std::sqrt(static_cast<double>(sample));
  EXPECT_NEAR(moment[1], 0, 4 * unit);
  EXPECT_NEAR(moment[2], 1, 4 * std::sqrt(2) * unit);
  EXPECT_NEAR(moment[3], 0, 4 * std::sqrt(15) * unit);
  EXPECT_NEAR(moment[4], 3, 4 * std::sqrt(96) * unit);
  const double expected_3 = std::erfc(3 / std::sqrt(2)) * sample;
  const double expected_4 = std::erfc(4 / std::sqrt(2)) * sample;
  EXPECT_NEAR(beyond_3, expected_3, 4 * std::sqrt(expected_3));
  EXPECT_NEAR(beyond_4, expected_4, 4 * std::sqrt(expected_4));
}

TYPED_TEST(Distribution, normal_follows_its_distribution_function) {
  auto numbers = normal<TypeParam>({.seed = 13, .purpose = Purpose::initial_weights}, sample);
  std::sort(numbers.begin(), numbers.end());
  double distance = 0;  // Kolmogorov and Smirnov's
  for (std::size_t i = 0; i < sample; ++i) {
    const double truth = 0.5 * std::erfc(-static_cast<double>(numbers[i]) / std::sqrt(2.0));
    distance = std::max(distance, std::fabs(truth - (static_cast<double>(i) + 0.5) / sample));
  }
  EXPECT_LT(distance, 1.95 / std::sqrt(static_cast<double>(sample)));  // exceeded once in a thousand seeds
}

TYPED_TEST(Distribution, neighbours_of_a_normal_stream_are_independent) {
  const auto numbers = normal<TypeParam>({.seed = 14}, sample);
  // The two numbers of a Box-Muller pair stand 16 apart.
  for (const std::size_t lag : {1, 2, 8, 16, 32, 48, 64}) {
    double product = 0;
    double squares = 0;
    for (std::size_t i = 0; i + lag < sample; ++i) {
      const double a = numbers[i];
      const double b = numbers[i + lag];
      product += a * b;
      squares += (a * a - 1) * (b * b - 1);
    }
    const double root = std::sqrt(static_cast<double>(sample - lag));
    EXPECT_LT(std::fabs(product), 4 * root) << lag;
    EXPECT_LT(std::fabs(squares), 4 * 2 * root) << lag;
  }
}

}  // namespace
}  // namespace carve::base
