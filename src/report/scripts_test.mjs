// The page's scripts where they need no browser: numbers, sentences, and every chart compiled and drawn by Vega.
import assert from "node:assert/strict";
import test from "node:test";
import {document, drawn, marks, page, plain} from "./test_page.mjs";

const comparison = () => document("comparison.json");
const example = () => document("run.json");

test("numbers are written as people write them", () => {
  const {number, count, percent, duration, pretty_term} = page;
  assert.equal(number(0.012345), "0.0123");
  assert.equal(number(-4.5e-7), "−4.5 × 10⁻⁷");
  assert.equal(number(null), "–");
  assert.equal(number(1234567, 2), "1.2 × 10⁶");
  assert.equal(count(19200), "19\u202f200");
  assert.equal(count(100), "100");
  assert.equal(percent(0.352), "35\u202f%");
  assert.equal(percent(0.0079), "0.8\u202f%");
  assert.equal(duration(8.13), "8.1 s");
  assert.equal(duration(150), "3 min");
  assert.equal(duration(7260), "2 h 1 min");
  assert.equal(pretty_term("x*y^2*w"), "x\u202fy²\u202fw");
});

test("a mean is given to the precision of its error", () => {
  const with_error = (mean, error) => plain(page.with_error(mean, error));
  assert.equal(with_error(0.010382, 0.00031), "0.0104 ± 0.0003");
  assert.equal(with_error(-0.00564, 0.00021), "−0.0056 ± 0.0002");
  assert.equal(with_error(0.5, 0.0123), "0.500 ± 0.012");
  assert.equal(with_error(0.5, 0.0096), "0.500 ± 0.010");
  assert.equal(with_error(1234, 21), "1234 ± 20");
  assert.equal(with_error(3.21e-6, 4e-8), "(3.21 ± 0.04) × 10⁻⁶");
  assert.equal(with_error(0.25, null), "0.25");
  assert.equal(with_error(null, 0.1), "not finite");
  assert.equal(with_error(0, 0), "0");
});

test("logarithmic axes are marked at round values, few of them", () => {
  assert.equal(page.log_ticks(0.0095, 1.2).join(), "0.01,0.1,1");
  assert.equal(page.log_ticks(0.03, 0.6).join(), "0.05,0.1,0.2,0.5");
  assert.ok(page.log_ticks(1e-20, 1e3).length <= 7);
});

test("a term is needed, idle or harmful by its removal and its error", () => {
  const verdict = (mean, error) => page.removal_verdict({removal: {mean, error}});
  assert.equal(verdict(0.004, 0.001), "needed");
  assert.equal(verdict(0.002, 0.001), "idle");
  assert.equal(verdict(-0.004, 0.001), "harmful");
  assert.equal(verdict(null, null), "needed");
  assert.equal(page.removal_verdict({}), undefined);
});

const simplified = () => {
  const point = (count, mean, error, excess) => ({
    count,
    by: "elimination",
    terms: ["x*y", "y^2*w", "x", "w"].slice(0, count).map((term) => ({rule: "feedforward", term})),
    loss: {mean, error, trials: 200},
    excess: {mean: excess, error: 0.001, trials: 200},
  });
  return {
    simplified: {
      front: [point(0, 1.1, 0.01, 1.05), point(1, null, null, null), point(2, 0.05, 0.01, 0.001), point(3, 0.049, 0.01, 0)],
      knee: 2,
      share: 0.05,
      chosen: {
        terms: 3,
        intervals: "curvature",
        coefficients: [
          {rule: "feedforward", name: "x*y", estimate: 0.5, curvature: {low: 0.4, high: 0.6, error: 0.05}, refits: null},
        ],
      },
      directions: [
        {
          curvature: [
            {combination: "0.80 [x*y] + 0.60 [x]", free: false, stiffness: 1},
            {combination: "0.80 I->E[x] - 0.60 [x*y]", free: true},
          ],
        },
      ],
    },
  };
};

test("the front of shorter rules shows every loss that is finite", async () => {
  const picture = await drawn(page.front_chart(simplified()));
  assert.match(picture, /held-out loss/);
  assert.equal(page.front_rows(simplified()).map((row) => row.kind).join(), "other,knee,chosen");
  assert.equal(
    page.front_sentence(simplified()),
    "The knee has 2 terms: no fewer come as near to the best (within two paired standard errors or 5.0\u202f% of it).",
  );
  assert.deepEqual(
    [...page.direction_lines(simplified())],
    ["pinned, stiffness 1: 0.80 (x\u202fy) + 0.60 (x)", "free: 0.80 (x) of I->E − 0.60 (x\u202fy)"],
  );
  for (const run of [{}, {simplified: {}}, {simplified: {front: [null]}}, {simplified: {front: "odd"}}])
    assert.equal(page.front_chart(run), undefined);
});

test("a term left out helps only where its gain is more than chance", () => {
  const words = (...further) => plain(page.further_sentence({further}));
  const entry = (term, relative, mean, error) => ({term, relative, gain: {mean, error, trials: 200}});
  assert.equal(
    words(entry("y", -0.1, 0.00001, 0.00002), entry("w^2", 0.3, 0.0001, 0.00005)),
    "No further term helps: the most promising one that the rule does not have, y at −0.10 of the largest " +
      "coefficient, gains (1 ± 2) × 10⁻⁵.",
  );
  const costly = words(entry("w^2", 0.1, -0.0034, 0.0023));
  assert.match(costly, /w² at 0\.10 of the largest coefficient, costs 0\.003 ± 0\.002/);
  assert.match(words(entry("w", -0.1, 0.004, 0.001), entry("y", 0.1, 0.001, 0.001)), /^w would help: it was put in/);
  assert.match(words(entry("w", -0.1, 0.004, 0.001), entry("y", 0.1, 0.005, 0.001)), /^w and y would each help/);
  assert.equal(words(), "");
  assert.equal(words({term: "y", relative: 0.1, gain: {mean: null, error: null}}, null, 3), "");
  assert.equal(page.further_sentence({}), "");
});

test("thinning keeps both ends and the order", () => {
  const all = Array.from({length: 5000}, (_, k) => k);
  const few = page.thin(all, 300);
  assert.equal(few.length, 300);
  assert.equal(few[0], 0);
  assert.equal(few.at(-1), 4999);
  assert.ok(few.every((value, k) => k === 0 || value > few[k - 1]));
});

test("the verdict follows the paired difference and its error", () => {
  const headline = (mean, error) => {
    const run = example();
    run.loss.reference.difference = {mean, error};
    return page.headline(run);
  };
  assert.match(headline(-0.005, 0.0002), /does better than Oja/);
  assert.match(headline(0.005, 0.0002), /does not reach Oja/);
  assert.match(headline(-0.0003, 0.0002), /does as well as Oja/);
  assert.match(headline(-0.0001, 0.00001), /does as well as Oja/); // certain, but less than 1 % of 0.016
  const words = (mean, error) => page.verdict_words({mean: 0.016, difference: {mean, error}});
  assert.equal(words(-0.005, 0.0002), "found is better");
  assert.equal(words(0.005, 0.0002), "found is worse");
  assert.equal(words(0.005, 0.004), "no clear difference");
  assert.equal(words(-0.0001, 0.00001), "same within 1 %");
  const run = example();
  run.loss.validation.mean = null;
  assert.match(page.headline(run), /fails/);
  run.loss = {search: 0.3};
  assert.match(page.headline({...run, status: "running"}), /still running/);
  assert.match(page.headline({...run, status: "interrupted"}), /interrupted/);
});

test("the lead says how the rule stands to the textbook", () => {
  const words = plain(page.lead(example()));
  assert.match(words, /19\u202f200 candidate rules, each a sum of up to 27 terms, in 300 generations \(8\.1 s\)/);
  assert.match(
    words,
    /those of the textbook rule, x\u202fy and y²\u202fw, in the ratio 1 : −0\.87 \(textbook: 1 : −1\)/,
  );
  assert.match(words, /largest further term is w, at −0\.19 of the main one, and it is needed/);
  assert.match(words, /0\.0104 ± 0\.0003, against 0\.0160 ± 0\.0004: 35\u202f% less/);
  const unknown = plain(page.lead({...example(), known: undefined}));
  assert.match(unknown, /Its largest terms, relative to the main one: x\u202fy \(1\.00\), y²\u202fw \(−0\.87\) and w/);
});

test("terms come main one first, with sizes relative to it where the record has none", () => {
  const terms = page.terms_of({
    terms: [
      {term: "a", coefficient: -0.1},
      {term: "b", coefficient: 0.4},
      {term: "c", coefficient: null},
    ],
  });
  assert.equal(terms.map((entry) => `${entry.term} ${entry.relative}`).join(), "b 1,a -0.25");
  const recorded = page.terms_of({
    terms: [
      {term: "y^2*w", coefficient: -0.4, relative: -1.01},
      {term: "x*y", coefficient: 0.396, relative: 1},
    ],
  });
  assert.equal(recorded.map((entry) => entry.term).join(), "x*y,y^2*w");
});

test("weights take the sign of the component, and alignment ignores it", () => {
  const life = {components: [[0.6, 0.8]], weights: [[-1.2, -1.6]]};
  assert.equal(page.matched_weights(life, 0).join(), "1.2,1.6");
  assert.ok(Math.abs(page.alignment(life, 0) - 1) < 1e-12);
  assert.equal(page.alignment({components: [[1, 0]], weights: [[0, 0]]}, 0), undefined);
});

test("labels are moved apart and keep their order", () => {
  const labels = page.spread([{at: 0.2}, {at: 0.21}, {at: 0.19}, {at: 1}], 0.1);
  const sorted = labels.map((label) => label.at).sort((a, b) => a - b);
  assert.ok(sorted.every((value, k) => k === 0 || value - sorted[k - 1] >= 0.0999));
  assert.ok(labels[2].at < labels[0].at && labels[0].at < labels[1].at);
});

test("coefficients are relative to the main term and bounded while that is small", () => {
  const entry = (generation, main, other) => ({generation, coefficients: {r: {"x*y": main, w: other}}});
  const rows = page.coefficient_rows([entry(0, 0.01, -0.3), entry(1, -0.5, 0.25)], "r", "x*y");
  const value = (generation, term) => rows.find((row) => row.generation === generation && row.term === term).value;
  assert.equal(value(1, "x*y"), 1);
  assert.equal(value(1, "w"), -0.5);
  assert.equal(value(0, "w"), 1.5);
});

test("parameters of a formula are shown as they are, not relative to a term", async () => {
  const run = example();
  const entry = (generation, gain) => ({generation, best: 0.1, coefficients: {feedforward: {gain, decay: -0.004}}});
  run.history = [entry(0, 12), entry(1, 20), entry(2, 17.25)];
  const {rows, named} = page.coefficient_data(run, "feedforward");
  assert.equal(named.join(), "gain,decay");
  assert.equal(rows.find((row) => row.generation === 2 && row.term === "gain").value, 17.25);
  const picture = await drawn(page.coefficient_chart(run, "feedforward"));
  for (const label of ["gain  17.3", "decay  −0.004", ">parameter<"]) assert.ok(picture.includes(label), label);
  assert.match(page.lead(run), /candidate rules, one formula with 2 numbers to find, in 300 generations/);
  assert.ok(!page.named_parameters({x: 1, "x*y": 2}) && !page.named_parameters({w: 1}) && !page.named_parameters({}));
});

test("weights of a network without order are held to the space of all components", () => {
  const life = {measure: "subspace", components: [[1, 0, 0], [0, 1, 0]], weights: [[3, 4, 0], [0, 3, 4]]};
  assert.equal(page.target_of(life, 1).join(), "0,3,0");
  assert.ok(Math.abs(page.alignment(life, 0) - 1) < 1e-12);
  assert.ok(Math.abs(page.alignment(life, 1) - 0.6) < 1e-12);
});

test("a record's lifetimes may be of one output or of several", async () => {
  const run = example();
  const [life] = run.lifetimes;
  const flat = {...life, path: {...life.path, alignment: life.path.alignment[0], norm: life.path.norm[0]}};
  assert.deepEqual(page.path_rows({lifetimes: [flat]}), page.path_rows({lifetimes: [life]}));
  const twice = (values) => [values[0], values[0].map((value) => value / 2)];
  const path = {...life.path, alignment: twice(life.path.alignment), norm: twice(life.path.norm), lateral: life.path.norm[0]};
  const rows = page.path_rows({lifetimes: [{...life, path}]});
  assert.equal(rows.length, 2 * life.path.step.length);
  assert.ok(marks(await drawn(page.path_chart({lifetimes: [{...life, path}]})), "mark-line") >= 3);
});

test("several rules are told by their own signs, and further terms by their rule", () => {
  const run = example();
  const term = (name, coefficient, relative) => ({term: name, coefficient, relative});
  run.rules = {
    feedforward: {terms: [term("x*y", 1.3, 1), term("y^2*w", -1.2, -0.92)]},
    lateral: {terms: [term("x*y", -5.5, 1), term("w", -0.1, 0.02)]},
  };
  run.known.lateral = {"x*y": 1};
  run.history = [{generation: 0, coefficients: {feedforward: {a: 1, "x*y": 2}, lateral: {"x*y": 1}}}];
  const words = plain(page.lead(run));
  assert.match(words, /x\u202fy \(1\.00\) and y²\u202fw \(−0\.92\) for the feedforward synapses; x\u202fy \(−1\.00\) for the/);
  assert.match(words, /those of the textbook rules, and no others/);
  assert.match(words, /candidates, each a set of 2 rules with 2 and 1 numbers,/);
  run.further = [{rule: "lateral", term: "x*y", relative: 0.1, gain: {mean: 0.1, error: 0.001}}];
  assert.match(plain(page.further_sentence(run)), /^x\u202fy of lateral would help/);
});

test("starts are shown best first, with how many agree", async () => {
  const finalist = (start, mean, chosen = false) => ({
    start,
    chosen,
    rules: {},
    loss: {mean, error: 0.01},
    difference: {mean: mean === null ? null : mean - 0.1, error: 0.002},
  });
  const run = {finalists: [finalist(1, 0.5), finalist(2, 0.1, true), finalist(3, null), finalist(4, 0.103), finalist(null, 0.2)]};
  assert.equal(page.starts_of(run).map((each) => each.start).join(), "2,4,1,3");
  assert.equal(page.starts_sentence(run), "2 of 4 starts end as well as the chosen one.");
  await drawn(page.starts_chart(run));
  assert.equal(page.starts_of({finalists: [finalist(1, 0.5, true), finalist(null, 0.4)]}).length, 0);
  assert.equal(page.starts_chart({}), undefined);
});

test("a comparison says who does best, at what cost, and what is not finished", () => {
  const {comparison_headline, comparison_lead, comparison_notices} = page;
  const all = comparison();
  assert.equal(comparison_headline(all), "Least loss on fresh data: cma-es");
  assert.match(comparison_lead(all), /7 runs of 3 experiments, 6 of them finished\./);
  assert.match(comparison_lead(all), /3 of 3 \(cma-es\) and 1 of 3 \(finite_differences\)/);
  assert.match(comparison_lead(all), /Fewest evaluations: cma-es, 1\u202f920 a run\./);
  assert.equal(comparison_notices(all).length, 1);
  assert.equal(comparison_headline({...all, same_loss: false}), "3 experiments side by side");
  assert.match(comparison_notices({...all, same_loss: false})[1], /do not measure the same loss/);
  const one = {...all, experiments: all.experiments.slice(1, 2)};
  assert.match(comparison_headline(one), /^1 of 3 seeds reach Oja with/);
  all.experiments[1].loss.mean = 0.1019;
  assert.match(comparison_headline(all), /cma-es and finite_differences end at the same, least loss/);
  assert.equal(comparison_headline({}), "Nothing to compare");
});

test("the median over runs starts where all have begun and keeps those that have ended", () => {
  const course = (...rows) => rows.map(([at, best]) => ({at, best}));
  const rows = page.median_course([course([1, 9], [4, 3]), course([2, 5], [3, 1]), course([1, 7])]);
  assert.equal(rows.map(({at, best}) => `${at} ${best}`).join(), "2 7,3 7,4 3");
});

test("the comparison's charts draw, also with one run, no known rule, zeros and nulls", async () => {
  const all = comparison();
  assert.equal(marks(await drawn(page.success_chart(all)), "mark-symbol"), 2);
  for (const field of ["evaluations", "seconds"]) await drawn(page.course_chart(all, field, field));
  const one = {experiments: [{label: "a", runs: [0]}], runs: [structuredClone(all.runs[0])]};
  one.runs[0].course.best[2] = null;
  one.runs[0].course.best[5] = 0;
  await drawn(page.course_chart(one, "seconds", "seconds"));
  assert.equal(page.success_chart(one), undefined);
  const many = {
    experiments: Array.from({length: 20}, (_, k) => ({label: `experiment ${k}`, runs: [k]})),
    runs: Array.from({length: 20}, (_, k) => ({...all.runs[k % 6], loss: {validation: {mean: 0.1 + k, error: null}}})),
  };
  await drawn(page.course_chart(many, "evaluations", "evaluations"));
  await drawn(page.success_chart(many));
  for (const nothing of [{}, {experiments: null, runs: [null]}, {experiments: [{runs: [3]}], runs: []}]) {
    assert.equal(page.course_chart(nothing, "seconds", "seconds"), undefined);
    assert.equal(page.success_chart(nothing), undefined);
    assert.equal(typeof page.comparison_lead(nothing), "string");
  }
});

test("every chart of the example compiles and draws", async () => {
  const run = example();
  assert.ok(marks(await drawn(page.loss_chart(run)), "mark-line") >= 3);
  assert.equal(marks(await drawn(page.comparison_chart(run)), "mark-symbol"), 2);
  const coefficients = await drawn(page.coefficient_chart(run, "feedforward"));
  for (const label of ["x\u202fy  ", "y²\u202fw  ", "w  "]) assert.ok(coefficients.includes(label), label);
  await drawn(page.path_chart(run));
  await drawn(page.failure_chart(run));
  await drawn(page.scatter_chart(run));
});

test("charts stand a history of thousands, one generation, zeros, nulls and restarts", async () => {
  const run = example();
  const long = Array.from({length: 6000}, (_, k) => ({
    ...run.history[k % 300],
    generation: k,
    restarts: Math.floor(k / 2000),
  }));
  for (const history of [long, run.history.slice(0, 1), run.history.slice(0, 2)]) {
    history[0] = {...history[0], best: 0, median: null, sigma: null, failed: 0.5};
    const changed = {...run, history};
    for (const chart of [
      page.loss_chart(changed),
      page.coefficient_chart(changed, "feedforward"),
      page.failure_chart(changed),
    ]) {
      if (chart) assert.ok((await drawn(chart)).length < 600_000);
    }
  }
});

test("a comparison with a rule a hundred times worse keeps the others apart", async () => {
  const run = example();
  run.loss.comparisons.push({name: "nothing learned", mean: 1, error: 0, difference: {mean: -0.99, error: 0.0003}});
  const specification = page.comparison_chart(run);
  assert.equal(specification.hconcat[0].layer[0].encoding.x.scale.type, "log");
  assert.equal(specification.hconcat[1].data.values.length, 3);
  await drawn(specification);
});

test("an empty run has no charts and does not throw", () => {
  for (const run of [{}, {loss: null, rules: null, history: null, lifetimes: null, outcomes: null}]) {
    for (const chart of ["loss_chart", "comparison_chart", "scatter_chart", "path_chart", "failure_chart"]) {
      assert.equal(page[chart](run), undefined, chart);
    }
    assert.equal(page.coefficient_chart(run, "feedforward"), undefined);
    assert.match(page.headline(run), /no rule yet/);
    assert.equal(page.lead(run), "");
  }
});
