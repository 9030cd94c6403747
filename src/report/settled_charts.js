// Charts of all starts: where their rules settle against what theory predicts, the manifold on which rules of one rate
// lie, and parameters over the generations of the search.

const start_palette = [...line_colours.filter((each) => each !== target_colour), "#8b5a2b", grey_ink];

/// One colour per start: a palette while its colours can be told apart, a scale beyond.
function start_colours(run) {
  const starts = settled_of(run).map(start_name);
  const viridis = ["#440154", "#46327e", "#365c8d", "#277f8e", "#1fa187", "#4ac16d", "#a0da39"];
  const pick = (k) =>
    starts.length <= start_palette.length
      ? start_palette[k]
      : viridis[Math.floor((k * viridis.length) / starts.length)];
  return new Map(starts.map((name, k) => [name, pick(k)]));
}

/// Rows of what the two charts show, with the words for people.
function settled_rows(run, entries) {
  const colours = start_colours(run);
  return entries.map((each) => ({
    ...each,
    name: start_name(each),
    stroke: colours.get(start_name(each)),
    rest: is_unstable(each) ? "unstable" : "stable",
    measured_words: `${with_error(each.measured, each.error)} Hz`,
    predicted_words: is_number(each.predicted) ? `${number(each.predicted)} Hz` : "none",
  }));
}

const settled_tooltip = [
  {field: "name", title: "rule"},
  {field: "measured_words", title: "measured"},
  {field: "predicted_words", title: "predicted"},
  {field: "rest", title: "rest state"},
];

/// Dots of rules: crosses where the state of rest is not stable, a ring around the chosen one.
function rule_dots(rows, encoding) {
  const color = {field: "stroke", type: "nominal", scale: null};
  const dot = (values, mark) => ({
    data: {values},
    mark: {type: "point", opacity: 1, ...mark},
    encoding: {...encoding, color, tooltip: settled_tooltip},
  });
  const chosen = rows.filter((row) => row.chosen);
  return [
    {
      data: {values: chosen},
      mark: {type: "point", size: 210, color: colour.ink, strokeWidth: 1.5, opacity: 1},
      encoding,
    },
    dot(
      rows.filter((row) => row.rest === "stable"),
      {filled: true, size: 80},
    ),
    dot(
      rows.filter((row) => row.rest !== "stable"),
      {shape: "cross", size: 80, strokeWidth: 1.2, filled: true, angle: 45},
    ),
  ];
}

/// The range of the values and some air.
function padded(values, share = 0.08) {
  const [low, high] = [Math.min(...values), Math.max(...values)];
  const air = share * (high - low || Math.abs(high) || 1);
  return [low - air, high + air];
}

/// The range of rates that the prediction's picture shows: those near the target, where some are.
function rate_range(rows, target) {
  const near = rows.filter(
    (row) => target > 0 && [row.predicted, row.measured].every((rate) => rate > target / 2 && rate < 2 * target),
  );
  const seen = near.length ? near : rows;
  const rates = seen.flatMap((row) => [
    row.predicted,
    row.measured - 2 * (row.error ?? 0),
    row.measured + 2 * (row.error ?? 0),
  ]);
  const around = target > 0 ? [0.94 * target, 1.06 * target] : [];
  return padded([...rates, ...around], 0.06);
}

/// Which way a rule outside the picture lies: towards the right, left, top or bottom.
function way_out({predicted, measured}, [low, high]) {
  if (measured > high) return "triangle-up";
  if (measured < low) return "triangle-down";
  return predicted > high ? "triangle-right" : predicted < low ? "triangle-left" : undefined;
}

/// Whether some rule's rates are too far from the target for the picture.
function has_outside(run) {
  const rows = settled_of(run).filter((each) => is_number(each.predicted));
  return rows.some((row) => way_out(row, rate_range(rows, table(run.spiking).target)));
}

/// Predicted against measured rate of every start's rule; those far from the target stand at the edge.
function prediction_panel(run) {
  const {target} = table(run.spiking);
  const rows = settled_rows(
    run,
    settled_of(run).filter((each) => is_number(each.predicted)),
  );
  if (!rows.length) return undefined;
  const domain = rate_range(rows, target);
  const inside = (rate) => Math.max(domain[0], Math.min(domain[1], rate));
  const placed = rows.map((row) => ({
    ...row,
    predicted: inside(row.predicted),
    measured: inside(row.measured),
    low: inside(row.measured - 2 * (row.error ?? 0)),
    high: inside(row.measured + 2 * (row.error ?? 0)),
    way: way_out(row, domain),
  }));
  const seen = placed.filter((row) => !row.way);
  const scale = {domain, nice: false, zero: false};
  const axis = {grid: true, tickCount: 5, format: "~g"};
  const x = (field) => quantity(field, "predicted by theory, Hz", {scale, axis});
  const y = (field) => quantity(field, "measured on fresh trials, Hz", {scale, axis: {...axis, minExtent: 40}});
  const color = {field: "stroke", type: "nominal", scale: null};
  const goals = is_number(target) && target > 0 ? [{rate: target, at: domain[1], words: "target"}] : [];
  const goal_look = {color: target_colour, fontWeight: 600};
  return {
    width: 290,
    height: 290,
    layer: [
      {
        data: {values: domain.map((rate) => ({rate}))},
        mark: {type: "line", color: colour.grey, strokeWidth: 1.4},
        encoding: {x: x("rate"), y: y("rate")},
      },
      {
        data: {values: goals},
        mark: {type: "rule", strokeDash: [6, 4], strokeWidth: 1.4, ...goal_look},
        encoding: {y: y("rate")},
      },
      {
        data: {values: goals},
        mark: {type: "text", align: "left", dx: 5, ...goal_look},
        encoding: {x: x("at"), y: y("rate"), text: {field: "words"}},
      },
      {
        data: {values: seen},
        mark: {type: "rule", strokeWidth: 1.4},
        encoding: {x: x("predicted"), y: y("low"), y2: {field: "high"}, color},
      },
      ...rule_dots(seen, {x: x("predicted"), y: y("measured")}),
      ...placed
        .filter((row) => row.way)
        .map((row) => ({
          data: {values: [row]},
          mark: {type: "point", shape: row.way, filled: true, size: 90, opacity: 1},
          encoding: {x: x("predicted"), y: y("measured"), color, tooltip: settled_tooltip},
        })),
    ],
  };
}

/// Six-parameter rules of one rate lie on a line through 0: alpha against the Hebbian area and what beta adds to it.
function manifold_panel(run) {
  const {target} = table(run.spiking);
  const entries = on_manifold(run);
  const most = 3 * Math.max(...entries.map(({area}) => Math.abs(area))); // a rate near 0 lies far out
  const rows = settled_rows(run, entries).map(({area, drift, ...row}) => ({
    ...row,
    area: 1000 * area,
    drift: is_number(drift) && Math.abs(drift) <= most ? 1000 * drift : null,
  }));
  if (!rows.length) return undefined;
  const whole = rows.filter((row) => row.drift !== null);
  const x_domain = padded([0, ...rows.flatMap((row) => [row.area, row.drift ?? row.area])]);
  const y_domain = padded([0, ...rows.map((row) => row.alpha)]);
  const x = (field) =>
    quantity(field, "κ τₚₒₛₜ + γ τₚᵣₑ + β / νₚᵣₑ, ms", {
      scale: {domain: x_domain, nice: false},
      axis: {grid: true, tickCount: 5},
    });
  const y = quantity("alpha", "α", {
    scale: {domain: y_domain, nice: false},
    axis: {tickCount: 5, minExtent: 40, format: "~g"},
  });
  const guide = (values, encoding) => ({data: {values}, mark: {type: "rule", color: colour.line}, encoding});
  // the line alpha = -target * drift, cut where it leaves the picture
  const per_ms = -(target ?? 0) / 1000;
  const cut = x_domain.map((at) => Math.max(y_domain[0], Math.min(y_domain[1], per_ms * at)) / per_ms);
  const line = is_number(target) && target > 0 ? cut.map((at) => ({at, alpha: per_ms * at})) : [];
  return {
    width: 290,
    height: 290,
    layer: [
      guide([{area: 0}], {x: x("area")}),
      guide([{alpha: 0}], {y}),
      {
        data: {values: line},
        mark: {type: "line", color: target_colour, strokeDash: [6, 4], strokeWidth: 1.4},
        encoding: {x: x("at"), y},
      },
      {
        data: {values: line.slice(-1).map((row) => ({...row, words: `${number(target)} Hz`}))},
        mark: {type: "text", align: "left", dx: 5, color: target_colour, fontWeight: 600},
        encoding: {x: x("at"), y, text: {field: "words"}},
      },
      {
        data: {values: whole},
        mark: {type: "rule", strokeWidth: 1.4},
        encoding: {x: x("area"), x2: {field: "drift"}, y, color: {field: "stroke", type: "nominal", scale: null}},
      },
      {
        data: {values: rows},
        mark: {type: "point", size: 45, filled: false, opacity: 1, strokeWidth: 1.5},
        encoding: {x: x("area"), y, color: {field: "stroke", type: "nominal", scale: null}, tooltip: settled_tooltip},
      },
      ...rule_dots(whole, {x: x("drift"), y}),
    ],
  };
}

/// Where the rules of all starts settle, and where they lie on the manifold of rules with one rate.
function settled_chart(run) {
  const panels = [
    [prediction_panel(run), "Rate: theory and measurement"],
    [manifold_panel(run), "Where rules of one rate lie"],
  ].filter(([panel]) => panel);
  if (!panels.length) return undefined;
  return chart({spacing: 40, hconcat: panels.map(([panel, title]) => ({title: chart_title(title), ...panel}))});
}
