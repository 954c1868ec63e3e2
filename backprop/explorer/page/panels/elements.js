// Elements of the page: made with their attributes and children in one call, HTML and SVG.

export function make(tag, attributes = {}, ...children) {
  return filled(document.createElement(tag), attributes, children);
}

export function draw(tag, attributes = {}, ...children) {
  return filled(document.createElementNS("http://www.w3.org/2000/svg", tag), attributes, children);
}

// What is ours already, as MathML.
export function math(markup, attributes = {}) {
  const element = make("span", attributes);
  element.innerHTML = `<math displaystyle="true">${markup}</math>`;
  return element;
}

function filled(element, attributes, children) {
  for (const [name, value] of Object.entries(attributes)) {
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else if (value === true) element.setAttribute(name, "");
    else if (value !== false && value !== null && value !== undefined) element.setAttribute(name, value);
  }
  element.append(...children.filter((child) => child !== null && child !== undefined));
  return element;
}

// Sets text only where it changes: what stays is not laid out again. A text that is there gets other letters, which a
// browser does sooner than another text.
export function say(element, text) {
  const old = element.firstChild;
  if (old?.nodeType !== Node.TEXT_NODE || old.nextSibling !== null) element.textContent = text;
  else if (old.data !== text) old.data = text;
}

// Sets an attribute only where it changes.
export function set(element, name, value) {
  if (element.getAttribute(name) !== String(value)) element.setAttribute(name, value);
}

// A small drawing on a button, 20 units a side.
export function icon(path) {
  return draw(
    "svg",
    {viewBox: "0 0 20 20", width: 20, height: 20, "aria-hidden": "true", class: "icon"},
    draw("path", {d: path}),
  );
}

// The width inside an element's padding.
export function widthIn(element) {
  const {paddingLeft, paddingRight} = getComputedStyle(element);
  return Math.max(200, Math.round(element.clientWidth - parseFloat(paddingLeft) - parseFloat(paddingRight)));
}
