// What every search is: ask for candidates, tell their losses; the state saves and loads to the bit.
#pragma once

#include <cstdint>
#include <limits>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "carve/base/component.hpp"

namespace carve::search {

/// One searched coordinate. A log-scaled parameter is the caller's business: it hands over the logarithm.
struct Coordinate {
  double initial = 0;
  double lower = -std::numeric_limits<double>::infinity();
  double upper = std::numeric_limits<double>::infinity();
  double scale = 1;        ///< its first steps are this many times the search's initial step
  bool penalised = false;  ///< its absolute value counts in the L1 norm that Problem::l1 weighs
};

/// What a search needs to know of its problem.
struct Problem {
  std::vector<Coordinate> coordinates;
  std::uint64_t seed = 1;
  double l1 = 0;  ///< weight of the L1 norm; the losses told contain it, the gradients told do not
};

/// `count` candidates of `dimension` coordinates, one after another.
struct Candidates {
  std::size_t dimension = 0;
  std::vector<double> values;

  [[nodiscard]] std::size_t count() const { return dimension == 0 ? 0 : values.size() / dimension; }
  [[nodiscard]] std::span<const double> operator[](std::size_t index) const {
    return std::span(values).subspan(index * dimension, dimension);
  }
};

/// What a search shows of itself after each generation.
struct Progress {
  std::uint64_t generation = 0;
  std::uint64_t evaluations = 0;
  double sigma = 0;       ///< overall step size
  double axis_ratio = 1;  ///< longest over shortest axis of the search distribution
  std::uint64_t restarts = 0;
  double loss = std::numeric_limits<double>::infinity();  ///< best of the last generation, or the guess's; +inf before
  std::string stopped;                                    ///< why the search cannot go on; empty while it can
};

/// One of the searches that go on side by side in a multi-start.
struct Start {
  std::vector<double> guess;
  Progress progress;
  std::vector<double> covariance = {};  ///< Optimiser::covariance
};

/// A search over plain vectors; minimises. State is plain data; no thread, clock or file is touched.
class Optimiser {
 public:
  virtual ~Optimiser() = default;

  /// The next generation. Asking twice without telling gives the same candidates.
  [[nodiscard]] virtual Candidates ask() = 0;

  /// The losses of the candidates last asked for, in their order; what is not finite is worst, ties keep their order.
  /// Throws std::invalid_argument where the count differs (a mistake of the calling code).
  /// `repeated`, where given, is a second measurement of the same candidates on other trials: its disagreement in
  /// rank with `losses` measures the noise.
  /// `gradients`, where given, are those of `losses` without the L1 penalty, one value per candidate and coordinate,
  /// laid out as Candidates::values. A search that wants them and gets none throws std::invalid_argument.
  virtual void tell(std::span<const double> losses, std::span<const double> repeated = {},
                    std::span<const double> gradients = {}) = 0;

  /// Where the search believes the optimum to be (inside the bounds).
  [[nodiscard]] virtual std::vector<double> best_guess() const = 0;

  /// How many times the first generation's number of trials the next evaluation should use (>= 1): noise handling.
  [[nodiscard]] virtual double effort() const { return 1; }

  /// Whether the next tell would make use of a second measurement.
  [[nodiscard]] virtual bool wants_repeat() const { return false; }

  /// Whether tell needs gradients.
  [[nodiscard]] virtual bool wants_gradients() const { return false; }

  [[nodiscard]] virtual Progress progress() const = 0;

  /// Of the distribution that candidates are drawn from, [coordinate][coordinate]; empty where there is none.
  [[nodiscard]] virtual std::vector<double> covariance() const { return {}; }

  /// The searches that go on side by side in this one; most searches are one.
  [[nodiscard]] virtual std::vector<Start> starts() const { return {{best_guess(), progress(), covariance()}}; }

  /// The whole state, byte for byte the same for the same history; `load` refuses (returns false) what does not fit.
  [[nodiscard]] virtual std::string save() const = 0;
  [[nodiscard]] virtual bool load(std::string_view state) = 0;
};

using Search = base::Component<Optimiser, Problem>;

/// All searches a file may name, in the order in which `describe` lists them.
[[nodiscard]] const std::vector<const Search*>& searches();

}  // namespace carve::search
