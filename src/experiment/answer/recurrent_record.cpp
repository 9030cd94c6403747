#include "carve/experiment/answer/recurrent_record.hpp"

#include <cmath>

#include "carve/base/bytes.hpp"
#include "carve/evaluate/spiking_evaluator.hpp"
#include "carve/task/recurrent/network_metrics.hpp"

namespace carve::experiment {
namespace {

void put(base::ByteWriter& writer, const std::vector<task::Figure>& all) {
  writer.put(std::uint64_t{all.size()});
  for (const task::Figure& each : all) {
    writer.put(std::string_view(each.name)).put(std::string_view(each.brief)).put(each.value).put(each.ideal);
    writer.put(each.lowest).put(each.highest);
  }
}

void get(base::ByteReader& reader, std::vector<task::Figure>& all) {
  std::uint64_t count = 0;
  reader.get(count);
  task::Figure each;
  for (std::uint64_t i = 0; i < count && reader.get(each.name); ++i) {
    reader.get(each.brief);
    reader.get(each.value);
    reader.get(each.ideal);
    reader.get(each.lowest);
    reader.get(each.highest);
    all.push_back(each);
  }
}

MetricEvidence over_trials(const std::vector<const task::Figure*>& figures) {
  std::vector<double> values;
  const task::Figure& first = *figures.front();
  double worst = first.value;
  for (const task::Figure* each : figures) {
    values.push_back(each->value);
    if (std::abs(each->value - each->ideal) > std::abs(worst - each->ideal)) worst = each->value;
  }
  MetricEvidence evidence{first.name, first.brief, {measure(values), worst}, std::nullopt};
  if (std::isfinite(first.lowest)) evidence.lowest = first.lowest;
  if (std::isfinite(first.highest)) evidence.highest = first.highest;
  return evidence;
}

}  // namespace

void RecurrentRecord::add(const task::RecurrentView& view) {
  losses.push_back(view.task.loss->score(view));
  outcomes.push_back(evaluate::outcome_of(view.lived.ending));
  const bool finished = view.lived.ending == network::Ending::finished;
  task::Figure inside{
      .name = "plausible", .brief = "share of lifetimes with all metrics within their thresholds", .ideal = 1};
  if (finished) {
    figures.push_back(task::network_metrics(view, task::metric_ranges()));
    inside.value = task::plausible(figures.back()) ? 1 : 0;
    for (task::Figure& each : view.task.loss->figures(view)) figures.back().push_back(std::move(each));
  }
  plausible.push_back(std::move(inside));
}

void RecurrentRecord::append(const RecurrentRecord& more) {
  losses.insert(losses.end(), more.losses.begin(), more.losses.end());
  outcomes.insert(outcomes.end(), more.outcomes.begin(), more.outcomes.end());
  figures.insert(figures.end(), more.figures.begin(), more.figures.end());
  plausible.insert(plausible.end(), more.plausible.begin(), more.plausible.end());
}

std::string RecurrentRecord::pack() const {
  base::ByteWriter writer;
  writer.put(losses).put(std::uint64_t{outcomes.size()});
  for (const task::Outcome each : outcomes) writer.put(static_cast<std::uint64_t>(each));
  writer.put(std::uint64_t{figures.size()});
  for (const auto& each : figures) put(writer, each);
  put(writer, plausible);
  return std::move(writer).sealed();
}

RecurrentRecord RecurrentRecord::unpack(std::string_view bytes) {
  RecurrentRecord record;
  base::ByteReader reader(bytes);
  std::uint64_t count = 0;
  reader.get(record.losses);
  reader.get(count);
  for (std::uint64_t i = 0, outcome = 0; i < count && reader.get(outcome); ++i)
    record.outcomes.push_back(static_cast<task::Outcome>(outcome));
  reader.get(count);
  for (std::uint64_t i = 0; i < count; ++i) get(reader, record.figures.emplace_back());
  get(reader, record.plausible);
  return record;
}

std::vector<MetricEvidence> RecurrentRecord::metrics() const {
  std::vector<MetricEvidence> all;
  std::vector<const task::Figure*> column;
  for (const task::Figure& each : plausible) column.push_back(&each);
  if (!column.empty()) all.push_back(over_trials(column));
  for (std::size_t k = 0; !figures.empty() && k < figures.front().size(); ++k) {
    column.clear();
    for (const auto& each : figures) column.push_back(&each[k]);
    all.push_back(over_trials(column));
  }
  return all;
}

}  // namespace carve::experiment
