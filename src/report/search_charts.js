// Charts of the search: loss and step size, coefficients, failures. Each function gives undefined where the run has
// nothing to draw.

function generation_axis(last, title = "generation") {
  return quantity("generation", title, {
    scale: {domain: [0, Math.max(1, last)], nice: false},
    axis: {tickMinStep: 1, labelExpr: count_label, tickCount: 8},
  });
}

function history_of(run) {
  return list(run.history).filter((entry) => is_number(table(entry).generation));
}

/// Best and median loss over generations, and the step size below; both logarithmic.
function loss_chart(run) {
  const history = history_of(run);
  const positive = (value) => (is_number(value) && value > 0 ? value : null);
  const rows = thin(history, most_points).map((entry) => ({
    generation: entry.generation,
    evaluations: entry.evaluations,
    best: positive(entry.best),
    median: positive(entry.median),
    sigma: positive(entry.sigma),
    axis_ratio: entry.axis_ratio ?? null,
  }));
  if (!rows.some((row) => row.best !== null || row.median !== null)) return undefined;
  const last = history.at(-1).generation;
  const restarts = history
    .filter((entry, k) => k > 0 && entry.restarts > history[k - 1].restarts)
    .map((entry) => ({generation: entry.generation}));
  const tooltip = [
    quantity("generation", "generation"),
    quantity("evaluations", "evaluations", {format: ",d"}),
    quantity("best", "best loss", {format: ".4~g"}),
    quantity("median", "median loss", {format: ".4~g"}),
    quantity("sigma", step_words(run.method)[0], {format: ".3~g"}),
    quantity("axis_ratio", "axis ratio", {format: ".3~g"}),
  ];
  const losses = rows.flatMap((row) => [row.best, row.median]).filter((value) => value !== null);
  const sigmas = rows.map((row) => row.sigma).filter((value) => value !== null);
  const title = "loss in the search (its own trials, with its penalties)";
  const step = step_words(run.method)[0];
  const line = (field, stroke, width, values, label) => ({
    mark: {type: "line", color: stroke, strokeWidth: width, invalid: "break-paths-show-path-domains"},
    encoding: {y: log_encoding(field, label, values)},
  });
  const height = 250;
  const per_pixel = Math.log((1.35 * Math.max(...losses)) / Math.min(...losses)) / height;
  const end_labels = spread(
    [
      ["median", "#2a86bd"],
      ["best", colour.blue],
    ].flatMap(([field, stroke]) => {
      const end = rows.filter((row) => row[field] !== null).at(-1);
      return end ? [{field, stroke, generation: end.generation, at: Math.log(end[field])}] : [];
    }),
    15 * per_pixel,
  ).map(({field, stroke, generation, at}) => ({
    data: {values: [{generation, loss: Math.exp(at)}]},
    mark: {type: "text", align: "left", dx: 7, color: stroke, fontWeight: 600, text: field},
    encoding: {y: quantity("loss", title)},
  }));
  const pointer = {
    params: [
      {
        name: "pointed",
        select: {type: "point", on: "pointerover", nearest: true, clear: "pointerout", encodings: ["x"]},
      },
    ],
    mark: {type: "rule", color: colour.grey},
    encoding: {opacity: {condition: {param: "pointed", value: 1, empty: false}, value: 0}, tooltip},
  };
  const restart = restarts.length
    ? [
        {
          data: {values: restarts},
          mark: {type: "rule", color: colour.grey, strokeDash: [2, 3], tooltip: "restart"},
          encoding: {},
        },
      ]
    : [];
  const x = generation_axis(last);
  return chart({
    data: {values: rows},
    spacing: 26,
    vconcat: [
      {
        width: plot_width,
        height,
        encoding: {x: generation_axis(last, null)},
        layer: [
          ...restart,
          line("median", colour.sky, 1.5, losses, title),
          line("best", colour.blue, 2, losses, title),
          ...end_labels,
          pointer,
        ],
      },
      ...(sigmas.length
        ? [
            {
              width: plot_width,
              height: 90,
              encoding: {x},
              layer: [...restart, line("sigma", colour.green, 2, sigmas, step)],
            },
          ]
        : []),
    ],
  });
}

/// Relative coefficients of one rule's terms per generation: divided by the main term, but at most 1.5 in size. The
/// numbers themselves where they are parameters.
function coefficient_rows(history, name, main) {
  const of = (entry) => table(table(entry.coefficients)[name]);
  if (named_parameters(of(history.at(-1)))) {
    return history.flatMap((entry) =>
      Object.entries(of(entry))
        .filter(([, value]) => is_number(value))
        .map(([term, value]) => ({generation: entry.generation, term, value, coefficient: value})),
    );
  }
  const finals = of(history.at(-1));
  const sign = finals[main] < 0 ? -1 : 1;
  return history.flatMap((entry) => {
    const values = Object.entries(of(entry)).filter(([, value]) => is_number(value));
    const most = Math.max(...values.map(([, value]) => Math.abs(value)));
    const scale = sign * Math.max(Math.abs(of(entry)[main] ?? 0), most / 1.5);
    return scale
      ? values.map(([term, value]) => ({generation: entry.generation, term, value: value / scale, coefficient: value}))
      : [];
  });
}

/// Moves labels apart so that each has room, keeping their order; `gap` in the same unit as `at`.
function spread(labels, gap) {
  const sorted = [...labels].sort((a, b) => a.at - b.at);
  for (let pass = 0; pass < 50; ++pass) {
    for (let k = 1; k < sorted.length; ++k) {
      const overlap = gap - (sorted[k].at - sorted[k - 1].at);
      if (overlap > 1e-9) {
        sorted[k - 1].at -= overlap / 2;
        sorted[k].at += overlap / 2;
      }
    }
  }
  return labels;
}

/// What the chart of one rule's coefficients draws: rows, the terms that get a name and a colour, labels at the right.
function coefficient_data(run, name) {
  const whole = history_of(run).filter((entry) => Object.keys(table(table(entry.coefficients)[name])).length);
  if (whole.length < 2) return undefined;
  const history = thin(whole, most_points / 2);
  const last = history.at(-1);
  const parameters = named_parameters(last.coefficients[name]);
  const known = parameters
    ? []
    : Object.entries(table(table(run.known)[name])).filter(([, value]) => is_number(value) && value !== 0);
  const terms = Object.entries(last.coefficients[name]).filter(([, value]) => is_number(value));
  if (!terms.length) return undefined;
  terms.sort((a, b) => Math.abs(b[1]) - Math.abs(a[1]));
  const is_known = (term) => known.some(([other]) => other === term);
  const main = known.find(([, value]) => value === 1)?.[0] ?? terms_of(table(run.rules)[name])[0]?.term ?? terms[0][0];
  const rows = coefficient_rows(history, name, main);
  const ends = new Map(rows.filter((row) => row.generation === last.generation).map((row) => [row.term, row.value]));
  const named = [...ends.keys()]
    .filter((term) => parameters || is_known(term) || Math.abs(ends.get(term)) >= 0.05)
    .sort((a, b) => is_known(b) - is_known(a) || Math.abs(ends.get(b)) - Math.abs(ends.get(a)))
    .slice(0, line_colours.length);
  return {history, rows, ends, named, known, parameters};
}

/// Coefficients over generations: named lines for what ended large or is known, grey for the rest, known values dashed.
function coefficient_chart(run, name) {
  const data = coefficient_data(run, name);
  if (!data) return undefined;
  const {history, rows, ends, named, known, parameters} = data;
  const values = [...rows.map((row) => row.value), ...known.map(([, value]) => value)];
  // Parameters need not stand around 0.
  const margin = parameters ? 0.05 * Math.max(...values.map(Math.abs)) : 0.08;
  const low = Math.min(parameters ? 0 : -0.2, ...values) - margin;
  const high = Math.max(parameters ? 0 : 0.2, ...values) + margin;
  const height = 360;
  const first = history[0].generation;
  const last = history.at(-1).generation;
  const labels = spread(
    [
      ...named.map((term) => ({
        term,
        of: "found",
        text: `${pretty_term(term)}  ${parameters ? number(ends.get(term)) : fixed(ends.get(term), 2)}`,
        at: ends.get(term),
      })),
      ...known.map(([term, value]) => ({term, of: "known", text: `textbook ${number(value)}`, at: value})),
    ],
    (16 * (high - low)) / height,
  ).map(({at, ...label}) => ({...label, value: at, generation: last}));
  const x = {...generation_axis(last), scale: {domain: [first, Math.max(last, first + 1)], nice: false}};
  const title = parameters ? "parameter" : "coefficient relative to the main term";
  const y = quantity("value", title, {scale: {domain: [low, high], nice: false}, axis: {minExtent: 44, tickCount: 7}});
  const colours = {domain: named, range: named.map((_, k) => line_colours[k])};
  const color = {field: "term", type: "nominal", legend: null, scale: colours};
  const tooltip = [
    {field: "term"},
    quantity("generation", "generation"),
    ...(parameters ? [] : [quantity("value", "relative", {format: ".3~f"})]),
    quantity("coefficient", parameters ? "value" : "coefficient", {format: ".3~g"}),
  ];
  const is_named = (row) => named.includes(row.term);
  const coarse = new Set(thin(history, 40).map((entry) => entry.generation));
  const lines = (values, mark, encoding) => ({
    data: {values},
    mark: {type: "line", ...mark},
    encoding: {x, y, detail: {field: "term"}, ...encoding},
  });
  const text = (of, fontWeight) => ({
    data: {values: labels.filter((label) => label.of === of)},
    mark: {type: "text", align: "left", dx: 8, fontWeight},
    encoding: {x, y, text: {field: "text"}, color},
  });
  const dashes = {
    data: {values: known.map(([term, value]) => ({term, value}))},
    mark: {type: "rule", strokeWidth: 1.5, strokeDash: [6, 4]},
    encoding: {y, color},
  };
  return chart({
    width: plot_width - 60,
    height,
    layer: [
      {data: {values: [{value: 0}]}, mark: {type: "rule", color: colour.grey}, encoding: {y}},
      lines(
        rows.filter((row) => !is_named(row)),
        {strokeWidth: 1, color: colour.line},
        {},
      ),
      ...(known.length ? [dashes, text("known", 400)] : []),
      lines(rows.filter(is_named), {strokeWidth: 2.25}, {color}),
      text("found", 600),
      {
        data: {
          values: rows
            .filter((row) => coarse.has(row.generation))
            .map((row) => ({...row, term: pretty_term(row.term)})),
        },
        mark: {type: "point", size: 90, opacity: 0, filled: true},
        encoding: {x, y, tooltip},
      },
    ],
  });
}

/// Share of candidates that failed, per generation.
function failure_chart(run) {
  const history = history_of(run).filter((entry) => is_number(entry.failed));
  if (!history.some((entry) => entry.failed > 0)) return undefined;
  const values = thin(history, most_points).map(({generation, failed}) => ({generation, failed}));
  return chart({
    data: {values},
    width: plot_width,
    height: 120,
    mark: {
      type: "area",
      color: colour.orange,
      opacity: 0.35,
      line: {color: colour.orange, strokeWidth: 1.5, opacity: 1},
    },
    encoding: {
      x: generation_axis(history.at(-1).generation),
      y: quantity("failed", "share of candidates that failed", {
        axis: {format: ".0%", minExtent: 44, tickCount: 4},
        scale: {zero: true, nice: true},
      }),
      tooltip: [quantity("generation", "generation"), quantity("failed", "failed", {format: ".1%"})],
    },
  });
}
