// exp, log, tanh, sine and cosine against long double; the same bits on every instruction set.
#include "carve/base/scalar_math.hpp"

#include <bit>
#include <cmath>
#include <cstdint>
#include <limits>
#include <vector>

#include <gtest/gtest.h>

#include "carve/base/isa.hpp"
#include "carve/base/kernels/test_lane_math.hpp"
#include "carve/base/random.hpp"

namespace carve::base {
namespace {

template <class T>
using Bits = std::conditional_t<sizeof(T) == 4, std::uint32_t, std::uint64_t>;

template <class T>
class Math : public testing::Test {
 protected:
  using Limits = std::numeric_limits<T>;
  static constexpr T infinity = Limits::infinity();
  static constexpr T nan = Limits::quiet_NaN();
  static constexpr long double bound = sizeof(T) == 4 ? 3e-7L : 6e-16L;
};
using Types = testing::Types<float, double>;
TYPED_TEST_SUITE(Math, Types);

/// `count` points between two ends, both included.
template <class T>
std::vector<T> between(T low, T high, int count) {
  std::vector<T> points;
  for (int i = 0; i <= count; ++i) points.push_back(low + (high - low) * (static_cast<T>(i) / static_cast<T>(count)));
  return points;
}

/// Numbers of all signs and exponents, NaN, infinities, zeros and denormals among them; a multiple of 16.
template <class T>
std::vector<T> all_kinds() {
  std::vector<std::uint32_t> words(200000);
  fill_bits({.seed = 5}, words);
  std::vector<T> points;
  for (std::size_t i = 0; i + 1 < words.size(); i += 2) {
    points.push_back(std::bit_cast<T>(static_cast<Bits<T>>(std::uint64_t{words[i]} << 32 | words[i + 1])));
  }
  using Limits = std::numeric_limits<T>;
  for (const T special : {T(0), T(-0.0), Limits::infinity(), -Limits::infinity(), Limits::quiet_NaN(), Limits::min(),
                          Limits::denorm_min(), -Limits::denorm_min(), Limits::max(), Limits::lowest(), T(1), T(-1)}) {
    points.push_back(special);
  }
  for (const T point : between<T>(-100, 100, 20000)) points.push_back(point);
  points.resize(points.size() / 16 * 16);
  return points;
}

/// The largest relative error over the points.
template <class T, class Function, class Truth>
long double worst(const std::vector<T>& points, Function function, Truth truth) {
  long double largest = 0;
  for (const T x : points) {
    const long double expected = truth(static_cast<long double>(x));
    const long double error = std::fabs(static_cast<long double>(function(x)) - expected);
    largest = std::max(largest, error == 0 ? 0 : error / std::fabs(expected));
  }
  return largest;
}

TYPED_TEST(Math, exp_is_accurate) {
  using T = TypeParam;
  const auto own = [](T x) { return exp(x); };
  const auto truth = [](long double x) { return std::exp(x); };
  const T low = sizeof(T) == 4 ? T(-87.3) : T(-708.3);
  const T high = sizeof(T) == 4 ? T(88.7) : T(709.7);
  EXPECT_LT(worst(between<T>(low, high, 500000), own, truth), this->bound);
  EXPECT_LT(worst(between<T>(T(-1), T(1), 500000), own, truth), this->bound);
  EXPECT_LT(worst(between<T>(T(-1e-6), T(1e-6), 1000), own, truth), this->bound);
}

TYPED_TEST(Math, exp_at_the_edges) {
  using T = TypeParam;
  EXPECT_EQ(exp(T(0)), T(1));
  EXPECT_EQ(exp(T(-0.0)), T(1));
  EXPECT_EQ(exp(this->infinity), this->infinity);
  EXPECT_EQ(exp(-this->infinity), T(0));
  EXPECT_EQ(exp(TestFixture::Limits::max()), this->infinity);
  EXPECT_EQ(exp(TestFixture::Limits::lowest()), T(0));
  EXPECT_EQ(exp(TestFixture::Limits::denorm_min()), T(1));
  EXPECT_TRUE(std::isnan(exp(this->nan)));
  // Around the largest and the smallest finite result: never an infinity too early, never a denormal.
  const T highest = std::log(TestFixture::Limits::max());
  EXPECT_TRUE(std::isfinite(exp(highest * (T(1) - 4 * TestFixture::Limits::epsilon()))));
  EXPECT_EQ(exp(highest * T(1.001)), this->infinity);
  const T lowest = std::log(TestFixture::Limits::min());
  for (const T x : between<T>(lowest * T(1.01), lowest * T(0.99), 10000)) {
    EXPECT_TRUE(exp(x) == 0 || std::isnormal(exp(x))) << x;
  }
}

TYPED_TEST(Math, log_is_accurate) {
  using T = TypeParam;
  const auto own = [](T x) { return log(x); };
  const auto truth = [](long double x) { return std::log(x); };
  std::vector<T> points;
  for (const T x : all_kinds<T>()) {
    if (std::isnormal(x) && x > 0) points.push_back(x);
  }
  EXPECT_GT(points.size(), 30000u);
  EXPECT_LT(worst(points, own, truth), this->bound);
  EXPECT_LT(worst(between<T>(T(0.3), T(3), 500000), own, truth), this->bound);
  EXPECT_LT(worst(between<T>(T(0.9999), T(1.0001), 100000), own, truth), this->bound);
}

TYPED_TEST(Math, log_at_the_edges) {
  using T = TypeParam;
  EXPECT_EQ(log(T(1)), T(0));
  EXPECT_EQ(log(T(0)), -this->infinity);
  EXPECT_EQ(log(T(-0.0)), -this->infinity);
  EXPECT_EQ(log(TestFixture::Limits::denorm_min()), -this->infinity);  // denormals count as 0
  EXPECT_EQ(log(this->infinity), this->infinity);
  EXPECT_TRUE(std::isnan(log(T(-1))));
  EXPECT_TRUE(std::isnan(log(-this->infinity)));
  EXPECT_TRUE(std::isnan(log(this->nan)));
}

TYPED_TEST(Math, tanh_is_accurate) {
  using T = TypeParam;
  const auto own = [](T x) { return tanh(x); };
  const auto truth = [](long double x) { return std::tanh(x); };
  EXPECT_LT(worst(between<T>(T(-25), T(25), 500000), own, truth), this->bound);
  EXPECT_LT(worst(between<T>(T(-1), T(1), 500000), own, truth), this->bound);
  EXPECT_LT(worst(between<T>(T(1e-30), T(1e-4), 1000), own, truth), this->bound);
}

TYPED_TEST(Math, tanh_at_the_edges) {
  using T = TypeParam;
  EXPECT_EQ(tanh(T(0)), T(0));
  EXPECT_EQ(tanh(this->infinity), T(1));
  EXPECT_EQ(tanh(-this->infinity), T(-1));
  EXPECT_EQ(tanh(T(100)), T(1));
  EXPECT_EQ(tanh(TestFixture::Limits::lowest()), T(-1));
  EXPECT_TRUE(std::isnan(tanh(this->nan)));
  for (const T x : between<T>(T(0), T(30), 10000)) {
    EXPECT_EQ(tanh(-x), -tanh(x));
    EXPECT_LE(tanh(x), T(1));
  }
}

TYPED_TEST(Math, fma_rounds_once) {
  using T = TypeParam;
  const T e = TestFixture::Limits::epsilon();
  EXPECT_EQ(fma(T(1) + e, T(1) - e, T(-1)), -e * e);  // rounding the product first would give 0
}

TYPED_TEST(Math, small_sine_and_cosine_are_accurate) {
  using T = TypeParam;
  const T eighth = T(0.78539816339744830962L);
  std::vector<T> points = between<T>(-eighth, eighth, 100000 - 1);
  std::vector<T> result(points.size());
  const auto worst_error = [&](auto* function, auto truth) {
    function(points.data(), result.data(), points.size());
    long double largest = 0;
    for (std::size_t i = 0; i < points.size(); ++i) {
      largest = std::max(largest, std::fabs(result[i] - truth(static_cast<long double>(points[i]))));
    }
    return largest;
  };
  using Map = void(const T*, T*, std::size_t) noexcept;
  const long double ulp = TestFixture::Limits::epsilon();
  EXPECT_LT(worst_error(static_cast<Map*>(scalar::sine_of_all), [](long double x) { return std::sin(x); }), ulp);
  EXPECT_LT(worst_error(static_cast<Map*>(scalar::cosine_of_all), [](long double x) { return std::cos(x); }), ulp);
}

template <class T>
void expect_same_bits(const std::vector<T>& points, void (*expected)(const T*, T*, std::size_t) noexcept,
                      void (*actual)(const T*, T*, std::size_t) noexcept) {
  std::vector<T> a(points.size());
  std::vector<T> b(points.size());
  expected(points.data(), a.data(), points.size());
  actual(points.data(), b.data(), points.size());
  for (std::size_t i = 0; i < points.size(); ++i) {
    ASSERT_TRUE(std::bit_cast<Bits<T>>(a[i]) == std::bit_cast<Bits<T>>(b[i]) || (std::isnan(a[i]) && std::isnan(b[i])))
        << points[i] << " gives " << a[i] << " and " << b[i];
  }
}

TYPED_TEST(Math, has_the_same_bits_on_every_instruction_set) {
  using T = TypeParam;
  using Map = void(const T*, T*, std::size_t) noexcept;
  const std::vector<T> points = all_kinds<T>();
  const auto same = [&](Map* of_scalar, Map* of_v3, Map* of_v4) {
    if (supported(Isa::v3)) expect_same_bits<T>(points, of_scalar, of_v3);
    if (supported(Isa::v4)) expect_same_bits<T>(points, of_scalar, of_v4);
  };
  same(scalar::exp_of_all, v3::exp_of_all, v4::exp_of_all);
  same(scalar::log_of_all, v3::log_of_all, v4::log_of_all);
  same(scalar::tanh_of_all, v3::tanh_of_all, v4::tanh_of_all);
}

TYPED_TEST(Math, single_numbers_have_the_bits_of_the_kernels) {
  using T = TypeParam;
  using Map = void(const T*, T*, std::size_t) noexcept;
  const std::vector<T> points = all_kinds<T>();
  const auto same = [&](auto function, Map* kernel) {
    std::vector<T> result(points.size());
    kernel(points.data(), result.data(), points.size());
    for (std::size_t i = 0; i < points.size(); ++i) {
      const T single = function(points[i]);
      ASSERT_TRUE(std::bit_cast<Bits<T>>(single) == std::bit_cast<Bits<T>>(result[i]) || std::isnan(single))
          << points[i];
    }
  };
  same([](T x) { return exp(x); }, scalar::exp_of_all);
  same([](T x) { return log(x); }, scalar::log_of_all);
  same([](T x) { return tanh(x); }, scalar::tanh_of_all);
}

}  // namespace
}  // namespace carve::base
