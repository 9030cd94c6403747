// Fills a sweep's page from its document.

const sweep = record;
download_name = "sweep";

function fill_header() {
  slot("headline").textContent = sweep_headline(sweep);
  slot("lead").textContent = sweep_lead(sweep);
  slot("notices").append(...sweep_notices(sweep).map((words) => h("p", {class: "notice"}, words)));
}

function fill_effects() {
  const several = sweep_axes(sweep).filter(({values}) => list(values).length > 1);
  const seeds = list(sweep.axes).filter((axis) => table(axis).key === "seed");
  let drawn = 0;
  for (const axis of several.length ? several : seeds) {
    const specification = effect_chart(sweep, axis);
    if (!specification) continue;
    const figure = h("figure");
    slot("effects").append(figure);
    draw(figure, specification, `loss-${drawn}`, `Held-out loss against ${axis.label ?? axis.key}`);
    ++drawn;
  }
  if (!drawn) slot("effects").append(missing("No run was tested on fresh trials yet."));
  if (!list(sweep.runs).some((run) => table(table(run).loss).reference)) slot("known-reading").remove();
  if (list(sweep.settings).length) slot("settings").append(...settings_table(settings_of(sweep)));
}

/// The run of least loss.
function best_member(members) {
  const judged = members.filter((run) => is_number(validation_of(run).mean));
  return judged.sort((a, b) => validation_of(a).mean - validation_of(b).mean)[0];
}

function settings_table(settings) {
  const columns = [
    {head: "setting", cell: (each) => each.label},
    {head: "finished", cell: (each) => `${each.finished ?? 0} of ${each.members.length}`, kind: "numeric"},
    {head: "held-out loss", cell: (each) => (each.loss ? with_error(each.loss.mean, each.loss.error) : "–"), kind: "numeric"},
    {
      head: "no worse than known",
      cell: ({success}) => (success ? `${success.reached} of ${success.runs}` : "–"),
      kind: "numeric",
    },
    {head: "best rule", cell: ({members}) => formula_cell(table(best_member(members)).rules)},
  ];
  const note = "Held-out loss: mean over seeds ± its standard error. Best rule: that of the run with the least loss.";
  return [make_table("settings", columns, table_body(columns, settings)), h("p", {class: "table-note"}, note)];
}

function fill_runs() {
  const runs = list(sweep.runs).map(table);
  if (!runs.length) return hide("runs");
  const judged = runs.some((run) => run.reaches_reference !== undefined);
  const columns = [
    {head: "run", cell: (run) => run.name ?? "?", kind: "folder"},
    {head: "status", cell: (run) => run.status ?? ""},
    {
      head: "held-out loss",
      cell: (run) => (validation_of(run).mean === undefined ? "" : with_error(validation_of(run).mean, validation_of(run).error)),
      kind: "numeric",
    },
    ...(judged ? [{head: "no worse", cell: (run) => ({true: "yes", false: "no"})[run.reaches_reference] ?? ""}] : []),
    {head: "time", cell: (run) => duration(run.seconds), kind: "numeric"},
    {head: "rule", cell: (run) => formula_cell(run.rules)},
  ];
  const body = make_table("runs", columns, table_body(columns, runs));
  slot("runs").append(runs.length > 60 ? h("details", {class: "file"}, h("summary", {}, `All ${runs.length} runs`), body) : body);
}

fill_page([fill_header, fill_effects, fill_runs]);
