#include "carve/search/descent.hpp"

#include <algorithm>
#include <cmath>

#include "carve/base/bytes.hpp"
#include "carve/base/scalar_math.hpp"
#include "carve/search/problem.hpp"

namespace carve::search {
namespace {

/// Name and version of the bytes.
constexpr std::string_view format_name = "carve descent 1";
constexpr std::uint64_t most_failures = 50;  // halvings of a step: what is left of it is below rounding
constexpr std::uint64_t most_quiet = 10;

bool are_finite(std::span<const double> values) {
  return std::all_of(values.begin(), values.end(), [](double value) { return std::isfinite(value); });
}

/// The factor that brings the gradient, in units of the coordinates' scales, to at most the length `clip`. Measured in
/// its largest entry, so that no square overflows.
double shrinkage(const Problem& problem, std::span<const double> gradient, double clip) {
  double largest = 0, squares = 0;
  for (std::size_t i = 0; i < gradient.size(); ++i)
    largest = std::max(largest, std::abs(gradient[i] * problem.coordinates[i].scale));
  if (clip <= 0 || largest == 0) return 1;
  for (std::size_t i = 0; i < gradient.size(); ++i) {
    const double share = gradient[i] * problem.coordinates[i].scale / largest;
    squares += share * share;
  }
  return std::min(1.0, clip / std::sqrt(squares) / largest);
}

double soft(double x, double threshold) { return std::copysign(std::max(std::abs(x) - threshold, 0.0), x); }

void retreat(DescentState& state) {
  std::fill(state.first.begin(), state.first.end(), 0.0);
  for (std::size_t i = 0; i < state.position.size(); ++i)
    state.position[i] = 0.5 * state.sound[i] + 0.5 * state.position[i];
  if (++state.failures >= most_failures) state.stopped = Stop::failing;
}

}  // namespace

DescentState start_descent(const Problem& problem) {
  DescentState made;
  made.position = made.sound = initial_point(problem);
  made.first.assign(made.position.size(), 0.0);
  made.second = made.first;
  return made;
}

void descend(const DescentOptions& options, const Problem& problem, DescentState& state, double loss,
             std::span<const double> gradient) {
  state.loss = loss;
  if (!std::isfinite(loss) || !are_finite(gradient)) return retreat(state);
  state.failures = 0;
  state.sound = state.position;
  const bool adam = options.optimiser == Direction::adam;
  const double rate = options.learning_rate * state.rate;
  constexpr double ln_2 = 0.6931471805599453;
  if (options.half_life > 0) state.rate *= base::exp(-ln_2 / options.half_life);
  const double keep = adam ? options.beta_1 : options.momentum;
  state.forgotten_1 *= keep;
  state.forgotten_2 *= options.beta_2;
  const double shrink = shrinkage(problem, gradient, options.clip);
  double largest_move = 0;
  for (std::size_t i = 0; i < gradient.size(); ++i) {
    const Coordinate& coordinate = problem.coordinates[i];
    const double scale = coordinate.scale;
    const double g = gradient[i] * scale * shrink;
    state.first[i] = keep * state.first[i] + (1 - keep) * g;
    double m = state.first[i], d = rate;
    if (adam) {
      state.second[i] = options.beta_2 * state.second[i] + (1 - options.beta_2) * (g * g);
      m /= 1 - state.forgotten_1;
      d /= std::sqrt(state.second[i] / (1 - state.forgotten_2)) + options.epsilon;
    }
    double x = state.position[i] - scale * (d * m);
    // A clipped gradient and its penalty shrink alike, or the penalty would win where the gradient is steep.
    if (coordinate.penalised) x = soft(x, scale * (d * (problem.l1 * scale * shrink)));
    x = std::clamp(x, coordinate.lower, coordinate.upper);
    if (!std::isfinite(x)) x = state.sound[i];
    largest_move = std::max(largest_move, std::abs(x - state.sound[i]) / scale);
    state.position[i] = x;
  }
  state.quiet = largest_move < options.tolerance_step ? state.quiet + 1 : 0;
  if (state.quiet >= most_quiet) state.stopped = Stop::small_steps;
}

Descent::Descent(const DescentOptions& options, const Problem& problem, std::uint64_t owner)
    : options_(options), problem_(problem), owner_(owner), state_(start_descent(problem)) {}

void Descent::move(double loss, std::span<const double> gradient, std::size_t evaluations) {
  ++state_.generations;
  state_.evaluations += evaluations;
  if (state_.stopped == Stop::none) descend(options_, problem_, state_, loss, gradient);
}

std::vector<double> Descent::best_guess() const { return state_.failures > 0 ? state_.sound : state_.position; }

Progress Descent::progress() const {
  return {.generation = state_.generations,
          .evaluations = state_.evaluations,
          .sigma = options_.learning_rate * state_.rate,
          .loss = state_.loss,
          .stopped = std::string(describe(state_.stopped))};
}

std::string Descent::save() const {
  base::ByteWriter writer;
  writer.put(format_name).put(owner_).put(state_.generations).put(state_.evaluations).put(state_.failures);
  writer.put(state_.quiet).put(state_.rate).put(state_.forgotten_1).put(state_.forgotten_2).put(state_.loss);
  writer.put(state_.position).put(state_.sound).put(state_.first).put(state_.second);
  writer.put(static_cast<std::uint64_t>(state_.stopped));
  return std::move(writer).sealed();
}

bool Descent::load(std::string_view bytes) {
  base::ByteReader reader(bytes);
  std::string name;
  std::uint64_t owner = 0, stopped = 0;
  if (!reader.get(name) || name != format_name || !reader.get(owner) || owner != owner_) return false;
  DescentState read;
  reader.get(read.generations), reader.get(read.evaluations), reader.get(read.failures);
  reader.get(read.quiet), reader.get(read.rate), reader.get(read.forgotten_1), reader.get(read.forgotten_2);
  reader.get(read.loss), reader.get(read.position), reader.get(read.sound);
  reader.get(read.first), reader.get(read.second), reader.get(stopped);
  if (!reader.finished() || stopped > static_cast<std::uint64_t>(last_stop)) return false;
  read.stopped = static_cast<Stop>(stopped);
  for (const std::vector<double>* each : {&read.position, &read.sound, &read.first, &read.second}) {
    if (each->size() != problem_.coordinates.size() || !are_finite(*each)) return false;
  }
  state_ = std::move(read);
  return true;
}

}  // namespace carve::search
