// Rotations and covariances of samples; lanes are samples in the one and coordinates in the other, so that no sum is
// split and the bits do not depend on the register width.
#include "carve/base/lanes.hpp"
#include "carve/task/kernels/sample_kernels.hpp"

namespace carve::task::CARVE_ISA_NAME {

using namespace base::CARVE_ISA_NAME;

void rotate(const PlaneRotation* rotations, std::size_t count, float* samples) noexcept {
  for (std::size_t i = 0; i < count; ++i) {
    const PlaneRotation& rotation = rotations[i];
    const Lanes<float> cosine = broadcast(rotation.cosine);
    const Lanes<float> sine = broadcast(rotation.sine);
    float* const first = samples + rotation.first * sample_block;
    float* const second = samples + rotation.second * sample_block;
    for (std::size_t s = 0; s < sample_block; s += width<float>) {
      const Lanes<float> a = load<float>(first + s);
      const Lanes<float> b = load<float>(second + s);
      store<float>(first + s, fma(cosine, a, -(sine * b)));
      store<float>(second + s, fma(sine, a, cosine * b));
    }
  }
}

void covariance(const float* values, std::size_t samples, std::size_t coordinates, double* sums) noexcept {
  for (std::size_t t = 0; t < samples; ++t) {
    const float* const x = values + t * coordinates;
    for (std::size_t i = 0; i < coordinates; ++i) {
      const double x_i = x[i];
      double* const row = sums + i * coordinates;
      std::size_t j = i;
      for (; j + width<double> <= coordinates; j += width<double>) {
        Lanes<double> x_j;
#if defined(CARVE_SCALAR_LANES)
        x_j = x[j];
#else
        typedef float Half __attribute__((vector_size(vector_bytes / 2)));
        Half narrow;
        std::memcpy(&narrow, x + j, sizeof(narrow));
        x_j = __builtin_convertvector(narrow, Lanes<double>);
#endif
        store<double>(row + j, fma(broadcast(x_i), x_j, load<double>(row + j)));
      }
      for (; j < coordinates; ++j) row[j] = __builtin_fma(x_i, static_cast<double>(x[j]), row[j]);
    }
  }
}

}  // namespace carve::task::CARVE_ISA_NAME
