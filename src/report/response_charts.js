// How a recurrent network answers to patterns: the rate of each presentation, familiar against novel, phase by phase.

const pattern_looks = {familiar: colour.purple, novel: grey_ink};

/// One row per kind of pattern and trial, with every presentation of it from top to bottom.
function response_rows(trials) {
  return trials.flatMap((trial) =>
    Object.keys(pattern_looks)
      .filter((kind) => trial[kind].length)
      .map((kind) => ({kind, trial: trial.trial, rates: trial[kind], several: trials.length > 1})),
  );
}

/// One phase: dots for presentations, a tick and a bar for the mean with two standard errors.
function response_panel({phase, trials}, domain, is_last) {
  const rows = response_rows(trials);
  const dots = rows.flatMap(({kind, trial, rates}, k) =>
    rates.map((rate, j) => ({kind, trial, rate, at: k + 0.5 + 0.5 * ((j + 0.5) / rates.length - 0.5), turn: j + 1})),
  );
  const means = rows.map(({kind, rates}, k) => {
    const {mean, error} = mean_and_error(rates);
    const bar = is_number(error) ? 2 * error : 0;
    return {kind, mean, low: mean - bar, high: mean + bar, at: k + 0.5, words: `${with_error(mean, error)} Hz`};
  });
  const name = ({kind, trial, several}) => (several ? `${kind}, ${trial}` : kind);
  const x = (field) =>
    quantity(field, is_last ? "rate during a pattern, Hz" : null, {
      scale: {domain, nice: false},
      axis: {grid: true, tickCount: 7, labels: is_last, format: "~g"},
    });
  const y = quantity("at", null, {
    scale: {domain: [0, rows.length], nice: false, reverse: true},
    axis: {
      values: rows.map((_, k) => k + 0.5),
      labelExpr: rows.reduceRight(
        (rest, row, k) => `datum.value === ${k + 0.5} ? ${JSON.stringify(name(row))} : ${rest}`,
        "''",
      ),
      labelFontSize: 12.5,
      labelColor: colour.ink,
      minExtent: 118,
      grid: false,
    },
  });
  const kinds = Object.keys(pattern_looks);
  const scale = {domain: kinds, range: kinds.map((kind) => pattern_looks[kind])};
  const color = {field: "kind", type: "nominal", legend: null, scale};
  const tooltip = [{field: "kind"}, {field: "trial"}, {field: "turn"}, quantity("rate", "rate, Hz", {format: ".3~g"})];
  const black = {color: colour.ink, opacity: 1};
  return {
    title: {text: `phase “${phase}”`, fontWeight: 400, offset: 4, anchor: "start", frame: "bounds"},
    width: plot_width - 270,
    height: 36 * rows.length,
    layer: [
      {
        data: {values: dots},
        mark: {type: "point", filled: true, size: 42, opacity: 0.6},
        encoding: {x: x("rate"), y, color, tooltip},
      },
      {
        data: {values: means},
        mark: {type: "rule", strokeWidth: 1.6, ...black},
        encoding: {x: x("low"), x2: {field: "high"}, y},
      },
      {data: {values: means}, mark: {type: "tick", size: 22, thickness: 2.2, ...black}, encoding: {x: x("mean"), y}},
      {
        data: {values: means},
        mark: {type: "text", align: "left", dx: 10, fontWeight: 600},
        encoding: {y, x: {value: plot_width - 270}, text: {field: "words"}, color},
      },
    ],
  };
}

/// Responses in every phase that shows patterns, on one axis.
function response_chart(run) {
  const phases = responses_of(run);
  if (!phases.length) return undefined;
  const rates = phases.flatMap(({trials}) => trials.flatMap(({familiar, novel}) => [...familiar, ...novel]));
  const domain = [Math.min(0, ...rates), 1.06 * Math.max(...rates) || 1];
  return chart({
    title: chart_title("Rate during each presentation of a pattern"),
    spacing: 14,
    vconcat: phases.map((phase, k) => response_panel(phase, domain, k === phases.length - 1)),
  });
}
