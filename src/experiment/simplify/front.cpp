#include "carve/experiment/simplify/front.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "carve/experiment/answer/answer.hpp"
#include "carve/experiment/simplify/newton.hpp"
#include "carve/rule/found_rule.hpp"

namespace carve::experiment {
namespace {

using Values = std::vector<double>;

constexpr double errors_in_a_knee = 2;
/// Sizes at which a term is tried that a rule does not have, relative to its largest coefficient (or to the searched
/// rule's, where it has none); how many of the best are fitted; and up to how many terms rules grow.
constexpr double sizes[] = {-1, -0.3, -0.1, -0.03, 0.03, 0.1, 0.3, 1};
constexpr std::size_t grown_fitted = 3;
constexpr std::size_t most_grown = 8;

double mean_loss(const FitContext& context, const evaluate::Trials& trials, const Values& values) {
  return context.evaluator.evaluate(std::span(&values, 1), trials, context.workers).mean(0);
}

/// The members of `all` but the one at `position`.
std::vector<std::size_t> without(const std::vector<std::size_t>& all, std::size_t position) {
  std::vector<std::size_t> rest = all;
  rest.erase(rest.begin() + static_cast<std::ptrdiff_t>(position));
  return rest;
}

/// Terms taken out one after another, each time the one whose removal costs least on the fitting trials.
class Elimination {
 public:
  Elimination(const Simplifier& with, FrontPoint all, Symmetric hessian)
      : with_(with), now_(std::move(all)), hessian_(std::move(hessian)) {}

  [[nodiscard]] const FrontPoint& now() const { return now_; }

  void take_one() {
    if (with_.thorough) take_thoroughly();
    else take_cheapest();
    now_.by = "elimination";
  }

 private:
  /// Each term alone set to 0, with the others as they are and, where curvature is known, moved to where they would fit
  /// best without it (Hassibi & Stork 1993, Eq. 5).
  void take_cheapest() {
    const std::vector<std::size_t>& kept = now_.kept;
    std::vector<Values> candidates;
    const FitCoordinates coordinates = fit_coordinates(with_.fitting.rules, now_.values, kept);
    const bool curved = hessian_.size == kept.size() && coordinates.size() == kept.size();
    const Symmetric inverse = curved ? inverse_positive(eigen(hessian_)) : Symmetric();
    const Values point = curved ? coordinates.point(now_.values) : Values();
    for (std::size_t k = 0; k < kept.size(); ++k) {
      candidates.push_back(now_.values);
      candidates.back()[kept[k]] = 0;
      if (!curved) continue;
      Values moved = point;
      for (std::size_t i = 0; i < kept.size(); ++i) moved[i] -= point[k] / inverse.at(k, k) * inverse.at(i, k);
      candidates.push_back(coordinates.values(moved, now_.values));
      candidates.back()[kept[k]] = 0;
    }
    const evaluate::Evaluation tried =
        with_.fitting.evaluator.evaluate(candidates, with_.fitting.trials, with_.fitting.workers);
    std::size_t best = 0;
    for (std::size_t k = 1; k < candidates.size(); ++k) {
      if (tried.mean(k) < tried.mean(best)) best = k;
    }
    const std::size_t position = curved ? best / 2 : best;
    const std::vector<std::size_t> rest = without(kept, position);
    if (!with_.smooth || fitted_with(with_.fitting.rules, candidates[best], rest).size() != rest.size()) {
      hessian_ = {};
      now_ = {.kept = rest, .values = fit(with_, candidates[best], rest)};
      return;
    }
    std::optional<Symmetric> smaller;
    if (curved) {
      std::vector<std::size_t> places;
      for (std::size_t i = 0; i < kept.size(); ++i) {
        if (i != position) places.push_back(i);
      }
      smaller = in_units_of(candidates[best], rest, coordinates, hessian_, places);
    }
    NewtonFit fitted = newton_fit(with_.fitting, candidates[best], rest, std::move(smaller));
    hessian_ = in_units_of(fitted.values, rest, fit_coordinates(with_.fitting.rules, candidates[best], rest),
                           fitted.hessian, {});
    now_ = {.kept = rest, .values = std::move(fitted.values)};
  }

  void take_thoroughly() {
    std::optional<FrontPoint> best;
    double least = 0;
    for (std::size_t k = 0; k < now_.kept.size(); ++k) {
      Values values = now_.values;
      values[now_.kept[k]] = 0;
      const std::vector<std::size_t> rest = without(now_.kept, k);
      values = fit(with_, values, rest);
      const double loss = mean_loss(with_.fitting, with_.fitting.trials, values);
      if (best && !(loss < least)) continue;
      least = loss;
      best = FrontPoint{.kept = rest, .values = std::move(values)};
    }
    now_ = std::move(*best);
  }

  /// Rows `places` (all where empty) of a Hessian in other units: those that fit_coordinates has at `values`.
  [[nodiscard]] Symmetric in_units_of(const Values& values, const std::vector<std::size_t>& kept,
                                      const FitCoordinates& from, const Symmetric& hessian,
                                      const std::vector<std::size_t>& places) const {
    const FitCoordinates to = fit_coordinates(with_.fitting.rules, values, kept);
    if (kept.empty() || to.size() != kept.size() || hessian.size == 0) return {};
    Symmetric part = places.empty() ? hessian : hessian.part(places);
    const auto factor = [&](std::size_t i) {
      const double before = from.units[places.empty() ? i : places[i]];
      return before > 0 ? to.units[i] / before : 1.0;
    };
    for (std::size_t i = 0; i < part.size; ++i) {
      for (std::size_t j = 0; j < part.size; ++j) part.at(i, j) *= factor(i) * factor(j);
    }
    return part;
  }

  const Simplifier& with_;
  FrontPoint now_;
  Symmetric hessian_;  // of `now_`'s terms; empty where there is none
};

/// The rule of these terms alone, from the values of all.
FrontPoint only(const Simplifier& with, const Values& values, const std::vector<std::size_t>& terms,
                const std::vector<std::size_t>& kept) {
  Values fewer = values;
  for (const std::size_t i : terms) {
    if (std::find(kept.begin(), kept.end(), i) == kept.end()) fewer[i] = 0;
  }
  return {.kept = kept, .values = fit(with, fewer, kept), .by = "l1"};
}

/// The best rules of one more term than `point` has, fitted: those whose new term lowers the loss most before the rest
/// follows.
std::vector<FrontPoint> grown(const Simplifier& with, const FrontPoint& point, const std::vector<std::size_t>& terms,
                              const Values& searched) {
  std::vector<double> units(with.fitting.rules.rules.size(), 0.0), fallback = units;
  for (const std::size_t i : terms) {
    double& own = units[with.fitting.rules.rule_of(i)];
    own = std::max(own, std::abs(point.values[i]));
    double& other = fallback[with.fitting.rules.rule_of(i)];
    other = std::max(other, std::abs(searched[i]));
  }
  std::vector<Values> candidates;
  std::vector<std::size_t> added;
  for (const std::size_t i : terms) {
    if (std::find(point.kept.begin(), point.kept.end(), i) != point.kept.end()) continue;
    const std::size_t rule = with.fitting.rules.rule_of(i);
    for (const double size : sizes) {
      candidates.push_back(point.values);
      candidates.back()[i] = size * (units[rule] > 0 ? units[rule] : fallback[rule]);
      added.push_back(i);
    }
  }
  const evaluate::Evaluation tried =
      with.fitting.evaluator.evaluate(candidates, with.fitting.trials, with.fitting.workers);
  std::vector<std::size_t> order(candidates.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::stable_sort(order.begin(), order.end(),
                   [&](std::size_t a, std::size_t b) { return tried.mean(a) < tried.mean(b); });
  std::vector<FrontPoint> best;
  std::vector<std::size_t> seen;
  for (const std::size_t k : order) {
    if (best.size() == grown_fitted) break;
    if (std::find(seen.begin(), seen.end(), added[k]) != seen.end()) continue;
    seen.push_back(added[k]);
    std::vector<std::size_t> kept = point.kept;
    kept.insert(std::lower_bound(kept.begin(), kept.end(), added[k]), added[k]);
    Values values = fit(with, candidates[k], kept);
    best.push_back({.kept = std::move(kept), .values = std::move(values), .by = "growth"});
  }
  return best;
}

}  // namespace

std::vector<std::size_t> fitted_with(const rule::RuleSet& rules, const Values& values,
                                     const std::vector<std::size_t>& kept) {
  std::vector<std::size_t> all = kept;
  std::size_t first = 0;
  for (const rule::RuleSpace& space : rules.rules) {
    const std::size_t count = space.parameters.size();
    const std::span<const double> own = std::span(values).subspan(first, count);
    for (std::size_t i = 0; i < count; ++i) {
      const rule::Parameter& parameter = space.parameters[i];
      if (parameter.fixed || !parameter.log_scale || space.eta_parameter == i) continue;
      rule::Rule here{space, {own.begin(), own.end()}}, there = here;
      there.values[i] *= 2;
      if (rule::exact_text(here) != rule::exact_text(there)) all.push_back(first + i);
    }
    first += count;
  }
  std::sort(all.begin(), all.end());
  return all;
}

Values fit(const Simplifier& with, const Values& values, const std::vector<std::size_t>& kept) {
  if (kept.empty()) return values;
  const std::vector<std::size_t> free = fitted_with(with.fitting.rules, values, kept);
  return with.smooth ? newton_fit(with.fitting, values, free).values : refit(with.fitting, values, free, with.refit);
}

std::vector<FrontPoint> front(const Simplifier& with, const Values& values, const std::vector<std::size_t>& terms,
                              const std::function<void(std::size_t)>& progress) {
  if (progress) progress(terms.size());
  std::vector<FrontPoint> points(terms.size() + 1);
  FrontPoint all{.kept = terms, .values = fit(with, values, terms), .by = "all"};
  Symmetric hessian;
  std::vector<std::vector<std::size_t>> path;
  const FitCoordinates coordinates = fit_coordinates(with.fitting.rules, all.values, terms);
  if (coordinates.size() == terms.size()) {
    const Curvature around = curvature(with.fitting, coordinates, all.values,
                                       difference_steps(with.fitting, coordinates, all.values, with.smooth), true);
    path = l1_path(around.hessian, coordinates.point(all.values));
    if (with.smooth) hessian = around.hessian;
  }
  Elimination elimination(with, all, std::move(hessian));
  points.back() = std::move(all);
  while (!elimination.now().kept.empty()) {
    if (progress) progress(elimination.now().kept.size() - 1);
    elimination.take_one();
    FrontPoint point = elimination.now();
    const std::size_t count = point.kept.size();
    for (const std::vector<std::size_t>& places : path) {
      if (places.size() != count || count == 0) continue;
      std::vector<std::size_t> kept;
      for (const std::size_t place : places) kept.push_back(terms[place]);
      if (kept == point.kept) continue;
      FrontPoint other = only(with, points.back().values, terms, kept);
      if (mean_loss(with.fitting, with.choosing, other.values) < mean_loss(with.fitting, with.choosing, point.values))
        point = std::move(other);
    }
    points[count] = std::move(point);
  }
  for (std::size_t count = 0; with.grow && count + 1 < terms.size() && count < most_grown; ++count) {
    if (progress) progress(count + 1);
    for (FrontPoint& other : grown(with, points[count], terms, values)) {
      FrontPoint& point = points[count + 1];
      if (mean_loss(with.fitting, with.choosing, other.values) < mean_loss(with.fitting, with.choosing, point.values))
        point = std::move(other);
    }
  }
  return points;
}

std::size_t knee(std::vector<FrontPoint>& points, const std::vector<std::vector<double>>& losses, double share) {
  std::size_t best = 0;
  for (std::size_t k = 0; k < points.size(); ++k) {
    points[k].loss = measure(losses[k]);
    if (points[k].loss.mean < points[best].loss.mean) best = k;
  }
  for (std::size_t k = 0; k < points.size(); ++k) points[k].excess = measure(losses[k], losses[best]);
  for (std::size_t k = 0; k < best; ++k) {
    const Measured& excess = points[k].excess;
    if (excess.mean <= std::max(errors_in_a_knee * excess.error, share * std::abs(points[best].loss.mean))) return k;
  }
  return best;
}

}  // namespace carve::experiment
