// Fills the page from the run's document: words, figures, tables and charts, in the order they are read.

const run = JSON.parse(document.getElementById("run").textContent);
const root = document.documentElement;
root.dataset.errors = "";
const note_error = (error) => {
  root.dataset.errors += `${error?.message ?? error}\n`;
};
window.addEventListener("error", (event) => note_error(event.error ?? event.message));
window.addEventListener("unhandledrejection", (event) => note_error(event.reason));

function slot(name) {
  return document.querySelector(`[data-slot="${name}"]`);
}

function hide(id) {
  document.getElementById(id).hidden = true;
}

function missing(text) {
  return h("p", {class: "missing"}, text);
}

const drawings = [];

/// Draws a specification into a figure; its menu saves it as SVG or PNG.
function draw(element, specification, name, description) {
  element.setAttribute("role", "group");
  element.setAttribute("aria-label", description);
  drawings.push(
    vegaEmbed(
      element,
      {...specification, description},
      {
        renderer: "svg",
        mode: "vega-lite",
        ast: true,
        downloadFileName: `${table(run.experiment).name ?? "carve"}-${name}`,
        actions: {export: {svg: true, png: true}, source: false, compiled: false, editor: false},
        scaleFactor: {png: 3},
      },
    ).catch(note_error),
  );
}

async function copy(text, button) {
  const words = button.textContent;
  try {
    await navigator.clipboard.writeText(text);
  } catch {
    // some browsers refuse the clipboard to local files
    const area = h("textarea", {class: "offscreen"}, text);
    document.body.append(area);
    area.select();
    document.execCommand("copy");
    area.remove();
  }
  button.textContent = "Copied";
  setTimeout(() => {
    button.textContent = words;
  }, 1200);
}

/// Text whose marked terms are set in italics.
function with_terms(text) {
  return text.split(/[\u2068\u2069]/).map((part, k) => (k % 2 ? h("i", {class: "term"}, part) : part));
}

function copy_button(label, text) {
  return typeof text === "string" && text
    ? h("button", {type: "button", click: (event) => copy(text, event.currentTarget)}, label)
    : undefined;
}

function fill_header() {
  const name = table(run.experiment).name;
  slot("name").textContent = name ? `· ${name}` : "";
  slot("headline").textContent = headline(run);
  slot("lead").append(...with_terms(lead(run)));
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
      `${count(run.evaluations)} rules tried${is_number(run.seed) ? `, seed ${run.seed}` : ""}`,
    );
  if (!slot("figures").children.length) slot("figures").remove();
}

function fill_evidence() {
  const entries = contestants(run);
  if (!entries.length) {
    slot("comparisons").append(missing(why_no_evidence(run)));
    document.querySelector("#evidence .reading").hidden = true;
    return;
  }
  const specification = comparison_chart(run);
  if (specification)
    draw(
      slot("comparisons"),
      specification,
      "held-out-loss",
      "Held-out loss of the found rule and of others, with paired differences",
    );
  else document.querySelector("#evidence .reading").hidden = true;
  const formula_of = (entry) => (entry.found ? "as above" : entry.mathml || entry.formula ? formula(entry) : "");
  slot("comparison-table").append(
    h(
      "table",
      {},
      h(
        "thead",
        {},
        h(
          "tr",
          {},
          ["rule", "formula", "held-out loss", "found − this", "verdict"].map((head, k) =>
            h("th", {class: k === 2 || k === 3 ? "numeric" : undefined}, head),
          ),
        ),
      ),
      h(
        "tbody",
        {},
        entries.map((entry) =>
          h(
            "tr",
            {class: entry.found ? "found" : undefined},
            h("th", {scope: "row"}, entry.name ?? "?"),
            h("td", {}, formula_of(entry)),
            h("td", {class: "numeric"}, with_error(entry.mean, entry.error)),
            h(
              "td",
              {class: "numeric"},
              is_number(table(entry.difference).mean) ? with_error(entry.difference.mean, entry.difference.error) : "",
            ),
            h("td", {class: "verdict"}, verdict_words(entry)),
          ),
        ),
      ),
    ),
    h(
      "p",
      {class: "table-note"},
      "± one standard error over trials. “Better” and “worse” mean that the paired difference is more than two of them away from 0.",
    ),
  );
}

function fill_learned() {
  const lives = lifetimes_of(run);
  if (!lives.length) return hide("learned");
  const images = lives.filter((life) => is_number(table(life.image).rows) && is_number(life.image.columns)).slice(0, 8);
  if (images.length) {
    slot("learned-reading").textContent =
      "Each column is one trial. Above, the first principal component of that trial’s inputs; below, the weights that the rule learned: the two should look alike. |cos| is 1 when they point the same way.";
    if (images.some((life) => life.components.length > 1))
      slot("learned-reading").textContent =
        "Each column is one trial; each pair of rows is one output: above, the principal component that it should find; below, its weights. |cos| is 1 when they point the same way.";
    slot("weights").append(weight_images(images));
  } else {
    slot("learned-reading").textContent =
      "Each dot is one synapse of one trial: its weight against the entry of the principal component that it should match. A perfect rule puts all dots on the dashed line.";
    const specification = scatter_chart(run);
    if (specification)
      draw(slot("weights"), specification, "weights", "Learned weights against the principal component");
  }
  const paths = path_chart(run);
  if (!paths) return slot("paths").remove();
  draw(slot("paths"), paths, "lifetimes", "Alignment with the principal component and weight norm over each lifetime");
  slot("paths").append(
    h(
      "figcaption",
      {},
      "One line per trial. Dashed: perfect alignment, and length 1. Trials differ in the scale of their inputs, and so in speed.",
    ),
  );
}

function fill_terms() {
  const rules = Object.entries(table(run.rules)).filter(([, rule]) => terms_of(rule).length);
  if (!rules.length) return hide("terms");
  for (const [name, rule] of rules) {
    if (rules.length > 1) slot("terms").append(h("h3", {}, name));
    slot("terms").append(term_table(terms_of(rule), table(run.known)[name]));
  }
  const measured = rules.some(([, rule]) => terms_of(rule).some((entry) => entry.removal));
  if (!measured)
    slot("terms").append(h("p", {class: "table-note"}, "What each removal costs was not measured in this run."));
}

/// Terms that are large or needed, and the next few, at once; the rest on demand, summed up in a line.
function term_table(terms, known) {
  const axis = cost_axis(terms.map((entry) => table(entry.removal)));
  const measured = terms.some((entry) => entry.removal);
  const minor = (entry) =>
    Math.abs(entry.relative) < 0.05 && !["needed", "harmful"].includes(removal_verdict(entry)) && !known?.[entry.term];
  const shown_minors = terms.filter(minor).slice(0, 5);
  const hidden = terms.filter((entry) => minor(entry) && !shown_minors.includes(entry));
  const folded = hidden.length > 3 ? hidden : [];
  const row = (entry) => term_row(entry, known, measured, axis, minor(entry));
  const head = [
    "term",
    h("span", {}, "coefficient"),
    h("span", {}, "relative"),
    known ? h("span", {}, "textbook") : undefined,
    "relative size",
    ...(measured ? [h("span", {}, "removal costs"), axis ? cost_ticks(axis) : ""] : []),
  ].filter((cell) => cell !== undefined);
  const rest = h("tbody", {hidden: ""}, folded.map(row));
  const drawn = h(
    "table",
    {class: "terms"},
    h(
      "thead",
      {},
      h(
        "tr",
        {},
        head.map((cell) => h("th", {class: cell.localName === "span" ? "numeric" : undefined}, cell)),
      ),
    ),
    h("tbody", {}, terms.filter((entry) => !folded.includes(entry)).map(row)),
    rest,
  );
  if (!folded.length) return drawn;
  const button = h(
    "button",
    {
      type: "button",
      click: () => {
        rest.hidden = !rest.hidden;
        button.textContent = rest.hidden ? `Show the ${folded.length} smaller terms` : "Hide the smaller terms";
      },
    },
    `Show the ${folded.length} smaller terms`,
  );
  const most = Math.max(...folded.map((entry) => Math.abs(entry.relative)));
  const words = `${folded.length} smaller terms, each at most ${percent(most)} of the main one${measured ? ", with no measurable cost of removal" : ""}.`;
  return h("div", {}, drawn, h("p", {class: "table-note fold"}, words, " ", button));
}

function term_row(entry, known, measured, axis, is_minor) {
  return h(
    "tr",
    {class: is_minor ? "small" : undefined},
    h("th", {scope: "row", class: "term"}, pretty_term(entry.term)),
    h("td", {class: "numeric"}, number(entry.coefficient)),
    h("td", {class: "numeric"}, fixed(entry.relative, 3)),
    known ? h("td", {class: "numeric"}, number(known[entry.term] ?? 0)) : undefined,
    h("td", {}, relative_bar(entry.relative, known?.[entry.term])),
    measured ? h("td", {class: "numeric"}, removal_words(entry)) : undefined,
    measured ? h("td", {}, axis && entry.removal ? cost_dot(entry.removal, axis) : "") : undefined,
  );
}

function removal_words(entry) {
  switch (removal_verdict(entry)) {
    case "needed":
      return entry.removal.mean === null ? "learning fails" : with_error(entry.removal.mean, entry.removal.error);
    case "harmful":
      return with_error(entry.removal.mean, entry.removal.error);
    case "idle":
      return "≈ 0";
  }
  return "";
}

function fill_search() {
  const losses = loss_chart(run);
  if (losses) draw(slot("losses"), losses, "search", "Best and median loss and the step size over generations");
  else {
    slot("losses").append(missing("No generation is finished yet, or none has a finite loss."));
    document.querySelector("#search .reading").hidden = true;
  }
  const names = Object.keys(Object.assign({}, ...history_of(run).map((entry) => table(entry.coefficients))));
  let drawn = 0;
  for (const name of names) {
    const specification = coefficient_chart(run, name);
    if (!specification) continue;
    ++drawn;
    const figure = h("figure");
    if (names.length > 1) slot("coefficients").append(h("h3", {}, name));
    slot("coefficients").append(figure);
    draw(figure, specification, `coefficients-${name}`, `Relative coefficients of the rule ${name} over generations`);
  }
  if (!drawn) hide("coefficients");
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
  if (counts.length) {
    slot("outcomes").append(
      h(
        "table",
        {class: "outcomes"},
        h(
          "tbody",
          {},
          counts.map((entry) =>
            h(
              "tr",
              {},
              h("th", {scope: "row"}, entry.word),
              h("td", {class: "numeric"}, count(entry.count)),
              h("td", {class: "numeric"}, percent(entry.share)),
              h("td", {}, entry.explanation),
            ),
          ),
        ),
      ),
    );
  }
}

function fill_provenance() {
  const {version, compiler, build, cpu, isa, threads, started, finished} = table(run.provenance);
  const time = (text) =>
    typeof text === "string"
      ? text
          .replace("T", " ")
          .replace(/\.\d+/, "")
          .replace(/Z$|\+00:00$/, " UTC")
      : undefined;
  const rows = [
    ["experiment", table(run.experiment).file],
    ["seed", run.seed],
    ["generations", count(run.generations)],
    ["candidates", count(run.evaluations)],
    ["search time", is_number(run.seconds) ? duration(run.seconds) : undefined],
    ["started", time(started)],
    ["finished", time(finished)],
    ["carve", [version ?? run.carve, build].filter(Boolean).join(", ")],
    ["compiler", compiler],
    ["processor", cpu],
    ["instruction set", isa],
    ["threads", threads],
  ];
  slot("provenance").append(
    ...rows
      .filter(([, value]) => value !== undefined && value !== null && value !== "" && value !== "–")
      .map(([key, value]) => h("div", {}, h("dt", {}, key), h("dd", {}, String(value)))),
  );
  const text = table(run.experiment).text;
  if (!text) return;
  slot("file").append(
    h(
      "details",
      {class: "file", open: ""},
      h("summary", {}, "The experiment, with every default written out"),
      h("div", {class: "file-body"}, copy_button("Copy", text), h("pre", {}, text)),
    ),
  );
}

for (const part of [
  fill_header,
  fill_formulas,
  fill_figures,
  fill_evidence,
  fill_learned,
  fill_terms,
  fill_search,
  fill_failures,
  fill_provenance,
]) {
  try {
    part();
  } catch (error) {
    // one odd record must not take the rest of the page with it
    note_error(error);
  }
}
Promise.all(drawings).then((results) => {
  root.dataset.charts = results.filter(Boolean).length;
  root.dataset.ready = "true";
});
