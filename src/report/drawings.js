// Small drawings made by hand: weights as images, bars and dots in tables.

const svg_space = "http://www.w3.org/2000/svg";

/// An element with attributes and children; text is always text, never markup.
function h(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [key, value] of Object.entries(attributes)) {
    if (typeof value === "function") element.addEventListener(key, value);
    else if (value !== undefined) element.setAttribute(key, value);
  }
  element.append(...children.flat().filter((child) => child !== undefined && child !== null));
  return element;
}

function svg(tag, attributes, ...children) {
  const element = document.createElementNS(svg_space, tag);
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
  element.append(...children.flat());
  return element;
}

/// From orange (-1) over white (0) to blue (1).
function diverging(value) {
  const ends =
    value < 0
      ? [
          [179, 71, 0],
          [224, 130, 60],
        ]
      : [
          [0, 79, 140],
          [70, 150, 205],
        ];
  const size = Math.min(1, Math.abs(value));
  const mix = (a, b, share) => a.map((from, k) => Math.round(from + (b[k] - from) * share));
  const white = [250, 250, 250];
  return size < 0.5 ? mix(white, ends[1], 2 * size) : mix(ends[1], ends[0], 2 * size - 1);
}

/// Values in rows as an image of crisp squares; `most` is the value of full colour.
function heat_map(values, {rows, columns}, most, label) {
  const cell = Math.max(1, Math.ceil(320 / Math.max(rows, columns)));
  const canvas = h("canvas", {
    width: columns * cell,
    height: rows * cell,
    role: "img",
    "aria-label": label,
    title: label,
  });
  const context = canvas.getContext("2d");
  for (let row = 0; row < rows; ++row) {
    for (let column = 0; column < columns; ++column) {
      const value = values[row * columns + column];
      context.fillStyle = is_number(value) ? `rgb(${diverging(value / most)})` : "#ddd";
      context.fillRect(column * cell, row * cell, cell, cell);
    }
  }
  return canvas;
}

function colour_bar(words) {
  const stops = [-1, -0.5, 0, 0.5, 1].map((at) => `rgb(${diverging(at)}) ${50 + 50 * at}%`);
  return h(
    "p",
    {class: "colour-bar"},
    `${minus}max`,
    h("span", {style: `background: linear-gradient(to right, ${stops.join(", ")})`}),
    "max",
    h("em", {}, words),
  );
}

/// The principal component above the learned weights: per output, one column for each trial; of networks with many
/// outputs, two trials with a column for each output.
function weight_images(lives) {
  const outputs = Math.max(...lives.map((life) => life.weights.length));
  const entries = (life, k) =>
    Array.from({length: outputs}, (_, output) => ({life, output, head: `output ${output + 1}`, trial: life.trial ?? k}));
  if (outputs > 3) {
    const chunks = (all) => Array.from({length: Math.ceil(all.length / 10)}, (_, k) => all.slice(10 * k, 10 * k + 10));
    const blocks = lives.slice(0, 2).flatMap((life, k) => [
      h("h3", {}, `trial ${life.trial ?? k}`),
      ...chunks(entries(life, k)).map(image_block),
    ]);
    return h("div", {}, ...blocks, colour_bar("one scale per output"));
  }
  const blocks = Array.from({length: outputs}, (_, output) => [
    ...(outputs > 1 ? [h("h3", {}, `output ${output + 1}`)] : []),
    image_block(lives.map((life, k) => ({...entries(life, k)[output], head: `trial ${life.trial ?? k}`}))),
  ]);
  return h("div", {}, ...blocks.flat(), colour_bar("one scale per column"));
}

/// Columns of pictures: what the weights should be, what they are, and how well the two agree.
function image_block(entries) {
  const is_subspace = by_subspace(entries.map(({life}) => life));
  const wanted = is_subspace ? "nearest in the components’ space" : "principal component";
  const pairs = entries.map(({life, output}) => [target_of(life, output), matched_weights(life, output)]);
  const most = pairs.map((pair) => Math.max(...pair.flat().map((value) => Math.abs(value ?? 0))) || 1);
  const row = (which, name) => [
    h("span", {class: "image-side"}, name),
    ...entries.map(({life, output, trial}, k) =>
      heat_map(pairs[k][which], life.image, most[k], `${name}, output ${output + 1}, trial ${trial}`),
    ),
  ];
  const cosine = ({life, output}) => alignment(life, output)?.toFixed(3) ?? "–";
  return h(
    "div",
    {class: "images", style: `--columns: ${entries.length}`},
    h("span"),
    ...entries.map(({head}) => h("span", {class: "image-head"}, head)),
    ...row(0, wanted),
    ...row(1, "learned weights"),
    h("span", {class: "image-side"}, "|cos|"),
    ...entries.map((entry) => h("span", {class: "image-foot"}, cosine(entry))),
  );
}

/// A bar from 0 to `value` on the axis from -1 to 1, with a tick at the known value.
function relative_bar(value, known) {
  const width = 126,
    height = 18,
    at = (position) => width / 2 + (width / 2 - 3) * Math.max(-1.05, Math.min(1.05, position));
  const parts = [
    svg("line", {x1: at(0), x2: at(0), y1: 0, y2: height, stroke: colour.line}),
    svg("rect", {
      x: Math.min(at(0), at(value)),
      width: Math.max(0.75, Math.abs(at(value) - at(0))),
      y: 4,
      height: height - 8,
      fill: value < 0 ? colour.orange : colour.blue,
    }),
  ];
  if (is_number(known))
    parts.push(svg("line", {x1: at(known), x2: at(known), y1: 0, y2: height, stroke: colour.black, "stroke-width": 2}));
  return svg("svg", {viewBox: `0 0 ${width} ${height}`, width, height, class: "bar"}, parts);
}

/// The decades that hold all costs that stand out of their error.
function cost_axis(costs) {
  const seen = costs
    .filter((cost) => is_number(cost.mean) && cost.mean > 3 * (cost.error ?? 0))
    .map((cost) => cost.mean);
  if (!seen.length) return undefined;
  const low = Math.floor(Math.log10(Math.min(...seen)) - 0.1);
  const high = Math.max(low + 1, Math.ceil(Math.log10(Math.max(...seen))));
  const width = 150;
  return {low, high, width, at: (value) => 6 + (width - 12) * Math.max(0, (Math.log10(value) - low) / (high - low))};
}

function cost_ticks({low, high, width, at}) {
  const decades = Array.from({length: high - low + 1}, (_, k) => low + k);
  const every = Math.ceil(decades.length / 4);
  return svg(
    "svg",
    {viewBox: `0 0 ${width} 14`, width, height: 14, class: "bar"},
    decades
      .filter((decade) => (decade - low) % every === 0)
      .map((decade) => {
        const label = svg("text", {
          x: at(10 ** decade),
          y: 11,
          "text-anchor": decade === low ? "start" : decade === high ? "end" : "middle",
          "font-size": 11,
          fill: colour.text,
        });
        label.textContent =
          decade >= -3 && decade <= 3
            ? (10 ** decade).toFixed(Math.max(0, -decade))
            : `10${superscript(decade)}`;
        return label;
      }),
  );
}

/// The cost of a removal as a dot with its error on the logarithmic axis; no dot where the error drowns it.
function cost_dot(cost, axis) {
  const {low, high, width, at} = axis;
  const height = 18;
  const parts = Array.from({length: high - low + 1}, (_, k) =>
    svg("line", {x1: at(10 ** (low + k)), x2: at(10 ** (low + k)), y1: 0, y2: height, stroke: colour.grid}),
  );
  const error = cost.error ?? 0;
  if (is_number(cost.mean) && cost.mean > 3 * error) {
    parts.push(
      svg("line", {
        x1: at(Math.max(cost.mean - 2 * error, 10 ** low)),
        x2: at(cost.mean + 2 * error),
        y1: height / 2,
        y2: height / 2,
        stroke: colour.ink,
        "stroke-width": 1.5,
      }),
      svg("circle", {cx: at(cost.mean), cy: height / 2, r: 4, fill: colour.ink}),
    );
  }
  return svg("svg", {viewBox: `0 0 ${width} ${height}`, width, height, class: "bar"}, parts);
}
