// What networks are shown: one trial's samples with the truth about them, made from (seed, trial) alone.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "carve/base/aligned.hpp"
#include "carve/base/component.hpp"

namespace carve::task {

/// Which data a trial draws from: candidates are searched on one set and confirmed on another.
enum class Split { search, validation };

/// Samples that are pictures, row by row.
struct ImageShape {
  std::size_t rows = 0;
  std::size_t columns = 0;
};

/// What is asked of an input for one trial.
struct SampleRequest {
  std::uint64_t seed = 0;
  std::uint32_t trial = 0;
  Split split = Split::search;
  std::size_t steps = 0;
  double scale = 1;            // the largest eigenvalue of the samples' covariance is scale^2
  std::size_t components = 1;  // how many principal components are wanted
  std::size_t labelled = 0;    // how many labelled samples beside the steps; at most Inputs::labels().samples
};

/// One trial's samples.
struct Samples {
  base::AlignedVector<float> values;    // [step][input]
  std::vector<double> components;       // [component][input]: unit vectors, largest variance first
  base::AlignedVector<float> labelled;  // [labelled sample][input], all different ones, treated like `values`
  std::vector<std::uint8_t> labels;     // the class of each
};

/// What is known about the classes of samples; nothing where `samples` is 0.
struct LabelInfo {
  std::size_t samples = 0;  // how many different labelled ones a trial of any split can have
  std::size_t classes = 0;
};

/// A kind of input. Const: one object serves all threads.
class Inputs {
 public:
  virtual ~Inputs() = default;
  [[nodiscard]] virtual Samples sample(const SampleRequest& request) const = 0;
  [[nodiscard]] virtual std::optional<ImageShape> image() const { return std::nullopt; }
  [[nodiscard]] virtual LabelInfo labels() const { return {}; }
};

struct InputsContext {
  std::size_t inputs = 0;  // of the network: what `sample` must give
  std::string folder;      // where relative file names start
};

using InputsComponent = base::Component<Inputs, InputsContext>;

/// All inputs a file may name.
[[nodiscard]] const std::vector<const InputsComponent*>& inputs();

extern const InputsComponent gaussian_inputs;
extern const InputsComponent image_patches;
extern const InputsComponent table_inputs;

}  // namespace carve::task
