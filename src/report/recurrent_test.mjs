// What the page says and draws of a recurrent network, where it needs no browser.
import assert from "node:assert/strict";
import test from "node:test";
import {document, drawn, marks, page, plain} from "./test_page.mjs";

const example = () => document("recurrent.json");
const charts = ["network_rate_chart", "network_raster_chart", "network_weight_chart", "response_chart", "window_chart"];
const sentences = ["still", "endings", "phases", "thresholds", "responses"].map((of) => `${of}_sentence`);
const holds = (picture, labels) => labels.forEach((label) => assert.ok(picture.includes(label), label));

const nonsense = /NaN|undefined|Infinity|\[object/;

/// Makes every chart of a run and says every sentence: nothing may throw, and all numbers must be finite.
function say_all_of(run) {
  for (const name of charts) {
    JSON.stringify(page[name](run), (key, value) => {
      assert.ok(typeof value !== "number" || Number.isFinite(value), `${name}: ${key} = ${value}`);
      assert.ok(typeof value !== "string" || !nonsense.test(value), `${name}: ${key} = ${value}`);
      return value;
    });
  }
  for (const name of [...sentences, "recurrent_lead", "recurrent_headline", "metrics_scope"])
    assert.ok(!nonsense.test(String(page[name](run) ?? "")), `${name}: ${page[name](run)}`);
  page.recurrent_figures(run);
}

test("headline, figures and lead say what the network does, and on how many trials", () => {
  const run = example();
  const {rate_familiar, rate_novel, rate} = run.metrics;
  const hertz = ({mean, error}) => `${plain(page.with_error(mean, error))} Hz`;
  assert.equal(
    plain(page.recurrent_headline(run)),
    `Familiar patterns make the network fire at ${hertz(rate_familiar)}, novel ones at ${hertz(rate_novel)}`,
  );
  delete run.metrics.rate_novel;
  const scope = "on the 3 of 4 fresh trials that it lives through";
  assert.equal(plain(page.recurrent_headline(run)), `The network fires at ${hertz(rate)} ${scope}`);
  assert.deepEqual(
    plain_json(page.recurrent_figures(run).map(([label, value]) => [label, plain(value)])),
    [
      ["rate", hertz(rate)],
      ["plausible", "25\u202f%"],
    ],
  );
  assert.match(
    page.recurrent_lead(run),
    /^In a network of 200 E and 50 I neurons, the E->E and I->E synapses learn\. Without plasticity E fires at 4\d/,
  );
  assert.match(page.recurrent_lead(run), /With the found rule it blew up in 1 of 4 fresh trials\.$/);
  run.recurrent.endings = {finished: 4, blown_up: 0};
  assert.match(page.recurrent_headline(run), /on all 4 fresh trials$/);
  delete run.recurrent.endings;
  assert.match(page.recurrent_headline(run), /on fresh trials$/);
  delete run.metrics;
  assert.equal(page.recurrent_headline(run), undefined);
  assert.equal(page.recurrent_figures(run).length, 0);
  assert.equal(page.recurrent_headline(document("spiking.json")), undefined);
});

test("the trial that lived to its end is drawn, and one that stopped is said to", async () => {
  const run = example();
  assert.equal(page.shown_trial(run).trial, 0);
  run.recurrent.trials[0].ending = "blown_up";
  assert.equal(page.shown_trial(run).trial, 1);
  assert.match(
    page.recurrent_lead(run),
    /Without plasticity it does not last: it is stopped after 1\.2 s, at \d+\.?\d* Hz in E\./,
  );
  const rates = await drawn(page.network_rate_chart(run));
  assert.match(rates, /without plasticity: stopped after 1\.2 s, at \d/);
  run.recurrent.trials[1].ending = "silent";
  assert.equal(page.shown_trial(run).trial, 0, "the first where none finished");
});

test("rates have one panel for each population, with every phase named", async () => {
  const run = example();
  const specification = page.network_rate_chart(run);
  assert.equal(specification.vconcat.length, 2);
  const picture = await drawn(specification);
  holds(picture, ["rate of E, 200 neurons, Hz", "rate of I, 50 neurons, Hz"]);
  holds(picture, ["without plasticity", "found rule", "Vogels’ rule"]);
  for (const {name} of run.recurrent.phases) assert.equal(marks(picture, `>${name}<`), 2, name);
  assert.equal(
    page.phases_sentence(run),
    "Phases: rest 4 s, train 12 s (patterns shown), break 4 s (weights fixed), " +
      "test 12 s (patterns shown, weights fixed).",
  );
  run.recurrent.phases = [{name: "life", begin: 0, end: 32, plastic: true, shows: false}];
  assert.equal(page.phases_sentence(run), "");
  assert.ok(!(await drawn(page.network_rate_chart(run))).includes(">life<"), "one plain phase is no news");
});

test("a rate far above the others leaves the picture and is written beside it", async () => {
  const run = example();
  const top = () => {
    const [{layer}] = page.network_rate_chart(run).vconcat;
    return layer.find(({encoding}) => encoding.y?.scale).encoding.y.scale.domain[1];
  };
  assert.ok(top() > 42, "without plasticity, 42 Hz");
  run.recurrent.trials[0].rate.before.E.fill(180);
  assert.ok(top() < 40);
  assert.ok((await drawn(page.network_rate_chart(run))).includes("without plasticity: 180 Hz"));
});

test("the raster has a row for every neuron shown, of each population in its colour", async () => {
  const run = example();
  const specification = page.network_raster_chart(run);
  const colours = specification.vconcat.map((panel) => panel.encoding.color.value);
  assert.deepEqual(plain_json(colours), ["E", "I"].map((name) => page.colour_of_population(run, name)));
  assert.notEqual(colours[0], colours[1]);
  const spikes = run.recurrent.trials[0].raster.length;
  assert.equal(sum_of(specification.vconcat.map((panel) => panel.data.values.length)), spikes);
  const picture = await drawn(specification);
  holds(picture, ["40 of 200 E", "25 of 50 I", "Last second of trial 0"]);
  run.recurrent.trials[0].raster = [];
  assert.ok((await drawn(page.network_raster_chart(run))).includes("Last second of trial 1"));
});

test("a raster of too many spikes shows fewer neurons, each with all its spikes", () => {
  const spikes = Array.from({length: 20000}, (_, k) => [k / 20000, k % 100]);
  const {values, rows} = page.raster_rows(spikes, 100);
  assert.ok(rows < 100 && rows > 10);
  assert.equal(values.length, rows * 200);
});

test("weights show their spread over time, and all of them before and after", async () => {
  const run = example();
  const specification = page.network_weight_chart(run);
  assert.equal(specification.vconcat.length, 2);
  const picture = await drawn(specification);
  holds(picture, ["weight of E-&gt;E", "weight of I-&gt;E", ">before<", "share of the synapses"]);
  const bins = page.weight_bins([0.998, 0.0015, 0, 0.0005], 8);
  assert.deepEqual(plain_json(bins.map(({from, to}) => [from, to])), [[0, 2], [2, 4], [6, 8]]);
  assert.equal(page.top_weight([{q95: 1}], bins), 2, "stray weights do not squeeze the others");
  assert.equal(page.top_weight([{q95: 3}], bins), 3.12);
});

test("responses stand by phase, kind and trial, with their means", async () => {
  const run = example();
  const phases = page.responses_of(run);
  assert.deepEqual(plain_json(phases.map(({phase, trials}) => [phase, trials.length])), [["train", 2], ["test", 2]]);
  const picture = await drawn(page.response_chart(run));
  holds(picture, ["familiar, trial 0", "novel, trial 1", "phase “test”"]);
  assert.equal(marks(picture, "novel, trial"), 2, "training shows no novel patterns");
  for (const {familiar, novel} of run.recurrent.trials.flatMap((trial) => trial.responses)) {
    familiar.fill(4);
    novel.fill(8);
  }
  assert.equal(
    page.responses_sentence(run),
    "Over all presentations shown, in phase “test” 4 Hz during familiar patterns and 8 Hz during novel ones.",
  );
});

test("metrics are told to be outside their thresholds on average, or in the worst trial", () => {
  const run = example();
  const outside = page.judged_metrics(run).map(({name, outside}) => [name, outside]);
  assert.deepEqual(plain_json(outside), [["rate", null], ["cv_isi", "worst"], ["fft", "mean"], ["w_creep", null]]);
  assert.equal(
    page.thresholds_sentence(run),
    "On average over trials, 3 of 4 metrics with thresholds are within them; outside: fft (2.85, at most 1).",
  );
  const words = [{lowest: 1, highest: 50}, {lowest: 0.7}, {highest: 0.05}, {}].map(page.threshold_words);
  assert.deepEqual(words, ["1 to 50", "at least 0.7", "at most 0.05", ""]);
  assert.equal(page.thresholds_sentence(document("spiking.json")), "");
});

test("windows say which spike comes first, one picture for each rule", async () => {
  const run = example();
  assert.equal(page.window_chart(run).concat.length, 2);
  const picture = await drawn(page.window_chart(run));
  holds(picture, ["weight change of the I-&gt;E synapse", "pre first", "post − pre, ms"]);
});

test("charts stand any part missing, null or odd", async () => {
  const whole = example();
  whole.recurrent.trials.forEach((trial) => trial.raster.splice(40));
  const paths = [];
  const walk = (value, path) => {
    if (value === null || typeof value !== "object") return;
    for (const key of Array.isArray(value) ? [0, value.length - 1] : Object.keys(value)) {
      if (value[key] === undefined) continue;
      paths.push([...path, key]);
      walk(value[key], [...path, key]);
    }
  };
  walk({recurrent: whole.recurrent, metrics: whole.metrics}, []);
  assert.ok(paths.length > 200);
  const failures = [];
  const odd = [undefined, null, "text", -1, 1e300, [], {}, [null], {a: null}, true];
  for (const [k, path] of paths.entries()) {
    const value = odd[k % odd.length];
    const run = structuredClone(whole);
    const parent = path.slice(0, -1).reduce((at, key) => at[key], run);
    parent[path.at(-1)] = value;
    try {
      say_all_of(run);
      if (k % 21 > 0) continue;
      for (const name of charts) if (page[name](run)) await drawn(page[name](run));
    } catch (error) {
      failures.push(`${path.join(".")} = ${JSON.stringify(value)}: ${error.stack.split("\n").slice(0, 3)}`);
    }
  }
  assert.deepEqual(failures, []);
});

test("nothing is drawn of what is not there", async () => {
  const odd = [{}, {trials: []}, {trials: [null, {}], populations: [null, {}], phases: [null, {}], windows: {a: null}}];
  for (const recurrent of [undefined, null, "x", ...odd]) {
    const run = {...document("run.json"), recurrent};
    for (const name of charts) assert.equal(page[name](run), undefined, `${name} ${JSON.stringify(recurrent)}`);
    say_all_of(run);
  }
  assert.equal(page.recurrent_lead(document("spiking.json")), "");
});

test("many parameters are grey but for the largest", async () => {
  const run = example();
  const parameters = (k) =>
    Object.fromEntries(Array.from({length: 21}, (_, j) => [`theta_${j}`, (j - 10) * (1 + k / 10)]));
  run.history = [0, 1, 2].map((generation) => ({generation, coefficients: {"I->E": parameters(generation)}}));
  const picture = await drawn(page.parameter_chart(run, "I->E"));
  holds(picture, ["θ₀ = −12", "θ₂₀ = 12"]);
  assert.equal(marks(picture, ">θ[₀-₉]+ = "), 7);
});

function sum_of(values) {
  return values.reduce((total, value) => total + value, 0);
}

/// Without the prototypes of the page's context; what is undefined becomes null.
function plain_json(value) {
  return JSON.parse(JSON.stringify(value));
}
