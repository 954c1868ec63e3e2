// The decision map: what the network answers over the plane of its two inputs, with the samples on it.
import {givenOf} from "../../engine/model.js";
import {shown} from "../../engine/numbers.js";
import {draw, make, say, widthIn} from "../elements.js";
import {linear} from "../scales.js";
import {contour} from "./contours.js";
import {between, colors, createField, dark, fit, paint} from "./field.js";

const SIZE = 41;
const HEIGHT = 320,
  LEFT = 48,
  RIGHT = 12,
  TOP = 10,
  BOTTOM = 30;
const PAUSE_MS = 90;
const LEVELS = [0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9];
const MOST_DOTS = 400;

// Whether a network has such a map: two inputs, and one to three outputs that targets are given for.
const hasMap = (model) => model.inputs.length === 2 && model.targets.length >= 1 && model.targets.length <= 3;

export function decisionPanel(store, element) {
  const {state} = store;
  const note = make("p", {class: "dim reading"});
  const canvas = make("canvas", {"aria-hidden": "true"});
  const chart = draw("svg", {height: HEIGHT, role: "img", "aria-labelledby": "decision-title"});
  const view = make("select", {id: "answer", "aria-label": "What the map shows", onchange: () => values && show()});
  element.append(
    make("div", {class: "head"}, make("h2", {id: "decision-title"}, "Decision map"), view),
    note,
    make("div", {class: "plot", style: `height: ${HEIGHT}px`}, canvas, chart),
  );
  const dots = draw("g", {class: "dots"}),
    marks = draw("g"),
    lines = draw("g", {class: "contours"});
  chart.append(lines, marks, dots);
  let width = 0,
    scales = null,
    bounds = null,
    values = null,
    drawn = "",
    drawnAt = 0,
    answers = [];
  const field = createField(SIZE, (computed) => {
    values = computed;
    drawnAt = performance.now();
    show();
  });
  new ResizeObserver(() => {
    if (scales && !element.hidden && widthIn(element) !== width) place();
  }).observe(element);
  dark.addEventListener("change", () => {
    if (values) {
      show();
      samples();
    }
  });

  // Of several samples with several outputs the largest counts; else one looks at an output at a time.
  function build() {
    const outputs = state.model.layers
      .at(-1)
      .neurons.map(({a}, which) => make("option", {value: which}, state.model.texts[a] ?? a));
    const largest = outputs.length > 1 ? [make("option", {value: "largest"}, "the largest output")] : [];
    view.replaceChildren(...largest, ...outputs);
    view.value = largest.length && state.samples.length > 1 ? "largest" : "0";
  }

  function place() {
    const {model} = state;
    width = widthIn(element);
    bounds = [0, 1].map((which) => {
      const all = state.samples.map(({inputs}) => inputs[which]);
      const [low, high] = [Math.min(...all), Math.max(...all)];
      const room = Math.max((high - low) * 0.25, 0.5);
      return [Math.floor((low - room) * 10) / 10, Math.ceil((high + room) * 10) / 10];
    });
    scales = {x: linear(...bounds[0], LEFT, width - RIGHT), y: linear(...bounds[1], HEIGHT - BOTTOM, TOP)};
    chart.setAttribute("viewBox", `0 0 ${width} ${HEIGHT}`);
    Object.assign(canvas.style, {
      left: `${LEFT}px`,
      top: `${TOP}px`,
      width: `${width - LEFT - RIGHT}px`,
      height: `${HEIGHT - TOP - BOTTOM}px`,
    });
    marks.replaceChildren(
      ...scales.x
        .ticks(5)
        .map((tick) =>
          draw(
            "text",
            {class: "tick", x: scales.x(tick), y: HEIGHT - BOTTOM + 16, "text-anchor": "middle"},
            shown(tick, 3),
          ),
        ),
      ...scales.y
        .ticks(5)
        .map((tick) =>
          draw("text", {class: "tick", x: LEFT - 6, y: scales.y(tick) + 4, "text-anchor": "end"}, shown(tick, 3)),
        ),
      draw(
        "text",
        {class: "tick", x: width - RIGHT, y: HEIGHT - 2, "text-anchor": "end"},
        model.texts[model.inputs[0]],
      ),
      draw("text", {class: "tick", x: 6, y: TOP + 10}, model.texts[model.inputs[1]]),
    );
    samples();
    if (values) show();
  }

  function compute() {
    const {model, run, row, playing} = state;
    if (playing && (field.busy() || performance.now() - drawnAt < PAUSE_MS)) return;
    const parameters = run.parametersOf(row);
    const key = JSON.stringify([bounds, parameters]);
    if (key === drawn) return;
    drawn = key;
    const outputs = model.layers.at(-1).neurons.map(({a}) => a);
    const [[left, right], [low, high]] = bounds;
    const found = outputs.map(() => new Float64Array(SIZE * SIZE));
    const given = {...givenOf(model, {inputs: [], targets: model.targets.map(() => 0)}), ...parameters};
    let next = 0;
    field.start((x, y) => {
      given[model.inputs[0]] = left + x * (right - left);
      given[model.inputs[1]] = low + y * (high - low);
      const computed = model.predict(given);
      outputs.forEach((name, which) => {
        found[which][next] = computed[name];
      });
      next += 1;
      if (next === SIZE * SIZE) answers = found;
      return computed[outputs[0]];
    });
  }

  function show() {
    fit(canvas, width - LEFT - RIGHT, HEIGHT - TOP - BOTTOM);
    const [one, two, three, middle] = colors("--class-1", "--class-2", "--class-3", "--class-0");
    const range = answersBetween(state);
    const chosen = view.value === "largest" ? null : answers[Number(view.value)];
    if (chosen) {
      const [low, high] = range ?? span(chosen);
      paint(canvas, SIZE, chosen, (value) =>
        Number.isNaN(value) ? null : between([one, middle, two], (value - low) / (high - low || 1)),
      );
      lines.setAttribute("transform", `translate(${LEFT} ${TOP})`);
      lines.replaceChildren(
        ...LEVELS.map((level) =>
          draw("path", {
            d: contour(chosen, SIZE, low + level * (high - low), width - LEFT - RIGHT, HEIGHT - TOP - BOTTOM),
          }),
        ),
      );
      return tell(`From ${shown(low, 4)} (orange) to ${shown(high, 4)} (blue)`);
    }
    const [low, high] = range ?? [0, 1];
    lines.replaceChildren();
    paint(canvas, SIZE, values, (_, place) => {
      const all = answers.map((answer) => answer[place]);
      const order = all.map((_answer, which) => which).sort((first, second) => all[second] - all[first]);
      const lead = Math.min(1, 0.12 + (all[order[0]] - all[order[1]]) / (high - low));
      return Number.isNaN(lead) ? null : between([middle, [one, two, three][order[0]]], lead);
    });
    tell("The colour of the largest output, paler where it is close");
  }

  const tell = (text) =>
    say(
      note,
      state.samples.length === 1
        ? `${text}; the dot is the sample.`
        : `${text}; dots are the samples, in the colour they should have.`,
    );

  function samples() {
    dots.replaceChildren(
      ...state.samples.slice(0, MOST_DOTS).map(({inputs, targets}, number) => {
        const dot = draw("circle", {
          cx: scales.x(inputs[0]),
          cy: scales.y(inputs[1]),
          r: 6.5,
          style: `fill: var(--class-${classOf(targets, answersBetween(state))})`,
        });
        dot.append(draw("title", {}, `sample ${number + 1}: ${inputs.join(", ")} → ${targets.join(", ")}`));
        return dot;
      }),
    );
  }

  function update(changed) {
    if (changed.has("model")) {
      element.hidden = !hasMap(state.model);
      if (!element.hidden) build();
      field.stop();
      drawn = "";
    }
    if (element.hidden) return;
    if (changed.has("model") || changed.has("run")) place();
    if (["model", "run", "place", "playing"].some((part) => changed.has(part))) compute();
  }

  return {update};
}

// The range of targets, or null where they do not differ.
function answersBetween({model, samples}) {
  if (samples.length === 1) return null;
  const all = samples.flatMap(({targets}) => targets);
  const [low, high] = [Math.min(...all), Math.max(...all)];
  return high - low > 1e-9 ? [low, high] : null;
}

function span(values) {
  let [low, high] = [Infinity, -Infinity];
  for (const value of values) if (Number.isFinite(value)) [low, high] = [Math.min(low, value), Math.max(high, value)];
  return low > high ? [0, 1] : [low, high];
}

function classOf(targets, range) {
  const [low, high] = range ?? [0, 1];
  if (targets.length === 1) return targets[0] > (low + high) / 2 ? 2 : 1;
  return targets.indexOf(Math.max(...targets)) + 1;
}
