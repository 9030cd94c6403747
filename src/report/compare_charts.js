// Charts of the comparison: loss against evaluations and seconds, and where the runs of each experiment end.

/// One run's course as rows; only what a logarithmic axis can show.
function course_rows(run, field) {
  const {[field]: at, best} = table(run.course);
  return list(at)
    .map((value, k) => ({at: value, best: list(best)[k]}))
    .filter((row) => is_number(row.at) && row.at > 0 && is_number(row.best) && row.best > 0);
}

/// The median over runs wherever all have begun; a run that has ended stays where it is.
function median_course(courses) {
  const places = [...new Set(courses.flatMap((rows) => rows.map((row) => row.at)))].sort((a, b) => a - b);
  const begin = Math.max(...courses.map((rows) => rows[0].at));
  const value_at = (rows, at) => rows.findLast((row) => row.at <= at).best;
  return thin(
    places.filter((at) => at >= begin),
    200,
  ).map((at) => ({at, best: middle(courses.map((rows) => value_at(rows, at)))}));
}

/// Loss against `field` of the courses: a thin line per run, and where an experiment has several, their median.
function course_chart(comparison, field, title) {
  const experiments = experiments_of(comparison);
  const thin_rows = [];
  const bold_rows = [];
  for (const {label, members} of experiments) {
    const courses = members.map((run) => course_rows(run, field)).filter((rows) => rows.length);
    const named = (rows, run) => rows.map((row) => ({...row, label, run}));
    if (courses.length === 1) bold_rows.push(...named(courses[0], label));
    if (courses.length < 2) continue;
    members.forEach((run) => thin_rows.push(...named(thin(course_rows(run, field), 150), run.folder)));
    bold_rows.push(...named(median_course(courses), label));
  }
  const rows = [...thin_rows, ...bold_rows];
  if (!rows.length) return undefined;
  const places = rows.map((row) => row.at);
  const [low, high] = [Math.min(...places), Math.max(...places)];
  const x =
    high > 10 * low
      ? {
          scale: {type: "log", nice: false, domain: [low, high]},
          axis: {values: log_ticks(low, high), labelExpr: field === "evaluations" ? count_label : undefined, format: "~g"},
        }
      : {scale: {nice: false, zero: false}, axis: {tickCount: 6, format: "~g"}};
  if (x.axis.labelExpr) delete x.axis.format;
  else delete x.axis.labelExpr;
  const drawn = experiments.filter(({label}) => rows.some((row) => row.label === label));
  const legend =
    drawn.length > 1
      ? {
          title: null,
          orient: "bottom",
          columns: 3,
          labelLimit: 300,
          labelFontSize: 12.5,
          symbolType: "stroke",
          symbolStrokeWidth: 3,
          symbolOpacity: 1,
          offset: 8,
        }
      : null;
  const by_label = (range) => ({field: "label", type: "nominal", legend, scale: {domain: drawn.map(({label}) => label), range}});
  const color = by_label(drawn.map((each) => each.stroke));
  const line = (values, width, opacity) => ({
    data: {values},
    mark: {type: "line", strokeWidth: width, opacity, interpolate: "step-after", tooltip: true},
    encoding: {
      x: quantity("at", title, x),
      y: log_encoding(
        "best",
        "least loss in the search",
        rows.map((row) => row.best),
      ),
      color,
      detail: {field: "run"},
      strokeDash: by_label(drawn.map((each) => each.dash)),
      tooltip: [{field: "run", type: "nominal"}],
    },
  });
  return chart({
    width: plot_width,
    height: 270,
    layer: [...(thin_rows.length ? [line(thin_rows, 1, 0.35)] : []), line(bold_rows, 2.4, 1)],
  });
}

/// The held-out loss of every run, one row per experiment: filled where it does no worse than the known rule, whose own
/// loss is the black tick.
function success_chart(comparison) {
  const experiments = experiments_of(comparison);
  const rows = experiments.flatMap(({label, members}) =>
    members
      .filter((run) => is_number(table(table(run.loss).validation).mean))
      .map((run) => ({
        label,
        run: run.folder,
        seed: run.seed ?? null,
        loss: run.loss.validation.mean,
        words: with_error(run.loss.validation.mean, run.loss.validation.error),
        reached: run.reaches_reference ?? null,
      })),
  );
  if (rows.length < 2) return undefined;
  const ticks = experiments.flatMap(({label, members}) => {
    const known = members.map((run) => table(table(run.loss).reference).mean).filter(is_number);
    return known.length ? [{label, loss: middle(known)}] : [];
  });
  const values = [...rows, ...ticks].map((row) => row.loss);
  const is_log = Math.min(...values) > 0 && Math.max(...values) > 5 * Math.min(...values);
  const title = "held-out loss";
  const span = Math.max(...values) - Math.min(...values) || Math.abs(values[0]) || 1;
  const x = is_log
    ? quantity("loss", title, {
        scale: {type: "log", nice: false, domain: [0.85 * Math.min(...values), 1.15 * Math.max(...values)]},
        axis: {values: log_ticks(0.85 * Math.min(...values), 1.15 * Math.max(...values)), format: "~g"},
      })
    : quantity("loss", title, {
        scale: {domain: [Math.min(...values) - 0.06 * span, Math.max(...values) + 0.06 * span], nice: false, zero: false},
        axis: {tickCount: 6, format: "~g"},
      });
  const labels = experiments.map((each) => each.label);
  const y = {
    field: "label",
    type: "nominal",
    sort: null,
    title: null,
    scale: {domain: labels},
    axis: {labelFontSize: 12.5, labelColor: colour.ink, labelLimit: 260, grid: true, minExtent: 60},
  };
  const color = {
    field: "label",
    type: "nominal",
    legend: null,
    scale: {domain: labels, range: experiments.map((each) => each.stroke)},
  };
  const dots = (filled, some) => ({
    data: {values: some},
    mark: {type: "point", filled, size: 80, strokeWidth: 1.8, opacity: 0.75},
    encoding: {
      x,
      y,
      color,
      tooltip: [
        {field: "run", type: "nominal"},
        {field: "seed", type: "nominal"},
        {field: "words", type: "nominal", title: "loss"},
      ],
    },
  });
  return chart({
    width: plot_width - 190,
    height: {step: 34},
    layer: [
      ...(ticks.length
        ? [{data: {values: ticks}, mark: {type: "tick", thickness: 2.5, size: 24, color: colour.black}, encoding: {x, y}}]
        : []),
      dots(false, rows.filter((row) => row.reached === false)),
      dots(true, rows.filter((row) => row.reached !== false)),
    ],
  });
}
