// A conductance neuron with plastic inhibition, simulated for the example document of make_spiking.mjs: neuron, inputs and
// constants of Vogels et al. 2011, rules of the six-parameter family.

export const dt = 1e-4, // s
  lifetime = 60,
  target = 5,
  groups = 8,
  excitatory = 800,
  inhibitory = 200,
  jump = {excitation: 0.014, inhibition: 0.035},
  eta = 0.01;
const steps = Math.round(lifetime / dt);

let state = 2011;
export const uniform = () => {
  // Park and Miller's generator, so that the file can be made again
  state = (state * 48271) % 2147483647;
  return state / 2147483647;
};
export const normal = () => Math.sqrt(-2 * Math.log(uniform())) * Math.cos(2 * Math.PI * uniform());
const poisson = (mean) => {
  let count = -1;
  for (let product = 1, end = Math.exp(-mean); product > end || count < 0; ++count) product *= uniform();
  return count;
};
export const rounded = (value, digits = 4) => Number(value.toPrecision(digits));
export const mean_of = (values) => values.reduce((total, value) => total + value, 0) / values.length;

/// Spikes of one trial, in order: at[k] is the step, input[k] counts the excitatory inputs first.
export function input_spikes() {
  const at = [],
    input = [];
  const last = new Float64Array(excitatory + inhibitory).fill(-1e9);
  const signal = new Float64Array(groups);
  const decay = Math.exp(-dt / 0.05);
  for (let step = 0; step < steps; ++step) {
    for (let group = 0; group < groups; ++group) {
      const r = uniform() - 0.5;
      signal[group] = r - (r - signal[group]) * decay;
      const chance = 5 * dt + Math.max(0, 500 * dt * signal[group]) / 0.03;
      for (const [count, first] of [
        [excitatory / groups, 0],
        [inhibitory / groups, excitatory],
      ]) {
        for (let spikes = poisson(count * chance); spikes > 0; --spikes) {
          const j = first + group * count + Math.floor(uniform() * count);
          if (step - last[j] < 0.005 / dt) continue;
          last[j] = step;
          at.push(step);
          input.push(j);
        }
      }
    }
  }
  return {at, input};
}

/// One lifetime of the conductance neuron under the six-parameter rule; undefined: nothing changes.
export function live({at, input}, excitation, rule) {
  const w = new Float64Array(inhibitory).fill(0.1);
  const trace = new Float64Array(inhibitory),
    seen = new Float64Array(inhibitory);
  const fall_e = Math.exp(-dt / 0.005),
    fall_i = Math.exp(-dt / 0.01);
  const fall_post = rule ? Math.exp(-dt / rule.tau_post) : 0;
  let v = -60,
    g_e = 0,
    g_i = 0,
    x_post = 0,
    rest = 0;
  const spikes = [];
  for (let step = 0, k = 0; step < steps; ++step) {
    g_e *= fall_e;
    g_i *= fall_i;
    x_post *= fall_post;
    for (; at[k] === step; ++k) {
      const j = input[k] - excitatory;
      if (j < 0) {
        g_e += jump.excitation * excitation[input[k]];
        continue;
      }
      g_i += jump.inhibition * w[j];
      if (!rule) continue;
      w[j] = Math.max(0, w[j] + eta * (rule.alpha + rule.kappa * x_post));
      trace[j] = 1 + trace[j] * Math.exp(((seen[j] - step) * dt) / rule.tau_pre);
      seen[j] = step;
    }
    if (rest > 0) {
      --rest;
      continue;
    }
    const leak = 1 + g_e + g_i;
    v += ((-60 - 80 * g_i) / leak - v) * (1 - Math.exp((-dt * leak) / 0.02));
    if (v < -50) continue;
    v = -60;
    rest = 50;
    spikes.push(rounded(step * dt, 6));
    if (!rule) continue;
    for (let j = 0; j < inhibitory; ++j) {
      const x_pre = trace[j] * Math.exp(((seen[j] - step) * dt) / rule.tau_pre);
      w[j] = Math.max(0, w[j] + eta * (rule.beta + rule.gamma * x_pre));
    }
    x_post += 1;
  }
  return {w, spikes};
}

/// The rate filtered by an exponential of 1 s, from the target on.
export function filtered(spikes) {
  const time = Array.from({length: 2 * lifetime + 1}, (_, k) => k / 2);
  let rate = target,
    last = 0,
    k = 0;
  const rates = time.map((until) => {
    for (; spikes[k] < until; ++k) {
      rate = rate * Math.exp(last - spikes[k]) + 1;
      last = spikes[k];
    }
    return rounded(rate * Math.exp(last - until), 3);
  });
  return {time, rates};
}
