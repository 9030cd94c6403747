// Charts of the winner: held-out losses beside other rules', weights against components, lifetimes.

/// Held-out losses with error bars, and the paired differences beside them. Where some rule is far worse than the best,
/// the losses stand on a logarithmic scale, and the differences show only those who come near.
function comparison_chart(run) {
  const rows = comparison_rows(run);
  if (rows.length < 2) return undefined;
  const means = rows.map((row) => row.mean);
  const best = Math.min(...means);
  const is_wide = best > 0 && Math.max(...means) > 10 * best;
  const lows = rows.map((row) => (is_wide ? Math.max(row.low, row.mean / 3) : row.low));
  const highest = 1.04 * Math.max(...rows.map((row) => row.high));
  const domain = is_wide ? [0.8 * Math.min(...lows), 1.15 * highest] : [Math.min(0, ...lows), highest];
  const losses = {
    scale: {type: is_wide ? "log" : "linear", domain, nice: false},
    axis: {grid: true, format: "~g", tickCount: 5, ...(is_wide ? {values: log_ticks(...domain)} : {})},
  };
  const near = rows.filter((row) => is_number(row.difference) && !(is_wide && row.mean > 10 * best));
  const differences = {scale: {zero: true}, axis: {grid: true, format: "~g", tickCount: 4}};
  const names = {field: "name", type: "nominal", sort: null, title: null, scale: {domain: rows.map((row) => row.name)}};
  const color = {condition: {test: "datum.found", value: colour.blue}, value: colour.text};
  const left_axis = {labelFontSize: 12.5, labelColor: colour.ink, labelLimit: 230, minExtent: 150};
  const height = {step: 34};
  const title = "found rule − this rule, paired";
  const zero = {data: {values: [{zero: 0}]}, mark: {type: "rule", color: colour.ink, strokeDash: [3, 3]}};
  const left = {
    width: near.length ? 270 : 560,
    height,
    encoding: {y: {...names, axis: left_axis}, color},
    layer: dots(["mean", "low", "high"], "held-out loss", losses),
  };
  const right = {
    width: 270,
    height,
    data: {values: near},
    encoding: {y: {...names, axis: {labels: false}}, color},
    layer: [
      {...zero, encoding: {x: quantity("zero", title), y: null, color: null}},
      ...dots(["difference", "from", "to"], title, differences),
    ],
  };
  return chart({
    data: {values: rows.map((row, k) => ({...row, low: lows[k]}))},
    spacing: 24,
    hconcat: near.length ? [left, right] : [left],
  });
}

function comparison_rows(run) {
  const entries = contestants(run).filter((entry) => is_number(entry.mean));
  return entries.map((entry) => {
    const error = entry.error ?? 0;
    const {mean: difference, error: uncertainty = 0} = table(entry.difference);
    const paired = {difference, from: difference - 2 * uncertainty, to: difference + 2 * uncertainty};
    return {
      name: entry.name ?? "?",
      found: Boolean(entry.found),
      mean: entry.mean,
      low: entry.mean - 2 * error,
      high: entry.mean + 2 * error,
      loss: with_error(entry.mean, entry.error),
      paired: is_number(difference) ? with_error(difference, uncertainty) : "–",
      ...(is_number(difference) ? paired : {}),
    };
  });
}

/// Points with bars from one field to another.
function dots([field, low, high], title, more) {
  const tooltip = [
    {field: "name", title: "rule"},
    {field: "loss", title: "held-out loss"},
    {field: "paired", title: "found − this"},
  ];
  return [
    {mark: {type: "rule", strokeWidth: 2}, encoding: {x: quantity(low, title, more), x2: {field: high}}},
    {mark: {type: "point", filled: true, size: 75, opacity: 1}, encoding: {x: quantity(field, title, more), tooltip}},
  ];
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

const upright_title = {
  titleAngle: 270,
  titleAnchor: "middle",
  titleAlign: "center",
  titleX: -46,
  titleY: {expr: "height / 2"},
};

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
            y: quantity("weight", "learned weight", {scale, axis: {tickCount: 5, ...upright_title}}),
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
