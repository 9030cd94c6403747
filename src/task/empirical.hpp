// What all inputs made of data share: centring, scaling and the truth about the samples drawn.
#pragma once

#include "carve/task/inputs.hpp"

namespace carve::task {

/// Takes the mean over the trial's samples away from each input, finds the principal components of what is left, and
/// scales all samples so that the largest eigenvalue is request.scale^2. Fills samples.components. The labelled samples
/// are moved and scaled by the same numbers.
void finish_empirical(const SampleRequest& request, std::size_t inputs, Samples& samples);

/// A reader of one stream of random whole numbers, in order.
class IndexStream {
 public:
  IndexStream(std::uint64_t seed, std::uint32_t trial, std::uint32_t stream);
  /// Uniform in 0 .. count - 1 (to within count / 2^32).
  [[nodiscard]] std::size_t next(std::size_t count);

 private:
  std::uint64_t seed_;
  std::uint32_t trial_;
  std::uint32_t stream_;
  std::uint32_t block_ = 0;
  std::size_t used_;
  std::vector<std::uint32_t> words_;
};

/// Whole numbers 0 .. count - 1 in random order, each once.
class DistinctIndices {
 public:
  DistinctIndices(IndexStream stream, std::size_t count);
  /// At most `count` times.
  [[nodiscard]] std::size_t next();

 private:
  IndexStream stream_;
  std::vector<std::uint32_t> order_;
  std::size_t drawn_ = 0;
};

/// Where a relative path of a file starts: beside the file that names it.
[[nodiscard]] std::string resolve_path(const std::string& path, const std::string& folder);

}  // namespace carve::task
