// From a finished search to an answer with its evidence: which terms matter, and how it fares on fresh trials.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "carve/evaluate/evaluator.hpp"
#include "carve/experiment/answer/measure.hpp"
#include "carve/experiment/answer/recurrent_evidence.hpp"
#include "carve/experiment/answer/spiking_evidence.hpp"
#include "carve/experiment/experiment.hpp"

namespace carve::experiment {

/// Rules beside the found ones, on the same validation trials.
struct Compared {
  std::string name;
  std::vector<rule::Rule> rules;  // one per connection
  Measured loss;
  Measured difference;  // found minus this one, paired
};

/// One term of the answer and what its removal costs: the rise of the loss on the validation trials, paired.
struct TermEvidence {
  std::string rule;  // the connection's name
  std::string term;
  Measured removal;
};

/// A term that the answer does not have: what it would gain at the best of a few sizes, the rest unchanged.
struct FurtherTerm {
  std::string rule;  // the connection's name
  std::string term;
  double relative = 0;  // its coefficient relative to the largest of its rule
  Measured gain;        // fall of the loss on the validation trials, paired; size and term chosen on other trials
};

/// A figure that says what networks learned, beside the loss: task::Metric over the validation trials.
struct MetricEvidence {
  std::string name, brief;
  MeasuredMetric found;
  std::optional<MeasuredMetric> reference;
  std::optional<double> lowest = {}, highest = {};  // what counts as plausible
};

/// A place where the search ended, judged on trials that neither the search nor the validation sees.
struct Finalist {
  std::vector<rule::Rule> rules;
  Measured loss;        // without the penalty
  Measured difference;  // this one minus the chosen one, paired
};

/// One lifetime of the answer on a validation trial.
struct LifetimeView {
  std::uint32_t trial = 0;
  double scale = 1;
  std::vector<double> components;        // [output][input]
  std::vector<evaluate::Snapshot> path;  // the last one is the end
};

struct Answer {
  network::RateNetwork network;
  std::vector<rule::Rule> found;     // one per connection
  std::vector<rule::Rule> searched;  // as the search left them, every term still there
  std::vector<Finalist> finalists;   // what `searched` was chosen among: every start's guess, then the best candidate
  std::size_t starts = 1;
  std::size_t chosen = 0;
  Measured validation;
  std::vector<double> losses;  // of the answer, one per validation trial
  std::vector<TermEvidence> terms;
  std::vector<FurtherTerm> further;  // the most promising first
  std::optional<Compared> reference;
  std::vector<Compared> comparisons;
  std::vector<MetricEvidence> metrics;
  std::vector<LifetimeView> lifetimes;
  std::optional<SpikingEvidence> spiking;      // of a spiking neuron, in place of the lifetimes
  std::optional<RecurrentEvidence> recurrent;  // of a recurrent network, likewise
};

/// How many trials the answer keeps in memory.
[[nodiscard]] std::size_t answer_trials(const Experiment& experiment);

/// Trials that choose among candidates are numbered from here: where the search's numbers never get.
inline constexpr std::uint32_t first_choosing_trial = 0x30000000U;

/// The beginning of an answer: the candidate with the least loss, penalty included, and what all of them were `judged`
/// at on trials that choose.
[[nodiscard]] Answer choose(const Experiment& experiment, const std::vector<std::vector<double>>& candidates,
                            const evaluate::Evaluation& judged);

/// What a parameter is called that can be set to 0: its term where that is one, else its name.
[[nodiscard]] std::string term_label(const rule::RuleSet& rules, std::size_t parameter);
/// The parameters that take a term out where they are set to 0, less those that are 0 already.
[[nodiscard]] std::vector<std::size_t> removable(const rule::RuleSet& rules, const std::vector<double>& values);

/// The answer's values, then the same less one of the parameters `present` each.
[[nodiscard]] std::vector<std::vector<double>> without_each(const std::vector<std::size_t>& present,
                                                            const std::vector<double>& found);
/// What removing each of them costs; losses: [k + 1] without present[k], [0] the answer's own.
void add_terms(Answer& answer, const rule::RuleSet& rules, const std::vector<std::size_t>& present,
               std::span<const std::vector<double>> losses);
/// A reference beside the answer, on the same trials.
void add_reference(Answer& answer, const Reference& reference, std::span<const double> losses,
                   const std::vector<MetricEvidence>& metrics);

/// Simulates the experiment's rules.
[[nodiscard]] evaluate::Evaluator evaluator_of(const Experiment& experiment);
/// Simulates what is known, in place of the experiment's rules.
[[nodiscard]] evaluate::Evaluator evaluator_of(const Experiment& experiment, const Reference& reference);
/// What came of a rule, or of a baseline, on fresh trials.
struct Judged {
  std::vector<double> losses;           // [trial]
  std::vector<task::Outcome> outcomes;  // [trial]
  std::vector<MetricEvidence> metrics;
};
/// `values`: all parameters of what is given. It lives through the first `trials` validation trials.
[[nodiscard]] Judged judge(const Experiment& experiment, const Reference& given, const std::vector<double>& values,
                           std::size_t trials, const evaluate::Workers& workers);

/// Chooses among `candidates` (all parameter values of each) on fresh trials and gathers the evidence for the chosen
/// one on the validation trials. A function of the experiment and the candidates alone. Docs:
/// docs/explanation/answer.md.
[[nodiscard]] Answer find_answer(const Experiment& experiment, const std::vector<std::vector<double>>& candidates,
                                 const evaluate::Workers& workers);

}  // namespace carve::experiment
