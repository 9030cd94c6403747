// What the comparison says in sentences: from its document to plain text, without a browser.

function runs_of(comparison) {
  return list(comparison.runs).map(table);
}

/// The experiments, each with its runs and a colour of its own.
function experiments_of(comparison) {
  const runs = runs_of(comparison);
  return list(comparison.experiments).map((each, k) => ({
    ...table(each),
    label: table(each).label ?? `experiment ${k + 1}`,
    members: list(table(each).runs)
      .map((index) => runs[index])
      .filter(Boolean),
    stroke: line_colours[k % line_colours.length],
    dash: k < line_colours.length ? [1, 0] : [5, 3],
  }));
}

/// What the runs' known rule is called, where it is the same in all.
function known_name(runs) {
  const names = new Set(runs.map((run) => table(table(run.loss).reference).name).filter(Boolean));
  return names.size === 1 ? [...names][0] : "the known rule";
}

function comparison_headline(comparison) {
  const experiments = experiments_of(comparison);
  const runs = runs_of(comparison);
  if (!runs.length) return "Nothing to compare";
  if (experiments.length === 1) {
    const {success, label, members} = experiments[0];
    if (!success || members.length < 2) return `${plural(runs.length, "run")} of ${label}`;
    return `${success.reached} of ${plural(success.runs, "seed")} reach ${known_name(runs)}`;
  }
  const ranked = experiments
    .filter((each) => is_number(table(each.loss).mean))
    .sort((a, b) => a.loss.mean - b.loss.mean);
  if (!comparison.same_loss || ranked.length < 2) return `${experiments.length} experiments side by side`;
  const clear = ranked[1].loss.mean > 1.01 * ranked[0].loss.mean;
  const level = ranked.filter((each) => each.loss.mean <= 1.01 * ranked[0].loss.mean).length;
  if (clear) return `Least loss on fresh data: ${ranked[0].label}`;
  return level === experiments.length
    ? "On fresh data, all experiments end at the same loss"
    : `On fresh data, ${and_list(ranked.slice(0, level).map((each) => each.label))} end at the same, least loss`;
}

function comparison_lead(comparison) {
  const experiments = experiments_of(comparison);
  const runs = runs_of(comparison);
  if (!runs.length) return "";
  const finished = runs.filter((run) => table(run.loss).validation).length;
  const sentences = [
    `${plural(runs.length, "run")} of ${plural(experiments.length, "experiment")}` +
      (finished === runs.length ? "." : `, ${count(finished)} of them finished.`),
  ];
  const judged = experiments.filter((each) => each.success);
  if (judged.length && (experiments.length > 1 || runs.length > 1)) {
    const shares = judged.map(({label, success}) => `${success.reached} of ${success.runs}${judged.length > 1 ? ` (${label})` : ""}`);
    sentences.push(`Runs that do no worse than ${known_name(runs)}: ${and_list(shares)}.`);
  }
  const cost = (key) => {
    const known = experiments
      .filter((each) => each.members.length && each.members.every((run) => is_number(run[key]) && table(run.loss).validation))
      .map((each) => ({label: each.label, value: middle(each.members.map((run) => run[key]))}));
    known.sort((a, b) => a.value - b.value);
    return known.length > 1 && known[0].value < 0.9 * known[1].value ? known[0] : undefined;
  };
  const [evaluations, seconds] = [cost("evaluations"), cost("seconds")];
  if (evaluations) sentences.push(`Fewest evaluations: ${evaluations.label}, ${count(evaluations.value)} a run.`);
  if (seconds) sentences.push(`Least time: ${seconds.label}, ${duration(seconds.value)} a run.`);
  return sentences.join(" ");
}

function middle(values) {
  const sorted = [...values].sort((a, b) => a - b);
  const half = sorted.length >> 1;
  return sorted.length % 2 ? sorted[half] : (sorted[half - 1] + sorted[half]) / 2;
}

/// What must be known before reading on: runs that are not finished, losses that are not of one kind.
function comparison_notices(comparison) {
  const notices = [];
  for (const status of ["running", "interrupted"]) {
    const folders = runs_of(comparison)
      .filter((run) => run.status === status)
      .map((run) => run.folder);
    if (!folders.length) continue;
    const shown = folders.length > 5 ? [...folders.slice(0, 4), `${folders.length - 4} more`] : folders;
    const verb = folders.length === 1 ? "was" : "were";
    notices.push(
      status === "running"
        ? `Still running when this page was written: ${and_list(shown)}. What it says of them is as of then.`
        : `${and_list(shown)} ${verb} stopped before the end; “carve resume” goes on. Without a loss on fresh data yet.`,
    );
  }
  if (comparison.same_loss === false) {
    notices.push("These experiments do not measure the same loss: compare losses within an experiment only.");
  }
  return notices;
}

/// How a run's loss was held against the first experiment's.
function difference_word(run) {
  const {paired} = table(run.difference);
  return paired === undefined ? "" : paired ? "paired" : "unpaired";
}

function reach_words(run) {
  if (!table(run.loss).validation) return run.status ?? "";
  return run.reaches_reference === undefined ? "" : run.reaches_reference ? "yes" : "no";
}
