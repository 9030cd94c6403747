// Parameters of rules that act at spikes over the generations of the search: strengths on a linear axis, time constants
// below on a logarithmic one.

/// The parameters of one rule by generation; time constants in milliseconds.
function parameter_rows(run, name) {
  const whole = history_of(run).filter((entry) => Object.keys(table(table(entry.coefficients)[name])).length);
  return thin(whole, most_points / 2).flatMap((entry) =>
    Object.entries(entry.coefficients[name])
      .filter(([, value]) => is_number(value))
      .map(([term, value]) => ({
        generation: entry.generation,
        term,
        name: pretty_name(term),
        value: is_time(term) ? 1000 * value : value,
        words: is_time(term) ? `${number(1000 * value)} ms` : number(value),
      })),
  );
}

/// Which of many parameters get a name and a colour: those that ended largest.
function named_among(terms, rows) {
  if (terms.length <= 10) return terms;
  const end = new Map(rows.map((row) => [row.term, Math.abs(row.value)]));
  const largest = [...terms].sort((a, b) => end.get(b) - end.get(a)).slice(0, line_colours.length);
  return terms.filter((term) => largest.includes(term));
}

/// Lines of some parameters with their names at the end; of many, the smaller ones in grey.
function parameter_panel(rows, all_terms, {domain, height, is_log, first_colour, x, y}) {
  const place = is_log ? Math.log : (value) => value;
  const [bottom, top] = domain.map(place);
  const terms = named_among(all_terms, rows);
  const is_named = (row) => terms.includes(row.term);
  const ends = terms.map((term) => rows.filter((row) => row.term === term).at(-1));
  const labels = spread(
    ends.map((row) => ({...row, at: place(row.value)})),
    (17 * (top - bottom)) / height,
  ).map(({at, ...row}) => ({...row, value: is_log ? Math.exp(at) : at, text: `${row.name} = ${row.words}`}));
  const color = {
    field: "term",
    type: "nominal",
    legend: null,
    scale: {domain: terms, range: terms.map((_, k) => line_colours[(first_colour + k) % line_colours.length])},
  };
  const tooltip = [
    {field: "name", title: "parameter"},
    quantity("generation", "generation"),
    {field: "words", title: "value"},
  ];
  const zero = {data: {values: [{value: 0}]}, mark: {type: "rule", color: colour.grey}, encoding: {y}};
  return {
    width: plot_width - 85,
    height,
    layer: [
      ...(is_log ? [] : [zero]),
      {
        data: {values: rows.filter((row) => !is_named(row))},
        mark: {type: "line", strokeWidth: 1, color: colour.line},
        encoding: {x, y, detail: {field: "term"}},
      },
      {data: {values: rows.filter(is_named)}, mark: {type: "line", strokeWidth: 2.25}, encoding: {x, y, color}},
      {
        data: {values: labels},
        mark: {type: "text", align: "left", dx: 8, fontWeight: 600},
        encoding: {x, y, text: {field: "text"}, color},
      },
      {
        data: {
          values: thin_rows(
            rows.map((row) => ({...row, line: row.term})),
            40,
          ),
        },
        mark: {type: "point", size: 90, opacity: 0, filled: true},
        encoding: {x, y, tooltip},
      },
    ],
  };
}

/// Parameters in the middle of the search's population over generations.
function parameter_chart(run, name) {
  const rows = parameter_rows(run, name);
  const generations = rows.map((row) => row.generation);
  const [first, last] = [Math.min(...generations), Math.max(...generations)];
  if (!(last > first)) return undefined;
  const ended = new Set(rows.filter((row) => row.generation === last).map((row) => row.term));
  const lines = rows.filter((row) => ended.has(row.term));
  const times = lines.filter((row) => is_time(row.term) && row.value > 0);
  const strengths = lines.filter((row) => !is_time(row.term));
  const x = (axis) => ({
    ...generation_axis(last, axis ? "generation" : null),
    scale: {domain: [first, last], nice: false},
  });
  const terms_in = (some) => [...new Set(some.map((row) => row.term))];
  const panels = [];
  if (strengths.length) {
    const domain = padded([0, ...strengths.map((row) => row.value)], 0.06);
    const y = quantity("value", "strength", {scale: {domain, nice: false}, axis: {minExtent: 44, tickCount: 6}});
    panels.push((axis) =>
      parameter_panel(strengths, terms_in(strengths), {domain, height: 220, first_colour: 0, x: x(axis), y}),
    );
  }
  if (times.length) {
    const y = log_encoding(
      "value",
      "time constant, ms",
      times.map((row) => row.value),
    );
    const {domain} = y.scale;
    if (y.axis.values.length < 3) Object.assign(y.axis, {values: undefined, tickCount: 4}); // less than a decade
    const first_colour = terms_in(strengths).length;
    panels.push((axis) =>
      parameter_panel(times, terms_in(times), {domain, height: 110, is_log: true, first_colour, x: x(axis), y}),
    );
  }
  return chart({
    spacing: 26,
    resolve: {scale: {color: "independent"}},
    vconcat: panels.map((panel, k) => panel(k === panels.length - 1)),
  });
}
