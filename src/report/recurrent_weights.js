// Weights of a recurrent network's plastic connections: their spread over one trial, and all of them before and after.

const weight_quantiles = ["q5", "q25", "q50", "q75", "q95"];

/// How the weights of each plastic connection of a trial are spread: [{time, q5, ..., q95}], with all in one order.
function weight_looks(view) {
  return list(table(view).looks)
    .map(table)
    .map(({time, quantiles}) => ({
      time,
      ...Object.fromEntries(weight_quantiles.map((key, k) => [key, list(quantiles)[k]])),
    }))
    .filter((row) => Object.values(row).every(is_number));
}

/// Bins of a histogram between 0 and `highest`: [{from, to, share}].
function weight_bins(shares, highest) {
  const bins = list(shares);
  if (!(highest > 0) || !is_number(highest)) return [];
  const width = highest / bins.length;
  return bins
    .map((share, k) => ({from: k * width, to: (k + 1) * width, share}))
    .filter((bin) => is_number(bin.share) && bin.share > 0);
}

/// The upper end of a picture of weights: a few stray ones do not squeeze all others.
function top_weight(looks, bins) {
  const usual = bins.filter((bin) => bin.share >= 0.002).map((bin) => bin.to);
  return Math.max(1.04 * Math.max(0, ...looks.map((row) => row.q95)), ...usual) || 1;
}

/// Median and bands of a connection's weights over the trial.
function weight_course(run, name, looks, scale, x, width, height) {
  const stroke = colour_of_connection(run, name);
  const y = (field) =>
    quantity(field, `weight of ${name}`, {scale, axis: {minExtent: 52, tickCount: 5, format: ".3~g"}});
  const band = (low, high, opacity) => ({
    data: {values: looks},
    mark: {type: "area", color: stroke, opacity, clip: true},
    encoding: {x, y: y(low), y2: {field: high}},
  });
  const tip = ([key, title]) => quantity(key, title, {format: ".3~g"});
  const tips = [
    ["time", "time, s"],
    ["q5", "5 %"],
    ["q25", "25 %"],
    ["q50", "median"],
    ["q75", "75 %"],
    ["q95", "95 %"],
  ];
  return {
    width,
    height,
    layer: [
      ...phase_layers(run, x, width),
      band("q5", "q95", 0.2),
      band("q25", "q75", 0.35),
      {
        data: {values: looks},
        mark: {type: "line", color: stroke, strokeWidth: 2.2, clip: true},
        encoding: {x, y: y("q50")},
      },
      {
        data: {values: looks},
        mark: {type: "point", size: 90, opacity: 0, filled: true},
        encoding: {x, y: y("q50"), tooltip: tips.map(tip)},
      },
    ],
  };
}

/// All weights before and after as bars that share the course's axis.
function weight_bars(run, name, {before, after}, scale, is_last, width, height) {
  const bins = [before, after].flat();
  const single = before.length === 1 ? before : [];
  const shares = (single.length && after.length > 1 ? after : bins).map((bin) => bin.share);
  const x = quantity("share", is_last ? "share of the synapses" : null, {
    scale: {domain: [0, 1.08 * Math.max(...shares)], nice: false},
    axis: {format: "~%", tickCount: 3},
  });
  const y = (field) => quantity(field, null, {scale, axis: {labels: false, tickCount: 5}});
  const bars = (values, color, opacity, words) => ({
    data: {values: values.map((bin) => ({...bin, words}))},
    mark: {type: "bar", color, opacity, clip: true, binSpacing: 0.5},
    encoding: {
      y: {...y("from"), bin: "binned"},
      y2: {field: "to"},
      x,
      tooltip: [
        {field: "words", title: "weights"},
        quantity("share", "share", {format: ".2~%"}),
        quantity("from", "from", {format: ".3~g"}),
        quantity("to", "to", {format: ".3~g"}),
      ],
    },
  });
  const mark = (type, more) => ({
    data: {values: single.map(({from, to}) => ({from: (from + to) / 2, words: "before"}))},
    mark: {type, color: grey_ink, clip: type === "rule", ...more},
  });
  return {
    width,
    height,
    layer: [
      bars(single.length ? [] : before, grey_ink, 0.6, "before"),
      bars(after, colour_of_connection(run, name), 0.75, "after"),
      {...mark("rule", {strokeDash: [4, 3], strokeWidth: 1.5}), encoding: {y: y("from")}},
      {
        ...mark("text", {align: "left", dx: 6, fontWeight: 600}),
        encoding: {y: y("from"), x: {value: width}, text: {field: "words"}},
      },
    ],
  };
}

/// A connection's colour is that of the neurons it comes from.
function colour_of_connection(run, name) {
  return colour_of_population(run, String(name).split("->")[0]) ?? colour.blue;
}

/// Every plastic connection's weights over one trial, beside all of them before and after.
function network_weight_chart(run) {
  const trial = shown_trial(run);
  const views = Object.entries(table(table(trial).weights)).map(([name, view]) => ({
    name,
    looks: weight_looks(view),
    before: weight_bins(table(view).before, table(view).highest),
    after: weight_bins(table(view).after, table(view).highest),
  }));
  const drawn = views.filter(({looks, after}) => looks.length > 1 || after.length);
  if (!drawn.length || !(lifetime_of(run) > 0)) return undefined;
  const height = drawn.length > 1 ? 140 : 180;
  const row = ({name, looks, ...bins}, k) => {
    const is_last = k === drawn.length - 1;
    const scale = {domain: [0, top_weight(looks, [bins.before, bins.after].flat())], nice: false};
    const x = lifetime_axis(run, is_last);
    return {
      spacing: 24,
      hconcat: [
        ...(looks.length > 1 ? [weight_course(run, name, looks, scale, x, 420, height)] : []),
        ...(bins.after.length ? [weight_bars(run, name, bins, scale, is_last, 190, height)] : []),
      ],
    };
  };
  return chart({
    title: chart_title(`Weights over ${trial_words(trial)}, and all of them before (grey) and after`),
    spacing: 28,
    vconcat: drawn.map(row),
  });
}
