// A spiking neuron's rate over its trials, without and with the rule, and how all charts of spiking neurons look. Each
// function gives undefined where the run has nothing to draw.

const grey_ink = "#7d858d";
const target_colour = colour.purple;
const condition_looks = {
  before: {words: "without plasticity", stroke: grey_ink},
  known: {words: "known rule", stroke: colour.black},
  found: {words: "found rule", stroke: colour.blue},
};
const population_colour = {excitation: colour.orange, inhibition: colour.green};

function chart_title(text, offset = 14) {
  return {
    text,
    fontSize: 14,
    fontWeight: 650,
    offset,
    anchor: "start",
    frame: "group",
    subtitleColor: colour.ink,
    subtitleFontSize: 12.5,
  };
}

/// What the lines of one condition are called.
function condition_name(run, which) {
  const name = table(table(run.loss).reference).name;
  return which === "known" && typeof name === "string" && name.length < 20 ? name : condition_looks[which].words;
}

/// One row per trial, condition and time.
function rate_rows(run) {
  return spiking_trials(run).flatMap(({trial, rate}, k) =>
    Object.keys(condition_looks).flatMap((which) => {
      const {time, [which]: values} = table(rate);
      const rows = list(time).map((at, j) => ({
        trial: String(trial ?? k),
        line: `${which} ${k}`,
        which,
        of: condition_name(run, which),
        time: at,
        rate: list(values)[j],
      }));
      return thin(
        rows.filter((row) => is_number(row.time) && is_number(row.rate)),
        most_points,
      );
    }),
  );
}

/// The mean over trials at every time that all of them have.
function mean_rates(rows) {
  const trials = new Set(rows.map((row) => row.line)).size;
  const at = new Map();
  for (const row of rows) at.set(row.time, [...(at.get(row.time) ?? []), row]);
  const whole = [...at.values()].filter((some) => some.length === trials);
  return whole.map((some) => ({
    ...some[0],
    line: `${some[0].which} mean`,
    trial: "mean",
    shown: mean_and_error(some.map((row) => row.shown)).mean,
    rate: mean_and_error(some.map((row) => row.rate)).mean,
  }));
}

/// Rate over each lifetime against the target; logarithmic where the neuron is far from it without plasticity.
function rate_chart(run) {
  const {target, window, lifetime} = table(run.spiking);
  const raw = rate_rows(run);
  if (!raw.length) return undefined;
  const goal = is_number(target) && target > 0 ? target : undefined;
  const highest = Math.max(goal ?? 0, ...raw.map((row) => row.rate));
  const is_log = goal !== undefined && highest > 5 * goal;
  const end = Math.max(lifetime ?? 0, ...raw.map((row) => row.time));
  const settled = raw.filter((row) => row.time > end / 20); // the filter starts anywhere
  const lowest = is_log ? Math.max(goal / 20, Math.min(goal, ...settled.map((row) => row.rate))) : 0;
  const rows = raw.map((row) => ({...row, shown: Math.max(lowest, row.rate)}));
  const title = "rate, Hz (filtered over 1 s)";
  const y = is_log
    ? log_encoding("shown", title, [lowest, highest])
    : quantity("shown", title, {
        scale: {domain: [0, 1.06 * highest || 1], nice: false},
        axis: {minExtent: 44, tickCount: 6},
      });
  const x = quantity("time", "time in the trial, s", {scale: {domain: [0, end], nice: false}, axis: {tickCount: 8}});
  const present = Object.keys(condition_looks).filter((which) => rows.some((row) => row.which === which));
  const color = {
    field: "which",
    type: "nominal",
    legend: null,
    scale: {domain: present, range: present.map((which) => condition_looks[which].stroke)},
  };
  const height = 260;
  const means = present.flatMap((which) => mean_rates(rows.filter((row) => row.which === which)));
  const several = new Set(rows.map((row) => row.trial)).size > 1;
  const place = is_log ? Math.log : (value) => value;
  const [bottom, top] = y.scale.domain.map(place);
  const last_of = (which) => {
    const ends = [...new Map(rows.filter((row) => row.which === which).map((row) => [row.trial, row])).values()];
    return {
      time: Math.max(...ends.map((row) => row.time)),
      at: place(mean_and_error(ends.map((row) => row.shown)).mean),
    };
  };
  const goal_label = {text: `target ${number(goal)} Hz`, ink: target_colour, time: end, at: place(goal) - 0.001};
  const labels = spread(
    [
      ...present.map((which) => ({
        text: condition_name(run, which),
        ink: condition_looks[which].stroke,
        ...last_of(which),
      })),
      ...(goal === undefined ? [] : [goal_label]),
    ],
    (16 * (top - bottom)) / height,
  ).map(({at, ...label}) => ({...label, shown: is_log ? Math.exp(at) : at}));
  const scored = is_number(window) && window > 0 && window < end ? [{from: end - window, to: end}] : [];
  return chart({
    title: chart_title(several ? "Rate of the neuron: each trial, and their mean" : "Rate of the neuron"),
    width: plot_width - 125,
    height,
    layer: [
      {
        data: {values: scored},
        mark: {type: "rect", color: colour.grid, opacity: 0.7, tooltip: "the window that counts"},
        encoding: {x: {...x, field: "from"}, x2: {field: "to"}},
      },
      {
        data: {values: rows},
        mark: {type: "line", strokeWidth: 1, opacity: several ? 0.32 : 1},
        encoding: {x, y, color, detail: {field: "line"}},
      },
      {data: {values: several ? means : []}, mark: {type: "line", strokeWidth: 2}, encoding: {x, y, color}},
      ...(goal === undefined
        ? []
        : [
            {
              data: {values: [{shown: goal}]},
              mark: {type: "rule", strokeWidth: 1.6, strokeDash: [6, 4], color: target_colour},
              encoding: {y},
            },
          ]),
      {
        data: {values: thin_rows(rows, 40)},
        mark: {type: "point", size: 90, opacity: 0, filled: true},
        encoding: {
          x,
          y,
          tooltip: [
            {field: "of", title: "rule"},
            {field: "trial"},
            quantity("time", "time, s"),
            quantity("rate", "rate, Hz", {format: ".3~g"}),
          ],
        },
      },
      {
        data: {values: labels},
        mark: {type: "text", align: "left", dx: 8, fontWeight: 600},
        encoding: {x, y, text: {field: "text"}, color: {field: "ink", type: "nominal", scale: null}},
      },
    ],
  });
}

/// At most `most` rows of every line.
function thin_rows(rows, most) {
  const lines = [...new Set(rows.map((row) => row.line))];
  return lines.flatMap((line) =>
    thin(
      rows.filter((row) => row.line === line),
      most,
    ),
  );
}
