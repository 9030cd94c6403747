#include "carve/experiment/summary.hpp"

#include <algorithm>
#include <cmath>
#include <span>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "carve/base/version.hpp"
#include "carve/experiment/recorded_run.hpp"
#include "carve/experiment/records.hpp"
#include "carve/experiment/recurrent_summary.hpp"
#include "carve/experiment/spiking_summary.hpp"
#include "carve/rule/print.hpp"

namespace carve::experiment {
namespace {

using Json = nlohmann::ordered_json;  // terms keep their order

Json number(double value) { return std::isfinite(value) ? Json(value) : Json(); }

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
    throw damaged_record(folder);
  }
}

double as_number(const Json& json) { return json.is_number() ? json.get<double>() : std::nan(""); }

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
    if (each.lowest) entry["lowest"] = *each.lowest;
    if (each.highest) entry["highest"] = *each.highest;
    json[each.name] = std::move(entry);
  }
  return json;
}

/// Rules of one candidate, by connection: for reading only.
Json formulas(const std::vector<rule::Rule>& rules) {
  Json json = Json::object();
  for (const rule::Rule& rule : rules) {
    Json terms = Json::array();
    const rule::Factored factored = rule::factored(rule);
    for (const rule::Term& term : factored.terms)
      terms.push_back({{"term", term.term},
                       {"coefficient", number(factored.scale * term.coefficient)},
                       {"relative", number(term.coefficient)}});
    json[rule.space.name] = {{"formula", rule::formula_text(rule, short_formula)},
                             {"mathml", rule::formula_mathml(rule, short_formula)},
                             {"terms", std::move(terms)}};
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

/// Where one start (null: none of them, but the best candidate) ended.
Json json_of(const Finalist& finalist, const Json& start, bool chosen) {
  return {{"start", start},
          {"chosen", chosen},
          {"rules", formulas(finalist.rules)},
          {"loss", json_of(finalist.loss)},
          {"difference", json_of(finalist.difference)}};
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

/// As many digits as a picture can show.
Json rounded(double value) { return std::isfinite(value) ? Json(std::stod(fmt::format("{:.5g}", value))) : Json(); }

/// Rows of numbers.
Json rows_of(std::span<const double> flat, std::size_t length) {
  Json list = Json::array();
  for (std::size_t at = 0; at + length <= flat.size(); at += length) {
    Json row = Json::array();
    for (std::size_t i = 0; i < length; ++i) row.push_back(rounded(flat[at + i]));
    list.push_back(std::move(row));
  }
  return list;
}

/// What share of the length of `weights` lies along the given unit vectors, which are at right angles to each other.
double share_along(std::span<const double> weights, std::span<const double> vectors) {
  double length = 0, square = 0;
  for (const double weight : weights) length += weight * weight;
  for (std::size_t at = 0; at < vectors.size(); at += weights.size()) {
    double along = 0;
    for (std::size_t i = 0; i < weights.size(); ++i) along += weights[i] * vectors[at + i];
    square += along * along;
  }
  return length > 0 ? std::sqrt(square / length) : 0.0;
}

/// One lifetime, looked at along its way. The outputs of a symmetric network share the components among them in no
/// order: each is held to the space of all of them, not to the component of its number.
Json json_of(const LifetimeView& life, const network::RateNetwork& network) {
  const auto inputs = static_cast<std::size_t>(network.inputs);
  const std::size_t feedforward = network.feedforward_count();
  const bool subspace = network.lateral == network::Lateral::symmetric;
  const std::span<const double> components = life.components;
  Json steps = Json::array(), alignment = Json::array(), norm = Json::array(), lateral = Json::array();
  for (const evaluate::Snapshot& each : life.path) steps.push_back(each.step);
  for (std::size_t at = 0; at + inputs <= std::min(feedforward, components.size()); at += inputs) {
    Json aligned = Json::array(), lengths = Json::array();
    for (const evaluate::Snapshot& each : life.path) {
      const auto weights = std::span(each.weights).subspan(at, inputs);
      double square = 0;
      for (const double weight : weights) square += weight * weight;
      aligned.push_back(rounded(share_along(weights, subspace ? components : components.subspan(at, inputs))));
      lengths.push_back(rounded(std::sqrt(square)));
    }
    alignment.push_back(std::move(aligned));
    norm.push_back(std::move(lengths));
  }
  for (const evaluate::Snapshot& each : life.path) {
    double size = 0;
    for (const double weight : std::span(each.weights).subspan(feedforward)) size += std::abs(weight);
    lateral.push_back(rounded(size / static_cast<double>(std::max<std::size_t>(1, network.lateral_count()))));
  }
  Json path{{"step", steps}, {"alignment", alignment}, {"norm", norm}};
  if (network.lateral_count() > 0) path["lateral"] = std::move(lateral);
  return {{"trial", life.trial},
          {"scale", life.scale},
          {"measure", subspace ? "subspace" : "component"},
          {"components", rows_of(components, inputs)},
          {"weights", rows_of(std::span(life.path.back().weights).first(feedforward), inputs)},
          {"path", std::move(path)}};
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

std::string answer_text(const Answer& answer) {
  Json json{{"rules", json_of(answer.found, answer.terms)}, {"validation", json_of(answer.validation)}};
  json["losses"] = Json::array();  // to pair with those of other runs
  for (const double loss : answer.losses) json["losses"].push_back(number(loss));
  if (answer.reference) json["reference"] = json_of(*answer.reference);
  json["searched"] = json_of(answer.searched, {});
  json["further"] = Json::array();
  for (const FurtherTerm& each : answer.further) {
    json["further"].push_back(
        {{"rule", each.rule}, {"term", each.term}, {"relative", each.relative}, {"gain", json_of(each.gain)}});
  }
  json["finalists"] = Json::array();
  for (std::size_t i = 0; i < answer.finalists.size(); ++i) {
    json["finalists"].push_back(
        json_of(answer.finalists[i], i < answer.starts ? Json(i + 1) : Json(), i == answer.chosen));
  }
  json["comparisons"] = Json::array();
  for (const Compared& each : answer.comparisons) json["comparisons"].push_back(json_of(each));
  json["metrics"] = json_of(answer.metrics);
  if (answer.spiking) json["spiking"] = Json::parse(spiking_text(*answer.spiking, answer.chosen));
  if (answer.recurrent) json["recurrent"] = Json::parse(recurrent_text(*answer.recurrent));
  json["lifetimes"] = Json::array();
  for (const LifetimeView& each : answer.lifetimes) {
    json["lifetimes"].push_back(json_of(each, answer.network));
  }
  return json.dump();
}

std::string run_document(const std::string& folder) {
  return from_record(folder, [&] { return text_of(document(folder)); });
}

std::string show_document(const std::string& folder) {
  Json run = from_record(folder, [&] { return document(folder); });
  for (const char* heavy : {"history", "lifetimes", "spiking", "recurrent", "known"}) run.erase(heavy);
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
