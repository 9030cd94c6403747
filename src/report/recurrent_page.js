// Fills the parts of the report that only runs of a recurrent network have.

/// A sentence below a figure.
function add_caption(name, words) {
  if (words) slot(name).append(h("figcaption", {}, words));
}

function fill_recurrent() {
  if (!recurrent_of(run)) return hide("network");
  const trial = shown_trial(run);
  const whose = trial ? ` in ${trial_words(trial)}` : "";
  const draws = (name, specification, description) => draw_or_remove(name, specification, description + whose);
  const has_rates = draws("network-rates", network_rate_chart(run), "Rates of all populations with the phases");
  if (has_rates) add_caption("network-rates", phases_sentence(run));
  const has_raster = draws("network-raster", network_raster_chart(run), "Spikes of neurons of all populations");
  const has_weights = draws("network-weights", network_weight_chart(run), "Distribution of the plastic weights");
  if (has_weights)
    add_caption("network-weights", "Line: median; dark band: the middle half of the weights; light band: 5 to 95 %.");
  const has_responses = draw_or_remove("responses", response_chart(run), "Rates during familiar and novel patterns");
  if (has_responses) add_caption("responses", responses_sentence(run));
  const metrics = metrics_table(run);
  slot("network-metrics").append(...metrics);
  slot("network-words").textContent = recurrent_reading(has_rates, has_responses, metrics.length > 0);
  if (![has_rates, has_raster, has_weights, has_responses, metrics.length].some(Boolean)) hide("network");
}

/// What to look for in the pictures and the table that there are.
function recurrent_reading(has_rates, has_responses, has_metrics) {
  const bands = has_phases(run) ? " Bands are phases: blue where weights change, grey where they are fixed." : "";
  const dots = "Dots are presentations, in their order from top to bottom; black: mean ± 2 standard errors.";
  const marks =
    "In the table, “outside” marks a metric whose mean over trials passes a threshold, “worst trial outside” one " +
    "that does so in its worst trial only.";
  return [
    ...(has_rates ? [`Rates should settle and stay, neither silent nor explosive.${bands}`] : []),
    ...(has_responses ? [dots] : []),
    ...(has_metrics && judged_metrics(run).length ? [marks] : []),
  ].join(" ");
}
