// Gaussian samples whose covariance has a chosen spectrum and, in each trial, its own random axes.
#include <algorithm>
#include <bit>
#include <cmath>
#include <numeric>

#include <fmt/format.h>

#include "carve/base/isa.hpp"
#include "carve/base/random.hpp"
#include "carve/task/inputs.hpp"
#include "carve/task/kernels/sample_kernels.hpp"

namespace carve::task {
namespace {

struct Options {
  double ratio = 0.7;
  double floor = 0;
  std::vector<double> eigenvalues;
};

constexpr base::PerIsa<RotateKernel> rotate{scalar::rotate, v3::rotate, v4::rotate};

/// A random rotation as layers of rotations in random planes: in each layer every coordinate takes part once, with a
/// random partner and a uniform angle. With about 2 log2 N layers each axis is spread evenly over the sphere, at
/// N log N cost per sample, where a dense matrix costs N^2.
std::vector<PlaneRotation> random_rotation(std::size_t size, std::uint64_t seed, std::uint32_t trial) {
  std::vector<PlaneRotation> rotations;
  if (size < 2) return rotations;
  const auto layers = 2 * static_cast<std::uint32_t>(std::bit_width(size - 1)) + 4;
  std::vector<std::size_t> order(size);
  std::vector<std::uint32_t> bits(size);
  std::vector<float> normals(size);
  for (std::uint32_t layer = 0; layer < layers; ++layer) {
    base::fill_bits({seed, base::Purpose::rotation, trial, 2 * layer}, bits);
    base::fill_normal({seed, base::Purpose::rotation, trial, 2 * layer + 1}, std::span<float>(normals));
    std::iota(order.begin(), order.end(), std::size_t{0});
    for (std::size_t i = size - 1; i > 0; --i) {  // Fisher and Yates; 32 bits times the range, upper half
      std::swap(order[i], order[static_cast<std::size_t>((std::uint64_t{bits[i]} * (i + 1)) >> 32)]);
    }
    for (std::size_t pair = 0; 2 * pair + 1 < size; ++pair) {
      const float a = normals[2 * pair];
      const float b = normals[2 * pair + 1];
      const float length = std::sqrt(a * a + b * b);  // a direction of the plane, so no sine or cosine is needed
      if (length == 0) continue;
      rotations.push_back({order[2 * pair], order[2 * pair + 1], a / length, b / length});
    }
  }
  return rotations;
}

class GaussianInputs final : public Inputs {
 public:
  GaussianInputs(std::size_t size, const Options& options) : deviations_(size) {
    double power = 1;  // a product, not a power of the C library, so that the bits are the same everywhere
    for (std::size_t i = 0; i < size; ++i) {
      double eigenvalue = options.floor;
      if (!options.eigenvalues.empty()) {
        if (i < options.eigenvalues.size()) eigenvalue = options.eigenvalues[i] / options.eigenvalues.front();
      } else {
        eigenvalue = std::max(power, options.floor);
        power *= options.ratio;
      }
      deviations_[i] = static_cast<float>(std::sqrt(eigenvalue));
    }
  }

  [[nodiscard]] Samples sample(const SampleRequest& request) const override {
    const std::size_t size = deviations_.size();
    const std::vector<PlaneRotation> rotations = random_rotation(size, request.seed, request.trial);
    Samples samples;
    samples.values.resize(request.steps * size);
    base::AlignedVector<float> block(size * sample_block);
    for (std::size_t first = 0; first < request.steps; first += sample_block) {
      const auto step = static_cast<std::uint32_t>(first / sample_block);
      base::fill_normal({request.seed, base::Purpose::inputs, request.trial, step}, std::span<float>(block));
      for (std::size_t i = 0; i < size; ++i) {
        const float deviation = deviations_[i] * static_cast<float>(request.scale);
        for (std::size_t s = 0; s < sample_block; ++s) block[i * sample_block + s] *= deviation;
      }
      rotate()(rotations.data(), rotations.size(), block.data());
      const std::size_t count = std::min(sample_block, request.steps - first);
      for (std::size_t s = 0; s < count; ++s) {
        for (std::size_t i = 0; i < size; ++i) samples.values[(first + s) * size + i] = block[i * sample_block + s];
      }
    }
    samples.components = axes(rotations, std::min(request.components, size));
    return samples;
  }

 private:
  /// The rotated coordinate axes: exactly the principal components of the distribution.
  [[nodiscard]] std::vector<double> axes(const std::vector<PlaneRotation>& rotations, std::size_t count) const {
    const std::size_t size = deviations_.size();
    std::vector<double> result(count * size, 0.0);
    for (std::size_t k = 0; k < count; ++k) {
      double* const axis = result.data() + k * size;
      axis[k] = 1;
      for (const PlaneRotation& rotation : rotations) {
        const double a = axis[rotation.first];
        const double b = axis[rotation.second];
        const double cosine = static_cast<double>(rotation.cosine);
        const double sine = static_cast<double>(rotation.sine);
        axis[rotation.first] = cosine * a - sine * b;
        axis[rotation.second] = sine * a + cosine * b;
      }
    }
    return result;
  }

  std::vector<float> deviations_;
};

std::unique_ptr<Inputs> make(const Options& options, const InputsContext& context, const base::Span& place,
                             base::Diagnostics& diagnostics) {
  if (options.eigenvalues.size() > context.inputs) {
    diagnostics.error(place, fmt::format("{} eigenvalues for {} inputs", options.eigenvalues.size(), context.inputs),
                      "give at most one per input; the rest have variance 'floor'");
    return nullptr;
  }
  if (!std::is_sorted(options.eigenvalues.rbegin(), options.eigenvalues.rend())) {
    diagnostics.error(place, "the eigenvalues are not in falling order",
                      "largest first: the first component is theirs");
    return nullptr;
  }
  return std::make_unique<GaussianInputs>(context.inputs, options);
}

}  // namespace

const InputsComponent gaussian_inputs = base::component<Inputs, InputsContext>(
    "gaussian", "Zero-mean Gaussian samples with a chosen spectrum; each trial turns them to random axes.",
    "confavreux2020", "kind = \"gaussian\"\nratio = 0.7", "kind",
    base::Schema<Options>{
        {base::field(&Options::ratio, "ratio", "each eigenvalue of the covariance over the one before: 1 - eigengap",
                     {.lower = 0, .upper = 1, .lower_open = true}),
         base::field(&Options::floor, "floor", "smallest eigenvalue, relative to the largest", base::between(0, 1)),
         base::field(&Options::eigenvalues, "eigenvalues",
                     "eigenvalues in falling order, instead of a geometric series; the rest are 'floor'",
                     base::positive)}},
    make);

}  // namespace carve::task
