// A recurrent network's populations over one trial: their rates with the phases, and a raster of the last moments. Each
// function gives undefined where the run has nothing to draw.

const population_palette = [colour.orange, colour.green, colour.blue, colour.purple, colour.amber, colour.sky];
const phase_colour = {plastic: "#e8f1f8", fixed: "#f0f1f3"};
const most_populations = 6;

function colour_of_population(run, name) {
  const index = populations_of(run).findIndex((each) => each.name === name);
  return index < 0 ? undefined : population_palette[index % population_palette.length];
}

/// The end of the picture's time: the lifetime, or where the last phase ends.
function lifetime_of(run) {
  const {lifetime} = table(run.recurrent);
  return is_number(lifetime) && lifetime > 0 ? lifetime : Math.max(0, ...phases_of(run).map((phase) => phase.end));
}

function lifetime_axis(run, axis = true) {
  return quantity("time", axis ? "time in the trial, s" : null, {
    scale: {domain: [0, lifetime_of(run)], nice: false},
    axis: axis ? {tickCount: 8} : {tickCount: 8, labels: false, title: null},
  });
}

/// Which weights change in a phase.
function change_of(phase) {
  if (phase.plastic === false) return "weights fixed";
  return Array.isArray(phase.plastic) ? `weights change of ${phase.plastic.join(", ")} alone` : "weights change";
}

/// Shaded bands for the phases of a lifetime, with their names at the top where `width` is given.
function phase_layers(run, x, width) {
  if (!has_phases(run)) return [];
  const phases = phases_of(run).map((phase) => ({
    ...phase,
    fill: phase_colour[phase.plastic === false ? "fixed" : "plastic"],
    words: [
      `${number(phase.end - phase.begin)} s`,
      ...(phase.shows ? ["patterns shown"] : []),
      change_of(phase),
    ].join(", "),
  }));
  const tooltip = [
    {field: "name", title: "phase"},
    {field: "words", title: "what happens"},
  ];
  const at = (field) => ({...x, field});
  const band = {
    data: {values: phases},
    mark: {type: "rect"},
    encoding: {x: at("begin"), x2: {field: "end"}, color: {field: "fill", type: "nominal", scale: null}, tooltip},
  };
  const edges = {
    data: {values: phases.slice(1)},
    mark: {type: "rule", color: "white", strokeWidth: 2},
    encoding: {x: at("begin")},
  };
  const end = lifetime_of(run);
  const label = (phase) => ({
    data: {values: [phase]},
    mark: {
      type: "text",
      align: "left",
      baseline: "top",
      dx: 5,
      limit: Math.max(10, (width * (phase.end - phase.begin)) / end - 7),
      color: colour.text,
    },
    encoding: {x: at("begin"), y: {value: 5}, text: {field: "name"}},
  });
  return [band, edges, ...(width ? phases.map(label) : [])];
}

/// The highest rate of a picture: that of rules after the first moments, and without plasticity where it is not far.
function highest_rate(courses, end) {
  const most = (some) => Math.max(0, ...some.flatMap(({rows}) => rows).map((row) => row.rate));
  const late = courses
    .map(({which, rows}) => ({which, rows: rows.filter((row) => row.time > end / 50)}))
    .filter(({rows}) => rows.length);
  const learned = most(late.filter(({which}) => which !== "before"));
  const all = most(late.length ? late : courses);
  return (learned > 0 && all > 6 * learned ? learned : all) || 1;
}

/// A line at the rate that the loss asks for, where it asks for one.
function target_layers(target, y) {
  const line = {
    data: {values: [{rate: target}]},
    mark: {type: "rule", strokeWidth: 1.6, strokeDash: [6, 4], color: target_colour},
    encoding: {y},
  };
  return is_number(target) ? [line] : [];
}

/// Says how high the found rule's rate is in the first moments, where the picture cuts them off.
function beginning_layers(run, courses, highest, x) {
  const found = courses.find(({which}) => which === "found");
  const most = Math.max(0, ...(found ? found.rows : []).map((row) => row.rate));
  const words = {
    data: {values: [{time: lifetime_of(run), words: `at first up to ${number(most, 2)} Hz`}]},
    mark: {type: "text", align: "right", baseline: "top", dx: -5, color: condition_looks.found.stroke},
    encoding: {x, y: {value: has_phases(run) ? 21 : 5}, text: {field: "words"}},
  };
  return most > highest ? [words] : [];
}

/// What is written beside a course: its name, and how it stopped or how far outside the picture it is.
function course_label(run, {which, rows}, highest) {
  const [last, name] = [rows.at(-1), condition_name(run, which)];
  if (stops_early(run, rows))
    return `${name}: stopped after ${number(last.time + run.recurrent.bin / 2)} s, at ${number(last.rate)} Hz`;
  const {rate} = late_mean(rows);
  return rate > highest ? `${name}: ${number(rate, 2)} Hz` : name;
}

/// Where a course ends: the middle of its last tenth.
function late_mean(rows) {
  return {rate: mean_and_error(rows.slice(Math.floor(0.9 * rows.length)).map((row) => row.rate)).mean};
}

/// The rate of one population over the trial, without plasticity, with the found rule and the known one.
function population_panel(run, trial, {name, size, target}, is_last) {
  const width = plot_width - 125,
    height = 170;
  const courses = Object.keys(condition_looks)
    .map((which) => ({which, rows: rate_bins(run, trial, which, name)}))
    .filter(({rows}) => rows.length);
  const stopped = courses.filter(({rows}) => stops_early(run, rows));
  const room = 1.08 + (has_phases(run) ? 0.14 : 0) + (stopped.length ? 0.14 : 0); // for names and words at the top
  const highest = Math.max(highest_rate(courses, lifetime_of(run)), is_number(target) ? target : 0);
  const inside = (rate) => Math.max(0, Math.min((stopped.length ? 1.14 : 1.04) * highest, rate));
  const rows = courses.flatMap(({which, rows}) =>
    thin(rows, 2 * most_points).map((row) => ({...row, which, of: condition_name(run, which)})),
  );
  const x = lifetime_axis(run, is_last);
  const neurons = is_number(size) ? `, ${count(size)} neurons` : "";
  const y = quantity("rate", `rate of ${name}${neurons}, Hz`, {
    scale: {domain: [0, room * highest], nice: false},
    axis: {minExtent: 44, tickCount: 5},
  });
  const conditions = Object.keys(condition_looks); // the same in all panels, which share a scale
  const stroke = (which) => condition_looks[which].stroke;
  const color = {
    field: "which",
    type: "nominal",
    legend: null,
    scale: {domain: conditions, range: conditions.map(stroke)},
  };
  const goal = is_number(target) ? [{text: `target ${number(target)} Hz`, ink: target_colour, time: lifetime_of(run), at: target}] : [];
  const labels = spread(
    [...courses.map(({which, rows}) => ({
      text: course_label(run, {which, rows}, room * highest),
      ink: stroke(which),
      time: stops_early(run, rows) ? rows.at(-1).time : lifetime_of(run),
      at: inside((stops_early(run, rows) ? rows.at(-1) : late_mean(rows)).rate),
    })), ...goal],
    (16 * room * highest) / height,
  ).map(({at, ...label}) => ({...label, rate: at}));
  const stops = stopped.map(({which, rows}) => ({...rows.at(-1), rate: inside(rows.at(-1).rate), which}));
  return {
    width,
    height,
    layer: [
      ...phase_layers(run, x, width),
      ...target_layers(target, y),
      ...beginning_layers(run, courses, room * highest, x),
      {
        data: {values: rows},
        mark: {type: "line", strokeWidth: 1.4, clip: true},
        encoding: {x, y, color, detail: {field: "which"}},
      },
      {
        data: {values: stops},
        mark: {type: "point", shape: "cross", angle: 45, size: 70, filled: true, opacity: 1},
        encoding: {x, y, color},
      },
      {
        data: {values: thin_rows(rows.map((row) => ({...row, line: row.which})), 60)},
        mark: {type: "point", size: 90, opacity: 0, filled: true, clip: true},
        encoding: {
          x,
          y,
          tooltip: [
            {field: "of", title: "rule"},
            quantity("time", "time, s", {format: ".3~g"}),
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
  };
}

/// Rates of all populations of neurons over one trial.
function network_rate_chart(run) {
  const trial = shown_trial(run);
  if (!trial || !(lifetime_of(run) > 0)) return undefined;
  const has_rate = ({name}) =>
    Object.keys(condition_looks).some((which) => rate_bins(run, trial, which, name).length > 0);
  const drawn = populations_of(run).filter(has_rate).slice(0, most_populations);
  if (!drawn.length) return undefined;
  return chart({
    title: chart_title(`Rates over ${trial_words(trial)}`),
    spacing: 26,
    vconcat: drawn.map((population, k) => population_panel(run, trial, population, k === drawn.length - 1)),
  });
}
