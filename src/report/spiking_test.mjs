// What the page says and draws of a spiking neuron with plastic synapses, where it needs no browser.
import assert from "node:assert/strict";
import test from "node:test";
import {document, drawn, marks, page, plain} from "./test_page.mjs";

const example = () => document("spiking.json");
const charts = ["rate_chart", "raster_chart", "tuning_chart", "weight_chart", "window_chart", "settled_chart"];

/// The example with the rule's trials changed, each by the same function.
function with_trials(change) {
  const run = example();
  run.spiking.trials.forEach(change);
  return run;
}

test("parameters and terms of rules that act at spikes are written as in a formula", () => {
  const {pretty_name, pretty_term} = page;
  assert.equal(["alpha", "tau_pre", "x_post", "tau_slow", "A"].map(pretty_name).join(), "α,τₚᵣₑ,xₚₒₛₜ,τ_slow,A");
  assert.equal(pretty_term("pre: x_post"), "on pre: xₚₒₛₜ");
  assert.equal(pretty_term("post: x_pre*w^2"), "on post: xₚᵣₑ\u202fw²");
  assert.equal(pretty_term("pre: 1"), "on pre: 1");
  assert.equal(pretty_term("x_pre"), "x_pre", "names in rules of rates stay as the file has them");
  assert.ok(page.is_time("tau_pre") && page.is_time("tau") && !page.is_time("taut"));
});

test("the headline says where the neuron settles, with its error and the target", () => {
  const run = example();
  assert.equal(plain(page.spiking_headline(run)), "The neuron settles at 5.01 ± 0.02 Hz; target 5 Hz");
  run.spiking.settled[0].stable = false;
  assert.match(page.spiking_headline(run), /^The neuron ends at/);
  run.spiking.settled[0].predicted = null;
  assert.match(page.spiking_headline(run), /^The neuron settles at/, "several rules have no theory");
  run.spiking.settled[0].measured = 4.93;
  assert.match(plain(page.spiking_headline(run)), /^The neuron settles at 5\.01 ±/, "the answer's own, of all trials");
  delete run.metrics;
  assert.match(plain(page.spiking_headline(run)), /^The neuron settles at 4\.93 ±/);
  delete run.spiking.settled;
  assert.match(plain(page.spiking_headline(run)), /^The neuron settles at \d\.\d+ ± 0\.\d+ Hz; target 5 Hz$/);
  delete run.spiking.target;
  assert.match(page.spiking_headline(run), /Hz$/);
  assert.equal(page.spiking_headline(document("run.json")), undefined);
  run.loss.validation.mean = null;
  assert.equal(page.spiking_headline(run), undefined, "a rule that fails is said to fail");
});

test("the lead says which synapses learn and what the neuron does without", () => {
  assert.match(
    page.spiking_lead(example()),
    /^Only its inhibitory synapses learn\. Without plasticity it would fire at 11\d Hz\.$/,
  );
  const stopped = with_trials(({rate}) => rate.before.splice(5));
  stopped.spiking.connections = ["excitation", "inhibition"];
  const words = page.spiking_lead(stopped);
  assert.match(
    words,
    /^Its excitatory and inhibitory synapses learn\. Without plasticity it does not last: .* after 2 s, where/,
  );
  assert.equal(page.spiking_lead(document("run.json")), "");
  assert.match(page.lead(example()), /one formula with 6 numbers to find, in 40 generations/);
});

test("sentences say how inhibition follows excitation, and how good theory is", () => {
  assert.equal(
    page.tuning_sentence(example()),
    "Over the groups, inhibition and excitation have a correlation of 0.996 in the end, from no tuning at all.",
  );
  assert.equal(page.tuning_sentence(with_trials((trial) => delete trial.tuning)), "");
  assert.equal(
    page.settled_sentence(example()),
    "5 of 7 rules settle within 10\u202f% of the target. For those, theory is off by at most 14\u202f%.",
  );
  const run = example();
  run.spiking.settled = run.spiking.settled.slice(0, 1);
  assert.equal(page.settled_sentence(run), "", "one rule is no statistics");
  assert.equal(page.correlation([1, 2, 3], [2, 4, 6]), 1);
  assert.equal(page.correlation([1, 2, 3], [5, 5, 5]), undefined);
});

test("rules of one rate lie on the manifold", () => {
  const run = example();
  for (const {alpha, drift, predicted} of page.on_manifold(run)) {
    if (drift !== null) assert.ok(Math.abs(-alpha / drift - predicted) < 1e-12);
  }
  const parameters = {alpha: -0.2, beta: 0, gamma: 1, kappa: 1, tau_pre: 0.02, tau_post: 0.02};
  run.spiking.settled = [{start: 1, measured: 5, predicted: null, parameters}];
  const [vogels] = page.on_manifold(run);
  assert.ok(Math.abs(-vogels.alpha / vogels.drift - 5) < 1e-12, "Vogels et al. 2011");
  run.spiking.settled[0].parameters = {A: 1};
  assert.equal(page.on_manifold(run).length, 0, "another family has no manifold");
});

test("every chart of the example compiles and draws", async () => {
  const run = example();
  const rates = await drawn(page.rate_chart(run));
  for (const label of ["without plasticity", "found rule", "Vogels’ rule", "target 5 Hz"]) {
    assert.ok(rates.includes(label), label);
  }
  const raster = await drawn(page.raster_chart(run));
  for (const label of ["40 excitatory", "16 inhibitory", "plasticity", "Last second of trial 0"]) {
    assert.ok(raster.includes(label), label);
  }
  const tuning = await drawn(page.tuning_chart(run));
  assert.ok(tuning.includes(">before<") && tuning.includes("after 60 s with the found rule"));
  assert.ok((await drawn(page.weight_chart(run))).includes("before: all at 0.1"));
  assert.ok((await drawn(page.window_chart(run))).includes("inhibitory synapse"));
  const settled = await drawn(page.settled_chart(run));
  assert.ok(settled.includes("predicted by theory, Hz") && settled.includes(">α<"));
});

test("strengths and time constants have an axis each", async () => {
  const run = example();
  const specification = page.parameter_chart(run, "inhibition");
  assert.equal(specification.vconcat.length, 2);
  const picture = await drawn(specification);
  for (const label of ["κ = 1.13", "τₚᵣₑ = 14.8 ms", ">strength<", ">time constant, ms<"]) {
    assert.ok(picture.includes(label), label);
  }
  for (const {coefficients} of run.history)
    (delete coefficients.inhibition.tau_pre, delete coefficients.inhibition.tau_post);
  assert.equal(page.parameter_chart(run, "inhibition").vconcat.length, 1);
  assert.equal(page.parameter_chart({...run, history: run.history.slice(0, 1)}, "inhibition"), undefined);
  assert.equal(page.parameter_chart(run, "excitation"), undefined);
  assert.ok(page.acts_at_spikes({...run, spiking: undefined}, "inhibition"), "also while the search runs");
  assert.ok(!page.acts_at_spikes(document("run.json"), "feedforward"));
});

test("charts stand two plastic connections, lifetimes that were stopped and rates of 0", async () => {
  const run = with_trials((trial) => {
    trial.weights.excitation = {before: [0.5, 0.6, 0.7, null], after: [0.2, 0.9, 0.4, 0.3]};
    trial.rate.before.splice(7);
    trial.rate.found.fill(0, 60);
    trial.rate.found[50] = null;
    trial.raster.found = [];
    delete trial.raster.before;
    delete trial.rate.known;
    delete trial.tuning.excitation;
  });
  run.spiking.windows.excitation = {lag: [-10, 0, 10], change: [-0.1, null, 0.2]};
  for (const name of charts) await drawn(page[name](run));
  assert.equal(page.weight_chart(run).hconcat.length, 2);
  assert.equal(page.window_chart(run).concat.length, 2);
  const slow = with_trials(({rate}) => (rate.before = rate.known = rate.found));
  delete slow.spiking.target;
  for (const name of charts) await drawn(page[name](slow));
});

test("the settled rates stand any number of starts and any rate", async () => {
  const run = example();
  const [first] = run.spiking.settled;
  const rates = [null, 0, 1e-9, 4.9, 5, 1e6, -3];
  run.spiking.settled = rates.flatMap((predicted, k) =>
    [0, 0.01, 5, 120].map((measured, j) => ({
      ...first,
      start: 4 * k + j,
      chosen: false,
      predicted,
      measured,
      error: k ? 0.1 : null,
    })),
  );
  run.spiking.settled.push(
    {...first, start: null, measured: null},
    {start: null, chosen: true, predicted: 5, measured: 5},
  );
  const picture = await drawn(page.settled_chart(run));
  assert.ok(marks(picture, "mark-symbol") > 3);
  assert.equal(new Set(page.start_colours(run).keys()).size, 29);
  run.spiking.settled = [{...first, measured: 90, predicted: 80}];
  await drawn(page.settled_chart(run));
  run.spiking.settled = [{...first, parameters: {"inhibition.alpha": -0.2}}];
  assert.equal(page.settled_chart(run).hconcat.length, 1);
});

test("nothing is drawn of what is not there", () => {
  const odd = [
    {},
    {trials: []},
    {trials: [null, {}], settled: [null, {}], windows: {inhibition: null}},
    {trials: [{rate: {}, raster: {}, weights: {inhibition: {}}, tuning: {}}]},
  ];
  for (const spiking of [undefined, null, ...odd]) {
    const run = {...document("run.json"), spiking};
    for (const name of charts) assert.equal(page[name](run), undefined, `${name} ${JSON.stringify(spiking)}`);
    assert.equal(page.spiking_headline(run), undefined);
    assert.equal(page.spiking_lead(run), "");
    assert.equal(page.settled_sentence(run), "");
  }
});
