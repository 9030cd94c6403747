// How the benchmarks measure: short pieces of work with a calibration loop before and after each, several times over.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace carve::app {

/// What several repetitions gave.
struct Spread {
  double median = 0;
  double least = 0;
  double most = 0;
};

[[nodiscard]] Spread spread(std::vector<double> values);

/// One line of the table.
struct Figure {
  Spread value;
  std::string unit;
  std::optional<Spread> share_of_peak;  // multiply-adds that count, over what the core could have done
  std::optional<Spread> ratio;          // see `to`
  std::string to;                       // what the ratio is taken to
  std::optional<double> error;          // see `error_of`; dimensionless
  std::string error_of;
};

enum class Precision { single, twice };

/// Seconds that this thread spent on the CPU: what other programs take meanwhile does not count.
[[nodiscard]] double thread_seconds(const std::function<void()>& work);
/// Seconds by the clock on the wall.
[[nodiscard]] double wall_seconds(const std::function<void()>& work);

/// Multiply-adds per second at the peak of the instruction set in use, right now (about a millisecond).
[[nodiscard]] double peak(Precision precision);

inline constexpr int usual_repetitions = 41;

/// Times of `work` with the peak before and after. Rate: `amount` per second; share: amount * multiply_adds per second
/// over the mean of the two peaks (over the larger one, the calibration loop itself would come to 97 % only).
struct Timing {
  Spread rate;
  Spread share;
  Spread seconds;
  Spread peak_work;  // multiply-adds that the core could have done meanwhile
};
[[nodiscard]] Timing time_against_peak(const std::function<void()>& work, double amount, double multiply_adds,
                                       Precision precision, int repetitions = usual_repetitions);

/// Two works in turn: seconds of each, and seconds of the second over seconds of the first.
struct Comparison {
  Spread first;
  Spread second;
  Spread ratio;
};
using Clock = double(const std::function<void()>&);
[[nodiscard]] Comparison compare(const std::function<void()>& first, const std::function<void()>& second,
                                 int repetitions = usual_repetitions, Clock* clock = thread_seconds);

/// amount / seconds, turned round: the least time gives the most.
[[nodiscard]] Spread rate_of(double amount, const Spread& seconds);

}  // namespace carve::app
