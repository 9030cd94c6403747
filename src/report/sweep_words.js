// What a sweep's page says in sentences: from its document to plain text, without a browser.

/// The swept keys but the seed.
function sweep_axes(sweep) {
  return list(sweep.axes)
    .map(table)
    .filter(({key}) => key !== "seed");
}

function setting_value(value) {
  return typeof value === "string" ? value : JSON.stringify(value ?? null);
}

/// "eta = 0.01, l1 = 0.03", of all axes or of some.
function setting_label(sweep, settings, axes = sweep_axes(sweep)) {
  return axes.map(({key, label}) => `${label ?? key} = ${setting_value(table(settings)[key])}`).join(", ");
}

/// The combinations of settings, each with its runs, a name and a colour.
function settings_of(sweep) {
  const runs = list(sweep.runs).map(table);
  return list(sweep.settings).map((each, k) => ({
    ...table(each),
    label: setting_label(sweep, table(each).settings) || "all seeds",
    members: list(table(each).runs)
      .map((index) => runs[index])
      .filter(Boolean),
    stroke: line_colours[k % line_colours.length],
  }));
}

function validation_of(run) {
  return table(table(run.loss).validation);
}

function sweep_headline(sweep) {
  const ranked = settings_of(sweep)
    .filter((each) => is_number(table(each.loss).mean))
    .sort((a, b) => a.loss.mean - b.loss.mean);
  if (!list(sweep.runs).length) return "An empty sweep";
  if (!ranked.length) return "No run is finished yet";
  if (ranked.length === 1) {
    const {success, loss} = ranked[0];
    if (success) return `${success.reached} of ${plural(success.runs, "run")} reach ${sweep_known_name(sweep)}`;
    return `Loss over ${plural(loss.runs, "seed")}: ${with_error(loss.mean, loss.error)}`;
  }
  const [best, second] = ranked;
  const error = Math.hypot(best.loss.error ?? 0, second.loss.error ?? 0);
  const clear = second.loss.mean - best.loss.mean > Math.max(2 * error, 0.01 * Math.abs(best.loss.mean));
  return clear ? `Least loss on fresh data: ${best.label}` : `No setting is clearly best; least loss: ${best.label}`;
}

function sweep_known_name(sweep) {
  const names = new Set(
    list(sweep.runs)
      .map((run) => table(table(table(run).loss).reference).name)
      .filter(Boolean),
  );
  return names.size === 1 ? [...names][0] : "the known rule";
}

function sweep_lead(sweep) {
  const runs = list(sweep.runs);
  if (!runs.length) return "";
  const factors = list(sweep.axes)
    .map(table)
    .map(({key, label, values}) => (key === "seed" ? plural(list(values).length, "seed") : `${plural(list(values).length, "value")} of ${label ?? key}`));
  const status = table(sweep.status);
  const counts = ["finished", "running", "interrupted", "waiting", "failed"]
    .filter((state) => status[state])
    .map((state) => `${count(status[state])} ${state}`);
  return `${plural(runs.length, "run")} of ${sweep.name ?? "?"} (${factors.join(" × ")}): ${and_list(counts)}.`;
}

function sweep_notices(sweep) {
  return list(sweep.runs)
    .map(table)
    .filter(({status}) => status === "failed")
    .slice(0, 5)
    .map((run) => `${run.name ?? "A run"} failed: ${String(run.problem ?? "no reason is known").split("\n")[0]}`);
}
