#include "carve/task/empirical.hpp"

#include <cmath>
#include <filesystem>
#include <numeric>
#include <utility>

#include "carve/base/random.hpp"
#include "carve/task/principal_components.hpp"

namespace carve::task {

void finish_empirical(const SampleRequest& request, std::size_t inputs, Samples& samples) {
  std::vector<double> mean(inputs, 0.0);
  for (std::size_t t = 0; t < request.steps; ++t) {
    for (std::size_t i = 0; i < inputs; ++i) mean[i] += samples.values[t * inputs + i];
  }
  for (double& each : mean) each /= static_cast<double>(request.steps);
  for (std::size_t t = 0; t < request.steps; ++t) {
    for (std::size_t i = 0; i < inputs; ++i) samples.values[t * inputs + i] -= static_cast<float>(mean[i]);
  }
  for (std::size_t at = 0; at < samples.labelled.size(); ++at)
    samples.labelled[at] -= static_cast<float>(mean[at % inputs]);
  const PrincipalComponents truth = principal_components(samples.values, inputs, request.components);
  const double largest = truth.eigenvalues.front();
  const auto factor = static_cast<float>(largest > 0 ? request.scale / std::sqrt(largest) : 0.0);
  for (float& each : samples.values) each *= factor;
  for (float& each : samples.labelled) each *= factor;
  samples.components = truth.vectors;
}

IndexStream::IndexStream(std::uint64_t seed, std::uint32_t trial, std::uint32_t stream)
    : seed_(seed), trial_(trial), stream_(stream), words_(1024) {
  used_ = words_.size();
}

std::size_t IndexStream::next(std::size_t count) {
  if (used_ == words_.size()) {
    base::fill_bits({seed_, base::Purpose::patches, trial_, (stream_ << 24) + block_++}, words_);
    used_ = 0;
  }
  return static_cast<std::size_t>((std::uint64_t{words_[used_++]} * count) >> 32);
}

DistinctIndices::DistinctIndices(IndexStream stream, std::size_t count) : stream_(std::move(stream)), order_(count) {
  std::iota(order_.begin(), order_.end(), 0U);
}

std::size_t DistinctIndices::next() {  // Fisher and Yates, as far as numbers are asked for
  std::swap(order_[drawn_], order_[drawn_ + stream_.next(order_.size() - drawn_)]);
  return order_[drawn_++];
}

std::string resolve_path(const std::string& path, const std::string& folder) {
  const std::filesystem::path given(path);
  return given.is_absolute() || folder.empty() ? path
                                               : (std::filesystem::path(folder) / given).lexically_normal().string();
}

}  // namespace carve::task
