// Plausibility: activity and weights within the ranges that biology allows (Confavreux et al. 2025b).
#include <algorithm>
#include <cmath>

#include "carve/task/recurrent/network_metrics.hpp"

namespace carve::task {
namespace {

constexpr double most_excess = 10;  // of one metric

/// By how much a metric is outside its range, relative to the end that it passes; 0 inside.
double excess(const Figure& figure) {
  double beyond = 0;
  if (figure.value < figure.lowest) beyond = (figure.lowest - figure.value) / std::abs(figure.lowest);
  if (figure.value > figure.highest) beyond = (figure.value - figure.highest) / std::abs(figure.highest);
  return std::isfinite(beyond) ? std::min(beyond, most_excess) : most_excess;
}

class PlausibilityLoss final : public RecurrentLoss {
 public:
  explicit PlausibilityLoss(std::vector<MetricRange> ranges) : ranges_(std::move(ranges)) {}

  [[nodiscard]] double score(const RecurrentView& view) const override {
    if (view.lived.ending != network::Ending::finished)
      return early_end_score(static_cast<double>(view.lived.end), static_cast<double>(view.task.stretches()));
    double sum = 0;
    for (const Figure& each : network_metrics(view, ranges_)) sum += excess(each);
    return sum;
  }
  [[nodiscard]] Observation needs() const override { return {.recording = true}; }

 private:
  std::vector<MetricRange> ranges_;
};

bool bounded(const MetricRange& range) { return std::isfinite(range.lowest) || std::isfinite(range.highest); }

/// Two numbers; inf where there is no bound.
base::Value write_range(const MetricRange& range) {
  return base::write_value(std::vector{range.lowest, range.highest});
}

/// Changes the range of a metric that a file names; says what is wrong.
bool change(const base::Entry& entry, std::vector<MetricRange>& ranges, base::Diagnostics& diagnostics) {
  const auto found =
      std::find_if(ranges.begin(), ranges.end(), [&](const MetricRange& each) { return each.name == entry.key; });
  if (found == ranges.end()) {
    std::vector<std::string> names;
    for (const MetricRange& each : ranges) names.push_back(each.name);
    diagnostics.error(entry.key_span, "there is no metric '" + entry.key + "'" + base::did_you_mean(entry.key, names),
                      "one of " + base::join_choices(names));
    return false;
  }
  const auto* both = entry.value.as<base::Array>();
  const bool numbers = both && both->size() == 2 && (*both)[0].is_number() && (*both)[1].is_number();
  if (!numbers || !((*both)[0].number() < (*both)[1].number()) || (*both)[0].number() == 0) {
    diagnostics.error(entry.value.span, "expected a lowest and a highest value",
                      "for example rate = [1, 50]; -inf or inf where there is no bound");
    return false;
  }
  found->lowest = (*both)[0].number();
  found->highest = (*both)[1].number();
  return true;
}

std::unique_ptr<RecurrentLoss> make(const base::Table& table, const base::Span&, const RecurrentLossContext&,
                                    base::Table& resolved, base::Diagnostics& diagnostics) {
  const std::size_t before = diagnostics.size();
  std::vector<std::string> known{"kind"};
  std::vector<MetricRange> ranges = metric_ranges();
  for (const MetricRange& each : ranges) known.push_back(each.name);
  base::report_unknown_keys(table, known, "kind = \"plausibility\"", diagnostics);
  for (const base::Entry& each : table.entries) {
    if (each.key != "kind" && std::find(known.begin(), known.end(), each.key) != known.end())
      change(each, ranges, diagnostics);
  }
  if (diagnostics.size() != before) return nullptr;
  resolved.set("kind", base::write_value(plausibility_loss.name));
  for (const MetricRange& each : ranges) {
    if (bounded(each)) resolved.set(each.name, write_range(each));
  }
  std::erase_if(ranges, [](const MetricRange& each) { return !bounded(each); });
  return std::make_unique<PlausibilityLoss>(std::move(ranges));
}

std::vector<base::FieldInfo> fields() {
  std::vector<base::FieldInfo> infos;
  for (const MetricRange& each : metric_ranges()) {
    infos.push_back({.name = each.name,
                     .brief = "lowest and highest value that is fine: " + each.brief,
                     .type = "list of two numbers",
                     .fallback = base::format_value(write_range(each))});
  }
  return infos;
}

}  // namespace

const RecurrentLossComponent plausibility_loss{
    .name = "plausibility",
    .brief = "How far metrics of activity and weights are outside their ranges, each relative to the end it passes.",
    .cite = "confavreux2025b",
    .sample = "kind = \"plausibility\"\nrate = [1, 50]",
    .fields = fields(),
    .make = make};

}  // namespace carve::task
