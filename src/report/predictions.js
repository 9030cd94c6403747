// Fills the page of predictions from its document.

const predictions = record;
download_name = "predictions";

function fill_header() {
  const rules = list(predictions.rules).map(table);
  slot("headline").textContent =
    rules.length === 1 ? `What experiments would show: ${rules[0].label ?? "?"}` : `${rules.length} rules in experiments`;
  const held = Object.entries(table(predictions.held)).map(([state, volts]) => `; ${state} is held at ${number(1e3 * volts)} mV`);
  slot("lead").textContent =
    `Computed from the formulas for a synapse of weight ${number(predictions.weight)}, without bounds; in units of the weight` +
    `${held.join("")}.`;
  slot("rules").append(...rules.map((rule) => h("p", {}, h("b", {}, `${rule.label}: `), rule.formula ?? "")));
}

function fill_distinctions() {
  const found = list(predictions.distinctions).map(table);
  if (!found.length) return hide("distinctions");
  const columns = [
    {head: "experiment", cell: (entry) => (entry.words ?? "").replace(/(^|[ (])-(?=[\d.])/g, "$1−")},
    {head: "separation", cell: (entry) => number(entry.separation), kind: "numeric"},
  ];
  slot("distinctions").append(make_table("comparisons", columns, table_body(columns, found)));
}

function fill_protocols() {
  for (const protocol of protocols_of(predictions)) slot("protocols").append(protocol_section(protocol));
}

fill_page([fill_header, fill_distinctions, fill_protocols]);
