// The table of metrics: what networks do by the found rule and by the known one, and where that is outside thresholds.

/// The value of a metric as it is read: shares of lifetimes in percent.
function metric_words(metric, {mean, error}) {
  if (metric.name === "plausible") return percent(mean);
  return with_error(mean, error);
}

/// The thresholds of a metric, and whether it is outside them.
function thresholds_cell(metric) {
  const words = {mean: "outside", worst: "worst trial outside"}[metric.outside];
  return [threshold_words(metric), words ? h("div", {class: "outside"}, words) : ""];
}

/// Figures beside the loss: what the found rule's networks learned on the fresh trials, and the known rule's.
function metrics_table(run) {
  const judged = new Map(judged_metrics(run).map((metric) => [metric.name, metric]));
  const entries = Object.entries(table(run.metrics)).map(
    ([name, metric]) => judged.get(name) ?? {name, ...table(metric)},
  );
  if (!entries.length) return [];
  const known = entries.some((entry) => entry.reference);
  const name_of = (entry) => [metric_name(entry), h("div", {class: "soft"}, entry.brief ?? "")];
  const worst = (entry, {worst}) => (entry.name === "plausible" ? "" : number(worst));
  const columns = [
    {head: "beside the loss", cell: name_of},
    {head: "found rule", cell: (entry) => metric_words(entry, entry), kind: "numeric"},
    {head: "worst trial", cell: (entry) => worst(entry, entry), kind: "numeric"},
    ...(known
      ? [
          {
            head: "known rule",
            cell: (entry) => (entry.reference ? metric_words(entry, table(entry.reference)) : ""),
            kind: "numeric",
          },
          {
            head: "worst trial",
            cell: (entry) => (entry.reference ? worst(entry, table(entry.reference)) : ""),
            kind: "numeric",
          },
        ]
      : []),
    ...(judged.size ? [{head: "thresholds", cell: thresholds_cell, kind: "numeric"}] : []),
  ];
  const drawn = make_table("metrics", columns, table_body(columns, entries));
  if (!recurrent_of(run)) return [drawn];
  const words = [`Means ${metrics_scope(run)}, ± one standard error.`, thresholds_sentence(run)];
  return [h("div", {class: "scroll"}, drawn), h("p", {class: "table-note"}, words.filter(Boolean).join(" "))];
}
