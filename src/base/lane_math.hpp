// exp, log, tanh, sine and cosine as fixed sequences of IEEE operations: the same bits on every instruction set,
// compiler and C library. Relative error below 3e-7 (float) and 6e-16 (double) where not said otherwise.
//
// For kernel sources only (see lanes.hpp); everybody else calls scalar_math.hpp. Polynomials are Taylor series cut
// where the rest is below rounding, but for the float logarithm, which is a least-maximum fit.
#pragma once

#include <array>
#include <limits>

#include "carve/base/lanes.hpp"

namespace carve::base::CARVE_ISA_NAME {

/// Horner's scheme, highest power first.
template <class T, std::size_t count>
CARVE_INLINE Lanes<T> horner(const std::array<T, count>& coefficients, Lanes<T> x) {
  Lanes<T> sum = broadcast(coefficients[0]);
  for (std::size_t i = 1; i < count; ++i) sum = fma(sum, x, broadcast(coefficients[i]));
  return sum;
}

/// 1/first!, 1/(first+step)!, ... as the coefficients of a series, highest power first, signs alternating on demand.
template <class T, std::size_t count>
constexpr std::array<T, count> inverse_factorials(int first, int step, bool alternating) {
  std::array<T, count> result{};
  for (std::size_t i = 0; i < count; ++i) {
    long double factorial = 1;
    for (int k = 2; k <= first + step * static_cast<int>(i); ++k) factorial *= k;
    const long double sign = alternating && i % 2 == 1 ? -1 : 1;
    result[count - 1 - i] = static_cast<T>(sign / factorial);
  }
  return result;
}

/// x = n ln2 + r with |r| <= ln2/2: returns n (a whole number) and r. |x| must be below 2^20 (float) or 2^30.
template <class T>
CARVE_INLINE Lanes<T> reduce_by_ln2(Lanes<T> x, Lanes<T>& r) {
  // Adding and taking away 1.5 * 2^(mantissa bits) rounds to the nearest whole number.
  constexpr T magic = sizeof(T) == 4 ? T(12582912.0) : T(6755399441055744.0);
  // ln2 in two parts: the first has few enough bits that n times it is exact.
  constexpr T ln2_high = sizeof(T) == 4 ? T(0.693359375) : T(0x1.62e42feep-1);
  constexpr T ln2_low = sizeof(T) == 4 ? T(-2.12194440054690583e-4) : T(0x1.a39ef35793c76p-33);
  const Lanes<T> n = (fma(x, broadcast(T(1.44269504088896340736)), broadcast(magic)) - broadcast(magic));
  r = fma(n, broadcast(T(-ln2_high)), x);
  r = fma(n, broadcast(T(-ln2_low)), r);
  return n;
}

/// 2^n for whole n within the exponents of normal numbers.
template <class T>
CARVE_INLINE Lanes<T> power_of_two(Lanes<T> n) {
  using Integer = IntegerOf<T>;
  constexpr int mantissa_bits = std::numeric_limits<T>::digits - 1;
  constexpr Integer bias = std::numeric_limits<T>::max_exponent - 1;
  const Lanes<Integer> exponent = convert<Lanes<Integer>>(n) + broadcast(bias);
  return reinterpret<Lanes<T>>(Lanes<Integer>(exponent << mantissa_bits));
}

/// e^x. Overflows to infinity; results below the smallest normal number are 0, so that no mode of the CPU matters.
template <class T>
CARVE_INLINE Lanes<T> exp(Lanes<T> x) {
  constexpr T highest = sizeof(T) == 4 ? T(88.72283) : T(709.782712893384);
  constexpr T lowest = sizeof(T) == 4 ? T(-87.33654) : T(-708.396418532264);
  const auto too_high = x > broadcast(highest);
  const auto too_low = x < broadcast(lowest);
  // Not-a-number must not reach the conversion to integers, which has no value for it: it goes the way of too_low.
  const Lanes<T> inside = select(x >= broadcast(lowest), select(too_high, broadcast(highest), x), broadcast(lowest));
  Lanes<T> r;
  const Lanes<T> n = reduce_by_ln2<T>(inside, r);
  constexpr std::size_t terms = sizeof(T) == 4 ? 8 : 14;
  const Lanes<T> series = horner<T>(inverse_factorials<T, terms>(0, 1, false), r);
  // Two factors, because 2^n alone may overflow where the result does not; n/2 rounded to a whole number.
  using Integer = IntegerOf<T>;
  const Lanes<T> half = convert<Lanes<T>>(Lanes<Integer>(convert<Lanes<Integer>>(n) >> 1));
  const Lanes<T> result = series * power_of_two<T>(half) * power_of_two<T>(n - half);
  const Lanes<T> bounded =
      select(too_low, Lanes<T>{}, select(too_high, broadcast(std::numeric_limits<T>::infinity()), result));
  return select(x == x, bounded, x);
}

/// tanh x = (e^2x - 1) / (e^2x + 1), with e^2x - 1 formed without cancellation.
template <class T>
CARVE_INLINE Lanes<T> tanh(Lanes<T> x) {
  constexpr T saturated = sizeof(T) == 4 ? T(10) : T(20);  // beyond, 1 to the last bit
  const Lanes<T> magnitude = select(x < Lanes<T>{}, -x, x);
  const Lanes<T> inside = select(magnitude <= broadcast(saturated), magnitude, broadcast(saturated));  // also for NaN
  Lanes<T> r;
  const Lanes<T> n = reduce_by_ln2<T>(inside + inside, r);
  constexpr std::size_t terms = sizeof(T) == 4 ? 8 : 14;
  const Lanes<T> scale = power_of_two<T>(n);
  const Lanes<T> expm1_r = horner<T>(inverse_factorials<T, terms>(1, 1, false), r) * r;
  const Lanes<T> expm1 = fma(scale, expm1_r, scale - broadcast(T(1)));
  const Lanes<T> result = expm1 / (expm1 + broadcast(T(2)));
  const Lanes<T> is_signed = select(x < Lanes<T>{}, -result, result);
  return select(x == x, is_signed, x);
}

/// The natural logarithm of normal numbers; log 0 = -inf, log of a negative number is NaN, denormals count as 0.
template <class T>
CARVE_INLINE Lanes<T> log_of_normal(Lanes<T> x) {
  using Integer = IntegerOf<T>;
  using Bits = std::make_unsigned_t<Integer>;  // wraps where x is negative, which log() takes out
  constexpr int mantissa_bits = std::numeric_limits<T>::digits - 1;
  // x = 2^e m with m in [sqrt(1/2), sqrt(2)): subtracting the bits of sqrt(1/2) moves the border to a power of two.
  constexpr Bits border = sizeof(T) == 4 ? static_cast<Bits>(0x3F3504F3) : static_cast<Bits>(0x3FE6A09E667F3BCDLL);
  const Lanes<Bits> bits = reinterpret<Lanes<Bits>>(x);
  const Lanes<Integer> exponent = reinterpret<Lanes<Integer>>(Lanes<Bits>(bits - broadcast(border))) >> mantissa_bits;
  const Lanes<Bits> exponent_bits = reinterpret<Lanes<Bits>>(exponent) << mantissa_bits;
  const Lanes<T> mantissa = reinterpret<Lanes<T>>(Lanes<Bits>(bits - exponent_bits));
  const Lanes<T> e = convert<Lanes<T>>(exponent);
  const Lanes<T> z = mantissa - broadcast(T(1));
  if constexpr (sizeof(T) == 4) {
    // log(1 + z) = z - z^2/2 + z^3 P(z), P fitted for the least maximal relative error (6e-9).
    constexpr std::array<float, 8> fitted{-0.07634492963552475F, 0.12761574983596802F,  -0.13160182535648346F,
                                          0.14201758801937103F,  -0.16623356938362122F, 0.20001226663589478F,
                                          -0.2500081956386566F,  0.3333333134651184F};
    const Lanes<float> square = z * z;
    const Lanes<float> cubic = horner<float>(fitted, z) * (square * z);
    const Lanes<float> log_mantissa = fma(square, broadcast(-0.5F), cubic) + z;
    return fma(e, broadcast(0.693147180559945F), log_mantissa);
  } else {
    // log m = 2 atanh(q), q = z / (z + 2), |q| < 0.172.
    constexpr std::array<double, 11> odd{1. / 21, 1. / 19, 1. / 17, 1. / 15, 1. / 13, 1. / 11,
                                         1. / 9,  1. / 7,  1. / 5,  1. / 3,  1.};
    const Lanes<double> q = z / (z + broadcast(2.0));
    const Lanes<double> log_mantissa = (q + q) * horner<double>(odd, q * q);
    const Lanes<double> with_low = fma(e, broadcast(0x1.a39ef35793c76p-33), log_mantissa);
    return fma(e, broadcast(0x1.62e42feep-1), with_low);
  }
}

template <class T>
CARVE_INLINE Lanes<T> log(Lanes<T> x) {
  const Lanes<T> infinite = broadcast(std::numeric_limits<T>::infinity());
  const Lanes<T> result = select(x == infinite, x, log_of_normal<T>(x));
  const Lanes<T> or_zero = select(x < broadcast(std::numeric_limits<T>::min()), -infinite, result);
  const Lanes<T> or_nan = select(x < Lanes<T>{}, broadcast(std::numeric_limits<T>::quiet_NaN()), or_zero);
  return select(x == x, or_nan, x);
}

/// Sine and cosine of an angle in [-pi/4, pi/4]; absolute error below one unit in the last place of 1.
template <class T>
CARVE_INLINE void small_sine_cosine(Lanes<T> angle, Lanes<T>& sine, Lanes<T>& cosine) {
  constexpr std::size_t terms = sizeof(T) == 4 ? 5 : 9;
  const Lanes<T> square = angle * angle;
  sine = horner<T>(inverse_factorials<T, terms>(1, 2, true), square) * angle;
  cosine = horner<T>(inverse_factorials<T, terms>(0, 2, true), square);
}

}  // namespace carve::base::CARVE_ISA_NAME
