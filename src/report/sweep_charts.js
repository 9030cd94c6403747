// Charts of a sweep: the held-out loss against each setting.

/// Whether an axis of the page can be one of numbers, and a logarithmic one at that.
function axis_scale(values) {
  const numbers = values.filter(is_number);
  if (numbers.length !== values.length || numbers.length < 2) return "ordinal";
  const [low, high] = [Math.min(...numbers), Math.max(...numbers)];
  return low > 0 && high >= 8 * low ? "log" : "linear";
}

/// Where a value stands: categories by their text.
function axis_encoding({key, label, values}) {
  const title = label ?? key;
  const scale = axis_scale(list(values));
  const tick_labels = {labelFontSize: 12.5, labelColor: colour.ink};
  if (scale === "ordinal") {
    const domain = list(values).map(setting_value);
    return {field: "at", type: "ordinal", title, sort: null, scale: {domain, padding: 0.5}, axis: {...tick_labels, labelAngle: 0}};
  }
  const few = values.length <= 12 ? {values} : {tickCount: 8};
  const [low, high] = [Math.min(...values), Math.max(...values)];
  const air = 0.06 * (high - low);
  const domain = scale === "log" ? [low / 1.15, high * 1.15] : [low - air, high + air];
  const kind = scale === "log" ? {type: "log"} : {type: "linear", zero: false};
  const labelExpr = "format(datum.value, '~g')"; // a format of the axis would round to the distance of its ticks
  return quantity("at", title, {scale: {...kind, nice: false, domain}, axis: {...tick_labels, ...few, labelExpr}});
}

/// Of each run that has one: its value on the axis, its loss, and the combination of the other settings.
function effect_rows(sweep, axis) {
  const place = axis_scale(list(axis.values)) === "ordinal" ? setting_value : (value) => value;
  const others = sweep_axes(sweep).filter(({key}) => key !== axis.key);
  return list(sweep.runs)
    .map(table)
    .filter((run) => is_number(validation_of(run).mean))
    .map((run) => ({
      at: place(table(run.settings)[axis.key]),
      loss: validation_of(run).mean,
      error: validation_of(run).error,
      group: setting_label(sweep, run.settings, others),
      run: run.name,
      words: with_error(validation_of(run).mean, validation_of(run).error),
    }));
}

/// Means over the rows of each place and group, with standard errors where there are several.
function effect_means(rows) {
  const cells = new Map();
  for (const row of rows) {
    const key = JSON.stringify([row.group, row.at]);
    cells.set(key, [...(cells.get(key) ?? []), row]);
  }
  return [...cells.values()].map((members) => {
    const losses = members.map((row) => row.loss);
    const mean = sum(losses) / losses.length;
    const squares = sum(losses.map((loss) => (loss - mean) ** 2));
    const error = losses.length > 1 ? Math.sqrt(squares / (losses.length - 1) / losses.length) : 0;
    const {at, group} = members[0];
    return {at, group, loss: mean, low: mean - error, high: mean + error, seeds: losses.length, words: with_error(mean, error)};
  });
}

/// More combinations than there are colours are averaged over.
function with_few_groups(rows) {
  const groups = new Set(rows.map((row) => row.group));
  return groups.size <= line_colours.length ? rows : rows.map((row) => ({...row, group: "all other settings"}));
}

/// The held-out loss against one key of the file, its seed too.
function effect_chart(sweep, axis) {
  const rows = with_few_groups(effect_rows(sweep, axis));
  if (!rows.length) return undefined;
  const single = axis.key === "seed";
  const means = effect_means(rows);
  const known = list(sweep.runs)
    .map((run) => table(table(table(run).loss).reference).mean)
    .filter(is_number);
  const values = [...rows.map((row) => row.loss), ...means.flatMap(({low, high}) => [low, high]), ...known];
  const positive = values.every((value) => value > 0);
  const is_log = positive && Math.max(...values) > 8 * Math.min(...values);
  const span = Math.max(...values) - Math.min(...values) || Math.abs(values[0]) || 1;
  const y = is_log
    ? log_encoding("loss", "held-out loss", values)
    : quantity("loss", "held-out loss", {
        scale: {domain: [Math.min(...values) - 0.06 * span, Math.max(...values) + 0.06 * span], nice: false, zero: false},
        axis: {tickCount: 6, format: "~g", minExtent: 44},
      });
  const groups = [...new Set(rows.map((row) => row.group))];
  const legend = groups.length > 1 ? {title: null, orient: "bottom", columns: 3, labelLimit: 300, labelFontSize: 12.5} : null;
  const color = {field: "group", type: "nominal", legend, scale: {domain: groups, range: groups.map((_, k) => line_colours[k])}};
  const x = axis_encoding(axis);
  const tooltip = (first) => [{field: first, type: "nominal"}, {field: "words", type: "nominal", title: "loss"}];
  const dots = {
    data: {values: rows},
    mark: {type: "point", filled: true, size: 22, opacity: 0.4},
    encoding: {x, y, color, tooltip: tooltip("run")},
  };
  const bars = {
    data: {values: means},
    mark: {type: "rule", strokeWidth: 2},
    encoding: {x, y: {...y, field: "low"}, y2: {field: "high"}, color},
  };
  const line = {data: {values: means}, mark: {type: "line", strokeWidth: 1.6}, encoding: {x, y, color}};
  const points = {
    data: {values: means},
    mark: {type: "point", filled: true, size: 90, opacity: 1},
    encoding: {x, y, color, tooltip: tooltip("seeds")},
  };
  const reference = known.length
    ? [
        {
          data: {values: [{loss: sum(known) / known.length}]},
          mark: {type: "rule", color: colour.black, strokeDash: [5, 4], strokeWidth: 1.4},
          encoding: {y},
        },
      ]
    : [];
  const layer = single ? [...reference, {...dots, mark: {...dots.mark, size: 60, opacity: 0.9}}] : [...reference, dots, line, bars, points];
  return chart({width: plot_width, height: 270, layer});
}
