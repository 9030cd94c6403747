// Several losses at once, each with a weight.
#include <algorithm>

#include "carve/task/loss.hpp"
#include "carve/task/trial.hpp"

namespace carve::task {
namespace {

struct Part {
  double weight = 1;
  std::unique_ptr<Loss> loss;
};

class SumLoss final : public Loss {
 public:
  SumLoss(std::vector<Part> parts, std::size_t points) : Loss(points), parts_(std::move(parts)) {}

  /// The length of each part's truth, then the truths.
  [[nodiscard]] std::vector<double> truth(const Trial& trial) const override {
    std::vector<double> all(parts_.size());
    for (std::size_t k = 0; k < parts_.size(); ++k) {
      const std::vector<double> own = parts_[k].loss->truth(trial);
      all[k] = static_cast<double>(own.size());
      all.insert(all.end(), own.begin(), own.end());
    }
    return all;
  }

  [[nodiscard]] double score(const Learned& learned) const override {
    double sum = 0;
    each_part(learned, [&](const Part& part, const Learned& own) { sum += part.weight * part.loss->score(own); });
    return sum;
  }

  [[nodiscard]] bool has_gradient() const override {
    return std::all_of(parts_.begin(), parts_.end(), [](const Part& each) { return each.loss->has_gradient(); });
  }
  [[nodiscard]] std::vector<double> gradient(const Learned& learned) const override {
    std::vector<double> sum(learned.weights.size(), 0.0);
    each_part(learned, [&](const Part& part, const Learned& own) {
      const std::vector<double> slope = part.loss->gradient(own);
      for (std::size_t i = 0; i < sum.size(); ++i) sum[i] += part.weight * slope[i];
    });
    return sum;
  }

  [[nodiscard]] double worst() const override {
    double sum = 0;
    for (const Part& each : parts_) sum += each.weight * each.loss->worst();
    return sum;
  }

  [[nodiscard]] std::optional<ReadoutPlan> readout() const override {
    for (const Part& each : parts_) {
      if (const auto plan = each.loss->readout()) return plan;
    }
    return std::nullopt;
  }

 private:
  template <class Use>
  void each_part(const Learned& learned, Use use) const {
    const std::span<const double> all = learned.truth();
    std::size_t at = parts_.size();
    for (std::size_t k = 0; k < parts_.size(); ++k) {
      const auto size = static_cast<std::size_t>(all[k]);
      Learned own = learned;
      own.truth_of_part = all.subspan(at, size);
      use(parts_[k], own);
      at += size;
    }
  }

  std::vector<Part> parts_;
};

constexpr base::Range weights = base::positive;

/// One entry of `parts`; nothing after reporting.
std::optional<Part> read_part(const base::Value& value, const LossContext& context, base::Table& resolved,
                              base::Diagnostics& diagnostics) {
  const auto* table = value.as<base::Table>();
  if (!table) {
    diagnostics.error(value.span, "expected a table, but this is " + std::string(value.type_name()),
                      "for example { kind = \"principal_components\", weight = 1 }");
    return std::nullopt;
  }
  std::vector<const LossComponent*> list = losses();
  std::erase(list, &sum_loss);
  const auto* component = base::find_component(list, *table, value.span, "kind", "part of a sum", diagnostics);
  Part part;
  base::Table rest;
  bool weight_known = true;
  for (const base::Entry& each : table->entries) {
    if (each.key == "weight") weight_known = base::read_value(each.value, weights, part.weight, diagnostics);
    else rest.entries.push_back(each);
  }
  if (!component) return std::nullopt;
  part.loss = component->make(rest, value.span, context, resolved, diagnostics);
  resolved.set("weight", base::write_value(part.weight));
  if (!part.loss || !weight_known) return std::nullopt;
  return part;
}

std::unique_ptr<Loss> make(const base::Table& table, const base::Span& place, const LossContext& context,
                           base::Table& resolved, base::Diagnostics& diagnostics) {
  const std::size_t before = diagnostics.size();
  base::report_unknown_keys(table, {"kind", "parts"}, "kind = \"sum\"", diagnostics);
  const base::Value* value = table.find("parts");
  const auto* list = value ? value->as<base::Array>() : nullptr;
  if (!list || list->empty()) {
    diagnostics.error(value ? value->span : place,
                      value ? "expected a list of losses" : "missing 'parts' in kind = \"sum\"",
                      "for example parts = [{ kind = \"subspace\" }, { kind = \"decorrelation\", weight = 0.1 }]");
    return nullptr;
  }
  resolved.set("kind", base::write_value(sum_loss.name));
  base::Array resolved_parts;
  std::vector<Part> parts;
  bool readout = false;
  for (const base::Value& each : *list) {
    base::Table resolved_part;
    std::optional<Part> part = read_part(each, context, resolved_part, diagnostics);
    resolved_parts.push_back({std::move(resolved_part), {}});
    if (!part) continue;
    const bool reads = part->loss->readout().has_value();
    if (reads && readout) diagnostics.error(each.span, "a sum can have one readout");
    readout = readout || reads;
    parts.push_back(std::move(*part));
  }
  resolved.set("parts", {std::move(resolved_parts), {}});
  if (diagnostics.size() != before) return nullptr;
  return std::make_unique<SumLoss>(std::move(parts), context.points);
}

}  // namespace

const LossComponent sum_loss{
    .name = "sum",
    .brief = "Several losses at once: the sum of weight * loss over its parts.",
    .cite = "",
    .sample = "kind = \"sum\"\nparts = [{ kind = \"subspace\" }, { kind = \"decorrelation\", weight = 0.1 }]",
    .fields = {{.name = "parts",
                .brief = "losses, each a table with 'kind', 'weight' (> 0, 1 if left out) and its own fields; no sums",
                .type = "list of tables",
                .required = true}},
    .make = make};

}  // namespace carve::task
