// What a sweep's page says and draws: with seeds alone, one key, several, none finished, odd records.
import assert from "node:assert/strict";
import {test} from "node:test";

import {drawn, marks, page, plain} from "./test_page.mjs";

/// Runs at all combinations, whose losses `loss` gives.
function sweep_of(axes, loss) {
  let points = [{}];
  for (const {key, values} of axes) points = points.flatMap((point) => values.map((value) => ({...point, [key]: value})));
  const runs = points.map((settings) => {
    const mean = loss(settings);
    const name = axes.map(({label, key}) => `${label}=${settings[key]}`).join();
    const finished = {loss: {search: mean, validation: {mean, error: 0.01}, reference: {name: "Oja", mean: 0.2, error: 0.01}}};
    return {name, settings, status: mean === undefined ? "waiting" : "finished", rules: {}, ...(mean === undefined ? {loss: {}} : finished)};
  });
  const settings = new Map();
  runs.forEach((run, k) => {
    const {seed, ...rest} = run.settings;
    const key = JSON.stringify(rest);
    settings.set(key, {settings: rest, runs: [...(settings.get(key)?.runs ?? []), k]});
  });
  for (const each of settings.values()) {
    const losses = each.runs.map((k) => runs[k].loss.validation?.mean).filter((mean) => mean !== undefined);
    each.finished = losses.length;
    if (losses.length) each.loss = {mean: losses.reduce((a, b) => a + b) / losses.length, error: 0.001, runs: losses.length};
  }
  const finished = runs.filter((run) => run.status === "finished").length;
  return {name: "oja", axes, runs, settings: [...settings.values()], status: {finished, waiting: runs.length - finished, failed: 0}};
}

const eta = {key: "rule.feedforward.eta", label: "eta", values: [0.01, 0.1, 1]};
const inputs = {key: "trials.inputs.kind", label: "kind", values: ["gaussian", "image_patches"]};
const seeds = {key: "seed", label: "seed", values: [1, 2, 3, 4]};
const full = () => sweep_of([eta, inputs, seeds], (at) => 0.1 + at[eta.key] + 0.01 * at.seed + (at[inputs.key] === "gaussian" ? 0.2 : 0));

test("a sweep says which setting does best, and what it is made of", () => {
  assert.equal(page.sweep_headline(full()), "Least loss on fresh data: eta = 0.01, kind = image_patches");
  assert.equal(plain(page.sweep_lead(full())), "24 runs of oja (3 values of eta × 2 values of kind × 4 seeds): 24 finished.");
  const level = sweep_of([eta, seeds], (at) => 0.1 + 0.01 * at.seed);
  assert.match(page.sweep_headline(level), /^No setting is clearly best/);
  assert.equal(page.sweep_headline(sweep_of([eta, seeds], () => undefined)), "No run is finished yet");
  const failed = {...full(), runs: [{name: "seed=1", status: "failed", problem: "the disk is full\nmake room"}]};
  assert.equal(page.sweep_notices(failed).join(), "seed=1 failed: the disk is full");
  for (const nothing of [{}, {runs: [null], settings: [null], axes: [null]}]) {
    assert.equal(typeof page.sweep_headline(nothing), "string");
    assert.equal(typeof page.sweep_lead(nothing), "string");
    assert.equal(page.sweep_notices(nothing).length, 0);
  }
});

test("values on an axis are written out, however far apart", async () => {
  const generations = {key: "search.generations", label: "generations", values: [5, 20]};
  const few = sweep_of([generations, seeds], (at) => 0.1 + 0.01 * at.seed);
  const picture = await drawn(page.effect_chart(few, generations));
  assert.match(picture, />20</);
});

test("means over seeds have the standard error of the mean", () => {
  const rows = [1, 2, 3, 6].map((loss) => ({at: 0.1, group: "g", loss}));
  const [cell] = page.effect_means([...rows, {at: 0.2, group: "g", loss: 5}]);
  assert.equal(cell.loss, 3);
  const error = Math.sqrt((4 + 1 + 0 + 9) / 3 / 4);
  assert.ok(Math.abs(cell.high - (3 + error)) < 1e-12 && Math.abs(cell.low - (3 - error)) < 1e-12);
  const [, single] = page.effect_means([...rows, {at: 0.2, group: "g", loss: 5}]);
  assert.equal(single.low, 5);
});

test("axes are logarithmic over decades, and ordinal for words", () => {
  assert.equal(page.axis_scale([0.01, 0.1]), "log");
  assert.equal(page.axis_scale([1, 2, 3]), "linear");
  assert.equal(page.axis_scale([0, 10]), "linear");
  assert.equal(page.axis_scale(["a", 1]), "ordinal");
  assert.equal(page.axis_scale([true, false]), "ordinal");
});

test("the charts draw each run, and a mean with an error for each setting", async () => {
  const all = full();
  const picture = await drawn(page.effect_chart(all, eta));
  assert.equal(marks(picture, 'aria-roledescription="point"'), 24 + 6);
  await drawn(page.effect_chart(all, inputs));
  const only_seeds = sweep_of([seeds], (at) => 0.1 * at.seed);
  assert.equal(marks(await drawn(page.effect_chart(only_seeds, seeds)), 'aria-roledescription="point"'), 4);
});

test("the charts stand runs that are not finished, losses that are not finite, and many combinations", async () => {
  const all = full();
  all.runs[3].loss.validation.mean = null;
  all.runs[4] = {name: "x"};
  all.runs[5].loss.reference.mean = null;
  await drawn(page.effect_chart(all, eta));
  const tau = {key: "tau", label: "tau", values: Array.from({length: 20}, (_, k) => k)};
  await drawn(page.effect_chart(sweep_of([eta, tau, seeds], (at) => at.tau - 5), eta));
  await drawn(page.effect_chart(sweep_of([tau, seeds], () => 0), tau));
  assert.equal(page.effect_chart(sweep_of([eta, seeds], () => undefined), eta), undefined);
  assert.equal(page.effect_chart({}, eta), undefined);
});
