// Charts of single spikes: those of the last moments of a trial, and what one pair of them does to a weight.

/// Input spikes by population and the neuron's own, in the last moments of one trial.
function raster_chart(run) {
  const index = spiking_trials(run).findIndex(({raster}) => is_number(table(raster).from) && is_number(raster.to));
  if (index < 0) return undefined;
  const {trial, raster} = spiking_trials(run)[index];
  const x = (axis) =>
    quantity("time", axis ? "time in the trial, s" : null, {
      scale: {domain: [raster.from, raster.to], nice: false},
      axis: axis ? {tickCount: 6} : null,
    });
  const y = (labels, count) => ({
    scale: {domain: [0, count], nice: false, reverse: true},
    axis: {
      values: labels.map(({at}) => at),
      labelExpr: labels.reduceRight(
        (rest, {at, words}) => `datum.value === ${at} ? ${JSON.stringify(words)} : ${rest}`,
        "''",
      ),
      labelFontSize: 12.5,
      labelColor: colour.ink,
      minExtent: 118,
      grid: false,
    },
  });
  const ticks = ([values, count, height, labels, color], axis) => ({
    width: plot_width - 85,
    height,
    data: {values},
    mark: {
      type: "tick",
      orient: "vertical",
      thickness: 1.3,
      size: Math.max(2, (0.85 * height) / count),
      color,
      opacity: 1,
    },
    encoding: {x: x(axis), y: quantity("row", null, y(labels, count)), ...(typeof color === "string" ? {} : {color})},
  });
  const inputs = Object.keys(population_colour).flatMap((name) => {
    const spikes = list(raster[name]).filter((spike) => list(spike).length === 2 && spike.every(is_number));
    const ids = [...new Set(spikes.map(([, input]) => input))].sort((a, b) => a - b);
    const few = new Map(thin(ids, 50).map((id, row) => [id, row + 0.5]));
    const values = spikes.filter(([, input]) => few.has(input)).map(([time, input]) => ({time, row: few.get(input)}));
    const words = [`${few.size} ${connection_words[name]}`, "inputs"];
    return values.length
      ? [[values, few.size, Math.max(40, 3.6 * few.size), [{at: few.size / 2, words}], population_colour[name]]]
      : [];
  });
  const conditions = ["before", "found"].filter((which) => Array.isArray(raster[which]));
  const output = conditions.flatMap((which, row) =>
    raster[which].filter(is_number).map((time) => ({time, row: row + 0.5, which})),
  );
  if (!inputs.length && !conditions.length) return undefined;
  const color = {
    field: "which",
    type: "nominal",
    legend: null,
    scale: {domain: conditions, range: conditions.map((which) => condition_looks[which].stroke)},
  };
  const words = {before: ["output without", "plasticity"], found: ["output with", "the found rule"]};
  const labels = conditions.map((which, row) => ({at: row + 0.5, words: words[which]}));
  const seconds = raster.to - raster.from;
  const rows = [
    ...inputs,
    ...(conditions.length ? [[output, conditions.length, 42 * conditions.length, labels, color]] : []),
  ];
  const span = seconds === 1 ? "Last second" : `Last ${number(seconds)} seconds`;
  return chart({
    title: chart_title(`${span} of trial ${trial ?? index}: input spikes and the neuron’s own`, 12),
    spacing: 10,
    vconcat: rows.map((row, k) => ticks(row, k === rows.length - 1)),
  });
}

/// Weight change by one pair of spikes far from all others, against the time from the first to the second.
function window_chart(run) {
  const entries = Object.entries(table(table(run.spiking ?? run.recurrent).windows)).map(([name, window]) => {
    const {lag, change} = table(window);
    const rows = list(lag).map((at, k) => ({lag: at, change: list(change)[k]}));
    return {name, rows: rows.filter((row) => is_number(row.lag) && is_number(row.change))};
  });
  const drawn = entries.filter(({rows}) => rows.length > 1);
  if (!drawn.length) return undefined;
  const panel = ({name, rows}) => {
    const sorted = [...rows].sort((a, b) => a.lag - b.lag);
    const far = (sorted[0].change + sorted.at(-1).change) / 2;
    const sides = sorted.filter((row) => row.lag !== 0).map((row) => ({...row, far, side: Math.sign(row.lag)}));
    const changes = [0, far, ...sorted.map((row) => row.change)];
    const margin = 0.08 * (Math.max(...changes) - Math.min(...changes) || 1);
    const [pre, post] = recurrent_of(run) ? ["pre", "post"] : ["input", "neuron"];
    const x = quantity("lag", recurrent_of(run) ? "post − pre, ms" : "spike of the neuron − spike of the input, ms", {
      scale: {domain: [sorted[0].lag, sorted.at(-1).lag], nice: false},
      axis: {tickCount: drawn.length > 1 ? 5 : 7},
    });
    const y = quantity("change", `weight change of the ${connection_words[name] ?? name} synapse`, {
      scale: {domain: [Math.min(...changes) - margin, Math.max(...changes) + margin], nice: false},
      axis: {minExtent: 52, tickCount: 6, format: "~g"},
    });
    const stroke = population_colour[name] ?? colour_of_connection(run, name);
    const sides_words = [
      {lag: sorted[0].lag, words: `${post} first`, align: "left"},
      {lag: sorted.at(-1).lag, words: `${pre} first`, align: "right"},
    ];
    const side_label = ({align, ...row}) => ({
      data: {values: [{...row, change: y.scale.domain[1]}]},
      mark: {type: "text", align, baseline: "top", dy: 4, dx: align === "left" ? 6 : -6, color: grey_ink},
      encoding: {x, y, text: {field: "words"}},
    });
    const guide = (values, encoding, more = {}) => ({
      data: {values},
      mark: {type: "rule", color: colour.grey, ...more},
      encoding,
    });
    return {
      width: drawn.length > 1 ? 310 : plot_width - 60,
      height: 200,
      layer: [
        ...sides_words.map(side_label),
        guide([{lag: 0}], {x}),
        guide([{change: 0}], {y}),
        guide([{change: far}], {y}, {strokeDash: [4, 4], color: grey_ink}),
        {
          data: {values: sides},
          mark: {type: "area", color: stroke, opacity: 0.16},
          encoding: {x, y, y2: {field: "far"}, detail: {field: "side"}},
        },
        {
          data: {values: sides},
          mark: {type: "line", color: stroke, strokeWidth: 2.2},
          encoding: {x, y, detail: {field: "side"}},
        },
        {
          data: {values: thin(sorted, 80)},
          mark: {type: "point", size: 90, opacity: 0, filled: true},
          encoding: {x, y, tooltip: [quantity("lag", "lag, ms"), quantity("change", "change", {format: ".3~g"})]},
        },
      ],
    };
  };
  return chart({title: chart_title("One pair of spikes"), spacing: 30, columns: 2, concat: drawn.map(panel)});
}
