// Formulas: MathML from the record, cleaned and made to break into lines.

const math_space = "http://www.w3.org/1998/Math/MathML";

const math_elements = new Set(
  (
    "math mrow mi mn mo ms mtext mspace mfrac msqrt mroot msup msub msubsup munder mover munderover mstyle mpadded " +
    "mfenced mtable mtr mtd semantics"
  ).split(" "),
);
const math_attributes = new Set(
  "mathvariant stretchy fence separator form lspace rspace width height depth linethickness displaystyle accent".split(
    " ",
  ),
);

/// A copy that holds nothing but known MathML: the formula comes from a file, and a file may come from anyone.
function safe_math(node) {
  if (node.nodeType === Node.TEXT_NODE) return document.createTextNode(node.textContent);
  if (node.nodeType !== Node.ELEMENT_NODE || !math_elements.has(node.localName)) return undefined;
  const copy = document.createElementNS(math_space, node.localName);
  for (const {name, value} of node.attributes) {
    if (math_attributes.has(name)) copy.setAttribute(name, value);
  }
  if (node.localName === "mo" && node.textContent === "\u2062") copy.setAttribute("rspace", "0.17em"); // a thin space
  copy.append(...[...node.childNodes].map(safe_math).filter(Boolean));
  return copy;
}

function parse_math(markup) {
  if (typeof markup !== "string") return undefined;
  const found = new DOMParser().parseFromString(markup, "text/html").querySelector("math");
  return found ? safe_math(found) : undefined;
}

const text_of = (node) => node.textContent.trim();
const is_sign = (node) => node.localName === "mo" && /^[+\-\u2212]$/.test(text_of(node));

/// The parts of a row, rows within it resolved, so that every sign outside fractions, powers and roots is in the list.
function flat_parts(node) {
  return node.localName === "mrow" || node.localName === "math" ? [...node.children].flatMap(flat_parts) : [node];
}

/// How deep in brackets each part stands.
function bracket_depths(parts) {
  let depth = 0;
  return parts.map((part) => {
    if (part.localName === "mo" && text_of(part) === ")") --depth;
    return part.localName === "mo" && text_of(part) === "(" ? depth++ : depth;
  });
}

/// Where lines may break: before + and − between terms, in the outer bracket where all terms stand in one.
function breaks_of(parts) {
  const depths = bracket_depths(parts);
  const signs = parts.flatMap((part, k) =>
    is_sign(part) && k > 0 && !/^[(=]$/.test(text_of(parts[k - 1])) ? [k] : [],
  );
  const outer = signs.filter((k) => depths[k] === 0);
  return outer.length ? outer : signs.filter((k) => depths[k] === 1);
}

/// A formula that breaks into lines (browsers do not break MathML): pieces, each a <math> of its own.
function formula(rule) {
  const math = parse_math(rule.mathml);
  if (!math) return h("span", {class: "formula plain"}, String(rule.formula ?? "–").replace(/-/g, minus));
  const parts = flat_parts(math);
  const breaks = breaks_of(parts);
  if (breaks.length) parts.forEach(keep_bracket_size);
  const pieces = [0, ...breaks].map((from, k) => parts.slice(from, breaks[k]));
  return h(
    "span",
    {class: pieces.length > 6 ? "formula long" : "formula"},
    pieces.map((piece, k) => {
      const element = document.createElementNS(math_space, "math");
      if (k) set_attributes(piece[0], {form: "infix", lspace: "0.22em", rspace: "0.22em"});
      element.append(...piece);
      return element;
    }),
  );
}

/// A bracket whose partner may be in another piece cannot know how far to stretch.
function keep_bracket_size(part) {
  if (/^[()]$/.test(text_of(part))) part.setAttribute("stretchy", "false");
}

function set_attributes(element, attributes) {
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
}
