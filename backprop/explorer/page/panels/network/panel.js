// The drawing of the network: units with their values, weights on their lines, the gradient as width and colour.
import {gradientName, nameOf} from "../../engine/model.js";
import {shown} from "../../engine/numbers.js";
import {phases} from "../../engine/run.js";
import {draw, make, say, set, widthIn} from "../elements.js";
import {columnCount, layOut, tooLarge, WIDE_FROM} from "./layout.js";
import {pathsOf} from "./paths.js";
import {signed} from "./signs.js";

const [, LOSS, BACKWARD, UPDATE] = phases.keys();
const FLOW_MS = 900;
const THINNEST = 1.6,
  THICKEST = 9;
const MOST_INSIDE = 6; // letters in a unit
const LARGEST = 15,
  SMALLEST = 10; // letters of these, in pixels

export function networkPanel(store, element, player) {
  const {state} = store;
  const sketch = draw("svg", {role: "group", "aria-label": "The network: choose a weight to see its derivative"});
  const none = make("p", {class: "dim"});
  const legend = make(
    "p",
    {class: "legend"},
    key("down", "∂E/∂w above 0: the weight falls"),
    key("up", "below 0: it rises"),
    key("", "wider: larger"),
  );
  element.append(make("div", {class: "head"}, make("h2", {}, "Network"), legend), sketch, none);
  let drawn = null,
    seen = 0,
    flowing = 0;
  new ResizeObserver(() => {
    if (drawn && widthIn(element) !== drawn.width) redraw();
  }).observe(element);

  function redraw() {
    const {model} = state;
    const reason = tooLarge(model);
    element.parentElement.classList.toggle("wide", reason === null && columnCount(model) >= WIDE_FROM);
    sketch.toggleAttribute("hidden", reason !== null);
    none.hidden = reason === null;
    say(
      none,
      reason === null ? "" : `Too large to draw: ${reason}. Curves, equations, values and the table are all there.`,
    );
    drawn = reason === null ? drawAll(model, layOut(model, widthIn(element)), sketch, store) : null;
    if (drawn) {
      showValues();
      showSelection();
    }
  }

  // Whether it plays so fast that what moves from one number to the next would never arrive.
  const fast = () => state.playing && player.speed() !== "phases";

  function showValues() {
    const {model, phase, playing, run, row} = state;
    sketch.classList.toggle("fast", fast());
    const values = store.values(),
      sample = store.shownSample();
    const value = (name) => values[nameOf(model, name, sample)];
    for (const {unit, number, more, shape} of drawn.units) {
      const known = unit.kind === "loss" || unit.kind === "total" ? phase >= LOSS : true;
      const now = value(unit.key);
      say(number, known ? inside(now) : "·");
      if (unit.kind === "loss") say(more, model.targets.length ? `t = ${shown(value(model.targets[unit.place]))}` : "");
      if (unit.kind === "neuron") {
        const delta = phase >= BACKWARD;
        say(more, delta ? `δ ${shown(value(unit.neuron.delta), 3)}` : `Σ ${shown(value(unit.neuron.z), 3)}`);
        more.classList.toggle("delta", delta);
      }
      shape.parentNode.classList.toggle("unknown", !known);
    }
    const next = phase === UPDATE ? run.row(row + 1) : null;
    const gradients = model.parameters.map(({name}) => Math.abs(values[gradientName(name)] ?? 0));
    const most = Math.max(...gradients.filter(Number.isFinite), 1e-300);
    for (const {name, line, hit, text, box, middle} of drawn.weights) {
      const gradient = values[gradientName(name)] ?? 0;
      const felt = phase >= BACKWARD && gradient !== 0;
      if (line) line.style.strokeWidth = felt ? thickness(Math.abs(gradient) / most) : THINNEST;
      const way = felt ? (gradient > 0 ? "down" : "up") : "";
      for (const part of [line, text]) if (part && part.dataset.way !== way) part.dataset.way = way;
      const now = (next ?? values)[name];
      if (text) say(text.lastChild, shown(now, 3));
      if (box) fit(box, text, middle, drawn.letter);
      if (playing) continue;
      hit.setAttribute(
        "aria-label",
        `${name} = ${shown(now)}` + (phase >= BACKWARD && name in values ? `, ∂E/∂${name} = ${shown(gradient)}` : ""),
      );
    }
    legend.classList.toggle("felt", phase >= BACKWARD);
  }

  function showSelection() {
    const {model, selected} = state;
    const {units, lines} = selected === null ? {} : pathsOf(model, selected);
    sketch.classList.toggle("lit", selected !== null);
    for (const {unit, group} of drawn.units) group.classList.toggle("on", Boolean(units?.has(unit.key)));
    for (const {key, parts} of drawn.lines) {
      for (const part of parts) part?.classList.toggle("on", Boolean(lines?.has(key)));
    }
    for (const {name, hit, text} of drawn.weights) {
      hit.setAttribute("aria-pressed", String(name === selected));
      for (const part of [hit, text]) part?.classList.toggle("chosen", name === selected);
    }
  }

  // What a phase does is seen to flow for a moment: forward along the lines, or back.
  function flow() {
    const {phase} = state;
    if (phase === seen) return;
    seen = phase;
    clearTimeout(flowing);
    delete sketch.dataset.flow;
    const way = {0: "forward", [BACKWARD]: "backward"}[phase];
    if (way === undefined || fast()) return;
    sketch.dataset.flow = way;
    flowing = setTimeout(() => delete sketch.dataset.flow, FLOW_MS);
  }

  function update(changed) {
    if (changed.has("model")) return redraw();
    if (!drawn) return;
    if (changed.has("place")) flow();
    if (["run", "place", "sample", "playing"].some((part) => changed.has(part))) showValues();
    if (changed.has("selection")) showSelection();
  }

  return {update};
}

// As wide as its text, by the number of letters: measuring would lay out the page anew.
function fit(box, text, middle, letter) {
  const width = Math.round(text.textContent.length * letter + 8);
  set(box, "width", width);
  set(box, "x", middle - width / 2);
}

// A number that fits into a unit.
function inside(value) {
  const texts = [shown(value), shown(value, 3)];
  if (Number.isFinite(value)) for (const digits of [1, 0]) texts.push(value.toExponential(digits).replaceAll("-", "−"));
  return texts.find((text) => text.length <= MOST_INSIDE) ?? texts.at(-1);
}

const key = (way, text) => make("span", {class: `key ${way}`}, text);

// The area shows the size; a derivative of a hundredth of the largest can still be seen.
const thickness = (share) => (THINNEST + (THICKEST - THINNEST) * Math.sqrt(Math.min(1, share || 0))).toFixed(2);

function drawAll(model, plan, sketch, store) {
  sketch.setAttribute("viewBox", `0 0 ${plan.width} ${plan.height}`);
  sketch.setAttribute("height", plan.height);
  sketch.classList.toggle("narrow", plan.vertical);
  sketch.style.setProperty("--inside", `${Math.max(SMALLEST, Math.min(LARGEST, plan.radius * 0.43))}px`);
  const drawn = {width: plan.width, letter: plan.vertical ? 6.4 : 7.2, units: [], weights: [], lines: []};
  const [below, above] = [draw("g", {class: "lines"}), draw("g", {class: "units"})];
  const labels = draw("g", {class: "labels"});
  for (const edge of plan.edges) addEdge(edge, {below, labels}, drawn, store);
  for (const unit of plan.units.values()) addUnit(unit, {model, plan, above}, drawn, store);
  sketch.replaceChildren(below, labels, above);
  sketch.querySelector(".hit")?.setAttribute("tabindex", 0);
  return drawn;
}

// Places are written as they are, without transforms: each of these would be a part of its own to a browser's painting.
const rounded = (place) => Number(place.toFixed(1));

function addEdge(edge, {below, labels}, drawn, store) {
  const also = edge.weight === null ? null : `${edge.weight} dE_d${edge.weight}`;
  const line = draw("path", {d: edge.path, class: edge.weight === null ? "line plain" : "line", "data-also": also});
  below.append(line);
  const key = `${edge.source}>${edge.to.key}`;
  if (edge.weight === null) return drawn.lines.push({key, parts: [line]});
  const hit = choosing(draw("path", {d: edge.path, class: "hit"}), edge.weight, store);
  below.append(hit);
  const [x, y] = [edge.label.x, edge.label.y].map(rounded);
  const text = draw(
    "text",
    {class: "weight", "data-also": also, x, y},
    ...signed(edge.weight, store.state.model),
    draw("tspan", {dx: 5, class: "number"}, "0"),
  );
  const box = draw("rect", {y: y - 10, height: 20, rx: 6});
  labels.append(draw("g", {class: edge.labelled ? "label" : "label crowded"}, box, text));
  drawn.lines.push({key, parts: [line, text.parentNode]});
  drawn.weights.push({name: edge.weight, line, hit, text, box, middle: x});
}

// A line or a tag that selects its parameter, by mouse, touch and keyboard: one tab stop, arrows go from one to the next.
function choosing(part, name, store) {
  const choose = () => store.select(store.state.selected === name ? null : name);
  const attributes = {tabindex: -1, role: "button", "aria-pressed": "false", "data-name": name};
  for (const [attribute, value] of Object.entries(attributes)) part.setAttribute(attribute, value);
  part.addEventListener("click", choose);
  part.addEventListener("keydown", (event) => {
    const all = [...part.ownerSVGElement.querySelectorAll(".hit")];
    const step = {ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1}[event.key];
    if (step) all.at((all.indexOf(part) + step) % all.length).focus();
    else if (event.key === "Enter" || event.key === " ") choose();
    else return;
    event.preventDefault();
    event.stopPropagation();
  });
  part.addEventListener("focus", () => {
    for (const other of part.ownerSVGElement.querySelectorAll('.hit[tabindex="0"]')) other.setAttribute("tabindex", -1);
    part.setAttribute("tabindex", 0);
  });
  return part;
}

function addUnit(unit, {model, plan, above}, drawn, store) {
  const {radius, kind, neuron} = unit;
  const crowded = unit.crowded ? "crowded" : "";
  const beside = plan.vertical && !unit.crowded; // where lines come from above and leave below
  const [x, y] = [unit.x, unit.y].map(rounded);
  const also =
    kind === "neuron"
      ? `${neuron.z} ${neuron.a} ${neuron.delta}`
      : kind === "loss"
        ? `${unit.key} ${model.targets[unit.place] ?? ""}`
        : unit.key;
  const group = draw("g", {class: `unit ${kind}`, "data-name": unit.key, "data-also": also});
  const box = kind === "loss" || kind === "total";
  const shape = box
    ? draw("rect", {x: x - radius - 5, y: y - radius * 0.75, width: 2 * radius + 10, height: radius * 1.5, rx: 9})
    : draw("circle", {cx: x, cy: y, r: radius});
  const name = draw("text", {x, y: y - radius * 0.3, class: "name"}, ...signed(unit.key, model));
  const number = draw("text", {x, y: y + radius * 0.34, class: "number"}, "0");
  const side = plan.vertical && x < plan.width / 2 - 1 ? -1 : 1;
  const outside = {x: x + side * radius * 0.8, "text-anchor": side < 0 ? "end" : "start"};
  const below = kind === "loss" ? radius * 0.75 + 14 : radius + 15;
  const more = draw("text", {
    class: `more ${crowded}`,
    ...(beside && kind === "neuron" ? {...outside, y: y + radius * 0.85 + 8} : {x, y: y + below}),
  });
  group.append(shape, name, number, more);
  above.append(group);
  drawn.units.push({unit, group, shape, number, more});
  if (kind !== "neuron" || unit.neuron.bias === null) return;
  const bias = unit.neuron.bias;
  const tag = draw(
    "text",
    {
      class: `weight bias ${crowded}`,
      "data-also": `${bias} dE_d${bias}`,
      ...(beside ? {...outside, y: y - radius * 0.85 - 4} : {x, y: y - radius - 8}),
    },
    unit.neuron.threshold ? "−" : "+",
    ...signed(bias, model),
    draw("tspan", {dx: 4, class: "number"}, "0"),
  );
  const hit = choosing(
    draw("rect", {
      class: "hit tag",
      x: x - 36 + (beside ? side * 50 : 0),
      y: y - radius - 22,
      width: 72,
      height: 24,
      rx: 6,
    }),
    bias,
    store,
  );
  group.append(hit, tag);
  drawn.weights.push({name: bias, line: null, hit, text: tag});
}
