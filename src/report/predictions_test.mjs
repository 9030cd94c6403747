// Charts of predictions, drawn by Vega without a browser.
import assert from "node:assert/strict";
import test from "node:test";
import {document, drawn, marks, page} from "./test_page.mjs";

const {prediction_chart, prediction_rows, prediction_words, protocols_of} = page;
const two = document("predictions.json");

test("every protocol is drawn, for one rule and for two", async () => {
  assert.equal(protocols_of(two).length, 8);
  for (const protocol of two.protocols) {
    if (/_only$/.test(protocol.name)) {
      assert.equal(prediction_chart(protocol), undefined); // neither rule does anything there
      continue;
    }
    const picture = await drawn(prediction_chart(protocol));
    assert.ok(marks(picture, "<path") > 2, protocol.name);
    const alone = {...protocol, figures: protocol.figures.slice(0, 1)};
    await drawn(prediction_chart(alone));
    assert.equal(prediction_rows(alone).length * 2, prediction_rows(protocol).length);
  }
});

test("rules are named only where there are several", () => {
  const [protocol] = two.protocols;
  assert.equal(prediction_words(protocol)[1].rule, "pair_stdp");
  assert.equal(prediction_words({...protocol, figures: protocol.figures.slice(0, 1)})[0].rule, undefined);
});

test("odd records are no reason to fail", () => {
  for (const odd of [{}, {protocols: 3}, {protocols: [null, {}, {x: 1, figures: [{curves: [{y: [null]}]}]}]}])
    assert.equal(protocols_of(odd).length, 0);
  assert.equal(prediction_chart({x: {}, figures: []}), undefined);
});

test("commands take every rule along that a program takes, from any folder", () => {
  const run = (folder, together) => ({
    experiment: {name: "oja-images"},
    rules: {feedforward: {}, lateral: {}},
    use: {folder, targets: [{name: "brian2", together}, {name: "latex", together: true}]},
  });
  assert.deepEqual([...page.use_commands(run("runs/a", true))].slice(0, 2), [
    "carve export runs/a --to brian2 --out oja_images_brian2.py",
    "carve export runs/a --to latex --out oja_images_latex.tex",
  ]);
  assert.match(page.use_commands(run("my runs/it's", false))[0], /'my runs\/it'\\''s' --to brian2 --rule 'feedforward'/);
  assert.equal(page.use_commands({}).length, 0);
  const clamped = {use: {folder: "a", states: ["C_E", "V"]}};
  assert.equal(page.use_commands(clamped)[0], "carve predict a --hold C_E=20mV --hold V=-65mV");
});
