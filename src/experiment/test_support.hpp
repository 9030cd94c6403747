// For the tests of this room: a folder of their own, experiments from text, what of a run must repeat to the bit.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include <fmt/format.h>

#include "carve/base/test_folder.hpp"
#include "carve/experiment/experiment.hpp"
#include "carve/experiment/record/files.hpp"
#include "carve/experiment/record/records.hpp"

namespace carve::experiment {

using base::test::Folder;

/// The smallest experiment with a rate network.
inline constexpr const char* small = R"(seed = 3
[network]
kind = "rate"
inputs = 4
[rule.feedforward]
family = "polynomial"
degree = 1
eta = 0.05
[trials]
count = 4
steps = 60
validation = 8
inputs = { kind = "gaussian", ratio = 0.5 }
[loss]
kind = "principal_components"
l1 = 0.01
[search]
method = "cma-es"
population = 6
generations = 8
[reference]
dw = "x*y - y^2*w"
)";

/// Expects that the text is fine, or, where `problems` is given, says there what was reported.
inline std::unique_ptr<Experiment> read(const std::string& text, const std::vector<Override>& overrides = {},
                                        std::string* problems = nullptr) {
  base::Diagnostics diagnostics;
  const auto source = std::make_shared<const base::Source>(base::Source{"small.toml", text});
  auto experiment = read_experiment(source, overrides, diagnostics);
  EXPECT_EQ(experiment != nullptr, diagnostics.empty());
  if (problems) *problems = diagnostics.render();
  else EXPECT_TRUE(experiment) << diagnostics.render();
  return experiment;
}

inline std::string resolved(const Experiment& experiment) { return base::format_document(experiment.resolved); }

/// What must repeat to the bit: all candidates and the answer.
inline std::string fingerprint(const std::string& folder) {
  Records records(folder + "/run.sqlite", Records::Mode::read);
  std::string text;
  records.each_candidate([&](const CandidateRecord& each) {
    text += fmt::format("{} {} {:a} {}", each.generation, each.index, each.loss, static_cast<int>(each.outcome));
    for (const double value : each.values) text += fmt::format(" {:a}", value);
    text += '\n';
  });
  return text + read_file(folder + "/rule.toml");
}

}  // namespace carve::experiment
