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
  copy.append(...[...node.childNodes].map(safe_math).filter(Boolean));
  return copy;
}

function parse_math(markup) {
  if (typeof markup !== "string") return undefined;
  const found = new DOMParser().parseFromString(markup, "text/html").querySelector("math");
  return found ? safe_math(found) : undefined;
}

/// A formula that breaks into lines before + and − (browsers do not break MathML): pieces, each a <math> of its own.
function formula(rule) {
  const math = parse_math(rule.mathml);
  if (!math) return h("span", {class: "formula plain"}, String(rule.formula ?? "–").replace(/-/g, minus));
  const flat = (node) =>
    node.localName === "mrow" && [...node.children].some(is_sign) ? [...node.childNodes].flatMap(flat) : [node];
  const is_sign = (node) => node.localName === "mo" && /^[+\-\u2212]$/.test(node.textContent.trim());
  let parts = [...math.childNodes].filter((node) => node.nodeType === Node.ELEMENT_NODE);
  while (parts.length === 1 && parts[0].localName === "mrow") parts = [...parts[0].childNodes];
  const pieces = [[]];
  for (const part of parts.flatMap(flat)) {
    const piece = pieces.at(-1);
    const before = piece.at(-1);
    const opens = !before || (before.localName === "mo" && /^[(=[{]$/.test(before.textContent.trim()));
    if (is_sign(part) && !opens) {
      part.setAttribute("form", "infix");
      part.setAttribute("lspace", "0.22em");
      part.setAttribute("rspace", "0.22em");
      pieces.push([part]);
    } else {
      if (is_sign(part)) part.setAttribute("form", "prefix");
      piece.push(part);
    }
  }
  if (pieces.length > 1) pieces.flat().forEach(keep_bracket_size);
  const size = pieces.length > 6 ? "formula long" : "formula";
  return h(
    "span",
    {class: size},
    pieces.map((piece) => {
      const element = document.createElementNS(math_space, "math");
      element.append(...piece);
      return element;
    }),
  );
}

/// A bracket whose partner may be in another piece cannot know how far to stretch.
function keep_bracket_size(part) {
  if (/^[()]$/.test(part.textContent.trim())) part.setAttribute("stretchy", "false");
}
