// The charts as Vega-Lite specifications: from the run's document to plain data, without a browser. Each function gives
// undefined where the run has nothing to draw.

// Okabe and Ito's colours, which stay apart for every kind of colour vision and in print.
const colour = {
  blue: "#0072B2",
  orange: "#D55E00",
  green: "#009E73",
  purple: "#CC79A7",
  amber: "#E69F00",
  sky: "#56B4E9",
  black: "#000000",
  ink: "#1c2024",
  text: "#4d545c",
  grey: "#9aa1a8",
  line: "#c9ced4",
  grid: "#e9ecef",
};
const line_colours = [colour.blue, colour.orange, colour.green, colour.purple, colour.amber, colour.sky, colour.black];
const font =
  'system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", "Noto Sans", "Liberation Sans", Arial, sans-serif';

const plot_width = 730;
const most_points = 300; // per line; more cannot be told apart at this width

const config = {
  font,
  background: "white",
  padding: {left: 2, top: 4, right: 4, bottom: 2},
  view: {stroke: null},
  axis: {
    labelColor: colour.text,
    titleColor: colour.ink,
    labelFontSize: 12,
    titleFontSize: 12.5,
    titleFontWeight: 600,
    titlePadding: 8,
    gridColor: colour.grid,
    domainColor: colour.line,
    tickColor: colour.line,
    labelPadding: 4,
    tickSize: 4,
    labelLimit: 260,
  },
  axisY: {
    domain: false,
    ticks: false,
    titleAnchor: "end",
    titleAngle: 0,
    titleAlign: "left",
    titleX: 0,
    titleY: -10,
    titleBaseline: "bottom",
  },
  axisX: {grid: false, labelFlush: false},
  title: {color: colour.ink, fontSize: 12.5, fontWeight: 600, anchor: "start"},
  text: {font, fontSize: 12.5, color: colour.ink},
};

function chart(specification) {
  return {$schema: "https://vega.github.io/schema/vega-lite/v6.json", config, ...specification};
}

function quantity(field, title, more = {}) {
  return {field, type: "quantitative", title, ...more};
}

// Thousands as in the text, not with a comma.
const count_label = `replace(format(datum.value, ",d"), regexp(",", "g"), "${thin_space}")`;

/// Scale and axis for positive values, with some air on both sides.
function log_encoding(field, title, values) {
  const low = 0.85 * Math.min(...values);
  const high = 1.15 * Math.max(...values);
  return quantity(field, title, {
    scale: {type: "log", nice: false, domain: [low, high]},
    axis: {values: log_ticks(low, high), format: "~g", minExtent: 44},
  });
}

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
    quantity("sigma", "step size", {format: ".3~g"}),
    quantity("axis_ratio", "axis ratio", {format: ".3~g"}),
  ];
  const losses = rows.flatMap((row) => [row.best, row.median]).filter((value) => value !== null);
  const sigmas = rows.map((row) => row.sigma).filter((value) => value !== null);
  const title = "loss in the search (its own trials, with its penalties)";
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
              layer: [...restart, line("sigma", colour.green, 2, sigmas, "step size σ")],
            },
          ]
        : []),
    ],
  });
}

/// Relative coefficients of one rule's terms per generation: value / main term, bounded by 1.5 while the main one is small.
function coefficient_rows(history, name, main) {
  const of = (entry) => table(table(entry.coefficients)[name]);
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

/// Coefficients over generations: named lines for what ended large or is known, grey for the rest, known values dashed.
function coefficient_chart(run, name) {
  const whole = history_of(run).filter((entry) => Object.keys(table(table(entry.coefficients)[name])).length);
  if (whole.length < 2) return undefined;
  const history = thin(whole, most_points / 2);
  const known = table(table(run.known)[name]);
  const finals = Object.entries(table(history.at(-1).coefficients[name])).filter(([, value]) => is_number(value));
  if (!finals.length) return undefined;
  const by_size = finals.sort((a, b) => Math.abs(b[1]) - Math.abs(a[1]));
  const main =
    Object.keys(known).find((term) => known[term] === 1) ?? terms_of(table(run.rules)[name])[0]?.term ?? by_size[0][0];
  const rows = coefficient_rows(history, name, main);
  const ends = new Map(
    rows.filter((row) => row.generation === history.at(-1).generation).map((row) => [row.term, row.value]),
  );
  const named = by_size
    .map(([term]) => term)
    .filter((term) => known[term] || Math.abs(ends.get(term)) >= 0.05)
    .sort((a, b) => Boolean(known[b]) - Boolean(known[a]))
    .slice(0, line_colours.length);
  const shade = (term) => line_colours[named.indexOf(term)] ?? colour.line;
  const values = rows.map((row) => row.value).concat(Object.values(known).filter(is_number));
  const low = Math.min(-0.2, ...values) - 0.08;
  const high = Math.max(0.2, ...values) + 0.08;
  const height = 360;
  const labels = spread(
    named.map((term) => ({term, label: `${pretty_term(term)}  ${fixed(ends.get(term), 2)}`, at: ends.get(term)})),
    (17 * (high - low)) / height,
  );
  const last = whole.at(-1).generation;
  const x = {
    ...generation_axis(last),
    scale: {domain: [whole[0].generation, Math.max(last, whole[0].generation + 1)], nice: false},
  };
  const y = {
    field: "value",
    type: "quantitative",
    title: "coefficient relative to the main term",
    scale: {domain: [low, high], nice: false},
    axis: {minExtent: 44, tickCount: 7},
  };
  const terms = [...by_size.map(([term]) => term).filter((term) => !named.includes(term)), ...[...named].reverse()];
  const colours = {field: "term", type: "nominal", legend: null, scale: {domain: terms, range: terms.map(shade)}};
  const grey = rows.filter((row) => !named.includes(row.term));
  const bright = rows.filter((row) => named.includes(row.term));
  const coarse = new Set(thin(history, 40).map((entry) => entry.generation));
  const expected = Object.entries(known)
    .filter(([, value]) => is_number(value) && value !== 0)
    .map(([term, value]) => ({term, value}));
  return chart({
    width: plot_width - 60,
    height,
    layer: [
      {data: {values: [{value: 0}]}, mark: {type: "rule", color: colour.grey, strokeWidth: 1}, encoding: {y}},
      ...(grey.length
        ? [
            {
              data: {values: grey},
              mark: {type: "line", strokeWidth: 1},
              encoding: {x, y, color: colours, detail: {field: "term"}},
            },
          ]
        : []),
      ...(expected.length
        ? [
            {
              data: {values: expected},
              mark: {type: "rule", strokeWidth: 1.5, strokeDash: [6, 4]},
              encoding: {y, color: colours},
            },
          ]
        : []),
      {
        data: {values: bright},
        mark: {type: "line", strokeWidth: 2.25},
        encoding: {x, y, color: colours, detail: {field: "term"}},
      },
      {
        data: {values: labels.map(({term, label, at}) => ({term, label, value: at, generation: last}))},
        mark: {type: "text", align: "left", dx: 8, fontWeight: 600, clip: false},
        encoding: {x, y, text: {field: "label"}, color: colours},
      },
      {
        data: {
          values: rows
            .filter((row) => coarse.has(row.generation))
            .map((row) => ({...row, label: pretty_term(row.term)})),
        },
        mark: {type: "point", size: 90, opacity: 0, filled: true},
        encoding: {
          x,
          y,
          tooltip: [
            {field: "label", title: "term"},
            quantity("generation", "generation"),
            quantity("value", "relative", {format: ".3~f"}),
            quantity("coefficient", "coefficient", {format: ".3~g"}),
          ],
        },
      },
    ],
  });
}

/// Held-out losses with error bars, and the paired differences beside them.
function comparison_chart(run) {
  const entries = contestants(run).filter((entry) => is_number(entry.mean));
  if (entries.length < 2) return undefined;
  const rows = entries.map((entry) => {
    const error = is_number(entry.error) ? entry.error : 0;
    const {mean, error: spread_of} = table(entry.difference);
    const paired = is_number(mean)
      ? {difference: mean, from: mean - 2 * (spread_of ?? 0), to: mean + 2 * (spread_of ?? 0)}
      : {};
    return {
      name: entry.name ?? "?",
      found: Boolean(entry.found),
      mean: entry.mean,
      low: entry.mean - 2 * error,
      high: entry.mean + 2 * error,
      loss: with_error(entry.mean, entry.error),
      paired: is_number(mean) ? with_error(mean, spread_of) : "–",
      ...paired,
    };
  });
  const means = rows.map((row) => row.mean).filter((mean) => mean > 0);
  const wide = means.length === rows.length && Math.max(...means) > 20 * Math.min(...means);
  if (wide)
    rows.forEach((row) => {
      row.low = Math.max(row.low, row.mean / 10);
    });
  const loss_scale = wide ? {type: "log", nice: true} : {zero: true, nice: true};
  const differences = rows.flatMap((row) => (is_number(row.difference) ? [Math.abs(row.difference)] : []));
  const smallest = Math.min(...differences.filter((value) => value > 0));
  const difference_scale =
    wide && Number.isFinite(smallest) ? {type: "symlog", constant: smallest, nice: true} : {zero: true, nice: true};
  const names = {field: "name", type: "nominal", sort: null, title: null};
  const paint = {condition: {test: "datum.found", value: colour.blue}, value: colour.text};
  const tooltip = [
    {field: "name", title: "rule"},
    {field: "loss", title: "held-out loss"},
    {field: "paired", title: "found − this"},
  ];
  const dots = (field, low, high, title, scale, format) => [
    {
      mark: {type: "rule", strokeWidth: 2},
      encoding: {x: quantity(low, title, {scale, axis: {grid: true, tickCount: 5, format}}), x2: {field: high}},
    },
    {
      mark: {type: "point", filled: true, size: 75, opacity: 1},
      encoding: {x: quantity(field, title, {scale}), tooltip},
    },
  ];
  const height = {step: 34};
  const paired = rows.filter((row) => is_number(row.difference));
  const left = {
    width: paired.length ? 270 : 520,
    height,
    encoding: {
      y: {...names, axis: {labelFontSize: 12.5, labelColor: colour.ink, labelLimit: 230, minExtent: 150}},
      color: paint,
    },
    layer: dots("mean", "low", "high", "held-out loss", loss_scale, "~g"),
  };
  const right = {
    width: 270,
    height,
    encoding: {y: {...names, scale: {domain: rows.map((row) => row.name)}, axis: {labels: false}}, color: paint},
    layer: [
      {
        data: {values: [{zero: 0}]},
        mark: {type: "rule", color: colour.ink, strokeDash: [3, 3]},
        encoding: {x: quantity("zero", "found rule − this rule, paired"), y: null, color: null},
      },
      ...dots("difference", "from", "to", "found rule − this rule, paired", difference_scale, "~g").map((layer) => ({
        data: {values: paired},
        ...layer,
      })),
    ],
  };
  return chart({data: {values: rows}, spacing: 24, hconcat: paired.length ? [left, right] : [left]});
}

function lifetimes_of(run) {
  return list(run.lifetimes).filter((life) => Array.isArray(table(life).weights) && Array.isArray(life.components));
}

/// The component with the sign that matches the weights.
function matched_weights(life, output) {
  const component = list(life.components[output]);
  const weights = list(life.weights[output]);
  const overlap = sum(weights.map((weight, k) => (weight ?? 0) * (component[k] ?? 0)));
  return overlap < 0 ? weights.map((weight) => (is_number(weight) ? -weight : weight)) : weights;
}

/// |cos| between the weights and the component; undefined where either is 0 or not finite.
function alignment(life, output) {
  const component = list(life.components[output]);
  const weights = list(life.weights[output]);
  const product = (a, b) => sum(a.map((value, k) => value * b[k]));
  const cosine =
    Math.abs(product(weights, component)) / Math.sqrt(product(weights, weights) * product(component, component));
  return Number.isFinite(cosine) ? cosine : undefined;
}

/// Weight against component, for inputs that are no images; one panel per output.
function scatter_chart(run) {
  const lives = lifetimes_of(run).slice(0, 12);
  const rows = lives.flatMap((life, k) =>
    life.components.flatMap((component, output) => {
      const weights = matched_weights(life, output);
      return component
        .map((value, input) => ({
          trial: String(life.trial ?? k),
          output: `component ${output + 1}`,
          input: input + 1,
          component: value,
          weight: weights[input],
        }))
        .filter((row) => is_number(row.component) && is_number(row.weight));
    }),
  );
  if (!rows.length) return undefined;
  const outputs = new Set(rows.map((row) => row.output)).size;
  const most = 1.05 * Math.max(...rows.map((row) => Math.max(Math.abs(row.component), Math.abs(row.weight))));
  const scale = {domain: [-most, most], nice: false};
  const size = outputs > 1 ? 210 : 340;
  return chart({
    data: {values: rows},
    facet: {
      field: "output",
      type: "nominal",
      title: null,
      header: {labels: outputs > 1, labelFontSize: 12.5, labelFontWeight: 600},
    },
    columns: 3,
    spec: {
      width: size,
      height: size,
      layer: [
        {
          data: {
            values: [
              {component: -most, weight: -most},
              {component: most, weight: most},
            ],
          },
          mark: {type: "line", color: colour.grey, strokeDash: [4, 4]},
          encoding: {x: quantity("component"), y: quantity("weight")},
        },
        {
          mark: {type: "point", filled: true, size: 22, opacity: 0.55, color: colour.blue},
          encoding: {
            x: quantity("component", "entry of the component", {scale, axis: {grid: true, tickCount: 5}}),
            y: quantity("weight", "learned weight", {scale, axis: {tickCount: 5, minExtent: 44}}),
            tooltip: [
              {field: "trial"},
              {field: "input"},
              quantity("component", "component", {format: ".3~g"}),
              quantity("weight", "weight", {format: ".3~g"}),
            ],
          },
        },
      ],
    },
  });
}

/// Alignment with the component and weight norm over each lifetime.
function path_chart(run) {
  const rows = list(run.lifetimes).flatMap((life, k) => {
    const {step, alignment: aligned, norm} = table(table(life).path);
    return thin(
      list(step).map((at, j) => ({
        trial: String(life.trial ?? k),
        scale: life.scale ?? null,
        step: at,
        alignment: list(aligned)[j] ?? null,
        norm: list(norm)[j] ?? null,
      })),
      120,
    );
  });
  if (!rows.length) return undefined;
  const lines = (field, title, scale, guide) => ({
    width: 335,
    height: 200,
    layer: [
      {
        data: {values: [{at: guide}]},
        mark: {type: "rule", color: colour.grey, strokeDash: [4, 4]},
        encoding: {y: quantity("at", title)},
      },
      {
        mark: {type: "line", strokeWidth: 1.4, opacity: 0.65, color: colour.blue, tooltip: true},
        encoding: {
          x: quantity("step", "step of the lifetime", {
            axis: {tickCount: 5, labelExpr: count_label},
            scale: {nice: false},
          }),
          y: quantity(field, title, {scale, axis: {minExtent: 44, tickCount: 5}}),
          detail: {field: "trial"},
          tooltip: [{field: "trial", title: "trial"}, quantity("scale", "input scale", {format: ".3~g"})],
        },
      },
    ],
  });
  const highest = Math.max(1, ...rows.map((row) => row.norm ?? 0));
  return chart({
    data: {values: rows},
    spacing: 30,
    hconcat: [
      lines("alignment", "alignment |cos| with the component", {domain: [0, 1.03], nice: false}, 1),
      lines(
        "norm",
        "length of the weight vector",
        {domain: [0, Math.min(highest, 10) * 1.06], nice: false, clamp: true},
        1,
      ),
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
