// The comparison's tables: experiments over seeds, formulas, all runs.

function swatch(stroke) {
  return h("span", {class: "swatch", style: `background: ${stroke}`});
}

function experiments_table(experiments) {
  const paired = experiments.some((each) => each.difference);
  const share = ({success}) => (success ? `${success.reached} of ${success.runs} (${percent(success.share)})` : "–");
  const columns = [
    {head: "experiment", cell: (each) => [swatch(each.stroke), each.label]},
    {head: "finished", cell: (each) => `${each.finished ?? 0} of ${each.members.length}`, kind: "numeric"},
    {
      head: "evaluations",
      cell: (each) => count(middle(each.members.map((run) => run.evaluations ?? 0))),
      kind: "numeric",
    },
    {head: "time", cell: (each) => duration(middle(each.members.map((run) => run.seconds ?? 0))), kind: "numeric"},
    {head: "held-out loss", cell: (each) => (each.loss ? seeds_mean(each) : "–"), kind: "numeric"},
    ...(paired
      ? [{head: "minus the first", cell: (each) => (each.difference ? seeds_difference(each) : ""), kind: "numeric"}]
      : []),
    {head: "no worse than known", cell: share, kind: "numeric"},
  ];
  const note =
    "Evaluations and time: median over seeds. Losses: mean over seeds ± its standard error, of a single run over its " +
    "trials. Minus the first: paired by trial.";
  return [make_table("experiments", columns, table_body(columns, experiments)), h("p", {class: "table-note"}, note)];
}

/// What the networks learned, beside the loss: means over an experiment's runs, and the worst trial of any.
function metrics_comparison(experiments) {
  const names = [...new Set(experiments.flatMap(({members}) => members.flatMap((run) => Object.keys(table(run.metrics)))))];
  if (!names.length) return [];
  const figures = ({members}, name, key) =>
    members.map((run) => table(table(run.metrics)[name])[key]).filter(is_number);
  const cell = (name) => (each) => {
    const [means, worst] = [figures(each, name, "mean"), figures(each, name, "worst")];
    if (!means.length) return "–";
    const lowest_is_worst = means.some((mean, k) => worst[k] < mean);
    const extreme = lowest_is_worst ? Math.min(...worst) : Math.max(...worst);
    const note = worst.length ? h("div", {class: "soft"}, `worst ${number(extreme)}`) : undefined;
    return [number(sum(means) / means.length, 4), ...(note ? [note] : [])];
  };
  const columns = [
    {head: "beside the loss", cell: (each) => [swatch(each.stroke), each.label]},
    ...names.slice(0, 6).map((name) => ({head: name.replace(/_/g, " "), cell: cell(name), kind: "numeric"})),
  ];
  return [make_table("metrics", columns, table_body(columns, experiments))];
}

/// Over several seeds their own spread is the error; a single run's is over its trials.
function seeds_mean({loss, members}) {
  const only = members.length === 1 && table(table(members[0].loss).validation);
  return only ? with_error(only.mean, only.error) : with_error(loss.mean, loss.error);
}

function seeds_difference({difference, members}) {
  const only = members.length === 1 && table(members[0].difference);
  return only ? with_error(only.mean, only.error) : with_error(difference.mean, difference.error);
}

/// One formula per experiment where it has one run; of several, each run's.
function formula_table(experiments) {
  const rows = experiments.flatMap(({label, members, stroke}) =>
    members
      .filter((run) => Object.keys(table(run.rules)).length)
      .map((run) => ({label, stroke, run, name: members.length > 1 ? `seed ${run.seed ?? "?"}` : ""})),
  );
  if (!rows.length) return [];
  const columns = [
    {head: "run", cell: ({label, stroke, name}) => [swatch(stroke), label, name ? h("div", {class: "soft"}, name) : ""]},
    {head: "rule", cell: ({run}) => formula_cell(run.rules)},
  ];
  const body = make_table("formulas", columns, table_body(columns, rows));
  return rows.length > 12 ? [h("details", {class: "file"}, h("summary", {}, `All ${rows.length} formulas`), body)] : [body];
}

function runs_table(experiments) {
  const rows = experiments.flatMap(({label, members, stroke}) => members.map((run) => ({label, stroke, run})));
  const reference = (run) => table(table(run.loss).reference);
  const has = (test) => rows.some(({run}) => test(run));
  const differs = has((run) => run.difference);
  const judged = has((run) => run.reaches_reference !== undefined);
  const columns = [
    {head: "run", cell: ({run, stroke}) => [swatch(stroke), run.folder ?? "?"], kind: "folder"},
    {head: "method", cell: ({run}) => run.method ?? ""},
    {head: "seed", cell: ({run}) => String(run.seed ?? "–"), kind: "numeric"},
    {head: "status", cell: ({run}) => run.status ?? ""},
    {head: "evaluations", cell: ({run}) => count(run.evaluations), kind: "numeric"},
    {head: "time", cell: ({run}) => duration(run.seconds), kind: "numeric"},
    {
      head: "held-out loss",
      cell: ({run}) => {
        const validation = table(run.loss).validation;
        return validation ? with_error(validation.mean, validation.error) : "not yet";
      },
      kind: "numeric",
    },
    ...(differs
      ? [
          {
            head: "minus the first",
            cell: ({run}) => (run.difference ? with_error(run.difference.mean, run.difference.error) : ""),
            kind: "numeric",
          },
          {head: "", cell: ({run}) => difference_word(run)},
        ]
      : []),
    ...(judged
      ? [
          {head: "known rule", cell: ({run}) => with_error_or(reference(run)), kind: "numeric"},
          {head: "no worse", cell: ({run}) => reach_words(run)},
        ]
      : []),
  ];
  const note = differs
    ? "Minus the first: this run’s loss minus that of the first experiment. Paired: both learned on the same trials, and " +
      "the difference is taken trial by trial. Unpaired: their trials differ, and so the error is larger."
    : "";
  return [make_table("runs", columns, table_body(columns, rows)), h("p", {class: "table-note"}, note)];
}

function with_error_or(measured) {
  return measured.mean === undefined ? "" : with_error(measured.mean, measured.error);
}
