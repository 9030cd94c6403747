// The tables: compared rules, terms, outcomes. A column is {head, cell: entry -> content, kind: class of its cells};
// the first column names the row.

function make_table(kind, columns, ...bodies) {
  const head = h("tr", {}, ...columns.map((column) => h("th", {class: column.kind}, column.head)));
  const heads = columns.some((column) => column.head) ? h("thead", {}, head) : undefined;
  return h("table", {class: kind}, heads, ...bodies);
}

function table_body(columns, entries, row_class = () => undefined) {
  const cell = (column, entry, k) =>
    h(k ? "td" : "th", {scope: k ? undefined : "row", class: column.kind}, ...[column.cell(entry)].flat());
  const row = (entry) => h("tr", {class: row_class(entry)}, ...columns.map((column, k) => cell(column, entry, k)));
  return h("tbody", {}, ...entries.map(row));
}

function comparison_table(entries) {
  const paired = ({mean, error} = {}) => (is_number(mean) ? with_error(mean, error) : "");
  const columns = [
    {head: "rule", cell: (entry) => entry.name ?? "?"},
    {head: "formula", cell: (entry) => (entry.found ? "as above" : formula_cell(entry.rules))},
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

/// The formulas of one candidate, each with its connection's name where there are several.
function formula_cell(rules) {
  const entries = Object.entries(table(rules));
  const name_of = (name) => (entries.length > 1 ? h("span", {class: "connection"}, name) : undefined);
  const drawn = (rule) => {
    const terms = terms_of(rule).length;
    if (terms <= 10) return formula(table(rule));
    return h("details", {class: "long"}, h("summary", {}, `${terms} terms`), formula(table(rule)));
  };
  return entries.map(([name, rule]) => h("div", {class: "rule-line"}, name_of(name), drawn(rule)));
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
    {head: "term left out", cell: (entry) => pretty_term(entry.term) + of_rule(run, entry), kind: "term"},
    {head: "put in at", cell: (entry) => (is_number(entry.relative) ? fixed(entry.relative, 2) : ""), kind: "numeric"},
    {head: "held-out loss falls by", cell: (entry) => with_error(entry.gain.mean, entry.gain.error), kind: "numeric"},
    {cell: (entry) => (helps(entry) ? "helps" : "no clear gain"), kind: "verdict"},
  ];
  return [note, make_table("further", columns, table_body(columns, entries))];
}

/// Coefficients relative to the main term, one column per rule found, in groups of columns; the textbook's first.
/// groups: [{label, columns: [{head, title, rules}]}]; `unit` says what the heads number.
function coefficient_grid(groups, known, unit) {
  const columns = groups.flatMap(({columns}) => columns);
  const names = [...new Set(columns.flatMap(({rules}) => Object.keys(table(rules))))];
  return names.flatMap((name) => {
    const found = columns.map(({rules}) => signed_terms(table(rules)[name]));
    if (!found.some((terms) => terms.size)) return [];
    const textbook = table(table(known)[name]);
    const size = (term) => sum(found.map((terms) => Math.abs(terms.get(term) ?? 0)));
    const all = [...new Set([...Object.keys(textbook), ...found.flatMap((terms) => [...terms.keys()])])];
    const matters = (term) => textbook[term] || found.some((terms) => Math.abs(terms.get(term) ?? 0) >= 0.05);
    const kept = all
      .filter(matters)
      .sort((a, b) => Boolean(textbook[b]) - Boolean(textbook[a]) || size(b) - size(a))
      .slice(0, 20);
    const left = all.filter((term) => !kept.includes(term));
    const drawn = grid_table(kept, found, groups, Object.keys(textbook).length ? textbook : undefined, unit);
    const note = left.length
      ? [h("p", {class: "table-note"}, `${plural(left.length, "further term")}, nowhere larger than ${largest_share(left, found)} of the main one.`)]
      : [];
    return [...(names.length > 1 ? [h("h3", {}, name)] : []), drawn, ...note];
  });
}

function largest_share(terms, found) {
  return percent(Math.max(...terms.flatMap((term) => found.map((each) => Math.abs(each.get(term) ?? 0)))));
}

function grid_table(terms, found, groups, textbook, unit) {
  const is_small = found.length > 10; // no room for numbers
  const cell = (value, title) => {
    const shown = value ?? 0;
    const style = `background: rgb(${diverging(shown)}); color: ${Math.abs(shown) > 0.6 ? "white" : "inherit"}`;
    return h("td", {style, title}, is_small || !value ? "" : fixed(value, 2));
  };
  const spans = groups.filter(({columns}) => columns.length);
  const has_heads = spans.some(({columns}) => columns.some(({head}) => head));
  const row = (term) =>
    h(
      "tr",
      {},
      h("th", {scope: "row", class: "term"}, pretty_term(term)),
      ...(textbook ? [cell(textbook[term] ?? 0, `${pretty_term(term)}, textbook: ${number(textbook[term] ?? 0)}`)] : []),
      ...spans.flatMap(({columns}, k) =>
        columns.map(({title}, j) => {
          const at = sum(spans.slice(0, k).map((span) => span.columns.length)) + j;
          const value = found[at].get(term);
          const element = cell(value, `${title}: ${pretty_term(term)} ${is_number(value) ? fixed(value, 3) : "absent"}`);
          if (j === 0) element.className = "first";
          return element;
        }),
      ),
    );
  const head = h(
    "thead",
    {},
    h(
      "tr",
      {},
      h("th", {}, ""),
      ...(textbook ? [h("th", {class: "textbook"}, "textbook")] : []),
      ...spans.map(({label, columns}) => h("th", {class: "first", colspan: columns.length}, label)),
    ),
    has_heads
      ? h(
          "tr",
          {},
          h("th", {}, unit),
          ...(textbook ? [h("th", {}, "")] : []),
          ...spans.flatMap(({columns}) => columns.map(({head}, j) => h("th", {class: j ? undefined : "first"}, head))),
        )
      : undefined,
  );
  return h("div", {class: "scroll"}, h("table", {class: is_small ? "grid small" : "grid"}, head, h("tbody", {}, ...terms.map(row))));
}
