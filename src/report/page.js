// Fills the report's page from the run's document: words, figures, tables and charts, in the order they are read.

const run = record;
download_name = table(run.experiment).name ?? "carve";

function fill_header() {
  const name = table(run.experiment).name;
  slot("name").textContent = name ? `· ${name}` : "";
  slot("headline").textContent = spiking_headline(run) ?? recurrent_headline(run) ?? headline(run);
  slot("lead").append(...with_terms([spiking_lead(run), recurrent_lead(run), lead(run)].filter(Boolean).join(" ")));
  const words = notice(run);
  if (words) slot("notice").append(h("p", {class: "notice"}, words));
}

function fill_formulas() {
  const rules = Object.entries(table(run.rules));
  if (!rules.length) slot("formulas").append(missing("No rule yet: the first generation is not finished."));
  for (const [name, rule] of rules) {
    const terms = terms_of(rule);
    slot("formulas").append(
      h(
        "div",
        {class: "formula-box"},
        h("div", {class: "formula-line"}, formula(rule)),
        h(
          "div",
          {class: "formula-foot"},
          h(
            "span",
            {class: "rule-name"},
            `${rules.length > 1 ? "rule for " : ""}${name} synapses`,
            variables_note(terms),
          ),
          h(
            "span",
            {class: "buttons"},
            copy_button("Copy exact rule", rule.exact),
            copy_button("Copy LaTeX", rule.latex),
          ),
        ),
      ),
    );
  }
}

/// What the letters mean, where they are the rate rule's.
function variables_note(terms) {
  if (terms.some((entry) => /^(pre|post): /.test(entry.term))) return trace_note();
  const letters = new Set(terms.flatMap((entry) => entry.term.match(/[A-Za-z_]\w*/g) ?? []));
  if (!letters.size || [...letters].some((letter) => !["x", "y", "w"].includes(letter))) return undefined;
  return h(
    "span",
    {class: "letters"},
    h("i", {}, "x"),
    " activity before the synapse, ",
    h("i", {}, "y"),
    " after it, ",
    h("i", {}, "w"),
    " its weight, Δ",
    h("i", {}, "w"),
    " the change per step",
  );
}

function fill_figures() {
  const {search, validation, reference} = table(run.loss);
  const figure = (label, value, note) =>
    slot("figures").append(h("div", {}, h("dt", {}, label), h("dd", {}, value), h("dd", {class: "note"}, note)));
  for (const each of [...spiking_figures(run), ...recurrent_figures(run)]) figure(...each);
  if (validation)
    figure(
      "held-out loss",
      with_error(validation.mean, validation.error),
      is_number(validation.trials) ? `${count(validation.trials)} fresh trials` : "fresh trials",
    );
  else if (is_number(search)) figure("best loss so far", number(search), "on the search’s own trials");
  if (reference) {
    figure(reference.name ?? "reference", with_error(reference.mean, reference.error), "same trials");
    if (is_number(table(reference.difference).mean))
      figure(
        "paired difference",
        with_error(reference.difference.mean, reference.difference.error),
        verdict_words(reference),
      );
  }
  if (is_number(run.seconds))
    figure(
      "search time",
      duration(run.seconds),
      `${count(run.evaluations)} ${Object.keys(table(run.rules)).length > 1 ? "candidates" : "rules"} tried${is_number(run.seed) ? `, seed ${run.seed}` : ""}`,
    );
  if (!slot("figures").children.length) slot("figures").remove();
}

function fill_evidence() {
  const entries = contestants(run);
  const chart = comparison_chart(run);
  if (!chart) document.querySelector("#evidence .reading").hidden = true;
  if (!entries.length) return slot("comparisons").append(missing(why_no_evidence(run)));
  if (chart) {
    const description = "Held-out loss of the found rule and of others, with paired differences";
    draw(slot("comparisons"), chart, "held-out-loss", description);
  }
  slot("comparison-table").append(...comparison_table(entries));
  if (!recurrent_of(run)) slot("metrics").append(...metrics_table(run)); // else with the network
}

function fill_learned() {
  const lives = lifetimes_of(run);
  if (!lives.length) return hide("learned");
  const images = lives.filter((life) => is_number(table(life.image).rows) && is_number(life.image.columns)).slice(0, 8);
  slot("learned-reading").textContent = learned_reading(images.length ? images : lives, images.length > 0);
  if (images.length) slot("weights").append(weight_images(images));
  else draw(slot("weights"), scatter_chart(run), "weights", "Learned weights against the principal component");
  const paths = path_chart(run);
  if (!paths) return slot("paths").remove();
  draw(slot("paths"), paths, "lifetimes", "Alignment with the component and length of the weights over each lifetime");
  const scales = lives.map((life) => life.scale).filter(is_number);
  const range = [Math.min(...scales), Math.max(...scales)];
  const speeds =
    range[0] < range[1]
      ? ` The inputs’ scale differs, from ${number(range[0])} to ${number(range[1])}, and so does the speed.`
      : "";
  const each = lives.some((life) => life.weights.length > 1) ? "trial and output" : "trial";
  const caption = `One line per ${each}. Dashed: perfect alignment, and length 1.${speeds}`;
  slot("paths").append(h("figcaption", {}, caption));
}

function fill_terms() {
  const rules = Object.entries(table(run.rules)).filter(([, rule]) => terms_of(rule).length);
  if (!rules.length) return hide("terms");
  for (const [name, rule] of rules) {
    if (rules.length > 1) slot("terms").append(h("h3", {}, name));
    slot("terms").append(...term_table(terms_of(rule), table(run.known)[name]));
  }
  slot("terms").append(...further_terms_note(run));
  if (rules.some(([, rule]) => terms_of(rule).some((entry) => entry.removal))) return;
  for (const name of ["removal-words", "removal-reading"]) slot(name).remove();
  slot("terms").append(h("p", {class: "table-note"}, "What each removal costs was not measured in this run."));
}

function fill_front() {
  const specification = front_chart(run);
  if (!specification) return hide("front");
  draw(slot("front"), specification, "front", "Held-out loss against the number of terms");
  slot("front").append(h("figcaption", {}, front_sentence(run)));
  slot("front-table").append(front_table(run));
  const rules = Object.entries(table(table(table(run.simplified).chosen).rules));
  const named = (name) => (rules.length > 1 ? [h("p", {class: "table-note"}, `${name} synapses`)] : []);
  const eta = "Numbers as the family has them: the formula has them times its learning rate.";
  slot("front-intervals").append(
    ...rules.flatMap(([name, rule]) => [...named(name), h("div", {class: "formula-line"}, formula(rule))]),
    ...[interval_table(run)].filter(Boolean).flatMap((each) => [each, h("p", {class: "table-note"}, eta)]),
    ...direction_lines(run).map((line) => h("p", {class: "table-note"}, line)),
  );
}

function fill_search() {
  const losses = loss_chart(run);
  slot("search-words").textContent = search_words(run.method);
  slot("step-words").textContent = step_words(run.method)[1];
  if (losses) draw(slot("losses"), losses, "search", "Best and median loss and the step size over generations");
  else {
    slot("losses").append(missing("No generation is finished yet, or none has a finite loss."));
    document.querySelector("#search .reading").hidden = true;
  }
  if (losses && history_of(run).at(-1).restarts > 0) {
    slot("losses").append(h("figcaption", {}, "Dotted lines: the search started afresh."));
  }
  const names = Object.keys(Object.assign({}, ...history_of(run).map((entry) => table(entry.coefficients))));
  let drawn = 0;
  for (const name of names) {
    const specification = acts_at_spikes(run, name) ? parameter_chart(run, name) : coefficient_chart(run, name);
    if (!specification) continue;
    ++drawn;
    const figure = h("figure");
    if (names.length > 1) slot("coefficients").append(h("h3", {}, name));
    slot("coefficients").append(figure);
    draw(figure, specification, `coefficients-${name}`, `The numbers of the rule ${name} over generations`);
  }
  if (!drawn) return hide("coefficients");
  const rules = names.map((name) => table(table(history_of(run).at(-1).coefficients)[name]));
  if (rules.every(named_parameters)) slot("coefficient-words").remove();
  else if (!rules.some(named_parameters)) slot("parameter-words").remove();
  if (!names.some((name) => acts_at_spikes(run, name))) slot("time-words")?.remove();
}

function fill_starts() {
  const starts = starts_of(run);
  if (!starts.length) return hide("starts");
  slot("starts-sentence").textContent = starts_sentence(run);
  const specification = starts_chart(run);
  if (specification) draw(slot("starts"), specification, "starts", "The loss of every start’s guess");
  if (Object.keys(table(settled_of(run)[0]?.parameters)).length) return slot("starts-grid-words").remove(); // shown below
  const columns = starts.slice(0, 60).map(({start, chosen, rules}) => ({
    head: chosen ? `${start}*` : String(start),
    title: `start ${start}`,
    rules: table(rules),
  }));
  const grid = coefficient_grid([{label: "found by start, best first (* chosen)", columns}], {}, "start");
  slot("starts-grid").append(...grid);
}

function fill_failures() {
  const counts = outcomes(run);
  const specification = failure_chart(run);
  if (!counts.length && !specification) return hide("failures");
  if (specification) draw(slot("failures"), specification, "failures", "Share of failed candidates over generations");
  else {
    slot("failures").append(
      missing(
        counts.some((entry) => entry.name !== "finished" && entry.count)
          ? "The share per generation was not recorded."
          : "No candidate failed in this run.",
      ),
    );
    document.querySelector("#failures .reading").hidden = true;
  }
  if (counts.length) slot("outcomes").append(outcome_table(counts));
}

function fill_provenance() {
  const {version, compiler, build, cpu, isa, threads, started, finished} = table(run.provenance);
  const {file, text} = table(run.experiment);
  const time = (stamp) => (typeof stamp === "string" ? stamp.slice(0, 19).replace("T", " ") + " UTC" : undefined);
  const rows = Object.entries({
    experiment: file,
    seed: run.seed,
    generations: count(run.generations),
    candidates: count(run.evaluations),
    "search time": duration(run.seconds),
    started: time(started),
    finished: time(finished),
    carve: [version ?? run.carve, build].filter(Boolean).join(", "),
    compiler,
    processor: cpu,
    "instruction set": isa,
    threads,
  }).filter(([, value]) => ![undefined, null, "", "–"].includes(value));
  if (!rows.length && !text) return hide("provenance");
  slot("provenance").append(...rows.map(([key, value]) => h("div", {}, h("dt", {}, key), h("dd", {}, String(value)))));
  if (!text) return;
  const summary = h("summary", {}, "The experiment, with every default written out");
  const body = h("div", {class: "file-body"}, copy_button("Copy", text), h("pre", {}, text));
  slot("file").append(h("details", {class: "file", open: ""}, summary, body));
}

fill_page([
  fill_header,
  fill_formulas,
  fill_figures,
  fill_evidence,
  fill_learned,
  fill_spiking,
  fill_recurrent,
  fill_windows,
  fill_terms,
  fill_front,
  fill_search,
  fill_starts,
  fill_settled,
  fill_predictions,
  fill_use,
  fill_failures,
  fill_provenance,
]);
