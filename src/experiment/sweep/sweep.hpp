// A sweep: one experiment run at every point of a grid of settings and seeds. What its points are, and its folder.
#pragma once

#include <cstddef>
#include <string>
#include <utility>
#include <vector>

#include "carve/experiment/experiment.hpp"

namespace carve::experiment {

/// One key of the file and the values it takes, each as TOML or a single word.
struct SweepAxis {
  std::string key;
  std::vector<std::string> values;
};

/// One run of a sweep.
struct SweepPoint {
  std::string name;               // of its folder: the values of what is swept, "eta=0.01,seed=3"
  std::vector<Override> changes;  // every axis's, in their order, as `carve run --set` takes them
};

/// The last axis turns fastest.
struct Sweep {
  std::string file;  // the experiment, in full
  std::string text;  // what it said when the sweep was made
  std::vector<SweepAxis> axes;

  /// Those with more than one value, or all of them where there is none such.
  [[nodiscard]] std::vector<SweepAxis> swept() const;
  /// What an axis is called in names: as many parts of its key, from the end, as tell it from the others.
  [[nodiscard]] std::string label(const SweepAxis& axis) const;
  [[nodiscard]] std::vector<SweepPoint> points() const;
};

/// More would be a slip of the keyboard.
inline constexpr std::size_t most_points = 100000;

/// "1..100" or "1,2,7..9" as the axis of seeds; "KEY=VALUE,VALUE" as that of a key, where commas within quotes and
/// brackets do not count. A mistake is reported, and leaves the axis empty.
[[nodiscard]] SweepAxis read_seeds(const std::string& text, base::Diagnostics& diagnostics);
[[nodiscard]] SweepAxis read_axis(const std::string& text, base::Diagnostics& diagnostics);

/// The sweep over the experiment in `source`. Every combination of settings is read and checked; each mistake is
/// reported once.
[[nodiscard]] Sweep plan_sweep(const base::SourcePtr& source, std::vector<SweepAxis> axes,
                               base::Diagnostics& diagnostics);

/// The experiment at one point, as `carve run FILE --set ...` reads it.
[[nodiscard]] std::unique_ptr<Experiment> experiment_at(const Sweep& sweep, const SweepPoint& point,
                                                        base::Diagnostics& diagnostics);

// The folder: experiment.toml (as it was given), sweep.toml (the axes), runs/NAME for each point. All throw
// base::EnvironmentError.

[[nodiscard]] bool holds_sweep(const std::string& folder);
/// Makes the folder. Where it holds the same sweep already this is one that joins; false where it holds another one.
[[nodiscard]] bool write_sweep(const Sweep& sweep, const std::string& folder);
[[nodiscard]] Sweep read_sweep(const std::string& folder);
[[nodiscard]] std::string run_folder(const std::string& folder, const SweepPoint& point);

}  // namespace carve::experiment
