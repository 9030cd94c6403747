// What every page does: read its data, draw charts, copy text, and say in the end that it is ready.

const record = JSON.parse(document.getElementById("record").textContent);
let download_name = "carve"; // the start of the names of saved pictures
const root = document.documentElement;
root.dataset.errors = "";
const note_error = (error) => {
  root.dataset.errors += `${error?.message ?? error}\n`;
};
window.addEventListener("error", (event) => note_error(event.error ?? event.message));
window.addEventListener("unhandledrejection", (event) => note_error(event.reason));

function slot(name) {
  return document.querySelector(`[data-slot="${name}"]`);
}

function hide(id) {
  document.getElementById(id).hidden = true;
}

function missing(text) {
  return h("p", {class: "missing"}, text);
}

const drawings = [];

/// Draws a specification into a figure; its menu saves it as SVG or PNG.
function draw(figure, specification, name, description) {
  const holder = h("div");
  figure.append(holder);
  const options = {
    renderer: "svg",
    mode: "vega-lite",
    ast: true, // no code is made from text: the page's policy forbids it
    downloadFileName: `${download_name}-${name}`,
    actions: {export: {svg: true, png: true}, source: false, compiled: false, editor: false},
    scaleFactor: {png: 3},
  };
  drawings.push(vegaEmbed(holder, {...specification, description}, options).catch(note_error));
}

async function copy(text, button) {
  const words = button.textContent;
  try {
    await navigator.clipboard.writeText(text);
  } catch {
    // some browsers refuse the clipboard to local files
    const area = h("textarea", {class: "offscreen"}, text);
    document.body.append(area);
    area.select();
    document.execCommand("copy");
    area.remove();
  }
  button.textContent = "Copied";
  setTimeout(() => {
    button.textContent = words;
  }, 1200);
}

/// Text whose marked terms are set in italics.
function with_terms(text) {
  return text.split(/[\u2068\u2069]/).map((part, k) => (k % 2 ? h("i", {class: "term"}, part) : part));
}

function copy_button(label, text) {
  return typeof text === "string" && text
    ? h("button", {type: "button", click: (event) => copy(text, event.currentTarget)}, label)
    : undefined;
}

/// Fills the page part by part, in the order they are read: one odd record must not take the rest of the page with it.
function fill_page(parts) {
  for (const part of parts) {
    try {
      part();
    } catch (error) {
      note_error(error);
    }
  }
  Promise.all(drawings).then((results) => {
    root.dataset.charts = results.filter(Boolean).length;
    root.dataset.ready = "true";
  });
}
