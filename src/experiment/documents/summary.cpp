#include "carve/experiment/documents/summary.hpp"

#include <cmath>

#include <nlohmann/json.hpp>

#include "carve/base/version.hpp"
#include "carve/experiment/documents/rule_json.hpp"
#include "carve/experiment/record/recorded_run.hpp"

namespace carve::experiment {
namespace {

Json history_of(const rule::RuleSet& set, const std::vector<GenerationRecord>& generations) {
  Json history = Json::array();
  for (const GenerationRecord& each : generations) {
    std::uint64_t total = 0;
    for (const std::uint64_t count : each.outcomes) total += count;
    const double failed = total == 0 ? 0 : 1 - static_cast<double>(each.outcomes[0]) / static_cast<double>(total);
    history.push_back({{"generation", each.generation},
                       {"evaluations", each.evaluations},
                       {"best", number(each.best)},
                       {"median", number(each.median)},
                       {"sigma", number(each.sigma)},
                       {"axis_ratio", number(each.axis_ratio)},
                       {"restarts", each.restarts},
                       {"trials", each.trials},
                       {"failed", failed},
                       {"seconds", number(each.seconds)},
                       {"coefficients", coefficients_of(set, each.guess)}});
  }
  return history;
}

/// The experiment as it was recorded; nullptr where its data files are gone since.
std::unique_ptr<Experiment> recorded_experiment(Records& records) {
  base::Diagnostics ignored;
  const auto source = std::make_shared<const base::Source>(
      base::Source{records.get("file").value_or(""), records.get("experiment").value_or("")});
  return read_experiment(source, {}, ignored);
}

/// Which search: [search] method.
std::string method_of(const Experiment& experiment) {
  const base::Value* search = experiment.resolved.find("search");
  const auto* table = search ? search->as<base::Table>() : nullptr;
  const base::Value* method = table ? table->find("method") : nullptr;
  const auto* name = method ? method->as<std::string>() : nullptr;
  return name ? *name : "";
}

Json document(const std::string& folder) {
  Records records(record_path(folder), Records::Mode::read);
  const auto experiment = recorded_experiment(records);
  if (experiment) records.check(experiment->rules.parameter_count());
  const std::string text = records.get("experiment").value_or("");
  const std::string file = records.get("file").value_or("");
  const std::vector<GenerationRecord> generations = records.generations();
  Json run{{"carve", base::version().release},
           {"status", status_of(folder, records)},
           {"experiment", {{"name", records.get("name").value_or("")}, {"file", file}, {"text", text}}},
           {"method", experiment ? Json(method_of(*experiment)) : Json()},
           {"seed", experiment ? Json(experiment->seed) : Json()},
           {"generations", generations.size()},
           {"evaluations", generations.empty() ? 0 : generations.back().evaluations}};
  double seconds = 0;
  task::OutcomeCounts outcomes{};
  for (const GenerationRecord& each : generations) {
    if (std::isfinite(each.seconds)) seconds += each.seconds;
    for (std::size_t i = 0; i < task::outcome_count; ++i) outcomes[i] += each.outcomes[i];
  }
  run["seconds"] = seconds;
  if (const auto stopped = records.get("stopped")) run["stopped"] = *stopped;
  if (const auto simplified = records.get("simplified")) run["simplified"] = Json::parse(*simplified);
  const auto stored = records.get("answer");
  const Json answer = stored ? Json::parse(*stored) : Json();
  Json loss{{"search", generations.empty() ? Json() : number(generations.back().best)}};
  run["rules"] = Json::object();
  if (answer.is_object()) {
    run["rules"] = answer.at("rules");
    run["searched"] = answer.at("searched");
    run["further"] = answer.at("further");
    if (answer.contains("metrics")) run["metrics"] = answer["metrics"];
    if (answer.contains("finalists")) run["finalists"] = answer["finalists"];
    for (const char* key : {"validation", "reference", "comparisons"}) {
      if (answer.contains(key)) loss[key] = answer[key];
    }
  } else if (experiment && !generations.empty()) {
    run["rules"] = json_of(experiment->rules.at(generations.back().guess), {});
  }
  run["loss"] = std::move(loss);
  if (experiment && experiment->reference && !experiment->spikes()) {
    const rule::RuleSet& rules = experiment->reference->rules;
    const std::vector<double> unscaled(rules.parameter_count(), 1.0);
    for (const rule::Rule& reference : rules.at(unscaled)) {
      if (!reference.space.polynomial) continue;
      for (const rule::Term& term : rule::factored(reference).terms)
        run["known"][reference.space.name][term.term] = term.coefficient;
    }
  }
  run["history"] = experiment ? history_of(experiment->rules, generations) : Json::array();
  for (std::size_t i = 0; i < task::outcome_count; ++i)
    run["outcomes"][std::string(task::outcome_names[i])] = outcomes[i];
  if (answer.is_object()) {
    run["lifetimes"] = answer.at("lifetimes");
    for (const char* kind : {"spiking", "recurrent"}) {
      if (answer.contains(kind)) run[kind] = answer[kind];
    }
  }
  if (experiment && !experiment->spikes() && run.contains("lifetimes")) {
    if (const auto image = experiment->inputs->image()) {
      for (Json& life : run["lifetimes"]) life["image"] = {{"rows", image->rows}, {"columns", image->columns}};
    }
  }
  Json provenance = Json::parse(records.get("provenance").value_or("{}"));
  provenance["started"] = records.get("started").value_or("");
  if (const auto finished = records.get("finished")) provenance["finished"] = *finished;
  run["provenance"] = std::move(provenance);
  return run;
}

}  // namespace

std::string provenance_text(const Provenance& provenance) {
  return Json{{"version", provenance.version}, {"compiler", provenance.compiler}, {"build", provenance.build},
              {"cpu", provenance.cpu},         {"isa", provenance.isa},           {"threads", provenance.threads}}
      .dump();
}

std::string run_document(const std::string& folder) {
  return from_record(folder, [&] { return text_of(document(folder)); });
}

std::string show_document(const std::string& folder) {
  Json run = from_record(folder, [&] { return document(folder); });
  for (const char* heavy : {"history", "lifetimes", "spiking", "recurrent", "known", "simplified"}) run.erase(heavy);
  run["experiment"].erase("text");
  const auto erase_mathml = [](Json& rules) {
    for (auto& [name, rule] : rules.items()) rule.erase("mathml");
  };
  erase_mathml(run["rules"]);
  if (run.contains("searched")) erase_mathml(run["searched"]);
  if (run.contains("finalists")) {
    for (Json& each : run["finalists"]) erase_mathml(each.at("rules"));
  }
  if (run["loss"].contains("reference")) erase_mathml(run["loss"]["reference"]["rules"]);
  if (run["loss"].contains("comparisons")) {
    for (Json& each : run["loss"]["comparisons"]) erase_mathml(each["rules"]);
  }
  return text_of(run, 2);
}

std::vector<std::string> parameter_names(Records& records) {
  std::vector<std::string> names;
  const auto experiment = recorded_experiment(records);
  if (experiment) {
    for (std::size_t i = 0; i < experiment->rules.parameter_count(); ++i)
      names.push_back(experiment->rules.parameter_name(i));
  }
  return names;
}

}  // namespace carve::experiment
