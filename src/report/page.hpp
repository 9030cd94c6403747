// The report: one HTML page about a run that needs no network, to read on a screen or on paper.
#pragma once

#include <string>
#include <string_view>

namespace carve::report {

/// The page for one run, as a complete HTML document in UTF-8. `run_json` is the run's document:
///
///     carve         version, text
///     status        "finished", "running" or "interrupted"
///     experiment    {name, file, text: the resolved experiment file}
///     method        of the search
///     seed, generations, evaluations, seconds
///     rules         {NAME: {formula, latex, mathml: a whole <math> element, exact: text that reads back as the rule,
///                   terms: [{term: "y^2*w", coefficient, relative: to the main term,
///                            removal: {mean, error}: rise of the held-out loss without this term, paired}]}}
///     further       [{term, relative: to the largest coefficient, gain: {mean, error}: fall of the held-out loss with
///                     this term put in, paired}]: terms that the rule does not have, the most promising first
///     loss          {search: the best loss of the search,
///                    validation: {mean, error, trials}: the winner on fresh trials,
///                    reference: {name, formula, mathml, mean, error, difference: {mean, error}},
///                    comparisons: more of the same}
///     metrics       {NAME: {mean, error, worst, brief, reference: {mean, error, worst},
///                   lowest, highest: what counts as fine, either or both of them}}; "plausible" is a share of
///                   lifetimes
///     finalists     [{start: null for the best candidate, chosen, rules, loss: {mean, error}, difference}]
///     known         {NAME: {term: textbook coefficient relative to the main term}}; a term left out is 0
///     history       [{generation, evaluations, best, median, sigma, axis_ratio, restarts, failed: a share, seconds,
///                     coefficients: {NAME: {term: coefficient}}: of the search's mean}]
///     outcomes      {finished, silent, blown_up, not_finite, timed_out}: counts
///     lifetimes     [{trial, scale, measure: "component" or "subspace", components, weights: [output][input],
///                     image: {rows, columns}, path: {step: list, alignment, norm: [output][step], lateral: list}}]:
///                     the winner on fresh trials
///     spiking       of a spiking neuron with plastic synapses, measured on fresh trials:
///                   {target: Hz, window, lifetime: s, connections: ["excitation", "inhibition"]: which are plastic,
///                    trials: [{trial,
///                      rate: {time: [s], before, found, known: [Hz]}: without plasticity, with the rule, with the
///                        known one; each may end early,
///                      raster: {from, to: s, excitation, inhibition: [[time, input]], before, found: [time]},
///                      weights: {CONNECTION: {before, after: per synapse}},
///                      tuning: {excitation, inhibition: {before, after: mean weight times jump per group}}}],
///                    settled: [{start, chosen, predicted, measured, error: Hz, stable, parameters: {NAME: SI units;
///                      CONNECTION.NAME where several are plastic}}],
///                    windows: {CONNECTION: {lag: [ms, t_post - t_pre], change: by one pair of spikes}}};
///                   the terms of its rules say at which spike they act ("pre: x_post"), and the coefficients of its
///                   history are parameters
///     recurrent     of a recurrent network, measured on fresh trials; its rules are those of connections ("I->E"):
///                   {lifetime, bin: of rates, recorded: of metrics, raster_from: s, connections: [NAME],
///                    populations: [{name, size, shown: neurons in the raster}]: those of neurons,
///                    endings: {finished, silent, blown_up, not_finite, timed_out}: fresh lifetimes of the rule found,
///                    phases: [{name, begin, end: s, plastic, shows: whether patterns are shown}],
///                    trials: [{trial, input_rate: Hz, ending: "finished", ...,
///                      rate: {before, found, known: {POPULATION: [Hz]}}: per bin; each may end early,
///                      raster: [[time, index into populations, row]]: with the rule found,
///                      weights: {CONNECTION: {looks: [{time, mean, quantiles: 5, 25, 50, 75, 95 %}], highest,
///                        before, after: shares in bins of equal width from 0 to highest}},
///                      responses: [{phase, familiar, novel: [Hz], of each presentation}]}],
///                    windows: as above}
///     provenance    {version, compiler, build, cpu, isa, threads, started, finished: UTC, "2026-11-21T21:50:00Z"}
///
/// Every error is a standard error of the mean. A difference is the found rule's loss minus the other's, paired over
/// the same trials: below 0, the found rule is better. Any part may be missing and any number may be null (not
/// finite): the page then says so in words. Weights may have either sign; the page flips them to match for display.
///
/// Throws base::EnvironmentError where the text is not a JSON object: the record of the run is damaged.
/// `use_json`, where not empty: what the answer is good for,
///     folder        where the run is, for commands
///     targets       [{name, together: whether it takes all rules at once}]: of `carve export`
///     predictions   as predictions_page takes them
[[nodiscard]] std::string page(std::string_view run_json, std::string_view use_json = {});

/// The page that shows several runs side by side. `comparison_json` is what experiment::compare gives as its document:
///
///     same_loss     whether all losses measure the same
///     experiments   [{label, runs: [index into runs], finished: how many, loss: {mean, error}: over seeds,
///                   difference: the same, minus the first experiment's; success: {reached, runs, share}}]
///     runs          [{folder, status, method, seed, evaluations, seconds, rules, loss: as above,
///                   reaches_reference, difference: {to, paired, mean, error},
///                   known: {NAME: {term: coefficient relative to the main term}},
///                   course: {evaluations, seconds, best: lists; redrawn}}]
///
/// Any part may be missing and any number may be null. Throws base::EnvironmentError as above.
[[nodiscard]] std::string compare_page(std::string_view comparison_json);

/// The page of a sweep. `sweep_json` is what experiment::summarise_sweep gives as its document
/// (docs/reference/json.md). Any part may be missing and any number may be null. Throws base::EnvironmentError as
/// above.
[[nodiscard]] std::string sweep_page(std::string_view sweep_json);

/// The page of predictions. `predictions_json` is what predictions::json_text gives:
///
///     weight        of the synapse
///     rules         [{label, formula}]
///     protocols     [{name, title, brief, cite, x: {title, values, labels: in place of them}, y: {title},
///                     figures: [{rule: label, words, curves: [{name, y: list}]}]}]
///     distinctions  [{protocol, curve, point: of x, separation, low, high: labels, words}]
///
/// Any part may be missing and any number may be null. Throws base::EnvironmentError as above.
[[nodiscard]] std::string predictions_page(std::string_view predictions_json);

}  // namespace carve::report
