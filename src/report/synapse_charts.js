// Charts of a spiking neuron's synapses: how inhibition follows the tuning of excitation, and the weights before and
// after.

/// Mean over trials of each group's weight times jump, one row per population, time and group.
function tuning_rows(run) {
  const trials = spiking_trials(run).map(({tuning}) => table(tuning));
  return Object.keys(population_colour).flatMap((population) =>
    ["before", "after"].flatMap((when) => {
      const lists = trials.map((tuning) => list(table(tuning[population])[when])).filter((values) => values.length);
      const groups = Math.max(0, ...lists.map((values) => values.length));
      return Array.from({length: groups}, (_, k) => lists.map((values) => values[k]).filter(is_number)).flatMap(
        (values, k) => (values.length ? [{population, when, group: k + 1, size: mean_and_error(values).mean}] : []),
      );
    }),
  );
}

/// Tuning by group of inputs, before and after, on one scale.
function tuning_chart(run) {
  const rows = tuning_rows(run);
  const times = ["before", "after"].filter((when) => rows.some((row) => row.when === when));
  const populations = Object.keys(population_colour).filter((name) => rows.some((row) => row.population === name));
  if (!populations.length) return undefined;
  const highest = 1.06 * Math.max(...rows.map((row) => row.size)) || 1;
  const lowest = Math.min(0, ...rows.map((row) => row.size));
  const groups = Math.max(...rows.map((row) => row.group));
  const height = 190;
  const {lifetime} = table(run.spiking);
  const heads = {
    before: "before",
    after: is_number(lifetime) ? `after ${number(lifetime)} s with the found rule` : "after",
  };
  const x = quantity("group", "group of inputs", {
    scale: {domain: [0.7, groups + 0.3], nice: false},
    axis: {tickMinStep: 1, tickCount: Math.min(groups, 16), format: "d"},
  });
  const y = (first) =>
    quantity("size", null, {
      scale: {domain: [lowest, highest], nice: false},
      axis: {minExtent: first ? 44 : 0, tickCount: 5, format: "~g", labels: first},
    });
  const color = {
    field: "population",
    type: "nominal",
    legend: null,
    scale: {domain: populations, range: populations.map((name) => population_colour[name])},
  };
  const panel = (when, k) => {
    const own = rows.filter((row) => row.when === when);
    const ends = populations.flatMap((population) => own.filter((row) => row.population === population).slice(-1));
    const gap = (16 * (highest - lowest)) / height;
    const labels = spread(
      ends.map((row) => ({...row, at: row.size})),
      gap,
    ).map(({at, ...row}) => ({...row, size: at}));
    const text = {
      data: {values: labels},
      mark: {type: "text", align: "left", dx: 10, fontWeight: 600},
      encoding: {x, y: y(k === 0), color, text: {field: "population"}},
    };
    return {
      title: {text: heads[when], fontWeight: 400, offset: 4, anchor: "middle", frame: "group"},
      width: (plot_width - 150) / 2,
      height,
      layer: [
        {
          data: {values: own},
          mark: {type: "line", strokeWidth: 2, point: {size: 45, opacity: 1}},
          encoding: {
            x,
            y: y(k === 0),
            color,
            tooltip: [
              {field: "population"},
              quantity("group", "group"),
              quantity("size", "weight × jump", {format: ".3~g"}),
            ],
          },
        },
        ...(k === times.length - 1 ? [text] : []),
      ],
    };
  };
  const subtitle = "mean weight × conductance of one spike (leak = 1)";
  return chart({
    title: {...chart_title("Tuning of the inputs", 8), subtitle, subtitlePadding: 6},
    spacing: 24,
    hconcat: times.map(panel),
  });
}

/// Shares of `values` in bins of equal width from `low`.
function histogram(values, low, width, bins) {
  const counts = Array(bins).fill(0);
  for (const value of values) counts[Math.max(0, Math.min(bins - 1, Math.floor((value - low) / width)))] += 1;
  return counts.map((count, k) => ({
    from: low + k * width,
    to: low + (k + 1) * width,
    share: count / values.length,
    count,
  }));
}

/// Weights of all trials before and after, one panel for each plastic connection.
function weight_chart(run) {
  const trials = spiking_trials(run).map(({weights}) => table(weights));
  const names = [...new Set(trials.flatMap((weights) => Object.keys(weights)))];
  const width = names.length > 1 ? 300 : plot_width - 60;
  const panels = names.flatMap((name) => {
    const at = (when) => trials.flatMap((weights) => list(table(weights[name])[when])).filter(is_number);
    const [before, after] = [at("before"), at("after")];
    if (!after.length) return [];
    const bins = names.length > 1 ? 40 : 60;
    const low = Math.min(0, ...before, ...after);
    const step = (Math.max(...before, ...after) - low) / (bins - 0.5) || 1;
    const found = histogram(after, low, step, bins);
    const narrow = before.length > 0 && Math.max(...before) - Math.min(...before) < step;
    const old = before.length && !narrow ? histogram(before, low, step, bins) : [];
    const highest = (narrow ? 1.25 : 1.08) * Math.max(...[...found, ...old].map((bin) => bin.share));
    const title = `weight of the ${connection_words[name] ?? name} synapses`;
    const x = quantity("from", title, {
      scale: {domain: [low, low + bins * step], nice: false},
      axis: {tickCount: 8, format: "~g"},
    });
    const y = quantity("share", "share of the synapses", {
      scale: {domain: [0, highest], nice: false},
      axis: {format: "~%", minExtent: 44, tickCount: 4},
    });
    const bars = (values, color, opacity, words) => ({
      data: {values: values.filter((bin) => bin.count).map((bin) => ({...bin, words}))},
      mark: {type: "bar", color, opacity, binSpacing: 0.5},
      encoding: {
        x: {...x, bin: "binned"},
        x2: {field: "to"},
        y,
        tooltip: [
          {field: "words", title: "weights"},
          quantity("count", "synapses"),
          quantity("from", "from", {format: ".3~g"}),
          quantity("to", "to", {format: ".3~g"}),
        ],
      },
    });
    const mark = {from: before[0], share: highest, words: `before: all at ${number(before[0])}`};
    const single = [
      {
        data: {values: [mark]},
        mark: {type: "rule", color: colour.ink, strokeDash: [4, 3], strokeWidth: 1.5},
        encoding: {x},
      },
      {
        data: {values: [mark]},
        mark: {type: "text", align: "left", baseline: "top", dx: 6, color: grey_ink, fontWeight: 600},
        encoding: {x, y, text: {field: "words"}},
      },
    ];
    const both = [bars(old, grey_ink, 0.6, "before"), bars(found, colour.blue, 0.75, "after")];
    return [{width, height: 130, layer: [...both, ...(narrow ? single : [])]}];
  });
  if (!panels.length) return undefined;
  const colours = panels.some(({layer}) => layer[0].data.values.length) ? " (grey: before)" : "";
  return chart({title: chart_title(`Weights in the end, all trials${colours}`), spacing: 30, hconcat: panels});
}
