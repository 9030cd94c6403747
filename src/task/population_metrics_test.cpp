// What population metrics say of spikes that are known, against NumPy and by hand.
#include <cstdio>
#include <map>
#include <numbers>

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "carve/base/random.hpp"
#include "carve/task/fourier.hpp"
#include "carve/task/population_metrics.hpp"
#include "carve/task/test_support.hpp"

namespace carve::task {
namespace {

/// Neurons that spike at random, each at a rate of its own that rises and falls; some hardly ever, some in bursts.
Recording random_recording(std::uint64_t seed, std::size_t neurons, double seconds) {
  Recording recording{.begin = 12345, .end = 12345 + static_cast<std::uint32_t>(std::lround(seconds * 1e4))};
  std::vector<double> uniform(recording.end - recording.begin);
  for (std::size_t i = 0; i < neurons; ++i) {
    base::fill_uniform({seed, base::Purpose::spike_times, static_cast<std::uint32_t>(i), 0},
                       std::span<double>(uniform));
    const double rate = 40.0 * static_cast<double>(i * i) / static_cast<double>(neurons * neurons);
    std::vector<std::uint32_t> spikes;
    for (std::size_t t = 0; t < uniform.size(); ++t) {
      const double now = rate * (1 + 0.8 * std::sin(static_cast<double>(t) * 1e-3 * static_cast<double>(1 + seed % 5)));
      if (uniform[t] < now * 1e-4) spikes.push_back(recording.begin + static_cast<std::uint32_t>(t));
    }
    recording.spikes.push_back(std::move(spikes));
  }
  return recording;
}

std::map<std::string, double> by_name(const PopulationMetrics& metrics) {
  return {{"rate", metrics.rate},
          {"cv_isi", metrics.cv_isi},
          {"kl_isi", metrics.kl_isi},
          {"spatial_fano", metrics.spatial_fano},
          {"temporal_fano", metrics.temporal_fano},
          {"auto_cov", metrics.auto_cov},
          {"fft", metrics.fft},
          {"std_rate_temporal", metrics.std_rate_temporal},
          {"std_rate_spatial", metrics.std_rate_spatial},
          {"std_cv", metrics.std_cv}};
}

std::map<std::string, double> by_numpy(const Recording& recording) {
  const test::Folder folder;
  std::string text = fmt::format("{} {} {}\n", recording.begin, recording.end, recording.dt.value);
  for (const auto& each : recording.spikes) text += fmt::format("{}\n", fmt::join(each, " "));
  const std::string command = fmt::format("/usr/bin/python3 {}/src/task/population_metrics_oracle.py {} > {}",
                                          CARVE_SOURCE_DIR, folder.write("spikes", text), folder / "out");
  EXPECT_EQ(std::system(command.c_str()), 0);
  std::ifstream file(folder / "out");
  std::map<std::string, double> result;
  std::string name, value;
  while (file >> name >> value) result[name] = std::stod(value);
  return result;
}

TEST(PopulationMetrics, equal_those_of_numpy) {
  if (std::system("/usr/bin/python3 -c 'import numpy, scipy' 2> /dev/null") != 0) GTEST_SKIP() << "no SciPy";
  std::vector<Recording> cases;
  for (const std::uint64_t seed : {1U, 2U, 3U, 4U})
    cases.push_back(random_recording(seed, 20, 2.0 + 0.77 * static_cast<double>(seed)));
  cases.push_back({.begin = 0, .end = 20000, .spikes = {{}, {}, {5000}}});  // as good as silent
  for (const Recording& each : cases) {
    const auto expected = by_numpy(each);
    const auto found = by_name(population_metrics(each));
    ASSERT_EQ(expected.size(), found.size());
    for (const auto& [name, value] : found) {
      const double wanted = expected.at(name);
      EXPECT_TRUE(std::abs(value - wanted) <= 1e-9 * std::max(1.0, std::abs(wanted)) ||
                  (std::isnan(value) && std::isnan(wanted)))
          << name << ": " << value << " is not " << wanted;
    }
  }
}

TEST(PopulationMetrics, of_a_clockwork) {  // every neuron every 50 ms, all at once
  Recording recording{.begin = 0, .end = 100000};
  std::vector<std::uint32_t> spikes;
  for (std::uint32_t t = 250; t < recording.end; t += 500) spikes.push_back(t);
  recording.spikes.assign(10, spikes);
  const PopulationMetrics found = population_metrics(recording);
  EXPECT_NEAR(found.rate, 20, 1e-12);
  EXPECT_NEAR(found.cv_isi, 0, 1e-12);
  EXPECT_NEAR(found.spatial_fano, 0, 1e-12);
  EXPECT_NEAR(found.temporal_fano, 0, 1e-12);
  EXPECT_NEAR(found.std_rate_spatial, 0, 1e-12);
  // One millisecond in fifty has a spike: 2/50 at each multiple of 20 Hz below 500 Hz.
  EXPECT_NEAR(found.fft, 24 * 2.0 / 50, 1e-9);
  EXPECT_NEAR(found.std_rate_temporal, std::sqrt(0.02 * 0.98), 1e-12);
}

TEST(PopulationMetrics, of_poisson_spikes_are_those_of_theory) {
  Recording recording{.begin = 0, .end = 400000};
  std::vector<double> uniform(recording.end);
  for (std::uint32_t i = 0; i < 50; ++i) {
    base::fill_uniform({7, base::Purpose::spike_times, i, 0}, std::span<double>(uniform));
    std::vector<std::uint32_t> spikes;
    for (std::uint32_t t = 0; t < recording.end; ++t) {
      if (uniform[t] < 20 * 1e-4) spikes.push_back(t);
    }
    recording.spikes.push_back(std::move(spikes));
  }
  const PopulationMetrics found = population_metrics(recording);
  EXPECT_NEAR(found.rate, 20, 4 * std::sqrt(20 / (50 * 40.0)));
  EXPECT_NEAR(found.cv_isi, 1, 0.01);
  EXPECT_NEAR(found.temporal_fano, 1, 0.02);
  EXPECT_NEAR(found.spatial_fano, 1, 0.04);
  EXPECT_LT(found.kl_isi, 0.01);
  EXPECT_NEAR(found.auto_cov, 0.02, 0.01);  // 1 at lag 0, next to nothing at the other hundred
}

RC_GTEST_PROP(Fourier, agrees_with_its_definition_and_keeps_energy, ()) {
  const auto n = *rc::gen::inRange<std::size_t>(1, 130);
  std::vector<double> values(n);
  base::fill_uniform({*rc::gen::inRange<std::uint64_t>(0, 1000), base::Purpose::inputs, 0, 0},
                     std::span<double>(values));
  const auto found = fourier(values);
  double energy = 0, transformed = 0;
  for (std::size_t k = 0; k < n; ++k) {
    std::complex<double> sum = 0;
    for (std::size_t t = 0; t < n; ++t)
      sum += std::polar(values[t], -2 * std::numbers::pi * static_cast<double>(k * t % n) / static_cast<double>(n));
    RC_ASSERT(std::abs(found[k] - sum) < 1e-12 * static_cast<double>(n));
    transformed += std::norm(found[k]) / static_cast<double>(n);
    energy += values[k] * values[k];
  }
  RC_ASSERT(std::abs(energy - transformed) < 1e-12 * static_cast<double>(n));
}

TEST(Weights, blow_up_and_creep) {
  const std::vector<WeightChange> weights{{.first_mean = 1, .last_mean = 1.1, .at_bounds = 0.2},
                                          {.first_mean = 0.5, .last_mean = 0.4, .at_bounds = 0},
                                          {.first_mean = 0.001, .last_mean = 0.01, .at_bounds = 0.1}};
  EXPECT_NEAR(w_blow(weights), 0.1, 1e-15);
  EXPECT_NEAR(w_creep(weights), 0.2 / 0.9, 1e-15);
  EXPECT_EQ(w_creep(std::span(weights).subspan(2)), 0);
}

}  // namespace
}  // namespace carve::task
