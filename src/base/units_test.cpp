// Numbers and quantities: what reads, what does not, and that what is written reads back to the same bits.
#include "carve/base/units.hpp"

#include <bit>
#include <cmath>
#include <limits>

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace carve::base {
namespace {

/// Any finite double, all exponents alike.
double any_finite() {
  const double value = std::bit_cast<double>(*rc::gen::arbitrary<std::uint64_t>());
  RC_PRE(std::isfinite(value));
  return value;
}

TEST(Quantity, reads_each_unit_as_si) {
  const auto seconds = [](std::string_view text) { return parse_quantity(text).value().value; };
  EXPECT_EQ(seconds("20 ms"), 0.02);
  EXPECT_EQ(seconds("1.5 min"), 90);
  EXPECT_EQ(seconds("20ms"), 0.02);
  EXPECT_EQ(seconds("1.5 s"), 1.5);
  EXPECT_EQ(seconds("3 us"), 3e-6);
  EXPECT_EQ(seconds("10 Hz"), 10);
  EXPECT_EQ(seconds("0.1 kHz"), 100);
  EXPECT_EQ(seconds("-60 mV"), -0.06);
  EXPECT_EQ(seconds("+2 V"), 2);
  EXPECT_EQ(parse_quantity("10 Hz")->dimension, Dimension::rate);
  EXPECT_EQ(parse_quantity("1 mV")->dimension, Dimension::voltage);
}

TEST(Quantity, is_rounded_once) {
  // 1e-3 * 10^-3 and 3 * 10^-6 done in binary give neighbours of these.
  EXPECT_EQ(parse_quantity("1e-3 ms")->value, 1e-6);
  EXPECT_EQ(parse_quantity("7E+2 us")->value, 7e-4);
  EXPECT_EQ(parse_quantity("0.3 us")->value, 0.3e-6);
}

TEST(Quantity, refuses_what_is_no_number_with_a_unit) {
  for (const char* text :
       {"",      " ",     "ms",    "20",      "20 parsecs",      "20 MS",  "2O ms",  "1 2 ms", "--1 ms",  "+-1 ms",
        "1e ms", "inf s", "nan s", "1e999 s", "1e99999999999 s", "0x10 s", "20 ms ", " 20 ms", "20 ms 3", "."}) {
    EXPECT_FALSE(parse_quantity(text)) << '"' << text << '"';
  }
}

TEST(Quantity, is_written_in_its_shortest_form) {
  EXPECT_EQ(format_quantity(Dimension::time, 0.02), "20 ms");
  EXPECT_EQ(format_quantity(Dimension::time, 3e-6), "3 us");
  EXPECT_EQ(format_quantity(Dimension::time, 5), "5 s");
  EXPECT_EQ(format_quantity(Dimension::rate, 10), "10 Hz");
  EXPECT_EQ(format_quantity(Dimension::rate, 40000), "40 kHz");
  EXPECT_EQ(format_quantity(Dimension::voltage, -0.06), "-60 mV");
}

RC_GTEST_PROP(Quantity, reads_back_to_the_same_bits, ()) {
  const double value = any_finite();
  const auto dimension = *rc::gen::element(Dimension::time, Dimension::rate, Dimension::voltage);
  const auto read = parse_quantity(format_quantity(dimension, value));
  RC_ASSERT(read.has_value());
  RC_ASSERT(read->dimension == dimension);
  RC_ASSERT(std::bit_cast<std::uint64_t>(read->value) == std::bit_cast<std::uint64_t>(value));
}

TEST(Quantity, each_dimension_has_a_name_and_a_valid_example) {
  for (const Dimension dimension : {Dimension::time, Dimension::rate, Dimension::voltage}) {
    EXPECT_TRUE(name_of(dimension).starts_with("a "));
    ASSERT_TRUE(parse_quantity(example_of(dimension)));
    EXPECT_EQ(parse_quantity(example_of(dimension))->dimension, dimension);
  }
}

RC_GTEST_PROP(Number, reads_back_to_the_same_bits, ()) {
  const double value = any_finite();
  const auto read = parse_number(format_number(value));
  RC_ASSERT(read.has_value());
  RC_ASSERT(std::bit_cast<std::uint64_t>(*read) == std::bit_cast<std::uint64_t>(value));
}

TEST(Number, is_written_shortest) {
  EXPECT_EQ(format_number(0.1), "0.1");
  EXPECT_EQ(format_number(1e-8), "1e-08");
  EXPECT_EQ(format_number(-0.0), "-0");
  EXPECT_EQ(format_number(1.0 / 3), "0.3333333333333333");
  EXPECT_EQ(format_number(std::numeric_limits<double>::infinity()), "inf");
}

TEST(Number, reads_the_whole_text_or_nothing) {
  EXPECT_EQ(parse_number("+2.5e3"), 2500.0);
  EXPECT_EQ(parse_number(".5"), 0.5);
  EXPECT_TRUE(std::isinf(parse_number("-inf").value()));
  for (const char* text : {"", "+", "-", "+-1", "++1", "1 ", " 1", "1,5", "1e", "0x1p3", "1e400", "one"}) {
    EXPECT_FALSE(parse_number(text)) << '"' << text << '"';
  }
}

}  // namespace
}  // namespace carve::base
