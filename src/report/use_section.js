// The section of the report that brings together what the answer predicts and how to take it along.

// The charts that say most; words there are of all protocols.
const shown_protocols = ["pairing_frequency", "rate_dependence", "bcm_curve", "weight_dependence"];

function fill_predictions() {
  const protocols = protocols_of(table(table(run.use).predictions));
  const states = list(table(run.use).states);
  if (!protocols.length && states.length) {
    const words = `Its rules read ${states.join(", ")} of the postsynaptic neuron, which an experiment has to clamp: `;
    return slot("predictions").append(h("p", {}, words, h("code", {}, "carve predict"), " below says at what."));
  }
  if (!protocols.length) return hide("predictions");
  for (const protocol of protocols) {
    slot("predictions").append(h("h3", {}, protocol.title ?? "?"), ...prediction_paragraphs(protocol));
    const drawn = shown_protocols.includes(protocol.name) && !(protocol.name === "weight_dependence" && protocols.length > 4);
    if (!drawn) continue;
    const figure = h("figure");
    slot("predictions").append(figure);
    draw_prediction(figure, protocol);
  }
}

/// The ending of what a target gives.
function export_file(target, name) {
  const endings = {latex: ".tex", nestml: ".nestml", auryn: ".h"};
  return `${name.replace(/\W/g, "_")}_${target}${endings[target] ?? ".py"}`;
}

/// Commands that take the rules of a run along.
function use_commands(run) {
  const {folder, targets} = table(run.use);
  if (typeof folder !== "string") return [];
  const place = /^[\w./-]+$/.test(folder) ? folder : `'${folder.replaceAll("'", "'\\''")}'`;
  const [first] = Object.keys(table(run.rules));
  const name = table(run.experiment).name ?? "rule";
  const exports = list(targets).map(table).map(({name: target, together}) => {
    const choice = together ? "" : ` --rule '${first}'`;
    return `carve export ${place} --to ${target}${choice} --out ${export_file(target, name)}`;
  });
  const held = list(table(run.use).states).map((state) => ` --hold ${state}=${state === "V" ? "-65mV" : "20mV"}`);
  return [...exports, `carve predict ${place}${held.join("")}`, `carve predict ${place} --starts${held.join("")}`];
}

function fill_use() {
  const commands = use_commands(run);
  if (!commands.length) return hide("use");
  for (const command of commands)
    slot("commands").append(h("p", {class: "command"}, h("code", {}, command), " ", copy_button("Copy", command)));
}
