// Rules between rate neurons: the change in one step against each of the things that it depends on.
#include "carve/predictions/drift.hpp"
#include "carve/predictions/protocols.hpp"
#include "carve/predictions/words.hpp"
#include "carve/rule/evaluate.hpp"

namespace carve::predictions {
namespace {

double step(const rule::Rule& rule, double x, double y, double w) {
  rule::Bindings<double> names{{"x", x}, {"y", y}, {"w", w}};
  for (std::size_t i = 0; i < rule.values.size(); ++i) names[rule.space.parameters[i].name] = rule.values[i];
  return evaluate(rule.space.dw, names) + 0.0;  // no -0
}

Curve curve_of(std::string name, const std::vector<double>& x, const auto& f) {
  Curve curve{std::move(name)};
  for (const double each : x) curve.y.push_back(f(each));
  return curve;
}

Figure bcm(const rule::Rule& rule, double w) {
  Figure figure{.x = steps(0, 3, 60)};
  for (const double x : {0.5, 1.0, 2.0})
    figure.curves.push_back(
        curve_of(fmt::format("x = {:g}", x), figure.x, [&](double y) { return step(rule, x, y, w); }));
  const auto change = [&](double y) { return step(rule, 1, y, w); };
  const std::vector<double> thresholds = zero_crossings(change, figure.x);
  if (change(0.5) == 0 && change(3) == 0 && thresholds.empty()) {
    figure.words = "At x = 1 a step changes nothing.";
    return figure;
  }
  figure.words = fmt::format("At x = 1 a step changes the weight by {} at y = 0.5 and by {} at y = 3",
                             change_text(change(0.5)), change_text(change(3)));
  if (thresholds.empty()) figure.words += "; there is no threshold.";
  else
    figure.words += fmt::format("; {} {}.", thresholds.size() == 1 ? "the threshold is" : "the sign changes",
                                places_text(thresholds, ""));
  return figure;
}

Figure weight(const rule::Rule& rule, double w) {
  Figure figure{.x = steps(-2 * std::fabs(w), 2 * std::fabs(w), 40)};
  const auto change = [&](double weight) { return step(rule, 1, 1, weight); };
  figure.curves = {curve_of("x = y = 1", figure.x, change)};
  const auto& y = figure.curves.front().y;
  const std::vector<double> ends = zero_crossings(change, figure.x);
  if (y.front() == y.back() && y.front() == change(0))
    figure.words = y.front() == 0
                       ? "At x = y = 1 a step changes no weight."
                       : fmt::format("At x = y = 1 a step changes every weight by {}.", change_text(y.front()));
  else
    figure.words = fmt::format("At x = y = 1 a step changes a weight of {:g} by {} and one of {:g} by {}{}.",
                               figure.x.front(), change_text(y.front()), figure.x.back(), change_text(y.back()),
                               ends.empty() ? "" : fmt::format("; it stands still {}", places_text(ends, "")));
  return figure;
}

Figure one_side(const rule::Rule& rule, double w, bool pre) {
  Figure figure{.x = steps(0, 3, 60)};
  const auto change = [&](double activity) { return pre ? step(rule, activity, 0, w) : step(rule, 0, activity, w); };
  figure.curves = {curve_of(pre ? "y = 0" : "x = 0", figure.x, change)};
  const double one = change(1), three = change(3);
  const char* const whose = pre ? "Presynaptic" : "Postsynaptic";
  if (one == 0 && three == 0) figure.words = fmt::format("{} activity alone changes nothing.", whose);
  else
    figure.words = fmt::format("{} activity alone changes the weight by {} a step at 1 and by {} at 3.", whose,
                               change_text(one), change_text(three));
  return figure;
}

constexpr const char* per_step = "change of the weight per step";

}  // namespace

const Protocol bcm_curve{"bcm_curve",
                         "Activity: the BCM curve",
                         "Both activities are held; the change in one step against the postsynaptic one.",
                         "bienenstock1982",
                         "postsynaptic activity y",
                         per_step,
                         bcm};
const Protocol rate_weight_dependence{"weight_dependence",
                                      "Weak and strong synapses",
                                      "Both activities are held at 1; the change in one step against the weight.",
                                      "",
                                      "weight before",
                                      per_step,
                                      weight};
const Protocol rate_presynaptic_only{"presynaptic_only",
                                     "Presynaptic activity alone",
                                     "The postsynaptic activity is held at 0.",
                                     "",
                                     "presynaptic activity x",
                                     per_step,
                                     [](const rule::Rule& rule, double w) { return one_side(rule, w, true); }};
const Protocol rate_postsynaptic_only{"postsynaptic_only",
                                      "Postsynaptic activity alone",
                                      "The presynaptic activity is held at 0.",
                                      "",
                                      "postsynaptic activity y",
                                      per_step,
                                      [](const rule::Rule& rule, double w) { return one_side(rule, w, false); }};

}  // namespace carve::predictions
