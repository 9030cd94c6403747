// A protocol on a page: what is done, what each rule does, and the chart.

function prediction_paragraphs(protocol) {
  return prediction_words(protocol).map(({rule, words}) => h("p", {}, rule ? h("b", {}, `${rule}: `) : undefined, words));
}

function draw_prediction(figure, protocol) {
  const specification = prediction_chart(protocol); // none where no rule does anything
  if (specification) draw(figure, specification, protocol.name ?? "prediction", protocol.title ?? "");
}

function protocol_section(protocol) {
  const figure = h("figure");
  draw_prediction(figure, protocol);
  return h(
    "section",
    {id: protocol.name},
    h("div", {class: "aside"}, h("h2", {}, protocol.title ?? "?"), h("p", {class: "reading"}, protocol.brief ?? "")),
    h("div", {class: "main"}, ...prediction_paragraphs(protocol), figure),
  );
}
