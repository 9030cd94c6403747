// Bytes read back as what was put; any damage is noticed.
#include "carve/base/bytes.hpp"

#include <cmath>
#include <limits>

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace carve::base {
namespace {

RC_GTEST_PROP(Bytes, read_back, (std::uint64_t whole, std::vector<double> numbers, std::string text)) {
  const std::string sealed =
      std::move(ByteWriter().put(whole).put(numbers).put(std::string_view(text)).put(-0.0)).sealed();
  ByteReader reader(sealed);
  std::uint64_t whole_read = 0;
  std::vector<double> numbers_read;
  std::string text_read;
  double zero = 1;
  RC_ASSERT(reader.get(whole_read) && reader.get(numbers_read) && reader.get(text_read) && reader.get(zero));
  RC_ASSERT(reader.finished());
  RC_ASSERT(whole_read == whole && numbers_read == numbers && text_read == text && std::signbit(zero));
}

TEST(Bytes, keep_a_nan_to_the_bit) {
  const double payload = std::bit_cast<double>(std::uint64_t{0x7FF8000000001234});
  const std::string sealed = std::move(ByteWriter().put(payload)).sealed();
  ByteReader reader(sealed);
  double read = 0;
  ASSERT_TRUE(reader.get(read));
  EXPECT_EQ(std::bit_cast<std::uint64_t>(read), 0x7FF8000000001234u);
}

RC_GTEST_PROP(Bytes, any_changed_or_missing_byte_is_noticed, (std::vector<double> numbers)) {
  const std::string sealed = std::move(ByteWriter().put(numbers)).sealed();
  std::string damaged = sealed;
  const auto place = *rc::gen::inRange<std::size_t>(0, sealed.size());
  damaged[place] = static_cast<char>(damaged[place] ^ *rc::gen::inRange(1, 256));
  std::vector<double> read;
  RC_ASSERT_FALSE(ByteReader(damaged).get(read));
  RC_ASSERT_FALSE(ByteReader(std::string_view(sealed).substr(0, place)).get(read));
}

TEST(Bytes, a_size_beyond_the_end_is_refused_without_allocating) {
  const std::string sealed = std::move(ByteWriter().put(std::numeric_limits<std::uint64_t>::max())).sealed();
  std::vector<double> numbers;
  std::string text;
  EXPECT_FALSE(ByteReader(sealed).get(numbers));
  EXPECT_FALSE(ByteReader(sealed).get(text));
}

TEST(Bytes, left_over_bytes_and_failed_reads_are_not_finished) {
  const std::string sealed = std::move(ByteWriter().put(std::uint64_t{1})).sealed();
  EXPECT_FALSE(ByteReader(sealed).finished());
  ByteReader reader(sealed);
  std::uint64_t whole = 0;
  EXPECT_TRUE(reader.get(whole));
  EXPECT_TRUE(reader.finished());
  EXPECT_FALSE(reader.get(whole));
  EXPECT_FALSE(reader.finished());
}

}  // namespace
}  // namespace carve::base
