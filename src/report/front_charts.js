// The front of shorter rules: held-out loss against the number of terms, and the numbers of the rule chosen from it.

function simplified_of(run) {
  const simplified = table(run.simplified);
  return list(simplified.front).some((point) => is_number(table(table(point).loss).mean)) ? simplified : undefined;
}

/// "x y, y² w", of several rules "feedforward: x y, y² w; lateral: x y".
function terms_in_words(point, several, most = Infinity) {
  const terms = list(point.terms).map(table);
  const groups = new Map();
  for (const each of terms.slice(0, most)) groups.set(each.rule, [...(groups.get(each.rule) ?? []), pretty_term(each.term ?? "?")]);
  const words = [...groups].map(([rule, own]) => (several ? `${rule}: ` : "") + own.join(", "));
  return words.join("; ") + (terms.length > most ? `, ${terms.length - most} more` : "");
}

function has_several_rules(simplified) {
  return new Set(list(simplified.front).flatMap((point) => list(table(point).terms).map((each) => table(each).rule))).size > 1;
}

/// One row per number of terms whose loss is finite.
function front_rows(run) {
  const simplified = simplified_of(run);
  if (!simplified) return [];
  return list(simplified.front)
    .filter((point) => is_number(table(point.loss).mean))
    .map((point) => {
      const {mean, error} = point.loss;
      const bar = 2 * (error ?? 0);
      return {
        count: point.count,
        mean,
        low: mean > 0 ? Math.max(mean - bar, mean / 3) : mean - bar, // a logarithm has no room below 0
        high: mean + bar,
        kind: point.count === simplified.knee ? "knee" : point.count === table(simplified.chosen).terms ? "chosen" : "other",
        terms: terms_in_words(point, has_several_rules(simplified), 8),
        loss: with_error(mean, error),
        over: with_error(table(point.excess).mean, table(point.excess).error),
      };
    });
}

/// Held-out loss against the number of terms; the knee in blue, another choice in green.
function front_chart(run) {
  const rows = front_rows(run);
  if (rows.length < 2) return undefined;
  const means = rows.map((row) => row.mean);
  const is_wide = Math.min(...means) > 0 && Math.max(...means) > 10 * Math.min(...means);
  const title = "held-out loss";
  const y = is_wide
    ? log_encoding("mean", title, rows.flatMap((row) => [row.low, row.high]))
    : quantity("mean", title, {scale: {zero: false}, axis: {grid: true, format: "~g", tickCount: 5, minExtent: 44}});
  const color = {
    field: "kind",
    type: "nominal",
    legend: null,
    scale: {domain: ["knee", "chosen", "other"], range: [colour.blue, colour.green, colour.text]},
  };
  const x = quantity("count", "terms of the rule", {
    scale: {domain: [-0.5, Math.max(...rows.map((row) => row.count)) + 0.5], nice: false},
    axis: {tickMinStep: 1, format: "d"},
  });
  const tooltip = [
    {field: "count", title: "terms"},
    {field: "terms", title: "which"},
    {field: "loss", title: "held-out loss"},
    {field: "over", title: "over the best"},
  ];
  return chart({
    data: {values: rows},
    width: plot_width - 60,
    height: 240,
    encoding: {x},
    layer: [
      {mark: {type: "line", color: colour.line, strokeWidth: 1.5}, encoding: {y}},
      {mark: {type: "rule", strokeWidth: 2}, encoding: {y: {...y, field: "low"}, y2: {field: "high"}, color}},
      {mark: {type: "point", filled: true, size: 70, opacity: 1}, encoding: {y, color, tooltip}},
    ],
  });
}

/// What the front says, in a sentence.
function front_sentence(run) {
  const simplified = simplified_of(run);
  if (!simplified) return "";
  const {knee, share, front} = simplified;
  const excess = table(table(list(front)[knee]).excess);
  const best = excess.mean === 0 ? "it has the least loss of all" : "no fewer come as near to the best";
  const within = is_number(share) && share > 0 ? ` or ${percent(share)} of it` : "";
  return `The knee has ${plural(knee, "term")}: ${best} (within two paired standard errors${within}).`;
}

function front_table(run) {
  const simplified = simplified_of(run);
  const chosen = table(simplified?.chosen).terms;
  const points = list(simplified?.front).filter((point) => point.count <= 8 || point.count === chosen);
  const columns = [
    {head: "terms", cell: (point) => String(point.count), kind: "numeric"},
    {head: "which", cell: (point) => terms_in_words(point, has_several_rules(simplified)) || "none", kind: "term"},
    {head: "held-out loss", cell: (point) => with_error(table(point.loss).mean, table(point.loss).error), kind: "numeric"},
    {head: "over the best, paired", cell: (point) => with_error(table(point.excess).mean, table(point.excess).error), kind: "numeric"},
    {cell: (point) => (point.count === simplified.knee ? "knee" : point.count === chosen ? "chosen" : ""), kind: "verdict"},
  ];
  return points.length ? make_table("front", columns, table_body(columns, points)) : undefined;
}

/// The numbers of the chosen rule with their intervals, those of the method that is to be believed first.
function interval_table(run) {
  const chosen = table(simplified_of(run)?.chosen);
  const coefficients = list(chosen.coefficients);
  if (!coefficients.length || !chosen.intervals) return undefined;
  const other = chosen.intervals === "curvature" ? "refits" : "curvature";
  const names = {curvature: "95 % by curvature", refits: "95 % by fits to fresh trials"};
  const range = (method) => (entry) => {
    const {low, high} = table(entry[method]);
    return is_number(low) && is_number(high) ? `${number(low)} to ${number(high)}` : "";
  };
  const several = new Set(coefficients.map((entry) => entry.rule)).size > 1;
  const columns = [
    {head: "number", cell: (entry) => pretty_term(entry.name) + (several ? ` of ${entry.rule}` : ""), kind: "term"},
    {head: "estimate", cell: (entry) => number(entry.estimate, 4), kind: "numeric"},
    ...[chosen.intervals, other].map((method) => ({head: names[method], cell: range(method), kind: "numeric"})),
  ];
  return make_table("intervals", columns, table_body(columns, coefficients));
}

/// Which combinations of the chosen rule's numbers the loss pins and leaves free: a few of each.
function direction_lines(run) {
  const first = table(list(simplified_of(run)?.directions)[0]);
  const all = list(first.curvature).filter((each) => typeof table(each).combination === "string");
  const pick = (free) => all.filter((each) => Boolean(each.free) === free);
  const lines = [...pick(false).slice(0, 2).map((each) => ["pinned", each]), ...pick(true).slice(-2).map((each) => ["free", each])];
  const pretty = (text) =>
    text
      .replace(/(^| )-(?= ?[\d.])/g, "$1−")
      .replace(/(\S*)\[([^\]]*)\]/g, (_, rule, term) => `(${pretty_term(term)})` + (rule ? ` of ${rule}` : ""));
  const stiff = (each) => (is_number(each.stiffness) ? `, stiffness ${number(each.stiffness, 2)}` : "");
  return lines.map(([word, each]) => `${word}${stiff(each)}: ${pretty(each.combination)}`);
}
