// exp, log and tanh of single numbers with the same bits as the kernels, on every machine and C library.
#pragma once

namespace carve::base {

// Relative error below 3e-7 (float) and 6e-16 (double). Results below the smallest normal number are 0; the logarithm
// takes denormals for 0, log 0 = -inf, the logarithm of a negative number is NaN.
[[nodiscard]] float exp(float x) noexcept;
[[nodiscard]] double exp(double x) noexcept;
[[nodiscard]] float log(float x) noexcept;
[[nodiscard]] double log(double x) noexcept;
[[nodiscard]] float tanh(float x) noexcept;
[[nodiscard]] double tanh(double x) noexcept;
/// a b + c rounded once.
[[nodiscard]] float fma(float a, float b, float c) noexcept;
[[nodiscard]] double fma(double a, double b, double c) noexcept;

}  // namespace carve::base
