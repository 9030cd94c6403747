// Writes spiking.json: an example document of a spiking neuron with plastic inhibition, for the tests. The neuron, its
// inputs and the rules are really simulated (spiking_neuron.mjs); the search's history and the losses are invented.
// usage: node make_spiking.mjs > spiking.json
import {
  dt,
  eta,
  excitatory,
  filtered,
  groups,
  inhibitory,
  input_spikes,
  jump,
  lifetime,
  live,
  mean_of,
  normal,
  rounded,
  target,
  uniform,
} from "./spiking_neuron.mjs";

const window = 5,
  shown = {excitation: 40, inhibition: 16}; // inputs in the raster

const rate_from = (spikes, from) => spikes.filter((t) => t >= from).length / (lifetime - from);
const per_group = (weights, size) =>
  Array.from({length: groups}, (_, group) => {
    const count = weights.length / groups;
    return rounded(size * mean_of([...weights].slice(group * count, (group + 1) * count)));
  });

// Rules of seven starts: five on the stable half of the manifold, one on the other, one that has no steady rate.
const hebbian = (rule) => rule.kappa * rule.tau_post + rule.gamma * rule.tau_pre;
const names = ["alpha", "beta", "gamma", "kappa", "tau_pre", "tau_post"];
const starts = [
  [-0.1931, 0.031, 0.92, 1.13, 0.0148, 0.0171],
  [-0.4303, 0.12, 0.71, 1.52, 0.0311, 0.0352],
  [-0.1041, 0.54, 0.34, -0.07, 0.0208, 0.0121],
  [-0.2575, -0.21, 1.31, 0.64, 0.0277, 0.0283],
  [-0.3467, 0.05, 0.38, 1.05, 0.0189, 0.0514],
  [0.09, -0.08, -0.55, -0.62, 0.0162, 0.0129],
  [0.041, 0.02, 0.21, 0.11, 0.0224, 0.0301],
].map((values) => Object.fromEntries(names.map((name, k) => [name, values[k]])));
const vogels = {alpha: -2 * target * 0.02, beta: 0, gamma: 1, kappa: 1, tau_pre: 0.02, tau_post: 0.02};

const settled = starts.map((parameters, k) => ({start: k + 1, chosen: k === 0, rates: [], parameters}));
const trials = [];
let input_rate = 0;
for (let trial = 0; trial < 3; ++trial) {
  const inputs = input_spikes();
  input_rate = inputs.input.filter((j) => j >= excitatory).length / inhibitory / lifetime;
  const excitation = Array.from({length: excitatory}, (_, j) => {
    const group = 1 + Math.floor((j * groups) / excitatory);
    return 0.3 + 1.1 / (1 + (group - 5) ** 4) + 0.1 * uniform();
  });
  const before = live(inputs, excitation),
    known = live(inputs, excitation, vogels);
  const lives = settled.map(({parameters}) => live(inputs, excitation, parameters));
  lives.forEach(({spikes}, k) => settled[k].rates.push(rate_from(spikes, lifetime / 2)));
  const [found] = lives;
  const from = lifetime - 1;
  const raster = {from, to: lifetime, excitation: [], inhibition: []};
  inputs.at.forEach((step, k) => {
    if (step * dt < from) return;
    const j = inputs.input[k];
    const [name, index, count] =
      j < excitatory ? ["excitation", j, excitatory] : ["inhibition", j - excitatory, inhibitory];
    const every = Math.floor(count / shown[name]);
    if (index % every === 0 && index / every < shown[name]) raster[name].push([rounded(step * dt, 6), index]);
  });
  for (const [name, {spikes}] of Object.entries({before, found})) raster[name] = spikes.filter((t) => t >= from);
  const {time} = filtered(before.spikes);
  const rates = Object.fromEntries(
    Object.entries({before, found, known}).map(([name, {spikes}]) => [name, filtered(spikes).rates]),
  );
  const still = per_group(excitation, jump.excitation);
  trials.push({
    trial,
    rate: {time, ...rates},
    raster,
    weights: {inhibition: {before: [...before.w].map((v) => rounded(v)), after: [...found.w].map((v) => rounded(v))}},
    tuning: {
      excitation: {before: still, after: still},
      inhibition: {before: per_group(before.w, jump.inhibition), after: per_group(found.w, jump.inhibition)},
    },
  });
}
for (const each of settled) {
  const {alpha, beta} = each.parameters;
  const drift = hebbian(each.parameters) + beta / input_rate;
  each.predicted = -alpha / drift > 0 ? rounded(-alpha / drift) : null;
  each.measured = rounded(mean_of(each.rates), 3);
  each.error = rounded(Math.sqrt(mean_of(each.rates.map((rate) => (rate - each.measured) ** 2)) / 2), 2);
  each.stable = alpha < 0 && drift > 0;
  each.parameters = {eta, ...each.parameters};
  delete each.rates;
}

const windows = Array.from({length: 121}, (_, k) => 2 * (k - 60)); // ms
const [{parameters: found}] = settled;
const pair = (lag) => {
  const once = found.alpha + found.beta;
  if (lag === 0) return once;
  return (
    once +
    (lag > 0
      ? found.gamma * Math.exp(-lag / 1000 / found.tau_pre)
      : found.kappa * Math.exp(lag / 1000 / found.tau_post))
  );
};

const terms_of = (rule, more = () => ({})) =>
  [
    ["pre: x_post", rule.kappa],
    ["post: x_pre", rule.gamma],
    ["pre: 1", rule.alpha],
    ["post: 1", rule.beta],
  ]
    .map(([term, value]) => ({
      term,
      coefficient: value,
      relative: rounded(value / rule.kappa, 3),
      ...more(term),
    }))
    .sort((a, b) => Math.abs(b.relative) - Math.abs(a.relative));
const removal = {
  "pre: x_post": {mean: 31.2, error: 2.1},
  "post: x_pre": {mean: 18.4, error: 1.6},
  "pre: 1": {mean: null, error: null},
  "post: 1": {mean: 0.002, error: 0.004},
};
// Formulas as the rule room writes them.
const number = (value) => String(Math.abs(rounded(value, 3)));
const sign = (value) => (value < 0 ? "-" : "+");
const formula = ({alpha, beta, gamma, kappa, tau_pre, tau_post}) =>
  `on pre: w += ${eta} (${number(kappa)} x_post ${sign(alpha)} ${number(alpha)}); ` +
  `on post: w += ${eta} (${number(gamma)} x_pre ${sign(beta)} ${number(beta)}); ` +
  `tau_pre = ${number(1e3 * tau_pre)} ms, tau_post = ${number(1e3 * tau_post)} ms; 0 <= w <= 10`;
const cell = (content) => `<mtd style="text-align:left">${content}</mtd>`;
const change = (factor, trace, constant, when) =>
  `<mtr>${cell(
    `<mrow><mi mathvariant="normal">\u0394</mi><mi>w</mi><mo>=</mo><mrow><mn>${eta}</mn><mo>\u2062</mo><mrow><mo>(</mo>` +
      `<mrow><mrow><mn>${number(factor)}</mn><mo>\u2062</mo><msub><mi>x</mi><mi>${trace}</mi></msub></mrow>` +
      `<mo>${constant < 0 ? "\u2212" : "+"}</mo><mn>${number(constant)}</mn></mrow><mo>)</mo></mrow></mrow></mrow>`,
  )}${cell(`<mtext>at ${when}synaptic spikes</mtext>`)}</mtr>`;
const scale = (index, seconds) =>
  `<mrow><msub><mi>\u03c4</mi><mi>${index}</mi></msub><mo>=</mo><mrow><mn>${number(1e3 * seconds)}</mn>` +
  '<mspace width="0.2em"/><mi mathvariant="normal">ms</mi></mrow></mrow><mo>,</mo><mspace width="1em"/>';
const mathml = ({alpha, beta, gamma, kappa, tau_pre, tau_post}) =>
  '<math xmlns="http://www.w3.org/1998/Math/MathML" display="block"><mtable displaystyle="true"><mtr>' +
  cell(
    `<mtable displaystyle="true">${change(kappa, "post", alpha, "pre")}${change(gamma, "pre", beta, "post")}</mtable>`,
  ) +
  `</mtr><mtr>${cell(
    `<mrow><mspace width="0.4em"/>${scale("pre", tau_pre)}${scale("post", tau_post)}` +
      "<mrow><mrow><mn>0</mn><mo>\u2264</mo><mi>w</mi></mrow><mo>\u2264</mo><mn>10</mn></mrow></mrow>",
  )}</mtr></mtable></math>`;
const rule_of = (parameters) => ({
  formula: formula(parameters),
  mathml: mathml(parameters),
  terms: terms_of(parameters),
});

const history = Array.from({length: 40}, (_, generation) => {
  const share = 1 - Math.exp(-(((generation + 1) / 9) ** 2));
  const best = 0.11 + 170 * Math.exp(-generation / 1.6) + 1.5 * Math.exp(-generation / 6) * (1 + 0.2 * normal());
  const towards = (name) => {
    if (!name.startsWith("tau")) return found[name] * share + 0.12 * (1 - share) * normal() + 0.004 * normal();
    return 0.02 * (found[name] / 0.02) ** share * Math.exp(0.12 * (1 - share) * normal());
  };
  return {
    generation,
    evaluations: 16 * (generation + 1),
    best: rounded(best),
    median: rounded(best * 2.1 + 150 * Math.exp(-generation / 5)),
    sigma: rounded(0.4 * Math.exp(-generation / 14) * (1 + 0.04 * normal()), 3),
    axis_ratio: rounded(1 + generation / 6 + 0.2 * uniform(), 3),
    restarts: 0,
    failed: rounded(Math.round(16 * 0.8 * Math.exp(-generation / 7)) / 16),
    seconds: rounded(0.7 * (generation + 1)),
    coefficients: {inhibition: Object.fromEntries(names.map((name) => [name, rounded(towards(name))]))},
  };
});
const loss = (k) => [0.104, 0.121, 0.163, 0.109, 0.138, 320, 318][k];

process.stdout.write(
  JSON.stringify({
    carve: "0.1.0",
    status: "finished",
    experiment: {
      name: "inhibition",
      file: "experiments/inhibition.toml",
      text: `seed = 1

[network]
kind = "spiking_neuron"

[rule.inhibition]
family = "six_parameter"
eta = 0.01
w_max = 10

[trials]
count = 3
lifetime = "60 s"
inputs = { kind = "grouped" }

[loss]
kind = "target_rate"
target = "5 Hz"
window = "5 s"

[search]
method = "cma-es"
population = 16
generations = 40
`,
    },
    method: "cma-es",
    seed: 1,
    generations: 40,
    evaluations: 640,
    seconds: 29.1,
    rules: {
      inhibition: {
        ...rule_of(found),
        latex: "\\Delta w = \\ldots",
        exact:
          `{ on_pre = "${eta}*(${found.kappa}*x_post + ${found.alpha})", ` +
          `on_post = "${eta}*(${found.gamma}*x_pre + ${found.beta})", ` +
          `tau_pre = "${1e3 * found.tau_pre} ms", tau_post = "${1e3 * found.tau_post} ms", w_max = 10.0 }`,
        terms: terms_of(found, (term) => ({removal: removal[term]})),
      },
    },
    loss: {
      search: history.at(-1).best,
      validation: {mean: 0.1042, error: 0.0031, trials: 64},
      reference: {
        name: "Vogels’ rule",
        rules: {inhibition: rule_of(vogels)},
        mean: 0.1193,
        error: 0.0042,
        difference: {mean: -0.0151, error: 0.0024},
      },
      comparisons: [],
    },
    metrics: {
      rate: {
        mean: settled[0].measured,
        error: settled[0].error,
        worst: 6.2,
        brief: "spikes per second in the scored window",
        reference: {mean: 4.91, error: 0.03, worst: 6.4},
      },
    },
    finalists: settled.map(({start, chosen, parameters}, k) => ({
      start,
      chosen,
      rules: {inhibition: rule_of(parameters)},
      loss: {mean: loss(k), error: rounded(0.03 * loss(k)), trials: 24},
      difference: {mean: rounded(loss(k) - loss(0)), error: 0.003, trials: 24},
    })),
    known: {},
    history,
    outcomes: {finished: 1566, blown_up: 211, not_finite: 0, silent: 143},
    spiking: {
      target,
      window,
      lifetime,
      connections: ["inhibition"],
      trials,
      settled,
      windows: {inhibition: {lag: windows, change: windows.map((lag) => rounded(eta * pair(lag)))}},
    },
    provenance: {
      version: "0.1.0",
      compiler: "GCC 12.2.0",
      build: "release",
      cpu: "Example CPU @ 2.6 GHz",
      isa: "v4",
      threads: 2,
      started: "2026-11-22T06:50:00Z",
      finished: "2026-11-22T06:50:30Z",
    },
  }) + "\n",
);
