// What a run of a recurrent network says in sentences: its rates, how its lifetimes end, which metrics are outside
// their thresholds, what it makes of familiar patterns.

const outcome_words = {finished: "finished", silent: "fell silent", blown_up: "blew up", not_finite: "was not finite", timed_out: "took too long"};

/// The record of the recurrent network's fresh trials; undefined for runs of other networks.
function recurrent_of(run) {
  return Object.keys(table(run.recurrent)).length ? run.recurrent : undefined;
}

function recurrent_trials(run) {
  return list(table(run.recurrent).trials).map(table);
}

/// The trial that is drawn: the first that lived to its end with the found rule, or else the first.
function shown_trial(run) {
  const trials = recurrent_trials(run);
  return trials.find((trial) => trial.ending === "finished") ?? trials[0];
}

/// A name from the record; `other` where it is none.
function name_or(name, other) {
  return typeof name === "string" && name ? name : other;
}

function trial_words(trial) {
  return is_number(trial.trial) ? `trial ${trial.trial}` : "one trial";
}

/// Populations of neurons in their order, each with a name.
function populations_of(run) {
  return list(table(run.recurrent).populations)
    .map(table)
    .map((each, index) => ({...each, index, name: name_or(each.name, `population ${index + 1}`)}));
}

/// Phases of a lifetime with a begin and an end.
function phases_of(run) {
  const whole = ({begin, end}) => is_number(begin) && is_number(end) && end > begin;
  const phases = list(table(run.recurrent).phases).map(table).filter(whole);
  return phases.map((phase) => ({...phase, name: name_or(phase.name, "unnamed")}));
}

/// Whether there is more than one phase, or one in which something special happens.
function has_phases(run) {
  return phases_of(run).length > 1 || phases_of(run).some((phase) => phase.shows || phase.plastic === false);
}

/// How many fresh lifetimes of the found rule there were, and how many ended in which way.
function endings_of(run) {
  const entries = Object.entries(table(table(run.recurrent).endings)).filter(([, count]) => is_number(count));
  return {total: sum(entries.map(([, count]) => count)), counts: Object.fromEntries(entries)};
}

/// Of which lifetimes the metrics are means.
function metrics_scope(run) {
  const {total, counts} = endings_of(run);
  if (!total) return "on fresh trials";
  if (counts.finished === total) return `on all ${count(total)} fresh trials`;
  return `on the ${count(counts.finished ?? 0)} of ${count(total)} fresh trials that it lives through`;
}

function recurrent_headline(run) {
  if (!recurrent_of(run) || (table(run.loss).validation && !is_number(run.loss.validation.mean))) return undefined;
  const {rate, rate_familiar, rate_novel} = table(run.metrics);
  const words = (metric) => `${with_error(metric.mean, metric.error)} Hz`;
  if ([rate_familiar, rate_novel].every((metric) => is_number(table(metric).mean)))
    return `Familiar patterns make the network fire at ${words(rate_familiar)}, novel ones at ${words(rate_novel)}`;
  return is_number(table(rate).mean) ? `The network fires at ${words(rate)} ${metrics_scope(run)}` : undefined;
}

/// For the row of figures on top: label, value and note of each.
function recurrent_figures(run) {
  const {rate, plausible} = recurrent_of(run) ? table(run.metrics) : {};
  const figures = [];
  if (is_number(table(rate).mean))
    figures.push(["rate", `${with_error(rate.mean, rate.error)} Hz`, metrics_scope(run)]);
  if (is_number(table(plausible).mean))
    figures.push(["plausible", percent(plausible.mean), "of fresh lifetimes: all metrics within their thresholds"]);
  return figures;
}

/// Which connections learn, what the network would do without, and whether it lasts: before the sentences of all runs.
function recurrent_lead(run) {
  if (!recurrent_of(run)) return "";
  const sizes = populations_of(run).map(({name, size}) => (is_number(size) ? `${count(size)} ${name}` : name));
  const network = sizes.length ? `a network of ${and_list(sizes)} neurons` : "the network";
  const names = list(run.recurrent.connections).map((name) => name_or(name, "unnamed"));
  const who = names.length ? [`In ${network}, the ${and_list(names)} synapses learn.`] : [];
  return [...who, ...still_sentence(run), ...endings_sentence(run)].join(" ");
}

/// Bins of one population's rate in one condition of a trial: [{time: their middle, rate}].
function rate_bins(run, trial, which, name) {
  const {bin, lifetime} = table(run.recurrent);
  const values = list(table(table(trial.rate)[which])[name]);
  const end = is_number(lifetime) ? lifetime : Infinity;
  if (!(bin > 0)) return [];
  const middle = (k) => (k * bin + Math.max(k * bin, Math.min((k + 1) * bin, end))) / 2; // the last may be shorter
  return values.map((rate, k) => ({time: middle(k), rate})).filter((row) => is_number(row.rate));
}

/// Whether a course of rates stops clearly before the lifetime's end.
function stops_early(run, rows) {
  const {bin, lifetime} = table(run.recurrent);
  return rows.length > 0 && is_number(lifetime) && rows.at(-1).time + bin < lifetime;
}

/// What the network does on the same spikes when nothing learns.
function still_sentence(run) {
  const [trial, first] = [shown_trial(run), populations_of(run)[0]];
  const rows = trial && first ? rate_bins(run, trial, "before", first.name) : [];
  if (!rows.length) return [];
  if (stops_early(run, rows)) {
    const time = rows.at(-1).time + run.recurrent.bin / 2;
    const rate = `${number(rows.at(-1).rate)} Hz in ${first.name}`;
    return [`Without plasticity it does not last: it is stopped after ${number(time)} s, at ${rate}.`];
  }
  const late = rows.slice(Math.floor(rows.length / 2));
  return [`Without plasticity ${first.name} fires at ${number(mean_and_error(late.map((row) => row.rate)).mean)} Hz.`];
}

function endings_sentence(run) {
  const {total, counts} = endings_of(run);
  const failed = Object.entries(counts).filter(([name, count]) => name !== "finished" && count > 0);
  if (!failed.length) return [];
  const how = failed.map(([name, count_]) => `${outcome_words[name] ?? name.replace(/_/g, " ")} in ${count(count_)}`);
  return [`With the found rule it ${and_list(how)} of ${count(total)} fresh trials.`];
}

/// Phases with their lengths and what is special in them; empty where there is only one plain one.
function phases_sentence(run) {
  if (!has_phases(run)) return "";
  const words = phases_of(run).map(({name, begin, end, plastic, shows}) => {
    const notes = [
      ...(shows ? ["patterns shown"] : []),
      ...(plastic === false ? ["weights fixed"] : []),
      ...(Array.isArray(plastic) ? [`${plastic.join(", ")} alone changes`] : []),
    ];
    return `${name} ${number(end - begin)} s${notes.length ? ` (${notes.join(", ")})` : ""}`;
  });
  return `Phases: ${words.join(", ")}.`;
}

/// Metrics that have thresholds, each with where it is outside: "mean", "worst" (in the worst trial only) or undefined.
function judged_metrics(run) {
  const within = (value, {lowest, highest}) =>
    !is_number(value) || ((!is_number(lowest) || value >= lowest) && (!is_number(highest) || value <= highest));
  return Object.entries(table(run.metrics))
    .map(([name, metric]) => ({name, ...table(metric)}))
    .filter((metric) => is_number(metric.lowest) || is_number(metric.highest))
    .map((metric) => {
      const outside = !within(metric.mean, metric) ? "mean" : !within(metric.worst, metric) ? "worst" : undefined;
      return {...metric, outside};
    });
}

function metric_name(metric) {
  return String(metric.name).replace(/_/g, " ");
}

function threshold_words({lowest, highest}) {
  if (is_number(lowest) && is_number(highest)) return `${number(lowest)} to ${number(highest)}`;
  if (is_number(lowest)) return `at least ${number(lowest)}`;
  return is_number(highest) ? `at most ${number(highest)}` : "";
}

/// How many metrics are within their thresholds; empty where none has any.
function thresholds_sentence(run) {
  const judged = judged_metrics(run);
  if (!judged.length) return "";
  const outside = judged.filter((metric) => metric.outside === "mean");
  const named = outside.map((metric) => `${metric_name(metric)} (${number(metric.mean)}, ${threshold_words(metric)})`);
  const inside = `${count(judged.length - outside.length)} of ${plural(judged.length, "metric")} with thresholds`;
  const rest = outside.length ? `; outside: ${and_list(named)}` : "";
  return `On average over trials, ${inside} are within them${rest}.`;
}

/// Phases that show patterns, with the rates of all presentations by kind over the trials shown.
function responses_of(run) {
  const phases = new Map();
  for (const trial of recurrent_trials(run)) {
    for (const {phase, familiar, novel} of list(trial.responses).map(table)) {
      const [known, fresh] = [familiar, novel].map((rates) => list(rates).filter(is_number));
      if (!known.length && !fresh.length) continue;
      const name = name_or(phase, "unnamed");
      phases.set(name, [...(phases.get(name) ?? []), {trial: trial_words(trial), familiar: known, novel: fresh}]);
    }
  }
  return [...phases].map(([phase, trials]) => ({phase, trials}));
}

/// Mean rates during familiar and novel patterns in each phase that shows both.
function responses_sentence(run) {
  const both = responses_of(run).flatMap(({phase, trials}) => {
    const [familiar, novel] = ["familiar", "novel"].map((kind) => trials.flatMap((trial) => trial[kind]));
    if (!familiar.length || !novel.length) return [];
    return [{phase, familiar: mean_and_error(familiar), novel: mean_and_error(novel)}];
  });
  const rate = ({mean, error}) => `${with_error(mean, error)} Hz`;
  const words = both.map(
    ({phase, familiar, novel}) =>
      `in phase “${phase}” ${rate(familiar)} during familiar patterns and ${rate(novel)} during novel ones`,
  );
  return words.length ? `Over all presentations shown, ${words.join("; ")}.` : "";
}
