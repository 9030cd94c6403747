// Writes comparison.json: an example document of a comparison for the tests. Three experiments on one task: two searches
// with three seeds each, and one that is not finished; all figures are invented to look like real ones.
// usage: node make_comparison.mjs > comparison.json
let state = 4711;
const uniform = () => {
  // Park and Miller's generator, so that the file can be made again
  state = (state * 48271) % 2147483647;
  return state / 2147483647;
};
const rounded = (value, digits = 4) => Number(value.toPrecision(digits));

const term = (name, coefficient, relative) => ({term: name, coefficient, relative});
const rules = (ratio, extra) => ({
  feedforward: {
    formula: `dw = 0.026 (x y - ${ratio} y^2 w${extra ? ` + ${extra} w` : ""})`,
    exact: `0.02*(1.3*x*y - ${rounded(1.3 * ratio)}*y^2*w)`,
    scale: 0.026,
    terms: [
      term("x*y", 1.3, 1),
      term("y^2*w", rounded(-1.3 * ratio), -ratio),
      ...(extra ? [term("w", rounded(1.3 * extra), extra)] : []),
    ],
  },
  lateral: {formula: "dw = -0.11 x y", exact: "-0.11*x*y", scale: -0.11, terms: [term("x*y", -5.5, 1)]},
});
const known = {feedforward: {"x*y": 1, "y^2*w": -1}, lateral: {"x*y": -1}};

function run(experiment, method, seed, {share = 1, mean, cost, finished = true}) {
  const generations = Math.round(60 * share);
  const course = {evaluations: [], seconds: [], best: [], redrawn: false};
  for (let k = 0; k < generations; ++k) {
    course.evaluations.push(Math.round(cost * (k + 1)));
    course.seconds.push(rounded(0.0004 * cost * (k + 1) * (1 + 0.1 * uniform())));
    course.best.push(rounded(mean + 0.9 * Math.exp(-k / (8 + 4 * uniform()))));
  }
  course.best.forEach((value, k) => {
    course.best[k] = Math.min(value, course.best[k - 1] ?? value);
  });
  const reference = {
    name: "Oja with anti-Hebbian inhibition at its best scales",
    rules: {feedforward: {formula: "dw = 0.026 (x y - y^2 w)"}, lateral: {formula: "dw = -0.11 x y"}},
    mean: 0.102,
    error: 0.006,
    difference: {mean: rounded(mean - 0.102), error: 0.0004, trials: 200},
  };
  return {
    folder: `runs/${method}-${seed}`,
    name: "pca",
    experiment,
    status: finished ? "finished" : "interrupted",
    method,
    seed,
    generations,
    evaluations: course.evaluations.at(-1),
    seconds: course.seconds.at(-1),
    rules: rules(rounded(0.9 + 0.1 * uniform(), 3), uniform() < 0.5 ? -0.06 : undefined),
    loss: {
      search: course.best.at(-1),
      ...(finished ? {validation: {mean, error: 0.006, trials: 200}, reference} : {}),
    },
    ...(finished ? {reaches_reference: mean <= 0.103} : {}),
    known: finished ? known : {},
    course,
  };
}

const runs = [
  ...[0.1021, 0.1005, 0.1029].map((mean, k) => run(0, "cma-es", k + 1, {mean, cost: 32})),
  ...[0.669, 0.1005, 0.1058].map((mean, k) => run(1, "finite_differences", k + 1, {mean, cost: 71})),
  run(2, "random", 1, {mean: 0.9, cost: 64, share: 0.4, finished: false}),
];
runs.slice(3, 6).forEach((each, k) => {
  const mean = rounded(each.loss.validation.mean - runs[k].loss.validation.mean);
  each.difference = {to: runs[k].folder, paired: true, mean, error: 0.002};
});

process.stdout.write(
  JSON.stringify({
    carve: "0.1.0",
    same_loss: true,
    experiments: [
      {
        label: "cma-es",
        name: "pca",
        method: "cma-es",
        runs: [0, 1, 2],
        finished: 3,
        loss: {mean: 0.1018, error: 0.0007, runs: 3},
        success: {reached: 3, runs: 3, share: 1},
      },
      {
        label: "finite_differences",
        name: "pca",
        method: "finite_differences",
        runs: [3, 4, 5],
        finished: 3,
        loss: {mean: 0.292, error: 0.19, runs: 3},
        difference: {mean: 0.19, error: 0.19, runs: 3},
        success: {reached: 1, runs: 3, share: 1 / 3},
      },
      {label: "random", name: "pca", method: "random", runs: [6], finished: 0},
    ],
    runs,
  }) + "\n",
);
