// Writes recurrent.json: an example document of a recurrent network with two plastic connections and four phases, for
// the tests. All numbers are invented to look like such a run; the other parts are those of spiking.json.
// usage: node make_recurrent.mjs > recurrent.json
import {readFileSync} from "node:fs";
import {mean_of, normal, rounded, uniform} from "./spiking_neuron.mjs";

const lifetime = 32,
  bin = 0.4,
  raster_from = 31;
const connections = {"E->E": {start: 0.03, end: 0.032, spread: 0.003}, "I->E": {start: 0.15, end: 0.31, spread: 0.1}};
const populations = [
  {name: "E", size: 200, shown: 40},
  {name: "I", size: 50, shown: 25},
];
const phases = [
  {name: "rest", begin: 0, end: 4, plastic: true, shows: false},
  {name: "train", begin: 4, end: 16, plastic: true, shows: true},
  {name: "break", begin: 16, end: 20, plastic: false, shows: false},
  {name: "test", begin: 20, end: 32, plastic: false, shows: true},
];

const times = Array.from({length: lifetime / bin}, (_, k) => (k + 0.5) * bin);
const is_shown = (time) => phases.some((phase) => phase.shows && time >= phase.begin && time < phase.end);
const course = (settled, first) =>
  times.map((time) => {
    const mean = settled + (first - settled) * Math.exp(-time / 0.6) + (is_shown(time) ? 0.2 * settled : 0);
    return rounded(Math.max(0, mean * (1 + 0.12 * normal())), 3);
  });

const raster = () =>
  populations.flatMap(({shown}, population) => {
    const count = Math.round(shown * (9 + population));
    const spike = () => [rounded(raster_from + uniform(), 6), population, Math.floor(uniform() * shown)];
    return Array.from({length: count}, spike);
  });

function weights({start, end, spread}, is_wide) {
  const settled = (time) => start + (end - start) * (1 - Math.exp(-Math.min(time, 16) / 3));
  const looks = Array.from({length: 17}, (_, k) => {
    const time = 2 * k;
    const width = spread * (is_wide ? 1 : Math.min(1, 0.05 + time / 16));
    const quantiles = [-1.645, -0.674, 0, 0.674, 1.645].map((z) => rounded(Math.max(0, settled(time) + z * width)));
    return {time, mean: rounded(settled(time)), quantiles};
  });
  const highest = rounded(Math.max(start, end) + 4 * spread),
    bins = 20;
  const shares = (mean, width) => {
    const z = (k) => (((k + 0.5) * highest) / bins - mean) / width;
    const density = Array.from({length: bins}, (_, k) => Math.exp(-0.5 * z(k) ** 2));
    const total = density.reduce((a, b) => a + b, 0);
    return density.map((value) => rounded(value / total, 3)).map((value) => (value < 1e-4 ? 0 : value));
  };
  const before = is_wide ? shares(start, spread) : Array(bins).fill(0);
  if (!is_wide) before[Math.floor((start / highest) * bins)] = 1;
  return {looks, highest, before, after: shares(end, spread)};
}

const presentations = (mean, count) => Array.from({length: count}, () => rounded(mean * (1 + 0.1 * normal()), 3));
const responses = () => [
  {phase: "train", familiar: presentations(9, 12), novel: []},
  {phase: "test", familiar: presentations(6, 6), novel: presentations(10, 6)},
];
const trials = [0, 1].map((trial) => ({
  trial,
  input_rate: [4.294, 2.896][trial],
  ending: "finished",
  rate: {
    before: {E: course(42, 30).slice(0, trial ? 3 : undefined), I: course(47, 30).slice(0, trial ? 3 : undefined)},
    found: {E: course(7, 30), I: course(11, 30)},
    known: {E: course(9, 30), I: course(12, 30)},
  },
  raster: raster(),
  weights: {"E->E": weights(connections["E->E"], false), "I->E": weights(connections["I->E"], true)},
  responses: responses(),
}));

const lag = Array.from({length: 51}, (_, k) => 4 * (k - 25));
const pair = (eta, once, sign) =>
  lag.map((at) => rounded(eta * (once + sign * Math.exp(-Math.abs(at) / (at < 0 ? 25 : 18)))));

const metric = (brief, mean, error, worst, reference, range = {}) => ({
  mean,
  error,
  worst,
  brief,
  reference: {mean: reference, error, worst: reference},
  ...range,
});
const all = (which, kind) => mean_of(trials.map((trial) => mean_of(trial.responses[which][kind])));
const metrics = {
  plausible: metric("share of lifetimes with all metrics within their thresholds", 0.25, 0.25, 0, 0),
  rate: metric("spikes per second of an excitatory neuron", 6.84, 1, 5.28, 8.9, {lowest: 1, highest: 50}),
  cv_isi: metric("irregularity of each neuron's intervals", 0.798, 0.028, 0.647, 0.81, {lowest: 0.7}),
  fft: metric("oscillations of the population's rate", 2.852, 0.37, 3.704, 0.8, {highest: 1}),
  w_creep: metric("largest relative drift of a mean weight", 0, 0, 0, 0, {highest: 0.05}),
  std_cv: metric("deviation of the neurons' irregularity", 0.1028, 0.0079, 0.1219, 0.11),
  rate_familiar: metric("rate during familiar patterns", rounded(all(1, "familiar"), 3), 0.31, 7.2, 8.9),
  rate_novel: metric("rate during novel patterns", rounded(all(1, "novel"), 3), 0.28, 9.1, 9.2),
};

const text = readFileSync(new URL("spiking.json", import.meta.url), "utf8").replace(/"inhibition"/g, '"I->E"');
const {spiking, finalists, ...rest} = JSON.parse(text);
process.stdout.write(
  JSON.stringify({
    ...rest,
    experiment: {
      name: "familiarity",
      file: "experiments/familiarity.toml",
      text: 'seed = 1\n\n[network]\nkind = "recurrent"\n',
    },
    finalists: finalists.slice(0, 1),
    metrics,
    recurrent: {
      lifetime,
      bin,
      recorded: 10,
      raster_from,
      populations,
      endings: {finished: 3, silent: 0, blown_up: 1, not_finite: 0},
      phases,
      connections: Object.keys(connections),
      trials,
      windows: {
        "E->E": {lag, change: pair(1e-4, 0.5, -1)},
        "I->E": {lag, change: pair(0.009, -0.4, 0.9)},
      },
    },
  }) + "\n",
);
