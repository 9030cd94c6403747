// The tables: compared rules, terms, outcomes. A column is {head, cell: entry -> content, kind: class of its cells};
// the first column names the row.

function make_table(kind, columns, ...bodies) {
  const head = h("tr", {}, ...columns.map((column) => h("th", {class: column.kind}, column.head)));
  const heads = columns.some((column) => column.head) ? h("thead", {}, head) : undefined;
  return h("table", {class: kind}, heads, ...bodies);
}

function table_body(columns, entries, row_class = () => undefined) {
  const cell = (column, entry, k) =>
    h(k ? "td" : "th", {scope: k ? undefined : "row", class: column.kind}, column.cell(entry));
  const row = (entry) => h("tr", {class: row_class(entry)}, ...columns.map((column, k) => cell(column, entry, k)));
  return h("tbody", {}, ...entries.map(row));
}

function comparison_table(entries) {
  const formula_of = (entry) => h("div", {}, ...Object.values(table(entry.rules)).map((rule) => formula(table(rule))));
  const paired = ({mean, error} = {}) => (is_number(mean) ? with_error(mean, error) : "");
  const columns = [
    {head: "rule", cell: (entry) => entry.name ?? "?"},
    {head: "formula", cell: (entry) => (entry.found ? "as above" : formula_of(entry))},
    {head: "held-out loss", cell: (entry) => with_error(entry.mean, entry.error), kind: "numeric"},
    {head: "found − this", cell: (entry) => paired(entry.difference ?? undefined), kind: "numeric"},
    {head: "verdict", cell: verdict_words, kind: "verdict"},
  ];
  const note =
    "± one standard error over trials. Better, worse: the paired difference is more than two of them and 1 % of " +
    "the loss from 0.";
  const body = table_body(columns, entries, (entry) => (entry.found ? "found" : undefined));
  return [make_table("comparisons", columns, body), h("p", {class: "table-note"}, note)];
}

function outcome_table(entries) {
  const columns = [
    {cell: (entry) => entry.word},
    {cell: (entry) => count(entry.count), kind: "numeric"},
    {cell: (entry) => percent(entry.share), kind: "numeric"},
    {cell: (entry) => entry.explanation},
  ];
  return make_table("outcomes", columns, table_body(columns, entries));
}

function term_columns(terms, known) {
  const costs = terms.filter((entry) => entry.removal).map((entry) => entry.removal);
  const axis = cost_axis(costs);
  const textbook = [{head: "textbook", cell: (entry) => number(known?.[entry.term] ?? 0), kind: "numeric"}];
  const removal = [
    {head: "removal costs", cell: removal_words, kind: "numeric"},
    {
      head: axis ? cost_ticks(axis) : "",
      cell: (entry) => (axis && entry.removal ? cost_dot(entry.removal, axis) : ""),
    },
  ];
  return [
    {head: "term", cell: (entry) => pretty_term(entry.term), kind: "term"},
    {head: "coefficient", cell: (entry) => number(entry.coefficient), kind: "numeric"},
    {head: "relative", cell: (entry) => fixed(entry.relative, 3), kind: "numeric"},
    ...(known ? textbook : []),
    {head: "relative size", cell: (entry) => relative_bar(entry.relative, known?.[entry.term])},
    ...(costs.length ? removal : []),
  ];
}

function removal_words(entry) {
  const {mean, error} = table(entry.removal);
  const measured = mean === null ? "learning fails" : with_error(mean, error);
  return {needed: measured, harmful: measured, idle: "≈ 0"}[removal_verdict(entry)] ?? "";
}

/// Terms that are large, needed or known, and the next few, at once; the rest on demand, summed up in a line.
function term_table(terms, known) {
  const matters = (entry) => ["needed", "harmful"].includes(removal_verdict(entry)) || known?.[entry.term];
  const is_minor = (entry) => Math.abs(entry.relative) < 0.05 && !matters(entry);
  const beyond_few = terms.filter(is_minor).slice(5);
  const folded = beyond_few.length > 3 ? beyond_few : [];
  const columns = term_columns(terms, known);
  const body = (entries) => table_body(columns, entries, (entry) => (is_minor(entry) ? "small" : undefined));
  const rest = body(folded);
  rest.hidden = true;
  const drawn = make_table("terms", columns, body(terms.filter((entry) => !folded.includes(entry))), rest);
  return folded.length ? [drawn, fold_line(folded, rest)] : [drawn];
}

function fold_line(folded, rest) {
  const label = () => (rest.hidden ? "Show them" : "Hide them");
  const toggle = () => {
    rest.hidden = !rest.hidden;
    button.textContent = label();
  };
  const button = h("button", {type: "button", click: toggle}, label());
  const most = percent(Math.max(...folded.map((entry) => Math.abs(entry.relative))));
  const cost = folded.every((entry) => entry.removal) ? ", with no measurable cost of removal" : "";
  const words = `${folded.length} smaller terms, each at most ${most} of the main one${cost}.`;
  return h("p", {class: "table-note fold"}, words, button);
}

/// Terms that the rule does not have and what they would gain: a sentence, and a table where one of them helps.
function further_terms_note(run) {
  const words = further_sentence(run);
  if (!words) return [];
  const note = h("p", {class: "table-note further"}, ...with_terms(words));
  const entries = further_terms(run);
  if (!entries.some(helps)) return [note];
  const columns = [
    {head: "term left out", cell: (entry) => pretty_term(entry.term), kind: "term"},
    {head: "put in at", cell: (entry) => (is_number(entry.relative) ? fixed(entry.relative, 2) : ""), kind: "numeric"},
    {head: "held-out loss falls by", cell: (entry) => with_error(entry.gain.mean, entry.gain.error), kind: "numeric"},
    {cell: (entry) => (helps(entry) ? "helps" : "no clear gain"), kind: "verdict"},
  ];
  return [note, make_table("further", columns, table_body(columns, entries))];
}
