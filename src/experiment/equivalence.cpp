#include "carve/experiment/equivalence.hpp"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "carve/evaluate/recurrent_evaluator.hpp"
#include "carve/experiment/answer/answer.hpp"
#include "carve/experiment/documents/json.hpp"

namespace carve::experiment {
namespace {

using Values = std::vector<double>;

constexpr double one_sided_95 = 1.6448536269514722;
constexpr std::size_t looks = 10;  // along a lifetime of a rate network
constexpr double share_of_still = 0.01;

/// A rule with its numbers, as an evaluator wants it.
struct Given {
  rule::RuleSet rules;
  Values values;

  explicit Given(const std::vector<rule::Rule>& all) {
    for (const rule::Rule& each : all) {
      rules.rules.push_back(each.space);
      values.insert(values.end(), each.values.begin(), each.values.end());
    }
  }
};

/// What one rule made of one trial.
struct Life {
  double loss = 0;
  std::vector<Values> weights;  // at each look
  std::optional<double> rate;   // Hz
};

/// |a - b| over the mean length of both; 0 where both are nothing.
double distance(const Values& a, const Values& b) {
  double between = 0, first = 0, second = 0;
  for (std::size_t i = 0; i < a.size(); ++i) {
    between += (a[i] - b[i]) * (a[i] - b[i]);
    first += a[i] * a[i];
    second += b[i] * b[i];
  }
  const double length = 0.5 * (std::sqrt(first) + std::sqrt(second));
  return length > 0 ? std::sqrt(between) / length : 0;
}

/// Lives of one rule, whatever the network.
class Lives {
 public:
  Lives(const Experiment& experiment, const std::vector<rule::Rule>& rules)
      : experiment_(experiment), given_(rules), evaluator_(evaluator(experiment, given_.rules)) {
    if (experiment.recurrent) recurrent_.emplace(*experiment.recurrent, given_.rules);
  }

  /// Of rate networks: those of all trials at once.
  [[nodiscard]] Values losses(const evaluate::Trials& trials, const evaluate::Workers& workers) const {
    return evaluator_.evaluate(std::span(&given_.values, 1), trials, workers).losses;
  }

  /// The rest; of networks that spike with the loss.
  [[nodiscard]] Life in(const task::Trial& trial, const evaluate::Workers& workers) const {
    if (experiment_.recurrent) return recurrent(trial, workers);
    if (experiment_.spiking) return spiking(trial, workers);
    Life life;
    for (const evaluate::Snapshot& each : evaluator_.trace(given_.values, trial, looks + 1))
      life.weights.push_back(each.weights);
    life.weights.erase(life.weights.begin());  // the start, which is the same
    return life;
  }

 private:
  static evaluate::Evaluator evaluator(const Experiment& experiment, const rule::RuleSet& rules) {
    if (experiment.recurrent) return {*experiment.recurrent, rules};
    if (experiment.spiking) return {*experiment.spiking, rules};
    return {experiment.network, rules, *experiment.loss};
  }

  [[nodiscard]] Life spiking(const task::Trial& trial, const evaluate::Workers& workers) const {
    const task::SpikingTask& task = *experiment_.spiking;
    const network::SpikingLife lived = evaluator_.live(std::span(&given_.values, 1), trial, workers).front();
    Life life{.loss = task.loss->score({trial.heard->spikes, lived, task.neuron.dt}), .weights = {{}}};
    Values& weights = life.weights.front();
    if (task.plastic.excitation) weights.insert(weights.end(), lived.excitation.begin(), lived.excitation.end());
    if (task.plastic.inhibition) weights.insert(weights.end(), lived.inhibition.begin(), lived.inhibition.end());
    const double window = task.loss->window().value, dt = task.neuron.dt.value;
    const auto from = static_cast<double>(task.steps()) - window / dt;
    const auto spikes = std::count_if(lived.spikes.begin(), lived.spikes.end(),
                                      [&](std::uint32_t step) { return static_cast<double>(step) >= from; });
    life.rate = static_cast<double>(spikes) / window;
    return life;
  }

  [[nodiscard]] Life recurrent(const task::Trial& trial, const evaluate::Workers& workers) const {
    const task::RecurrentTask& task = *experiment_.recurrent;
    const task::RecurrentLived lived = recurrent_->live(given_.values, trial, workers, {.weight_looks = 2});
    Life life{.loss = task.loss->score({task, *trial.staged, lived}), .weights = {{}}};
    for (const std::vector<task::WeightLook>& each : lived.weights_looked) {
      if (!each.empty()) life.weights.front().push_back(each.back().mean);
    }
    double spikes = 0, neurons = 0;
    for (std::size_t p = 0; p < task.network.populations.size(); ++p) {
      if (!task.network.populations[p].neuron) continue;
      neurons += static_cast<double>(task.network.populations[p].size);
      for (const std::uint32_t each : lived.counts[p]) spikes += each;
    }
    const double seconds = static_cast<double>(lived.end) * task::stretch.value;
    life.rate = seconds > 0 && neurons > 0 ? spikes / neurons / seconds : 0;
    return life;
  }

  const Experiment& experiment_;
  Given given_;
  evaluate::Evaluator evaluator_;
  std::optional<evaluate::RecurrentEvaluator> recurrent_;
};

/// Rules of rate networks that change nothing.
std::vector<rule::Rule> nothing(const Experiment& experiment) {
  std::vector<rule::Rule> rules;
  for (const rule::RuleSpace& each : experiment.rules.rules) {
    base::Table table;
    table.set("dw", base::write_value(std::string("0")));
    base::Diagnostics none;
    rules.push_back({*rule::read_rule_space(each.name, table, {}, none), {}});
  }
  return rules;
}

}  // namespace

std::string_view name_of(Verdict verdict) {
  return verdict == Verdict::within ? "within" : verdict == Verdict::beyond ? "beyond" : "undecided";
}

Verdict compare_with_margin(const Measured& difference, double margin) {
  const double mean = std::abs(difference.mean), reach = one_sided_95 * difference.error;
  if (mean + reach < margin) return Verdict::within;
  return mean - reach > margin ? Verdict::beyond : Verdict::undecided;
}

std::string Equivalence::verdict() const {
  if (same_loss == Verdict::beyond || same_rates == Verdict::beyond) return "different";
  if (same_loss == Verdict::undecided || same_rates == Verdict::undecided) return "undecided";
  return same_weights == Verdict::within   ? "equivalent"
         : same_weights == Verdict::beyond ? "equivalent, with other weights"
                                           : "undecided";
}

Equivalence compare_rules(const Experiment& experiment, const std::vector<rule::Rule>& first,
                          const std::vector<rule::Rule>& second, double margin, std::size_t trials,
                          const evaluate::Workers& workers) {
  const Lives one(experiment, first), other(experiment, second);
  std::vector<Life> a(trials), b(trials);
  double still = 0;  // the loss without plasticity
  if (experiment.spikes()) {
    // A trial is made where it is lived through: those of networks that spike take much memory.
    workers.each(trials, [&](std::size_t t) {
      const task::Trial trial =
          task::make_trial(experiment.trial_source(), task::Split::validation, static_cast<std::uint32_t>(t));
      a[t] = one.in(trial, workers);
      b[t] = other.in(trial, workers);
    });
  } else {
    const auto fresh = evaluate::make_trials(experiment.trial_source(), task::Split::validation, 0, trials, workers);
    workers.each(trials, [&](std::size_t t) {
      a[t] = one.in(fresh[t], workers);
      b[t] = other.in(fresh[t], workers);
    });
    const Values first_losses = one.losses(fresh, workers), second_losses = other.losses(fresh, workers);
    for (std::size_t t = 0; t < trials; ++t) a[t].loss = first_losses[t], b[t].loss = second_losses[t];
    still = measure(Lives(experiment, nothing(experiment)).losses(fresh, workers)).mean;
  }
  Equivalence result{.trials = trials, .margin = margin};
  Values column(trials), beside(trials);
  const auto over_trials = [&](auto value) {
    for (std::size_t t = 0; t < trials; ++t) column[t] = value(a[t], b[t]);
    return measure(column);
  };
  for (std::size_t t = 0; t < trials; ++t) beside[t] = b[t].loss;
  result.first = over_trials([](const Life& x, const Life&) { return x.loss; });
  result.loss = measure(column, beside);
  result.second = measure(beside);
  result.loss_margin =
      margin * std::max({std::abs(result.first.mean), std::abs(result.second.mean), share_of_still * still});
  result.same_loss = compare_with_margin(result.loss, result.loss_margin);
  const std::size_t count = a.front().weights.size();
  for (std::size_t k = 0; k < count; ++k)
    result.path.push_back(
        over_trials([&](const Life& x, const Life& y) { return distance(x.weights[k], y.weights[k]); }));
  result.weights = result.path.back();
  if (count == 1) result.path.clear();
  result.same_weights = compare_with_margin(result.weights, margin);
  if (a.front().rate) {
    result.rates = over_trials([](const Life& x, const Life& y) { return distance({*x.rate}, {*y.rate}); });
    result.same_rates = compare_with_margin(*result.rates, margin);
  }
  return result;
}

std::string equivalence_json(const Equivalence& equivalence) {
  const auto judged = [](const Measured& measured, double margin, Verdict verdict) {
    Json json = json_of(measured);
    json["margin"] = number(margin);
    json["verdict"] = name_of(verdict);
    return json;
  };
  Json json{{"verdict", equivalence.verdict()},
            {"margin", equivalence.margin},
            {"first", json_of(equivalence.first)},
            {"second", json_of(equivalence.second)},
            {"loss", judged(equivalence.loss, equivalence.loss_margin, equivalence.same_loss)},
            {"weights", judged(equivalence.weights, equivalence.margin, equivalence.same_weights)}};
  if (!equivalence.path.empty()) {
    json["path"] = Json::array();
    for (const Measured& each : equivalence.path) json["path"].push_back(json_of(each));
  }
  if (equivalence.rates) json["rates"] = judged(*equivalence.rates, equivalence.margin, equivalence.same_rates);
  return text_of(json, 2);
}

std::string equivalence_text(const Equivalence& equivalence) {
  const auto line = [](const char* name, const Measured& measured, double margin, Verdict verdict) {
    return fmt::format("{:<34} {:.3g} +- {:.2g}, margin {:.3g}: {}\n", name, measured.mean, measured.error, margin,
                       name_of(verdict));
  };
  std::string text =
      fmt::format("{}\nloss of the first rule {:.4g} +- {:.2g}, of the second {:.4g} +- {:.2g}, {} fresh trials\n",
                  equivalence.verdict(), equivalence.first.mean, equivalence.first.error, equivalence.second.mean,
                  equivalence.second.error, equivalence.trials);
  text += line("first minus second, paired", equivalence.loss, equivalence.loss_margin, equivalence.same_loss);
  text += line("distance of the weights at the end", equivalence.weights, equivalence.margin, equivalence.same_weights);
  if (!equivalence.path.empty()) {
    text += "  along the lifetime                ";
    for (const Measured& each : equivalence.path) text += fmt::format(" {:.2g}", each.mean);
    text += "\n";
  }
  if (equivalence.rates)
    text += line("distance of the rates", *equivalence.rates, equivalence.margin, equivalence.same_rates);
  return text;
}

}  // namespace carve::experiment
