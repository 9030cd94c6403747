// What all charts share: colours, type, axes. A chart is a Vega-Lite specification, plain data made from the run's
// document without a browser.

// Okabe and Ito's colours, which stay apart for every kind of colour vision and in print.
const colour = {
  blue: "#0072B2",
  orange: "#D55E00",
  green: "#009E73",
  purple: "#CC79A7",
  amber: "#E69F00",
  sky: "#56B4E9",
  black: "#000000",
  ink: "#1c2024",
  text: "#4d545c",
  grey: "#9aa1a8",
  line: "#c9ced4",
  grid: "#e9ecef",
};
const line_colours = [colour.blue, colour.orange, colour.green, colour.purple, colour.amber, colour.sky, colour.black];
const font =
  'system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", "Noto Sans", "Liberation Sans", Arial, sans-serif';

const plot_width = globalThis.innerWidth < 560 ? 460 : 730; // on a telephone, so that its text stays readable
const most_points = 300; // per line; more cannot be told apart at this width

const config = {
  font,
  background: "white",
  padding: {left: 2, top: 4, right: 4, bottom: 2},
  view: {stroke: null},
  axis: {
    labelColor: colour.text,
    titleColor: colour.ink,
    labelFontSize: 12,
    titleFontSize: 12.5,
    titleFontWeight: 600,
    titlePadding: 8,
    gridColor: colour.grid,
    domainColor: colour.line,
    tickColor: colour.line,
    labelPadding: 4,
    tickSize: 4,
    labelLimit: 260,
  },
  axisY: {
    domain: false,
    ticks: false,
    titleAnchor: "end",
    titleAngle: 0,
    titleAlign: "left",
    titleX: 0,
    titleY: -10,
    titleBaseline: "bottom",
  },
  axisX: {grid: false, labelFlush: false},
  title: {color: colour.ink, fontSize: 12.5, fontWeight: 600, anchor: "start"},
  text: {font, fontSize: 12.5, color: colour.ink},
};

function chart(specification) {
  return {$schema: "https://vega.github.io/schema/vega-lite/v6.json", config, ...specification};
}

function quantity(field, title, more = {}) {
  return {field, type: "quantitative", title, ...more};
}

// Thousands as in the text, not with a comma.
const count_label = `replace(format(datum.value, ",d"), regexp(",", "g"), "${thin_space}")`;

/// Scale and axis for positive values, with some air on both sides.
function log_encoding(field, title, values) {
  const low = 0.85 * Math.min(...values);
  const high = 1.15 * Math.max(...values);
  return quantity(field, title, {
    scale: {type: "log", nice: false, domain: [low, high]},
    axis: {values: log_ticks(low, high), format: "~g", minExtent: 44},
  });
}
