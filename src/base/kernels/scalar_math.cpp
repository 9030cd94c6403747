// The scalar build of lane_math.hpp behind plain functions.
#include "carve/base/scalar_math.hpp"

#define CARVE_ISA_NAME plain
#define CARVE_SCALAR_LANES
#include "carve/base/lane_math.hpp"

namespace carve::base {

float exp(float x) noexcept { return plain::exp<float>(x); }
double exp(double x) noexcept { return plain::exp<double>(x); }
float log(float x) noexcept { return plain::log<float>(x); }
double log(double x) noexcept { return plain::log<double>(x); }
float tanh(float x) noexcept { return plain::tanh<float>(x); }
double tanh(double x) noexcept { return plain::tanh<double>(x); }
float fma(float a, float b, float c) noexcept { return plain::fma(a, b, c); }
double fma(double a, double b, double c) noexcept { return plain::fma(a, b, c); }

}  // namespace carve::base
