// Fills the parts of the report that only runs of a spiking neuron have.

/// What the letters of a rule that acts at spikes mean.
function trace_note() {
  const trace = (index) => [h("i", {}, "x"), h("sub", {}, index)];
  return h(
    "span",
    {class: "letters"},
    ...trace("pre"),
    " and ",
    ...trace("post"),
    " traces of the spikes before and after the synapse: up by 1 at each, then falling",
  );
}

/// For the row of figures on top: label, value and note of each.
function spiking_figures(run) {
  const spiking = spiking_of(run);
  const rate = spiking && found_rate(run);
  if (!rate) return [];
  const target = is_number(spiking.target) ? `target ${number(spiking.target)} Hz` : "on fresh trials";
  return [["settled rate", `${with_error(rate.mean, rate.error)} Hz`, target]];
}

/// Draws one figure, or takes its place away; whether there was something to draw.
function draw_or_remove(name, specification, description) {
  if (!specification) {
    slot(name).remove();
    return false;
  }
  draw(slot(name), specification, name, description);
  return true;
}

function fill_spiking() {
  if (!spiking_of(run)) return hide("spiking");
  const figures = [
    draw_or_remove(
      "rates",
      rate_chart(run),
      "Rate over time without plasticity, with the found rule and the known one",
    ),
    draw_or_remove("raster", raster_chart(run), "Input spikes and the neuron’s own, without and with the rule"),
    draw_or_remove("tuning", tuning_chart(run), "Weights of excitation and inhibition by group, before and after"),
    draw_or_remove("final-weights", weight_chart(run), "Histogram of the plastic weights before and after"),
  ];
  if (!figures.some(Boolean)) return hide("spiking");
  slot("spiking-words").textContent = tuning_sentence(run);
}

function fill_windows() {
  const specification = window_chart(run);
  if (!specification) return hide("windows");
  draw(slot("windows"), specification, "windows", "Weight change of one pair of spikes against the time between them");
}

function fill_settled() {
  const all = settled_of(run);
  if (!all.length) return hide("settled");
  slot("settled-sentence").textContent = [settled_intro(run), settled_sentence(run)].filter(Boolean).join(" ");
  const specification = settled_chart(run);
  if (specification) draw(slot("settled"), specification, "settled", "Rates of all rules, predicted and measured");
  else {
    slot("settled").remove();
    document.querySelector("#settled .reading").hidden = true;
  }
  slot("settled-words").textContent = settled_reading();
  slot("settled-table").append(...settled_table(all));
}

/// What to look for in the pictures of the settled rates.
function settled_reading() {
  const all = settled_of(run);
  const colours = all.length > 1 ? "One colour per start, the chosen rule ringed" : "The found rule is ringed";
  const cross = all.some(is_unstable) ? "; a cross marks a rule whose rate is not stable" : "";
  const edge = has_outside(run) ? "; triangles at the edge point to rules outside the picture" : "";
  const theory = `On the grey line, theory is right${edge}.`;
  const manifold =
    "Theory’s rate is −α divided by what stands below the second picture, so rules of one rate lie on a line through " +
    "0, however much they differ. Small circles leave out what β adds.";
  return [
    `${colours}${cross}.`,
    ...(prediction_panel(run) ? [theory] : []),
    ...(manifold_panel(run) ? [manifold] : []),
  ].join(" ");
}

/// The parameters of a rule as a list; of one rule for each plastic connection ("inhibition.alpha"), with whose they are.
function parameter_list(parameters) {
  return Object.entries(table(parameters)).map(([key, value]) => {
    const [, of, name] = key.match(/^(\w+)\.(.*)$/) ?? [, "", key];
    const is_seconds = is_time(name) && is_number(value);
    return {
      key,
      of,
      head: pretty_name(name),
      unit: is_time(name) ? " ms" : "",
      value: is_seconds ? 1000 * value : value,
    };
  });
}

/// Every start's parameters with the two rates; what all starts have in common stands below.
function settled_table(all) {
  const colours = start_colours(run);
  const shown = all.slice(0, 30).map((each) => ({...each, values: parameter_list(each.parameters)}));
  const parameters = [...new Map(shown.flatMap(({values}) => values).map((value) => [value.key, value])).values()];
  const value_of = (each, {key}) => each.values.find((value) => value.key === key)?.value;
  const is_common = (one) => shown.length > 1 && shown.every((each) => value_of(each, one) === one.value);
  const rule = (each) => [
    h("span", {class: "swatch", style: `background: ${colours.get(start_name(each))}`}),
    start_name(each),
    each.chosen ? " (chosen)" : "",
  ];
  const column = (one) => ({
    head: [...(one.of ? [h("div", {}, one.of)] : []), `${one.head}${one.unit && ` (${one.unit.trim()})`}`],
    cell: (each) => number(value_of(each, one)),
    kind: "numeric",
  });
  const rate = (mean, error) => (is_number(mean) ? `${with_error(mean, error)} Hz` : "none");
  const predicted = {head: "predicted", cell: (each) => rate(each.predicted), kind: "numeric"};
  const columns = [
    {head: "rule", cell: rule},
    {head: "measured", cell: (each) => rate(each.measured, each.error), kind: "numeric"},
    ...(shown.some((each) => is_number(each.predicted)) ? [predicted] : []),
    ...parameters.filter((one) => !is_common(one)).map(column),
  ];
  const common = parameters
    .filter(is_common)
    .map((one) => `${one.of && `${one.of} `}${one.head} = ${number(one.value)}${one.unit}`);
  const left = all.length - shown.length;
  const notes = [
    ...(common.length ? [`The same for all: ${common.join(", ")}.`] : []),
    ...(left ? [`${plural(left, "further rule")} not listed.`] : []),
  ];
  const body = table_body(columns, shown, (each) => (each.chosen ? "found" : undefined));
  const drawn = h("div", {class: "scroll"}, make_table("settled", columns, body));
  return [drawn, ...(notes.length ? [h("p", {class: "table-note"}, notes.join(" "))] : [])];
}
