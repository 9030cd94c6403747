// Numbers, durations and terms as people write them.

const minus = "\u2212";
const thin_space = "\u202f";

function is_number(value) {
  return typeof value === "number" && Number.isFinite(value);
}

function superscript(text) {
  return [...String(text)].map((c) => "⁰¹²³⁴⁵⁶⁷⁸⁹"["0123456789".indexOf(c)] ?? (c === "-" ? "⁻" : c)).join("");
}

/// "0.0123", "−4.5 × 10⁻⁷"; what is not a finite number becomes a dash.
function number(value, digits = 3) {
  if (!is_number(value)) return "–";
  if (value === 0) return "0";
  const size = Math.abs(value);
  const [mantissa, exponent] = size.toExponential(digits - 1).split("e");
  const plain = Number(exponent) >= -4 && Number(exponent) < 6;
  const text = plain
    ? String(Number(size.toPrecision(digits)))
    : `${Number(mantissa)} × 10${superscript(Number(exponent))}`;
  return (value < 0 ? minus : "") + text;
}

/// Mean and standard error, both to the error's precision, kept on one line: "0.0104 ± 0.0003".
function with_error(mean, error) {
  if (!is_number(mean)) return "not finite";
  if (!is_number(error) || error <= 0) return number(mean);
  const scale = Math.max(Math.abs(mean), error);
  if (error < 1e-9 * scale) return number(mean);
  const shift = scale < 1e-4 || scale >= 1e6 ? Math.floor(Math.log10(scale)) : 0;
  const unit = 10 ** shift;
  const rounded = Number((error / unit).toPrecision(/^1/.test((error / unit).toExponential()) ? 2 : 1));
  const places = Math.max(0, -Math.floor(Math.log10(rounded)) + (/^1/.test(rounded.toExponential()) ? 1 : 0));
  const text = `${fixed(mean / unit, places)}\u00a0±\u00a0${rounded.toFixed(places)}`;
  return shift ? `(${text}) × 10${superscript(shift)}` : text;
}

function fixed(value, places) {
  const text = Math.abs(value).toFixed(places);
  return (value < 0 && Number(text) !== 0 ? minus : "") + text;
}

/// Digits in threes: "19 200".
function count(value) {
  return is_number(value) ? String(Math.round(value)).replace(/\B(?=(\d{3})+$)/g, thin_space) : "–";
}

function plural(value, word) {
  return `${count(value)} ${word}${value === 1 ? "" : "s"}`;
}

function percent(share) {
  if (!is_number(share)) return "–";
  const value = 100 * share;
  const size = Math.abs(value);
  const text = size >= 10 || value === 0 ? fixed(value, 0) : size >= 1 ? fixed(value, 1) : number(value, 1);
  return `${text}${thin_space}%`;
}

function duration(seconds) {
  if (!is_number(seconds)) return "–";
  if (seconds < 100) return `${number(seconds, seconds < 10 ? 2 : 3)} s`;
  const minutes = Math.round(seconds / 60);
  return minutes < 100 ? `${minutes} min` : `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}

const greek = {alpha: "α", beta: "β", gamma: "γ", delta: "δ", eta: "η", kappa: "κ", tau: "τ", theta: "θ"};
const below = {p: "ₚ", r: "ᵣ", e: "ₑ", o: "ₒ", s: "ₛ", t: "ₜ", ..."₀₁₂₃₄₅₆₇₈₉"};

/// A parameter or trace as in a formula: "tau_pre" as "τₚᵣₑ", where every letter below the line exists.
function pretty_name(name) {
  const [first, ...rest] = String(name).split("_");
  const index = rest.join("_");
  const head = Object.hasOwn(greek, first) ? greek[first] : first;
  if (!index) return head;
  const small = [...index].map((letter) => below[letter]);
  return small.every(Boolean) ? head + small.join("") : `${head}_${index}`;
}

/// "y^2*w" as "y² w"; a term of a rule that acts at spikes, "pre: x_post", as "on pre: xₚₒₛₜ".
function pretty_term(term) {
  const [, event, factors] = String(term).match(/^(pre|post): (.*)$/) ?? [];
  if (event) return `on ${event}: ${pretty_term(factors.replace(/[A-Za-z_]\w*/g, pretty_name))}`;
  return String(term)
    .replace(/\^(-?\d+)/g, (_, power) => superscript(power))
    .replace(/\s*\*\s*/g, thin_space);
}

/// A term within a sentence, between marks that the page turns into italics.
function term_in_words(term) {
  return `\u2068${pretty_term(term)}\u2069`;
}

/// Round values for a logarithmic axis: decades, with 2 and 5 between them where there are few.
function log_ticks(low, high) {
  const first = Math.floor(Math.log10(low));
  const decades = Array.from({length: Math.ceil(Math.log10(high)) - first + 1}, (_, k) => Number(`1e${first + k}`));
  const every = Math.ceil(decades.length / 7);
  const few = decades.flatMap((decade) => [1, 2, 5].map((step) => Number((step * decade).toPrecision(1))));
  const inside = (value) => value >= low && value <= high;
  return few.filter(inside).length <= 6 ? few.filter(inside) : decades.filter((_, k) => k % every === 0).filter(inside);
}

/// At most `most` of the entries, evenly spaced, the first and the last among them.
function thin(entries, most) {
  if (entries.length <= most) return entries;
  const step = (entries.length - 1) / (most - 1);
  return Array.from({length: most}, (_, k) => entries[Math.round(k * step)]);
}

function sum(values) {
  return values.reduce((total, value) => total + value, 0);
}
