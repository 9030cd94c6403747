// The page's scripts as tests see them: in a context of their own, with Vega to draw their charts and no browser.
import assert from "node:assert/strict";
import {readFileSync} from "node:fs";
import vm from "node:vm";

const here = new URL(".", import.meta.url);
const library = (name) => `../../node_modules/${name}/build/${name}.min.js`;
export const page = vm.createContext({console, structuredClone, setTimeout, clearTimeout});
for (const path of [
  library("vega"),
  library("vega-lite"),
  "numbers.js",
  "words.js",
  "charts.js",
  "search_charts.js",
  "evidence_charts.js",
  "front_charts.js",
  "spiking_words.js",
  "spiking_charts.js",
  "spike_charts.js",
  "synapse_charts.js",
  "settled_charts.js",
  "parameter_charts.js",
  "recurrent_words.js",
  "recurrent_charts.js",
  "recurrent_raster.js",
  "recurrent_weights.js",
  "response_charts.js",
  "compare_words.js",
  "compare_charts.js",
  "sweep_words.js",
  "sweep_charts.js",
  "prediction_charts.js",
  "use_section.js",
]) {
  vm.runInContext(readFileSync(new URL(path, here), "utf8"), page, {filename: path});
}
const {vega, vegaLite} = page;

/// A document of testdata/, read anew.
export const document = (name) => JSON.parse(readFileSync(new URL(`testdata/${name}`, here), "utf8"));

/// The chart as Vega draws it; a warning of the compiler counts as an error.
export async function drawn(specification) {
  const complaints = [];
  const logger = {
    level: () => logger,
    error: (m) => complaints.push(m),
    warn: (m) => complaints.push(m),
    info: () => logger,
    debug: () => logger,
  };
  const compiled = vegaLite.compile(specification, {logger});
  const view = new vega.View(vega.parse(compiled.spec), {renderer: "none"});
  const picture = await view.toSVG();
  assert.deepEqual(complaints, []);
  assert.ok(!/NaN|undefined|Infinity/.test(picture), picture.match(/.{40}(NaN|undefined|Infinity).{40}/)?.[0]);
  return picture;
}

/// Without the marks around terms, and with ordinary spaces beside ±.
export const plain = (text) => text.replace(/[\u2068\u2069]/g, "").replace(/\u00a0/g, " ");
export const marks = (picture, what) => picture.match(new RegExp(what, "g"))?.length ?? 0;
