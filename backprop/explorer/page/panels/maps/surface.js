// The loss over two parameters as a contour map, with the way that each learning rate takes over it.
import {givenOf, lossOf} from "../../engine/model.js";
import {shown} from "../../engine/numbers.js";
import {draw, make, say, widthIn} from "../elements.js";
import {linear} from "../scales.js";
import {contour} from "./contours.js";
import {between, colors, createField, dark, fit, paint} from "./field.js";

const SIZE = 49; // grid points a side
const LEVELS = 14;
const HEIGHT = 320,
  LEFT = 48,
  RIGHT = 12,
  TOP = 10,
  BOTTOM = 30;
const PAUSE_MS = 400; // between two maps while the training plays
const LEAST_SPAN = 2;

export function surfacePanel(store, element) {
  const {state} = store;
  const choices = ["across", "upwards"].map((text, place) =>
    make("select", {
      id: `axis-${place}`,
      "aria-label": `Parameter ${text}`,
      onchange: () => choose(place),
    }),
  );
  const note = make("p", {class: "dim reading"});
  const canvas = make("canvas", {"aria-hidden": "true"});
  const chart = draw("svg", {height: HEIGHT, role: "img", "aria-labelledby": "surface-title"});
  const plot = make("div", {class: "plot", style: `height: ${HEIGHT}px`}, canvas, chart);
  element.append(
    make(
      "div",
      {class: "head"},
      make("h2", {id: "surface-title"}, "Loss surface"),
      make("span", {class: "axes"}, choices[0], " × ", choices[1]),
    ),
    note,
    plot,
  );
  const lines = draw("g", {class: "contours"}),
    marks = draw("g"),
    paths = draw("g", {class: "ways"});
  const here = draw("circle", {class: "own", r: 5.5});
  chart.append(lines, paths, marks, here);
  let width = 0,
    bounds = null,
    scales = null,
    drawn = "",
    drawnAt = 0,
    values = null;
  const field = createField(SIZE, (computed) => {
    values = computed;
    drawnAt = performance.now();
    show();
  });
  new ResizeObserver(() => {
    if (widthIn(element) !== width && scales) {
      place(true);
      ways();
    }
  }).observe(element);
  dark.addEventListener("change", () => values && show());

  chart.addEventListener("click", (event) => {
    const box = chart.getBoundingClientRect();
    const [x, y] = [event.clientX - box.left, event.clientY - box.top];
    if (x < LEFT || x > width - RIGHT || y < TOP || y > HEIGHT - BOTTOM) return;
    store.setPlaying(false);
    store.setParameters({[state.axes[0]]: round(scales.x.invert(x)), [state.axes[1]]: round(scales.y.invert(y))});
  });

  function choose(which) {
    const axes = choices.map((choice) => choice.value);
    if (axes[0] === axes[1]) axes[1 - which] = state.axes[which];
    store.setAxes(axes);
  }

  function build() {
    const names = state.model.parameters.filter(({trained}) => trained).map(({name}) => name);
    for (const choice of choices)
      choice.replaceChildren(...names.map((name) => make("option", {value: name}, state.model.texts[name] ?? name)));
    element.hidden = names.length < 2;
  }

  // Bounds that hold the ways of all rates, so that they stay while one plays.
  function place(force) {
    const {model, run, axes} = state;
    const rows = Math.min(model.epochs * model.steps, 2000);
    const runs = [...store.referenceRuns(), run];
    const needed = axes.map((name) => extent(runs.map((one) => one.way(name, rows))));
    if (!force && bounds && needed.every((one, which) => fits(one, bounds[which]))) return false;
    bounds = needed.map(roomy);
    width = widthIn(element);
    scales = {
      x: linear(...bounds[0], LEFT, width - RIGHT),
      y: linear(...bounds[1], HEIGHT - BOTTOM, TOP),
    };
    chart.setAttribute("viewBox", `0 0 ${width} ${HEIGHT}`);
    Object.assign(canvas.style, {
      left: `${LEFT}px`,
      top: `${TOP}px`,
      width: `${width - LEFT - RIGHT}px`,
      height: `${HEIGHT - TOP - BOTTOM}px`,
    });
    marks.replaceChildren(
      ...ticks(scales, width),
      draw(
        "text",
        {class: "tick", x: width - RIGHT, y: HEIGHT - 2, "text-anchor": "end"},
        state.model.texts[axes[0]] ?? axes[0],
      ),
      draw("text", {class: "tick", x: 6, y: TOP + 10}, state.model.texts[axes[1]] ?? axes[1]),
    );
    if (values) show();
    return true;
  }

  // The slice: all other parameters as they are in the row that is shown.
  function compute() {
    const {model, run, row, axes, samples, playing} = state;
    if (playing && (field.busy() || performance.now() - drawnAt < PAUSE_MS)) return;
    const others = run.parametersOf(Math.min(row, Math.max(0, run.losses.length - 1)));
    const [[left, right], [low, high]] = bounds;
    const key = JSON.stringify([bounds, axes, samples, {...others, [axes[0]]: 0, [axes[1]]: 0}]);
    if (key === drawn) return;
    drawn = key;
    const given = samples.map((sample) => ({...givenOf(model, sample), ...others}));
    field.start((x, y) => {
      for (const one of given) {
        one[axes[0]] = left + x * (right - left);
        one[axes[1]] = low + y * (high - low);
      }
      return lossOf(model, given);
    });
    say(note, `Click to go there. The other parameters are those of epoch ${run.epochOf(row) + 1}.`);
  }

  function show() {
    const finite = [...values].filter(Number.isFinite).sort((one, other) => one - other);
    if (!finite.length) return;
    const [least, most] = [finite[0], finite[Math.floor((finite.length - 1) * 0.98)]];
    const log = least > 0 && most / least > 20;
    const floor = most * 1e-3; // below it a valley is flat: its smallest losses are between the grid's points
    const share = (value) =>
      log
        ? Math.log((value + floor) / (least + floor)) / Math.log((most + floor) / (least + floor))
        : (value - least) / (most - least || 1);
    const shares = values.map(share);
    const stops = colors("--low", "--between", "--high");
    fit(canvas, width - LEFT - RIGHT, HEIGHT - TOP - BOTTOM);
    paint(canvas, SIZE, shares, (value) => (Number.isNaN(value) ? null : between(stops, value)));
    lines.setAttribute("transform", `translate(${LEFT} ${TOP})`);
    const levels = Array.from({length: LEVELS}, (_, number) => (number + 0.5) / LEVELS);
    lines.replaceChildren(
      ...levels.map((level) =>
        draw("path", {d: contour(shares, SIZE, level, width - LEFT - RIGHT, HEIGHT - TOP - BOTTOM)}),
      ),
    );
  }

  function ways() {
    const {model, axes, row, run} = state;
    const rows = model.epochs * model.steps;
    const path = (one, count) => pathOf(one.way(axes[0], count), one.way(axes[1], count), scales);
    paths.replaceChildren(
      ...store
        .referenceRuns()
        .map((one, number) =>
          draw("path", {class: "rate", d: path(one, rows), style: `stroke: var(--rate-${number % 6})`}),
        ),
      ...store.referenceRuns().map((one, number) => end(one, axes, rows, scales, `var(--rate-${number % 6})`)),
      draw("path", {class: "own", d: path(run, row + 1)}),
    );
    move();
  }

  function move() {
    const {run, row, axes} = state;
    const at = run.startOf(row);
    here.setAttribute("cx", bounded(scales.x(at[axes[0]])));
    here.setAttribute("cy", bounded(scales.y(at[axes[1]])));
    paths.lastChild.setAttribute("d", pathOf(run.way(axes[0], row + 1), run.way(axes[1], row + 1), scales));
  }

  function update(changed) {
    if (changed.has("model")) build();
    if (element.hidden) return;
    choices.forEach((choice, which) => {
      choice.value = state.axes[which];
    });
    const whole = ["model", "run", "ahead", "axes"].some((part) => changed.has(part));
    if (changed.has("model") || changed.has("axes")) {
      field.stop();
      drawn = "";
    }
    if (whole && place(changed.has("model") || changed.has("axes") || scales === null)) drawn = "";
    if (whole) ways();
    else if (changed.has("place")) move();
    if (whole || changed.has("place") || changed.has("playing")) compute();
  }

  return {update};
}

const round = (value) => Number(value.toFixed(3));

// From the least to the largest of what is finite.
function extent(ways) {
  let [low, high] = [Infinity, -Infinity];
  for (const value of ways.flat()) {
    if (!Number.isFinite(value) || Math.abs(value) > 1e6) continue;
    low = Math.min(low, value);
    high = Math.max(high, value);
  }
  return low > high ? [0, 0] : [low, high];
}

// Bounds stay while they hold what is needed, and are not far too wide for it.
const fits = ([low, high], [from, to]) => from <= low && high <= to && to - from < 8 * Math.max(high - low, LEAST_SPAN);

// With room around, at least so wide, on round numbers.
function roomy([low, high]) {
  const room = Math.max((high - low) * 0.25, (LEAST_SPAN - (high - low)) / 2, 0.25);
  const unit = 10 ** Math.floor(Math.log10(high - low + 2 * room)) / 4;
  return [Math.floor((low - room) / unit) * unit, Math.ceil((high + room) / unit) * unit];
}

function pathOf(across, upwards, {x, y}) {
  const parts = [];
  for (let row = 0; row < Math.min(across.length, upwards.length); row++) {
    if (!Number.isFinite(across[row]) || !Number.isFinite(upwards[row])) break;
    parts.push(`${row ? "L" : "M"}${bounded(x(across[row]))} ${bounded(y(upwards[row]))}`);
  }
  return parts.join("");
}

// Where a way ends.
function end(run, axes, rows, {x, y}, fill) {
  const [across, upwards] = axes.map((name) => run.way(name, Math.min(rows, run.losses.length)).at(-1) ?? 0);
  return draw("circle", {class: "end", cx: bounded(x(across)), cy: bounded(y(upwards)), r: 4, style: `fill: ${fill}`});
}

const bounded = (place) => Math.max(-1e4, Math.min(1e4, Number.isNaN(place) ? -1e4 : place)).toFixed(1);

function ticks({x, y}, width) {
  return [
    ...x
      .ticks(width < 420 ? 4 : 6)
      .map((tick) =>
        draw("text", {class: "tick", x: x(tick), y: HEIGHT - BOTTOM + 16, "text-anchor": "middle"}, shown(tick, 3)),
      ),
    ...y
      .ticks(5)
      .map((tick) => draw("text", {class: "tick", x: LEFT - 6, y: y(tick) + 4, "text-anchor": "end"}, shown(tick, 3))),
  ];
}
