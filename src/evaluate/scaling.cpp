#include "carve/evaluate/scaling.hpp"

#include <algorithm>
#include <cmath>
#include <functional>
#include <numeric>

#include <fmt/format.h>

#include "carve/base/random.hpp"
#include "carve/evaluate/job_simulation.hpp"

namespace carve::evaluate {
namespace {

constexpr std::uint64_t drawing_seed = 1;
constexpr std::uint32_t generations_simulated = 3;  // beside the first

double mean_of(const std::vector<double>& values) {
  return values.empty() ? 0 : std::accumulate(values.begin(), values.end(), 0.0) / static_cast<double>(values.size());
}

/// Standard deviation over the mean.
double relative_spread(const std::vector<double>& values) {
  const double mean = mean_of(values);
  if (values.size() < 2 || !(mean > 0)) return 0;
  double squares = 0;
  for (const double each : values) squares += (each - mean) * (each - mean);
  return std::sqrt(squares / static_cast<double>(values.size() - 1)) / mean;
}

std::vector<double> means_of_blocks(const PieceSample& sample) {
  std::vector<double> means(sample.blocks, 0.0);
  for (std::size_t i = 0; i < sample.seconds.size(); ++i) means[i % sample.blocks] += sample.seconds[i];
  for (double& each : means) each /= static_cast<double>(sample.trials);
  return means;
}

std::vector<double> means_of_trials(const PieceSample& sample) {
  std::vector<double> means(sample.trials, 0.0);
  for (std::size_t i = 0; i < sample.seconds.size(); ++i) means[i / sample.blocks] += sample.seconds[i];
  for (double& each : means) each /= static_cast<double>(sample.blocks);
  return means;
}

/// Times of a whole generation's pieces: block x trial x what is left, each drawn from the measured ones. Blocks differ
/// from generation to generation, trials where they are drawn anew.
class Drawn {
 public:
  explicit Drawn(const PieceSample& sample)
      : blocks_(means_of_blocks(sample)), trials_(means_of_trials(sample)), mean_(sample.mean()) {
    for (double& each : blocks_) each = mean_ > 0 ? each / mean_ : 1;
    for (double& each : trials_) each = mean_ > 0 ? each / mean_ : 1;
    for (std::size_t i = 0; i < sample.seconds.size(); ++i) {
      const double expected = mean_ * blocks_[i % sample.blocks] * trials_[i / sample.blocks];
      rest_.push_back(expected > 0 ? sample.seconds[i] / expected : 1);
    }
  }

  /// [trial][block]
  [[nodiscard]] std::vector<double> generation(const Workload& work, std::uint32_t number,
                                               std::uint32_t trial_set) const {
    const std::vector<double> block = draw(blocks_, work.blocks, 0, number);
    const std::vector<double> trial = draw(trials_, work.trials, 1, trial_set);
    std::vector<double> seconds = draw(rest_, work.blocks * work.trials, 2, number);
    for (std::size_t i = 0; i < seconds.size(); ++i)
      seconds[i] *= mean_ * block[i % work.blocks] * trial[i / work.blocks];
    return seconds;
  }

 private:
  static std::vector<double> draw(const std::vector<double>& from, std::size_t count, std::uint32_t what,
                                  std::uint32_t number) {
    std::vector<double> places(count);
    base::fill_uniform({drawing_seed, base::Purpose::search, what, number}, std::span(places));
    for (double& each : places) each = from[static_cast<std::size_t>(each * static_cast<double>(from.size()))];
    return places;
  }

  std::vector<double> blocks_, trials_, rest_;
  double mean_;
};

struct Times {
  double fresh = 0, kept = 0;  // s, of a generation: with trials to make, without
  double work = 0;             // s, of all its pieces, the mean
};

/// With all trials at hand, but for the first generation.
Times simulate(const Workload& work, const Interconnect& network, std::size_t ranks, std::size_t threads) {
  const Drawn drawn(work.sample);
  Times times;
  JobSimulation first(work, network, ranks, threads);
  times.fresh = first.generation(drawn.generation(work, 0, 0));
  Workload made = work;
  made.making = 0;
  JobSimulation job(made, network, ranks, threads);
  (void)job.generation(drawn.generation(work, 0, 0));
  for (std::uint32_t g = 1; g <= generations_simulated; ++g) {
    const std::vector<double> pieces = drawn.generation(work, g, 0);
    times.kept += job.generation(pieces) / static_cast<double>(generations_simulated);
    times.work += std::accumulate(pieces.begin(), pieces.end(), 0.0) / static_cast<double>(generations_simulated);
  }
  return times;
}

/// Ranks come to the same trials in every generation, but for the few that they take over.
double search_seconds(const Workload& work, const Times& times) {
  const std::uint64_t length = work.redraw == 0 ? work.generations : std::min(work.redraw, work.generations);
  const std::uint64_t sets = (work.generations + length - 1) / length;
  return static_cast<double>(sets) * times.fresh + static_cast<double>(work.generations - sets) * times.kept;
}

}  // namespace

double PieceSample::mean() const { return mean_of(seconds); }
double PieceSample::longest() const { return seconds.empty() ? 0 : *std::max_element(seconds.begin(), seconds.end()); }
double PieceSample::spread() const { return relative_spread(seconds); }
double PieceSample::spread_of_blocks() const { return relative_spread(means_of_blocks(*this)); }
double PieceSample::spread_of_trials() const { return relative_spread(means_of_trials(*this)); }

Prediction predict_time(const Workload& work, const Interconnect& network, std::size_t ranks, std::size_t threads) {
  Prediction result{.ranks = ranks, .threads = threads};
  const Times times = simulate(work, network, ranks, threads);
  result.generation = times.kept;
  result.search = search_seconds(work, times);
  if (work.answer_pieces > 0) {  // confirmed on trials that are lived through once
    Workload answer = work;
    answer.trials = work.answer_pieces;
    answer.blocks = 1;
    answer.serial = 0;
    answer.redraw = 0;
    result.answer = simulate(answer, network, ranks, threads).fresh;
  }
  const auto cores = static_cast<double>(ranks * threads);
  result.core_hours = result.seconds() * cores / 3600;
  const double alone = search_seconds(work, ranks * threads == 1 ? times : simulate(work, network, 1, 1));
  result.efficiency = result.search > 0 ? alone / (result.search * cores) : 1;

  constexpr Interconnect instant{.latency = 0, .bandwidth = 1e300, .handling = 0, .courier_rests = false};
  Workload no_search = work;
  no_search.serial = 0;
  result.even = times.work / cores;
  result.serial = work.serial;
  // With messages pieces may by chance be shared out better than without.
  result.uneven = std::clamp(simulate(no_search, instant, ranks, threads).kept - result.even, 0.0,
                             std::max(0.0, times.kept - result.even - result.serial));
  result.making = std::max(0.0, result.search / static_cast<double>(work.generations) - times.kept);
  result.messages = std::max(0.0, times.kept - result.even - result.uneven - result.serial);
  return result;
}

std::string where_it_breaks(const Workload& work, const Interconnect& network, std::size_t threads) {
  constexpr std::size_t most = 1U << 17;
  constexpr double half = 0.5;
  const auto efficient = [&](std::size_t ranks) {
    return predict_time(work, network, ranks, threads).efficiency >= half;
  };
  std::size_t good = 1, bad = 2;
  while (bad <= most && efficient(bad)) good = bad, bad *= 2;
  if (bad > most) return fmt::format("efficient up to {} ranks at least", most);
  while (bad - good > std::max<std::size_t>(1, good / 16)) {
    const std::size_t middle = good + (bad - good) / 2;
    (efficient(middle) ? good : bad) = middle;
  }
  const Prediction there = predict_time(work, network, bad, threads);
  const std::size_t pieces = work.blocks * work.trials;
  const std::string where =
      fmt::format("beyond about {} rank{} more than half of the cores' time is lost", good, good == 1 ? "" : "s");
  if (there.making >= std::max({there.uneven, there.serial, there.messages})) {
    return fmt::format(
        "{}: each rank makes the trials that it comes to ({:.2g} s each); more threads per rank share them, and "
        "a larger trials.redraw keeps them",
        where, work.making);
  }
  if (there.uneven >= std::max(there.serial, there.messages)) {
    const bool few = bad * threads > pieces;
    return fmt::format("{}: {} ({} a generation); raise trials.count or search.population", where,
                       few ? "there are fewer pieces of work than threads"
                           : "there are too few pieces of work to even out the long ones",
                       pieces);
  }
  if (there.serial > there.messages)
    return fmt::format("{}: the search itself takes {:.2g} s a generation, on every rank", where, there.serial);
  return fmt::format("{}: claims and results take {:.2g} s a generation; more threads per rank need fewer of both",
                     where, there.messages);
}

}  // namespace carve::evaluate
