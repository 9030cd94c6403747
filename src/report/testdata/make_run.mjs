// Writes run.json: an example document for the tests, as of a run on 10 x 10 patches. The lifetimes are really simulated,
// on patches of a smooth random texture; the search's history and the table of losses are invented to look like one.
// usage: node make_run.mjs > run.json
const inputs = 100,
  side = 10,
  steps = 2000,
  eta = 0.02;

let state = 12345;
const uniform = () => {
  // Park and Miller's generator, so that the file can be made again
  state = (state * 48271) % 2147483647;
  return state / 2147483647;
};
const normal = () => Math.sqrt(-2 * Math.log(uniform())) * Math.cos(2 * Math.PI * uniform());
const rounded = (value, digits = 4) => Number(value.toPrecision(digits));
const dot = (a, b) => a.reduce((total, value, k) => total + value * b[k], 0);

// A texture of plane waves, weaker the finer they are; each trial prefers another orientation.
function texture() {
  const preferred = Math.PI * uniform();
  const waves = Array.from({length: 60}, () => {
    const frequency = 0.06 * Math.exp(2.2 * uniform());
    const angle = preferred + 0.9 * normal();
    return {
      x: frequency * Math.cos(angle),
      y: frequency * Math.sin(angle),
      phase: 2 * Math.PI * uniform(),
      size: 0.06 / frequency,
    };
  });
  return (x, y) =>
    waves.reduce(
      (total, wave) => total + wave.size * Math.cos(2 * Math.PI * (wave.x * x + wave.y * y) + wave.phase),
      0,
    );
}

function lifetime(trial) {
  const scale = rounded(0.5 * 4 ** uniform(), 3);
  const image = texture();
  const patches = Array.from({length: steps}, () => {
    const left = 500 * uniform(),
      top = 500 * uniform();
    const patch = Array.from({length: inputs}, (_, k) => image(left + (k % side), top + Math.floor(k / side)));
    const mean = dot(patch, Array(inputs).fill(1)) / inputs;
    return patch.map((value) => value - mean);
  });
  const variance = patches.reduce((total, patch) => total + dot(patch, patch), 0) / steps;
  for (const patch of patches)
    patch.forEach((value, k) => {
      patch[k] = value * Math.sqrt((scale * 3) / variance);
    });
  let component = Array.from({length: inputs}, normal);
  for (let iteration = 0; iteration < 60; ++iteration) {
    const next = Array(inputs).fill(0);
    for (const patch of patches) {
      const y = dot(patch, component);
      patch.forEach((value, k) => {
        next[k] += y * value;
      });
    }
    const size = Math.sqrt(dot(next, next));
    component = next.map((value) => value / size);
  }
  let weights = Array.from({length: inputs}, () => 0.1 * normal());
  const path = {step: [], alignment: [], norm: []};
  patches.forEach((patch, step) => {
    if (step % 40 === 0 || step === steps - 1) {
      const norm = Math.sqrt(dot(weights, weights));
      path.step.push(step);
      path.alignment.push(rounded(Math.abs(dot(weights, component)) / norm));
      path.norm.push(rounded(norm));
    }
    const y = dot(patch, weights);
    weights = weights.map((w, k) => w + eta * 0.43 * (patch[k] * y - 0.86 * y * y * w - 0.19 * w * 0.2));
  });
  return {
    trial,
    scale,
    components: [component.map((v) => rounded(v))],
    weights: [weights.map((v) => rounded(v))],
    image: {rows: side, columns: side},
    measure: "component",
    path: {step: path.step, alignment: [path.alignment], norm: [path.norm]},
  };
}

const found = {"x*y": 0.43, "y^2*w": -0.3741, w: -0.0817};
const terms = [];
for (let a = 0; a < 3; ++a)
  for (let b = 0; b < 3; ++b)
    for (let c = 0; c < 3; ++c) {
      const power = (name, exponent) => (exponent ? [exponent > 1 ? `${name}^${exponent}` : name] : []);
      const term = [...power("x", a), ...power("y", b), ...power("w", c)].join("*") || "1";
      terms.push({term, coefficient: found[term] ?? rounded(0.0065 * normal(), 3)});
    }
terms.sort((a, b) => Math.abs(b.coefficient) - Math.abs(a.coefficient));
const costs = {"x*y": [0.981, 0.004], "y^2*w": [0.62, 0.02], w: [0.0049, 0.0002], "x*y*w": [0.00021, 0.00004]};
for (const entry of terms) {
  entry.relative = rounded(entry.coefficient / 0.43, 3);
  const [mean, error] = costs[entry.term] ?? [rounded(0.00004 * normal(), 3), 0.00004];
  entry.removal = {mean, error};
}

const history = Array.from({length: 300}, (_, generation) => {
  const start = Math.exp(-generation / 45);
  const share = 1 - Math.exp(-(((generation + 1) / 55) ** 2));
  const best = 0.0117 + 0.95 * Math.exp(-generation / 17) * (1 + 0.1 * normal());
  return {
    generation,
    evaluations: 64 * (generation + 1),
    best: rounded(best),
    median: rounded(best * (1.25 + 3 * start) + 0.4 * start * uniform()),
    sigma: rounded(0.1 * (0.035 + 1.25 * Math.exp(-(((generation - 25) / 70) ** 2))) * (1 + 0.04 * normal()), 3),
    axis_ratio: rounded(1 + generation / 22 + 0.2 * uniform(), 3),
    restarts: 0,
    failed: rounded(Math.max(0, Math.round(64 * (0.34 * start + 0.02 * normal() * start))) / 64),
    seconds: rounded(0.027 * (generation + 1)),
    coefficients: {
      feedforward: Object.fromEntries(
        terms.map(({term, coefficient}) => [
          term,
          rounded(
            coefficient * share +
              0.035 * start * Math.sin(generation / 9 + term.length * 1.7 + term.charCodeAt(0)) +
              0.0012 * normal(),
            3,
          ),
        ]),
      ),
    },
  };
});

// MathML as the rule room writes it.
const row = (...parts) => `<mrow>${parts.join("")}</mrow>`;
const power = (factor) =>
  factor.replace(/^([a-z])\^(\d)$/, "<msup><mi>$1</mi><mn>$2</mn></msup>").replace(/^[a-z]$/, "<mi>$&</mi>");
const times = (factors) => factors.reduce((left, right) => row(left, "<mo>\u2062</mo>", right));
const monomial = ([value, term]) =>
  times([...(Math.abs(value) === 1 ? [] : [`<mn>${Math.abs(value)}</mn>`]), ...term.split("*").map(power)]);
const mathml = (scale, rest) => {
  const sum = rest
    .slice(1)
    .reduce(
      (left, next) => row(left, next[0] < 0 ? "<mo>\u2212</mo>" : "<mo>+</mo>", monomial(next)),
      monomial(rest[0]),
    );
  const head = '<mi mathvariant="normal">\u0394</mi><mi>w</mi><mo>=</mo>';
  return `<math xmlns="http://www.w3.org/1998/Math/MathML" display="block">${row(head, times([`<mn>${scale}</mn>`, row("<mo>(</mo>", sum, "<mo>)</mo>")]))}</math>`;
};

process.stdout.write(
  JSON.stringify({
    carve: "0.1.0",
    status: "finished",
    experiment: {
      name: "oja-images",
      file: "experiments/oja-images.toml",
      text: `seed = 1

[network]
kind = "rate"
inputs = 100
outputs = 1
update = "online"

[rule.feedforward]
family = "polynomial"
degree = 2
eta = 0.02

[trials]
count = 64
steps = 1000
scale = [0.5, 2.0]
inputs = { kind = "image_patches", dataset = "fashion-mnist", size = 10 }

[loss]
kind = "principal_components"
measure = "alignment"
l1 = 0.02

[search]
method = "cma-es"
population = 64
generations = 300
sigma = 0.1
`,
    },
    method: "cma-es",
    seed: 1,
    generations: 300,
    evaluations: 19200,
    seconds: 8.1,
    rules: {
      feedforward: {
        formula: "dw = 0.0086 (x y - 0.87 y^2 w - 0.19 w)",
        latex: "\\Delta w = 0.0086 \\left( x y - 0.87 y^{2} w - 0.19 w \\right)",
        mathml: mathml("0.0086", [
          [1, "x*y"],
          [-0.87, "y^2*w"],
          [-0.19, "w"],
        ]),
        exact: `0.02*(${terms.map(({term, coefficient}) => `${coefficient}*${term}`).join(" + ")})`,
        terms,
      },
    },
    loss: {
      search: 0.0117,
      validation: {mean: 0.01038, error: 0.00031, trials: 200},
      reference: {
        name: "Oja’s rule at its best scale",
        rules: {
          feedforward: {
            formula: "dw = 0.011 (x y - y^2 w)",
            mathml: mathml("0.011", [
              [1, "x*y"],
              [-1, "y^2*w"],
            ]),
          },
        },
        mean: 0.01602,
        error: 0.00041,
        difference: {mean: -0.00564, error: 0.00021},
      },
      comparisons: [
        {
          name: "Three terms, refitted",
          rules: {
            feedforward: {
              formula: "dw = 0.0088 (x y - 0.88 y^2 w - 0.18 w)",
              mathml: mathml("0.0088", [
                [1, "x*y"],
                [-0.88, "y^2*w"],
                [-0.18, "w"],
              ]),
            },
          },
          mean: 0.01047,
          error: 0.00032,
          difference: {mean: -0.00009, error: 0.00007},
        },
        {
          name: "Two terms, refitted",
          rules: {
            feedforward: {
              formula: "dw = 0.0105 (x y - 1.04 y^2 w)",
              mathml: mathml("0.0105", [
                [1, "x*y"],
                [-1.04, "y^2*w"],
              ]),
            },
          },
          mean: 0.01534,
          error: 0.0004,
          difference: {mean: -0.00496, error: 0.00019},
        },
      ],
    },
    known: {feedforward: {"x*y": 1, "y^2*w": -1}},
    history,
    outcomes: {finished: 18314, blown_up: 702, not_finite: 151, silent: 33},
    lifetimes: Array.from({length: 6}, (_, trial) => lifetime(trial)),
    provenance: {
      version: "0.1.0",
      compiler: "GCC 12.2.0",
      build: "release",
      cpu: "Example CPU @ 2.6 GHz",
      isa: "v4",
      threads: 2,
      started: "2026-11-21T21:50:00Z",
      finished: "2026-11-21T21:50:09Z",
    },
  }) + "\n",
);
