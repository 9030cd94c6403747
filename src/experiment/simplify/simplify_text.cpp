// What `carve simplify` says to people.
#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "carve/experiment/documents/text_table.hpp"
#include "carve/experiment/simplify/simplify.hpp"

namespace carve::experiment {
namespace {

constexpr std::size_t rows_beyond_the_knee = 6;
constexpr std::size_t terms_in_a_row = 6;
constexpr std::size_t directions_at_each_end = 3;
constexpr std::size_t few_numbers = 12;

std::string counted(std::size_t count, const char* what) {
  return fmt::format("{} {}{}", count, what, count == 1 ? "" : "s");
}

/// "feedforward: x*y, y^2*w; lateral: x*y"; without names where there is one rule.
std::string terms_text(const rule::RuleSet& rules, const FrontPoint& point) {
  std::string text;
  for (std::size_t k = 0; k < std::min(point.kept.size(), terms_in_a_row); ++k) {
    const std::size_t own = rules.rule_of(point.kept[k]);
    const bool first = k == 0 || own != rules.rule_of(point.kept[k - 1]);
    if (k > 0) text += first ? "; " : ", ";
    if (first && rules.rules.size() > 1) text += rules.rules[own].name + ": ";
    text += term_label(rules, point.kept[k]);
  }
  if (point.kept.size() > terms_in_a_row) text += fmt::format(", {} more", point.kept.size() - terms_in_a_row);
  if (point.by == "l1") text += " (L1 path)";
  if (point.by == "growth") text += " (growth)";
  return text;
}

/// Short rules, the one with all terms, and of those in between a note.
std::string front_text(const Simplified& simplified) {
  const std::vector<FrontPoint>& front = simplified.front;
  const std::size_t last = front.size() - 1,
                    shown = std::max(simplified.knee, simplified.chosen) + rows_beyond_the_knee;
  TextRows rows{{"", "terms", "loss", "", "above the least", ""}};
  for (const FrontPoint& each : front) {
    const std::size_t count = each.kept.size();
    if (count > shown && count < last) continue;
    const bool least = each.excess.mean == 0 && each.excess.error == 0;
    rows.push_back({count == simplified.knee ? "*" : "", fmt::to_string(count), fmt::format("{:.4g}", each.loss.mean),
                    fmt::format("+- {:.2g}", each.loss.error),
                    least ? "0" : fmt::format("{:.2g} +- {:.1g}", each.excess.mean, each.excess.error),
                    terms_text(simplified.experiment->rules, each)});
  }
  std::string text = fmt::format("Front: mean loss on {} held-out trials by number of terms\n{}",
                                 front.front().loss.trials, aligned(rows, {false, true, true, false, false, false}));
  if (last > shown + 1) text += fmt::format("  (rules of {} to {} terms: --json)\n", shown + 1, last - 1);
  return text + fmt::format(
                    "* the knee, {}: the fewest whose loss is above the least by at most two paired standard errors or "
                    "{:g} % of it\n",
                    counted(simplified.knee, "term"), 100 * simplified.share);
}

std::string chosen_text(const Simplified& simplified) {
  std::string text = fmt::format("\nThe rule of {}, fitted again\n", counted(simplified.chosen, "term"));
  for (const rule::Rule& each : simplified.experiment->rules.at(simplified.values))
    text += fmt::format("  {}: {}\n", each.space.name, rule::formula_text(each));
  return text + fmt::format("  loss {:.4g} +- {:.2g}, minus that of all {}: {:+.2g} +- {:.1g}\n", simplified.loss.mean,
                            simplified.loss.error, counted(simplified.front.size() - 1, "term"),
                            simplified.difference.mean, simplified.difference.error);
}

std::string in_brackets(const std::optional<Interval>& interval) {
  return interval ? fmt::format("[{:.4g}, {:.4g}]", interval->low, interval->high) : "";
}

/// " times eta (0.02)", where families have one.
std::string etas_text(const Simplified& simplified) {
  const std::vector<rule::Rule> rules = simplified.experiment->rules.at(simplified.values);
  std::string text;
  for (const rule::Rule& each : rules) {
    if (!each.space.eta_parameter) continue;
    text += fmt::format("{}{}{:.4g}", text.empty() ? "" : ", ", rules.size() > 1 ? each.space.name + " " : "",
                        each.values[*each.space.eta_parameter]);
  }
  return text.empty() ? "" : fmt::format(", which the formula has times eta ({})", text);
}

std::string coefficients_text(const Simplified& simplified) {
  if (simplified.coefficients.empty()) return "";
  const bool curved = simplified.default_method == "curvature";
  const char* const ways[] = {curved ? "by curvature" : "by fits to fresh trials",
                              curved ? "by fits to fresh trials" : "by curvature"};
  const auto intervals = [&](const Coefficient& each, bool second) {
    return in_brackets(curved != second ? each.by_curvature : each.by_refits);
  };
  TextRows rows{{"", "", ""}};
  bool any = false;
  for (const bool second : {false, true}) {
    if (std::all_of(simplified.coefficients.begin(), simplified.coefficients.end(),
                    [&](const Coefficient& each) { return intervals(each, second).empty(); }))
      continue;
    rows.front().emplace_back(ways[second]);
    any = true;
  }
  if (!any) rows.clear();
  for (std::size_t i = 0; i < simplified.coefficients.size(); ++i) {
    const Coefficient& each = simplified.coefficients[i];
    // The same names as in the directions below: alpha (pre: 1).
    const std::string parameter = simplified.pinned.empty() ? "" : simplified.pinned.front().names.at(i);
    const bool named = !parameter.empty() && parameter.find(each.name) == std::string::npos;
    rows.push_back({"", each.rule + " " + (named ? fmt::format("{} ({})", parameter, each.name) : each.name),
                    fmt::format("{:.4g}{}", each.estimate, each.name.starts_with("tau") ? " s" : "")});
    for (const bool second : {false, true}) {
      const std::string text = intervals(each, second);
      if (!text.empty()) rows.back().push_back(text);
    }
  }
  return fmt::format("\nIts numbers{}{}\n{}", etas_text(simplified),
                     any ? ", with 95 % intervals" : "; for intervals, --refits 8",
                     aligned(rows, {false, false, true, false, false}));
}

/// The stiffest directions, and of a short rule the loosest ones too: those of many terms say little.
std::string directions_text(const char* by, const std::vector<Direction>& directions,
                            const std::vector<std::string>& names) {
  if (directions.empty()) return "";
  const auto free = static_cast<std::size_t>(
      std::count_if(directions.begin(), directions.end(), [](const Direction& each) { return each.free; }));
  TextRows rows;
  for (std::size_t k = 0; k < directions.size(); ++k) {
    const bool loosest = names.size() <= few_numbers && k + directions_at_each_end >= directions.size();
    if (k >= directions_at_each_end && !loosest) {
      if (k == directions_at_each_end) rows.push_back({"", "..."});
      continue;
    }
    rows.push_back({"", fmt::format("{:.2g}", directions[k].stiffness), directions[k].free ? "free" : "pinned",
                    combination(directions[k].weights, names)});
  }
  return fmt::format("  {}: {} pinned, {} free\n{}", by, directions.size() - free, free,
                     aligned(rows, {false, true, false, false}));
}

std::string pinned_text(const Pinned& pinned) {
  std::string text = fmt::format(
      "\nWhat pins the numbers of the rule of {}: directions, the stiffest first, and how stiff beside it (free: below "
      "0.01)\n",
      counted(pinned.terms, "term"));
  text += directions_text("by the curvature of the loss", pinned.by_curvature, pinned.names);
  text += directions_text("by the spread of the search's last generation", pinned.by_search, pinned.names);
  if (!pinned.manifold) return text;
  const Manifold& theory = *pinned.manifold;
  text += fmt::format("  by mean field: the rate settles at {:.3g} Hz, which pins {}\n", theory.settled,
                      combination(theory.normal, pinned.names));
  text += fmt::format("    the stiffest direction is {:.1f} degrees from that",
                      angle(theory.normal, pinned.by_curvature.front().weights));
  if (!pinned.by_search.empty())
    text += fmt::format(", by the search {:.1f} degrees", angle(theory.normal, pinned.by_search.front().weights));
  const double loosest = angle(theory.normal, pinned.by_curvature.back().weights);
  return text + fmt::format("; the loosest {:.1f} degrees from the surface of that rate\n", 90 - loosest);
}

}  // namespace

std::string simplified_text(const Simplified& simplified) {
  std::string text = front_text(simplified) + chosen_text(simplified) + coefficients_text(simplified);
  for (const Pinned& each : simplified.pinned) text += pinned_text(each);
  return text + fmt::format("\nwritten: {}\n", simplified.file);
}

}  // namespace carve::experiment
