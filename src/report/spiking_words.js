// What a run of a spiking neuron says in sentences: where it settles, what its inputs become, what theory predicts.

const connection_words = {excitation: "excitatory", inhibition: "inhibitory"};

/// The record of the spiking neuron's fresh trials; undefined for runs of rate neurons.
function spiking_of(run) {
  return Object.keys(table(run.spiking)).length ? run.spiking : undefined;
}

function spiking_trials(run) {
  return list(table(run.spiking).trials).map(table);
}

/// Whether a rule acts at spikes: its terms then say at which ("pre: x_post").
function acts_at_spikes(run, name) {
  const terms = list(table(table(run.rules)[name]).terms);
  return Boolean(spiking_of(run) ?? recurrent_of(run)) || terms.some((entry) => /^(pre|post): /.test(table(entry).term));
}

/// Mean and standard error of at least one number.
function mean_and_error(values) {
  const mean = sum(values) / values.length;
  const variance = sum(values.map((value) => (value - mean) ** 2)) / (values.length - 1);
  return {mean, error: values.length > 1 ? Math.sqrt(variance / values.length) : undefined};
}

/// Mean rate in the window that counts, over trials: "before", "found" or "known"; undefined where nothing is recorded.
function late_rate(run, which) {
  const {lifetime, window} = table(run.spiking);
  const rates = spiking_trials(run).flatMap(({rate}) => {
    const {time, [which]: values} = table(rate);
    const last = list(time).at(-1);
    const from = (lifetime ?? last) - (window ?? 0);
    const late = list(values).filter((value, k) => is_number(value) && list(time)[k] >= from);
    return late.length ? [sum(late) / late.length] : [];
  });
  return rates.length ? mean_and_error(rates) : undefined;
}

/// Where the starts' rules settle; only those that were measured.
function settled_of(run) {
  return list(table(run.spiking).settled)
    .map(table)
    .filter((each) => is_number(each.measured));
}

/// The name of one start's rule; the best candidate of the last generations belongs to none.
function start_name(each) {
  return is_number(each.start) ? `start ${each.start}` : "best candidate";
}

/// The rate of the answer in the window that counts: over all fresh trials, or over those that were recorded.
function found_rate(run) {
  const {rate} = table(run.metrics);
  if (is_number(table(rate).mean)) return rate;
  const chosen = settled_of(run).find((each) => each.chosen);
  return chosen ? {mean: chosen.measured, error: chosen.error} : late_rate(run, "found");
}

/// Whether theory says that a rule does not hold the rate that it predicts.
function is_unstable(each) {
  return is_number(each.predicted) && each.stable === false;
}

function spiking_headline(run) {
  const spiking = spiking_of(run);
  if (!spiking || (table(run.loss).validation && !is_number(run.loss.validation.mean))) return undefined;
  const rate = found_rate(run);
  if (!rate) return undefined;
  const target = is_number(spiking.target) ? `; target ${number(spiking.target)} Hz` : "";
  const verb = settled_of(run).some((each) => each.chosen && is_unstable(each)) ? "ends" : "settles";
  return `The neuron ${verb} at ${with_error(rate.mean, rate.error)} Hz${target}`;
}

/// What the neuron does on the same spikes when nothing learns. It may leave the range that trials are run in.
function without_plasticity(run) {
  const rate = late_rate(run, "before");
  if (rate) return `Without plasticity it would fire at ${number(rate.mean)} Hz.`;
  const ends = spiking_trials(run).flatMap(({rate}) => {
    const known = list(table(rate).before).filter(is_number);
    return known.length ? [{rate: known.at(-1), time: list(rate.time)[known.length - 1]}] : [];
  });
  if (!ends.length) return "";
  const mean = (key) => number(sum(ends.map((end) => end[key])) / ends.length, 2);
  const end = `at ${mean("rate")} Hz after ${mean("time")} s, where the trial is stopped`;
  return `Without plasticity it does not last: its rate is ${end}.`;
}

/// Which synapses learn, and what the neuron would do without: before the sentences of all runs.
function spiking_lead(run) {
  if (!spiking_of(run)) return "";
  const names = list(run.spiking.connections).map((name) => connection_words[name] ?? name);
  const who = names.length ? `${names.length === 1 ? "Only its" : "Its"} ${and_list(names)} synapses learn.` : "";
  return [who, without_plasticity(run)].filter(Boolean).join(" ");
}

/// Correlation of two lists of numbers; undefined where one of them does not vary.
function correlation(a, b) {
  const pairs = a.map((value, k) => [value, b[k]]).filter((pair) => pair.every(is_number));
  const means = [0, 1].map((k) => sum(pairs.map((pair) => pair[k])) / pairs.length);
  const product = (i, j) => sum(pairs.map((pair) => (pair[i] - means[i]) * (pair[j] - means[j])));
  const size = Math.sqrt(product(0, 0) * product(1, 1));
  const varies = [0, 1].every((k) => product(k, k) > 1e-12 * pairs.length * means[k] ** 2);
  return pairs.length > 2 && varies ? product(0, 1) / size : undefined;
}

/// How inhibition follows excitation over the groups of inputs, on average over trials.
function tuning_sentence(run) {
  const at = (time) => {
    const all = spiking_trials(run).map(({tuning}) => {
      const {excitation, inhibition} = table(tuning);
      return correlation(list(table(excitation)[time]), list(table(inhibition)[time]));
    });
    const known = all.filter(is_number);
    const mean = sum(known) / known.length;
    return known.length ? fixed(mean, Math.abs(mean) > 0.99 ? 3 : 2) : undefined;
  };
  const after = at("after");
  if (after === undefined) return "";
  const before = at("before");
  const was = before === undefined ? ", from no tuning at all" : `, ${before} before`;
  return `Over the groups, inhibition and excitation have a correlation of ${after} in the end${was}.`;
}

/// What the settled rates are of.
function settled_intro(run) {
  const several = settled_of(run).length > 1;
  const who = several ? "Each start’s rule" : "The found rule";
  const theory = "Theory predicts the rate from the rule alone: the one at which the changes of the weights cancel.";
  const predicted = settled_of(run).some((each) => is_number(each.predicted));
  return `${who} is measured on fresh trials.${predicted ? ` ${theory}` : ""}`;
}

/// How many starts reach the target, and how good the mean-field prediction is for them.
function settled_sentence(run) {
  const target = table(run.spiking).target;
  const all = settled_of(run);
  if (all.length < 2 || !(target > 0)) return "";
  const near = all.filter((each) => Math.abs(each.measured - target) <= 0.1 * target);
  const [settle, those] = near.length === 1 ? ["settles", "it"] : ["settle", "those"];
  const words = `${near.length} of ${plural(all.length, "rule")} ${settle} within ${percent(0.1)} of the target.`;
  const predicted = near.filter((each) => is_number(each.predicted));
  const off = predicted.map((each) => Math.abs(each.predicted / each.measured - 1));
  return off.length ? `${words} For ${those}, theory is off by at most ${percent(Math.max(...off))}.` : words;
}

/// Rules whose parameters are those of the six-parameter family, with their Hebbian area in seconds, and that area with
/// what a spike of the neuron changes by itself, beta / nu_pre: the rate at rest is -alpha / drift.
function on_manifold(run) {
  return settled_of(run).flatMap((each) => {
    const {alpha, beta = 0, gamma, kappa, tau_pre, tau_post} = table(each.parameters);
    if (![alpha, beta, gamma, kappa, tau_pre, tau_post].every(is_number)) return [];
    const area = kappa * tau_post + gamma * tau_pre;
    const drift =
      is_number(each.predicted) && each.predicted !== 0 ? -alpha / each.predicted : beta === 0 ? area : null;
    return [{...each, alpha, area, drift}];
  });
}

/// Whether a parameter is a time constant, recorded in seconds.
function is_time(name) {
  return /^tau(_|$)/.test(name);
}
