#include "carve/experiment/summary.hpp"

#include <cmath>
#include <filesystem>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "carve/base/error.hpp"
#include "carve/base/version.hpp"
#include "carve/experiment/files.hpp"
#include "carve/experiment/records.hpp"
#include "carve/rule/print.hpp"

namespace carve::experiment {
namespace {

using Json = nlohmann::ordered_json;

double as_number(const Json& json) { return json.is_number() ? json.get<double>() : std::nan(""); }

Json number(double value) { return std::isfinite(value) ? Json(value) : Json(); }

/// Small terms of long rules are left out of formulas for people; `exact` and `terms` have them all.
constexpr rule::FormulaOptions short_formula{.digits = 3, .hide_below = 0.01};

Json json_of(const Measured& measured) {
  return {{"mean", number(measured.mean)}, {"error", number(measured.error)}, {"trials", measured.trials}};
}

Json json_of(const MeasuredMetric& metric) {
  return {{"mean", number(metric.all.mean)}, {"error", number(metric.all.error)}, {"worst", number(metric.worst)}};
}

Json json_of(const std::vector<MetricEvidence>& metrics) {
  Json json = Json::object();
  for (const MetricEvidence& each : metrics) {
    Json entry = json_of(each.found);
    entry["brief"] = each.brief;
    if (each.reference) entry["reference"] = json_of(*each.reference);
    json[each.name] = std::move(entry);
  }
  return json;
}

/// Rules of one candidate, by connection: for reading only.
Json formulas(const std::vector<rule::Rule>& rules) {
  Json json = Json::object();
  for (const rule::Rule& rule : rules) {
    json[rule.space.name] = {{"formula", rule::formula_text(rule, short_formula)},
                             {"mathml", rule::formula_mathml(rule, short_formula)}};
  }
  return json;
}

Json json_of(const Compared& compared) {
  return {{"name", compared.name},
          {"rules", formulas(compared.rules)},
          {"mean", number(compared.loss.mean)},
          {"error", number(compared.loss.error)},
          {"difference", json_of(compared.difference)}};
}

/// A rule with everything a page wants to say about it.
Json json_of(const rule::Rule& rule, const std::vector<TermEvidence>& evidence) {
  Json terms = Json::array();
  const rule::Factored factored = rule::factored(rule);
  for (const rule::Term& term : rule::terms(rule)) {
    Json entry{{"term", term.term}, {"coefficient", term.coefficient}};
    for (const rule::Term& relative : factored.terms) {
      if (relative.term == term.term) entry["relative"] = relative.coefficient;
    }
    for (const TermEvidence& each : evidence) {
      if (each.rule == rule.space.name && each.term == term.term) entry["removal"] = json_of(each.removal);
    }
    terms.push_back(std::move(entry));
  }
  return {{"formula", rule::formula_text(rule, short_formula)},
          {"latex", rule::formula_latex(rule, short_formula)},
          {"mathml", rule::formula_mathml(rule, short_formula)},
          {"exact", rule::exact_text(rule)},
          {"scale", number(factored.scale)},
          {"terms", std::move(terms)}};
}

Json json_of(const LifetimeView& life, std::size_t inputs) {
  const auto rows = [inputs](const std::vector<double>& flat) {
    Json list = Json::array();
    for (std::size_t at = 0; at + inputs <= flat.size(); at += inputs) {
      Json row = Json::array();
      for (std::size_t i = 0; i < inputs; ++i)
        row.push_back(number(static_cast<double>(static_cast<float>(flat[at + i]))));
      list.push_back(std::move(row));
    }
    return list;
  };
  Json steps = Json::array(), alignment = Json::array(), norm = Json::array();
  for (const evaluate::Snapshot& each : life.path) {  // of the first output
    double along = 0, square = 0;
    for (std::size_t i = 0; i < inputs; ++i) {
      along += each.weights[i] * life.components[i];
      square += each.weights[i] * each.weights[i];
    }
    steps.push_back(each.step);
    alignment.push_back(number(square > 0 ? std::abs(along) / std::sqrt(square) : 0.0));
    norm.push_back(number(std::sqrt(square)));
  }
  return {{"trial", life.trial},
          {"scale", life.scale},
          {"components", rows(life.components)},
          {"weights", rows(life.path.back().weights)},
          {"path", {{"step", steps}, {"alignment", alignment}, {"norm", norm}}}};
}

/// The coefficients at one point of the search, by term (or by name, for a rule that is no polynomial).
Json coefficients_of(const rule::Rule& rule) {
  Json json = Json::object();
  if (rule.space.polynomial) {
    for (const rule::Term& term : rule::terms(rule)) json[term.term] = number(term.coefficient);
  } else {
    for (std::size_t i = 0; i < rule.values.size(); ++i) {
      if (!rule.space.parameters[i].fixed) json[rule.space.parameters[i].name] = number(rule.values[i]);
    }
  }
  return json;
}

/// Rules with everything, by connection.
Json json_of(const std::vector<rule::Rule>& rules, const std::vector<TermEvidence>& evidence) {
  Json json = Json::object();
  for (const rule::Rule& rule : rules) json[rule.space.name] = json_of(rule, evidence);
  return json;
}

Json coefficients_of(const rule::RuleSet& set, const std::vector<double>& values) {
  Json json = Json::object();
  for (const rule::Rule& rule : set.at(values)) json[rule.space.name] = coefficients_of(rule);
  return json;
}

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

std::string record_path(const std::string& folder) { return (std::filesystem::path(folder) / "run.sqlite").string(); }

/// The experiment as it was recorded; nullptr where its data files are gone since.
std::unique_ptr<Experiment> recorded_experiment(Records& records) {
  base::Diagnostics ignored;
  const auto source = std::make_shared<const base::Source>(
      base::Source{records.get("file").value_or(""), records.get("experiment").value_or("")});
  return read_experiment(source, {}, ignored);
}

/// "running", "interrupted" or "finished". A run that was killed had no time to say so, but nobody holds its folder.
std::string status_of(const std::string& folder, Records& records) {
  const std::string status = records.get("status").value_or("running");
  return status == "running" && FolderLock(folder).taken() ? "interrupted" : status;
}

/// The document as text. A file's name may hold bytes that are no text.
std::string text_of(const Json& json, int indent = -1) {
  return json.dump(indent, ' ', false, Json::error_handler_t::replace);
}

/// Calls `make`; a record that holds something else than what carve writes is damaged.
template <class Make>
auto from_record(const std::string& folder, Make make) {
  try {
    return make();
  } catch (const Json::exception&) {
    throw base::EnvironmentError(fmt::format("the record in '{}' is damaged", folder),
                                 "'carve run' with experiment.toml in there starts anew");
  }
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
  const auto stored = records.get("answer");
  const Json answer = stored ? Json::parse(*stored) : Json();
  Json loss{{"search", generations.empty() ? Json() : number(generations.back().best)}};
  run["rules"] = Json::object();
  if (answer.is_object()) {
    run["rules"] = answer.at("rules");
    run["searched"] = answer.at("searched");
    run["further"] = answer.at("further");
    if (answer.contains("metrics")) run["metrics"] = answer["metrics"];
    for (const char* key : {"validation", "reference", "comparisons"}) {
      if (answer.contains(key)) loss[key] = answer[key];
    }
  } else if (experiment && !generations.empty()) {
    run["rules"] = json_of(experiment->rules.at(generations.back().guess), {});
  }
  run["loss"] = std::move(loss);
  if (experiment && experiment->reference) {
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
  if (answer.is_object()) run["lifetimes"] = answer.at("lifetimes");
  if (experiment && run.contains("lifetimes")) {
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

std::string answer_text(const Answer& answer) {
  Json json{{"rules", json_of(answer.found, answer.terms)}, {"validation", json_of(answer.validation)}};
  if (answer.reference) json["reference"] = json_of(*answer.reference);
  json["searched"] = json_of(answer.searched, {});
  json["further"] = Json::array();
  for (const FurtherTerm& each : answer.further) {
    json["further"].push_back(
        {{"rule", each.rule}, {"term", each.term}, {"relative", each.relative}, {"gain", json_of(each.gain)}});
  }
  json["comparisons"] = Json::array();
  for (const Compared& each : answer.comparisons) json["comparisons"].push_back(json_of(each));
  json["metrics"] = json_of(answer.metrics);
  json["lifetimes"] = Json::array();
  for (const LifetimeView& each : answer.lifetimes) {
    json["lifetimes"].push_back(json_of(each, answer.inputs));
  }
  return json.dump();
}

std::string run_document(const std::string& folder) {
  return from_record(folder, [&] { return text_of(document(folder)); });
}

std::string show_document(const std::string& folder) {
  Json run = from_record(folder, [&] { return document(folder); });
  for (const char* heavy : {"history", "lifetimes", "known"}) run.erase(heavy);
  run["experiment"].erase("text");
  const auto erase_mathml = [](Json& rules) {
    for (auto& [name, rule] : rules.items()) rule.erase("mathml");
  };
  erase_mathml(run["rules"]);
  if (run.contains("searched")) erase_mathml(run["searched"]);
  if (run["loss"].contains("reference")) erase_mathml(run["loss"]["reference"]["rules"]);
  if (run["loss"].contains("comparisons")) {
    for (Json& each : run["loss"]["comparisons"]) erase_mathml(each["rules"]);
  }
  return text_of(run, 2);
}

namespace {

std::string text_for_people(const std::string& folder) {
  const Json run = document(folder);
  std::string text =
      fmt::format("{}: {}, seed {}, {} generations, {} evaluations, {:.3g} s\n",
                  run["experiment"]["name"].get<std::string>(), run["status"].get<std::string>(), run["seed"].dump(),
                  run["generations"].dump(), run["evaluations"].dump(), run["seconds"].get<double>());
  for (const auto& [name, rule] : run["rules"].items()) {
    text += fmt::format("{}: {}\n", name, rule["formula"].get<std::string>());
  }
  const auto line = [&](const std::string& name, const Json& loss) {
    text += fmt::format("  {:<34} {:.4g} +- {:.2g}", name, as_number(loss["mean"]), as_number(loss["error"]));
    if (loss.contains("difference")) {
      text += fmt::format("   found minus this: {:+.2g} +- {:.1g}", as_number(loss["difference"]["mean"]),
                          as_number(loss["difference"]["error"]));
    }
    text += '\n';
  };
  const Json& loss = run["loss"];
  if (!loss.contains("validation")) return text + "not confirmed on fresh trials yet\n";
  text += fmt::format("loss on {} fresh trials\n", loss["validation"]["trials"].dump());
  line("found", loss["validation"]);
  if (loss.contains("reference")) line(loss["reference"]["name"], loss["reference"]);
  for (const Json& each : loss["comparisons"]) line(each["name"], each);
  if (!run.contains("metrics")) return text;
  for (const auto& [name, metric] : run["metrics"].items()) {
    text += fmt::format("{:<36} {:.4g} +- {:.2g}, worst {:.4g}", name, as_number(metric["mean"]),
                        as_number(metric["error"]), as_number(metric["worst"]));
    if (metric.contains("reference")) {
      text += fmt::format("   {}: {:.4g}, worst {:.4g}", loss["reference"]["name"].get<std::string>(),
                          as_number(metric["reference"]["mean"]), as_number(metric["reference"]["worst"]));
    }
    text += '\n';
  }
  return text;
}

}  // namespace

std::string show_text(const std::string& folder) {
  return from_record(folder, [&] { return text_for_people(folder); });
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

std::string evaluated_text(const Evaluated& evaluated) {
  Json json{{"rules", Json::object()}, {"loss", json_of(evaluated.loss)}, {"metrics", json_of(evaluated.metrics)}};
  for (const rule::Rule& rule : evaluated.rules) {
    json["rules"][rule.space.name] = {{"formula", rule::formula_text(rule)}, {"exact", rule::exact_text(rule)}};
  }
  if (!evaluated.baseline.empty()) json["baseline"] = {{"name", evaluated.baseline}, {"rate", evaluated.rate}};
  for (std::size_t i = 0; i < task::outcome_count; ++i) {
    json["outcomes"][std::string(task::outcome_names[i])] = evaluated.outcomes[i];
  }
  return json.dump(2);
}

}  // namespace carve::experiment
