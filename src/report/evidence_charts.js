// Charts of the winner: held-out losses beside other rules', weights against components, lifetimes.

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
