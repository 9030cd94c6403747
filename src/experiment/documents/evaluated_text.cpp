// What `carve evaluate --json` prints.
#include <nlohmann/json.hpp>

#include "carve/experiment/documents/answer_json.hpp"
#include "carve/experiment/evaluation.hpp"
#include "carve/rule/print.hpp"

namespace carve::experiment {
namespace {

Json json_of(const Evaluated& evaluated) {
  Json json{{"rules", Json::object()}, {"loss", json_of(evaluated.loss)}, {"metrics", json_of(evaluated.metrics)}};
  for (const rule::Rule& rule : evaluated.rules) {
    json["rules"][rule.space.name] = {{"formula", rule::formula_text(rule)}, {"exact", rule::exact_text(rule)}};
  }
  if (!evaluated.baseline.empty()) json["baseline"] = {{"name", evaluated.baseline}, {"rate", evaluated.rate}};
  for (std::size_t i = 0; i < task::outcome_count; ++i) {
    json["outcomes"][std::string(task::outcome_names[i])] = evaluated.outcomes[i];
  }
  return json;
}

}  // namespace

std::string evaluated_text(const Evaluated& evaluated) { return text_of(json_of(evaluated), 2); }

std::string beside_text(const std::string& rule, const std::vector<Beside>& files) {
  Json json{{"rule", rule}, {"files", Json::array()}};
  for (const Beside& each : files) {
    Json own{{"file", each.file}};
    own.update(json_of(each.given));
    own["beside"] = Json::array();
    for (const Evaluated& other : each.others) {
      Json entry{{"name", other.name}};
      entry.update(json_of(other));
      entry["difference"] = json_of(measure(each.given.losses, other.losses));
      own["beside"].push_back(std::move(entry));
    }
    json["files"].push_back(std::move(own));
  }
  return text_of(json, 2);
}

}  // namespace carve::experiment
