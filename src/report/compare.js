// Fills the comparison's page from its document.

const comparison = record;
download_name = "comparison";

function fill_header() {
  slot("headline").textContent = comparison_headline(comparison);
  slot("lead").textContent = comparison_lead(comparison);
  slot("notices").append(...comparison_notices(comparison).map((words) => h("p", {class: "notice"}, words)));
}

function fill_success() {
  const specification = success_chart(comparison);
  if (specification) draw(slot("success"), specification, "success", "Held-out loss of every run by experiment");
  else if (runs_of(comparison).some((run) => table(run.loss).validation)) slot("success").remove();
  else slot("success").append(missing("No run was tested on fresh trials yet."));
  const is_known = runs_of(comparison).some((run) => table(run.loss).reference);
  if (!is_known || !specification) slot("known-reading").remove();
  slot("experiments").append(...experiments_table(experiments_of(comparison)));
  slot("experiments").append(...metrics_comparison(experiments_of(comparison)));
}

function fill_course() {
  let drawn = 0;
  for (const [field, title] of [
    ["evaluations", "evaluations"],
    ["seconds", "seconds"],
  ]) {
    const specification = course_chart(comparison, field, title);
    if (!specification) continue;
    draw(slot(field), specification, `loss-${field}`, `Loss against ${title}`);
    ++drawn;
  }
  if (!drawn) hide("course");
}

function fill_rules() {
  const experiments = experiments_of(comparison);
  const groups = experiments.map(({label, members}) => ({
    label,
    columns: members.map((run) => ({
      head: members.length > 1 ? `${run.seed ?? "?"}` : "",
      title: run.folder ?? "",
      rules: table(run.rules),
    })),
  }));
  const known = Object.assign({}, ...runs_of(comparison).map((run) => table(run.known)).reverse());
  const grid = coefficient_grid(groups, known, "seed");
  slot("grid").append(...grid);
  slot("formulas").append(...formula_table(experiments));
  if (!grid.length && !slot("formulas").children.length) hide("rules");
}

function fill_runs() {
  if (!runs_of(comparison).length) return hide("runs");
  slot("runs").append(...runs_table(experiments_of(comparison)));
}

fill_page([fill_header, fill_success, fill_course, fill_rules, fill_runs]);
