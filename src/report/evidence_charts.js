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

/// What the output's weights should point along: the component of its number, or their own part within the space of all
/// components.
function target_of(life, output) {
  if (life.measure !== "subspace") return list(life.components[output]);
  const weights = list(life.weights[output]);
  const parts = life.components.map((component) => {
    const along = sum(weights.map((weight, k) => (weight ?? 0) * (component[k] ?? 0)));
    return component.map((value) => along * (value ?? 0));
  });
  return weights.map((_, k) => sum(parts.map((part) => part[k])));
}

/// The weights with the sign that matches what they should point along.
function matched_weights(life, output) {
  const target = target_of(life, output);
  const weights = list(life.weights[output]);
  const overlap = sum(weights.map((weight, k) => (weight ?? 0) * (target[k] ?? 0)));
  return overlap < 0 ? weights.map((weight) => (is_number(weight) ? -weight : weight)) : weights;
}

/// |cos| between the weights and what they should point along; undefined where either is 0 or not finite.
function alignment(life, output) {
  const target = target_of(life, output);
  const weights = list(life.weights[output]);
  const product = (a, b) => sum(a.map((value, k) => value * b[k]));
  const cosine = Math.abs(product(weights, target)) / Math.sqrt(product(weights, weights) * product(target, target));
  return Number.isFinite(cosine) ? cosine : undefined;
}

const upright_title = {
  titleAngle: 270,
  titleAnchor: "middle",
  titleAlign: "center",
  titleX: -46,
  titleY: {expr: "height / 2"},
};

const most_panels = 12; // of outputs in one picture

/// Weight against component, for inputs that are no images; one panel per output.
function scatter_chart(run) {
  const lives = lifetimes_of(run).slice(0, 12);
  const is_subspace = by_subspace(lives);
  const rows = lives.flatMap((life, k) =>
    life.weights.slice(0, most_panels).flatMap((_, output) => {
      const weights = matched_weights(life, output);
      return target_of(life, output)
        .map((value, input) => ({
          trial: String(life.trial ?? k),
          output: `output ${output + 1}`,
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
      sort: [...new Set(rows.map((row) => row.output))],
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
            x: quantity("component", is_subspace ? "nearest in the components’ space" : "entry of the component", {scale, axis: {grid: true, tickCount: 5}}),
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

/// One row per trial, output and step; a record of one output may have plain lists.
function path_rows(run) {
  const per_output = (values) => (Array.isArray(list(values)[0]) ? values : [list(values)]);
  return list(run.lifetimes).flatMap((life, k) => {
    const {step, alignment: aligned, norm, lateral} = table(table(life).path);
    const outputs = per_output(aligned).slice(0, most_panels);
    return outputs.flatMap((_, output) =>
      thin(
        list(step).map((at, j) => ({
          trial: String(life.trial ?? k),
          line: `${life.trial ?? k}/${output}`,
          output: output + 1,
          scale: life.scale ?? null,
          step: at,
          alignment: per_output(aligned)[output][j] ?? null,
          norm: list(per_output(norm)[output])[j] ?? null,
          lateral: output === 0 ? (list(lateral)[j] ?? null) : null,
        })),
        120,
      ),
    );
  });
}

/// Alignment with the component and weight norm over each lifetime; where outputs are connected, how strongly they are.
function path_chart(run) {
  const rows = path_rows(run);
  if (!rows.length) return undefined;
  const outputs = Math.max(...rows.map((row) => row.output));
  const has_lateral = rows.some((row) => row.lateral !== null);
  const domain = Array.from({length: outputs}, (_, k) => k + 1);
  const few = outputs <= line_colours.length;
  const color = {
    field: "output",
    type: "ordinal",
    scale: few ? {domain, range: line_colours.slice(0, outputs)} : {domain, scheme: "viridis"},
    legend: {orient: "top", direction: "horizontal", columns: outputs, titleOrient: "left", symbolType: "stroke", symbolStrokeWidth: 3, symbolOpacity: 1, labelFontSize: 12, offset: 20},
    title: "output",
  };
  const lines = (field, title, scale, guide, own = {}) => ({
    width: has_lateral ? 205 : 335,
    height: 200,
    layer: [
      {
        data: {values: [{at: guide}]},
        mark: {type: "rule", color: colour.grey, strokeDash: [4, 4]},
        encoding: {y: quantity("at", title)},
      },
      {
        mark: {type: "line", strokeWidth: 1.4, opacity: 0.65, color: own.color ?? colour.blue, tooltip: true},
        encoding: {
          x: quantity("step", "step of the lifetime", {
            axis: {tickCount: has_lateral ? 3 : 5, labelExpr: count_label},
            scale: {nice: false},
          }),
          y: quantity(field, title, {scale, axis: {minExtent: 36, tickCount: 5}}),
          detail: {field: own.detail ?? "line"},
          ...(outputs > 1 && !own.color ? {color} : {}),
          tooltip: [
            {field: "trial", title: "trial"},
            ...(outputs > 1 && !own.color ? [{field: "output", title: "output"}] : []),
            quantity("scale", "input scale", {format: ".3~g"}),
          ],
        },
      },
    ],
  });
  const highest = Math.max(1, ...rows.map((row) => row.norm ?? 0));
  const strongest = Math.min(10, Math.max(1e-6, ...rows.map((row) => row.lateral ?? 0)));
  const along = by_subspace(list(run.lifetimes).map(table)) ? "share within the components’ space" : "alignment |cos|";
  return chart({
    data: {values: rows},
    spacing: 30,
    hconcat: [
      lines(
        "alignment",
        has_lateral || along !== "alignment |cos|" ? along : "alignment |cos| with the component",
        {domain: [0, 1.03], nice: false},
        1,
      ),
      lines(
        "norm",
        has_lateral ? "length of the weights" : "length of the weight vector",
        {domain: [0, Math.min(highest, 10) * 1.06], nice: false, clamp: true},
        1,
      ),
      ...(has_lateral
        ? [
            {
              ...lines(
                "lateral",
                "mean |lateral weight|",
                {domain: [0, strongest * 1.06], nice: false, clamp: true},
                0,
                {color: colour.text, detail: "trial"},
              ),
              data: {values: rows.filter((row) => row.lateral !== null)},
            },
          ]
        : []),
    ],
  });
}

/// The loss of every start's guess, best first, with the chosen one filled.
function starts_chart(run) {
  const rows = starts_of(run)
    .filter(({loss}) => is_number(loss.mean))
    .map(({start, chosen, loss}, k) => ({
      rank: k + 1,
      start,
      chosen: Boolean(chosen),
      loss: loss.mean,
      low: loss.mean - 2 * (loss.error ?? 0),
      high: loss.mean + 2 * (loss.error ?? 0),
      words: with_error(loss.mean, loss.error),
    }));
  if (rows.length < 2) return undefined;
  const losses = rows.map((row) => row.loss);
  const is_log = losses[0] > 0 && losses.at(-1) > 10 * losses[0];
  const lows = rows.map((row) => (is_log ? Math.max(row.low, row.loss / 3) : row.low));
  const all = [...lows, ...rows.map((row) => row.high)];
  const title = "loss of each start’s guess";
  const y = is_log
    ? (field) => log_encoding(field, title, all)
    : (field) => quantity(field, title, {scale: {zero: true, domainMin: Math.min(0, ...all)}, axis: {minExtent: 44, tickCount: 5}});
  const x = quantity("rank", "starts, best first", {
    scale: {domain: [0.5, rows.length + 0.5], nice: false},
    axis: {tickMinStep: 1, tickCount: Math.min(rows.length, 12), format: "d"},
  });
  const tooltip = [quantity("start", "start"), {field: "words", type: "nominal", title: "loss"}];
  const point = (filled) => ({
    transform: [{filter: filled ? "datum.chosen" : "!datum.chosen"}],
    mark: {type: "point", filled, size: 75, opacity: 1, strokeWidth: 1.8, color: colour.blue},
    encoding: {x, y: y("loss"), tooltip},
  });
  return chart({
    data: {values: rows.map((row, k) => ({...row, low: lows[k]}))},
    width: Math.min(plot_width, 120 + 40 * rows.length),
    height: 180,
    layer: [
      {mark: {type: "rule", strokeWidth: 1.5, color: colour.sky}, encoding: {x, y: y("low"), y2: {field: "high"}}},
      point(false),
      point(true),
    ],
  });
}
