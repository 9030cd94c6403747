// Samples projected on rows: lanes are samples, so that each sum runs over the inputs in order and the bits do not
// depend on the register width.
#include "carve/base/lanes.hpp"
#include "carve/task/kernels/project_kernel.hpp"

namespace carve::task::CARVE_ISA_NAME {

using namespace base::CARVE_ISA_NAME;

namespace {

constexpr std::size_t vectors = project_block / width<double>;  // registers per block of samples
constexpr std::size_t most_rows = vectors >= 8 ? 1 : 8 / vectors;

/// `count` rows at once on one block of samples, [input][project_block].
template <std::size_t count>
CARVE_INLINE void project_rows(const double* block, std::size_t inputs, const double* rows, double* out,
                               std::size_t out_stride, std::size_t samples) {
  Lanes<double> sums[count][vectors] = {};
  for (std::size_t j = 0; j < inputs; ++j) {
    Lanes<double> x[vectors];
    for (std::size_t v = 0; v < vectors; ++v) x[v] = load<double>(block + j * project_block + v * width<double>);
    for (std::size_t r = 0; r < count; ++r) {
      const Lanes<double> weight = broadcast(rows[r * inputs + j]);
      for (std::size_t v = 0; v < vectors; ++v) sums[r][v] = fma(weight, x[v], sums[r][v]);
    }
  }
  for (std::size_t r = 0; r < count; ++r) {
    double row[project_block];
    for (std::size_t v = 0; v < vectors; ++v) store<double>(row + v * width<double>, sums[r][v]);
    for (std::size_t s = 0; s < samples; ++s) out[s * out_stride + r] = row[s];
  }
}

}  // namespace

void project(const float* values, std::size_t samples, std::size_t inputs, const double* rows, std::size_t count,
             double* scratch, double* out) noexcept {
  for (std::size_t first = 0; first < samples; first += project_block) {
    const std::size_t here = samples - first < project_block ? samples - first : project_block;
    for (std::size_t s = 0; s < project_block; ++s) {
      const float* const x = values + (first + (s < here ? s : 0)) * inputs;
      for (std::size_t j = 0; j < inputs; ++j) scratch[j * project_block + s] = static_cast<double>(x[j]);
    }
    double* const to = out + first * count;
    std::size_t r = 0;
    for (; r + most_rows <= count; r += most_rows)
      project_rows<most_rows>(scratch, inputs, rows + r * inputs, to + r, count, here);
    for (; r < count; ++r) project_rows<1>(scratch, inputs, rows + r * inputs, to + r, count, here);
  }
}

}  // namespace carve::task::CARVE_ISA_NAME
