// In which experiment do rules that solve the same task differ?
#include <algorithm>
#include <cmath>
#include <numeric>

#include "carve/predictions/prediction.hpp"
#include "carve/predictions/words.hpp"

namespace carve::predictions {
namespace {

constexpr double measurement_error = 0.1;  // relative to the usual effect
constexpr double least_separation = 1;     // less is not worth an experiment

double spread(const std::vector<double>& values, std::size_t from, std::size_t to) {
  const auto count = static_cast<double>(to - from);
  double mean = 0, squares = 0;
  for (std::size_t i = from; i < to; ++i) mean += values[i] / count;
  for (std::size_t i = from; i < to; ++i) squares += (values[i] - mean) * (values[i] - mean) / count;
  return std::sqrt(squares);
}

/// One over the root mean square of a rule's values in a protocol; 0 where it does nothing there.
double normaliser(const Figure& figure) {
  double squares = 0, count = 0;
  for (const Curve& curve : figure.curves) {
    for (const double each : curve.y) {
      squares += each * each;
      ++count;
    }
  }
  return squares > 0 && std::isfinite(squares) ? std::sqrt(count / squares) : 0;
}

std::string condition(const Predicted& predicted, const Distinction& found) {
  const Figure& figure = predicted.figures.front();
  const auto [name, unit] = name_and_unit(predicted.protocol->x);
  const std::string x = figure.labels.empty() ? fmt::format("{} = {:g}{}", name, figure.x[found.point], unit)
                                              : figure.labels[found.point];
  return figure.curves.size() > 1 ? fmt::format("{}, {}", found.curve, x) : x;
}

/// The best place of one protocol to tell the rules apart; separation 0 where they all say the same.
Distinction best_of(const Predicted& predicted, const std::vector<Labelled>& rules) {
  Distinction best{.protocol = predicted.protocol->name};
  std::vector<double> scales;
  for (const Figure& each : predicted.figures) scales.push_back(normaliser(each));
  const Figure& shape = predicted.figures.front();
  std::size_t best_curve = 0;
  for (std::size_t curve = 0; curve < shape.curves.size(); ++curve) {
    for (std::size_t point = 0; point < shape.x.size(); ++point) {
      std::vector<std::size_t> order(rules.size());
      std::iota(order.begin(), order.end(), 0);
      const auto value = [&](std::size_t rule) {
        return scales[rule] * predicted.figures[rule].curves[curve].y[point];
      };
      if (!std::all_of(order.begin(), order.end(), [&](std::size_t rule) { return std::isfinite(value(rule)); }))
        continue;
      std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) { return value(a) < value(b); });
      std::vector<double> values;
      for (const std::size_t rule : order) values.push_back(value(rule));
      std::size_t cut = 1;
      for (std::size_t i = 1; i < values.size(); ++i) {
        if (values[i] - values[i - 1] > values[cut] - values[cut - 1]) cut = i;
      }
      const double within = std::max(spread(values, 0, cut), spread(values, cut, values.size()));
      const double separation = (values[cut] - values[cut - 1]) / std::hypot(within, measurement_error);
      if (!(separation > best.separation)) continue;
      best.separation = separation;
      best.curve = shape.curves[curve].name;
      best.point = point;
      best_curve = curve;
      best.low.clear();
      best.high.clear();
      for (std::size_t i = 0; i < order.size(); ++i) (i < cut ? best.low : best.high).push_back(rules[order[i]].label);
    }
  }
  if (best.separation == 0) return best;
  const auto range = [&](const std::vector<std::string>& labels) {
    double low = INFINITY, high = -INFINITY;
    for (std::size_t i = 0; i < rules.size(); ++i) {
      if (std::find(labels.begin(), labels.end(), rules[i].label) == labels.end()) continue;
      const double value = predicted.figures[i].curves[best_curve].y[best.point];
      low = std::min(low, value);
      high = std::max(high, value);
    }
    return low == high ? change_text(low) : fmt::format("{} to {}", change_text(low), change_text(high));
  };
  const auto [what, unit] = name_and_unit(predicted.protocol->y);
  best.words = fmt::format("{} ({}): the {} is {}{} for {}, and {}{} for {}.", predicted.protocol->title,
                           condition(predicted, best), what, range(best.low), unit, fmt::join(best.low, ", "),
                           range(best.high), unit, fmt::join(best.high, ", "));
  return best;
}

}  // namespace

std::vector<Distinction> distinctions(const Predictions& predictions) {
  std::vector<Distinction> found;
  if (predictions.rules.size() < 2) return found;
  for (const Predicted& each : predictions.protocols) {
    Distinction best = best_of(each, predictions.rules);
    if (best.separation >= least_separation) found.push_back(std::move(best));
  }
  std::stable_sort(found.begin(), found.end(),
                   [](const Distinction& a, const Distinction& b) { return a.separation > b.separation; });
  return found;
}

}  // namespace carve::predictions
