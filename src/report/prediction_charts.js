// Charts of what an experiment would measure of a synapse that follows a rule: one per protocol.

function protocols_of(predictions) {
  return list(table(predictions).protocols).filter((protocol) => protocol && prediction_rows(protocol).length > 0);
}

/// Every value of a protocol as a row: rule, curve, x (or its label), y.
function prediction_rows(protocol) {
  const {values, labels} = table(protocol.x);
  return list(protocol.figures).flatMap((figure) =>
    list(table(figure).curves).flatMap((curve) =>
      list(table(curve).y).flatMap((y, k) => {
        const x = list(labels)[k] ?? list(values)[k];
        return is_number(y) && x !== undefined ? [{rule: figure.rule ?? "?", curve: curve.name ?? "", x, y}] : [];
      }),
    ),
  );
}

/// Frequencies that cover decades stand on a logarithmic scale.
function prediction_x(protocol) {
  const {title = "", values, labels} = table(protocol.x);
  if (list(labels).length) {
    const axis = {labelAngle: -35, labelFontSize: 11, labelLimit: 160};
    return {field: "x", type: "nominal", sort: null, title, axis};
  }
  const numbers = list(values).filter(is_number);
  const is_wide = Math.min(...numbers) > 0 && Math.max(...numbers) > 100 * Math.min(...numbers);
  return quantity("x", title, {scale: is_wide ? {type: "log", nice: false} : {nice: false, zero: false}});
}

/// One rule: a colour for each curve. Several rules: a colour for each rule, and curves by their dashes.
function prediction_chart(protocol, width = plot_width) {
  const rows = prediction_rows(protocol);
  if (!rows.some((row) => row.y !== 0)) return undefined;
  const rules = [...new Set(rows.map((row) => row.rule))];
  const curves = [...new Set(rows.map((row) => row.curve))];
  const is_categorical = list(table(protocol.x).labels).length > 0;
  const shape = is_categorical ? {symbolType: "circle"} : {symbolType: "stroke", symbolSize: 400, symbolStrokeWidth: 2};
  const legend = {orient: "bottom", title: null, labelFontSize: 12.5, labelLimit: 400, columns: width < 500 ? 2 : 4, ...shape};
  const by = (field, domain) => ({
    field,
    type: "nominal",
    scale: {domain, range: domain.map((_, k) => line_colours[k % line_colours.length])},
    legend: domain.length > 1 ? legend : null,
  });
  const color = rules.length > 1 ? by("rule", rules) : by("curve", curves);
  const dashes = [[1, 0], [6, 3], [2, 2], [8, 2, 2, 2]];
  const dash = {
    field: "curve",
    type: "nominal",
    scale: {domain: curves, range: curves.map((_, k) => dashes[k % dashes.length])},
    legend: {...legend, symbolStrokeColor: colour.text},
  };
  const encoding = {
    x: prediction_x(protocol),
    y: quantity("y", table(protocol.y).title ?? "", {axis: {format: "~g", tickCount: 5, minExtent: 44}}),
    color,
    ...(rules.length > 1 && curves.length > 1 && !is_categorical ? {strokeDash: dash} : {}),
  };
  const mark = is_categorical
    ? {type: "point", filled: true, size: 60, opacity: 0.9}
    : {type: "line", strokeWidth: 1.8};
  // A layer of their own: as part of the line they would fill the symbols of its dashes.
  const {strokeDash: _, ...plain} = encoding;
  const points = {mark: {type: "point", size: 22, filled: true, opacity: 1}, encoding: {...plain, detail: {field: "curve"}}};
  const has_points = !is_categorical && rows.length <= 40 * rules.length;
  const zero = {data: {values: [{y: 0}]}, mark: {type: "rule", color: colour.grey}, encoding: {y: {field: "y", type: "quantitative"}}};
  return chart({width, height: 210, data: {values: rows}, layer: [zero, {mark, encoding}, ...(has_points ? [points] : [])]});
}

/// What each rule does in a protocol, a sentence each; named where there are several rules.
function prediction_words(protocol) {
  const figures = list(protocol.figures).filter((figure) => typeof table(figure).words === "string");
  const words = (figure) => figure.words.replace(/(^|[ (])-(?=[\d.])/g, "$1−");
  return figures.map((figure) => ({rule: figures.length > 1 ? figure.rule : undefined, words: words(figure)}));
}
