// The loss over the epochs: this run's in front of those at the network's own rates. A click goes to an epoch.
import {mostRows} from "../engine/run.js";
import {shown} from "../engine/numbers.js";
import {draw, make, say, widthIn} from "./elements.js";
import {apart, linear, logarithmic} from "./scales.js";

const HEIGHT = 392,
  LEFT = 52,
  RIGHT = 46,
  TOP = 12,
  BOTTOM = 34;
const LEAP = 1e4; // times the first loss
const LINES_NAMED = 8;
const MOST_POINTS = 2000;
const LEAST_SHARE = 1e-8; // of the largest loss; less is drawn at the bottom

export function lossPanel(store, element) {
  const {state} = store;
  const chart = draw("svg", {height: HEIGHT, role: "img", "aria-labelledby": "loss-title loss-text"});
  const text = make("p", {id: "loss-text", class: "reading"});
  element.append(make("h2", {id: "loss-title"}, "Loss"), text, chart);
  let width = 0,
    scales = null,
    line = null,
    dot = null,
    cross = null,
    drawnTo = 0,
    ends = 0;
  new ResizeObserver(() => {
    if (widthIn(element) !== width && width) redraw();
  }).observe(element);

  chart.addEventListener("pointerdown", (event) => {
    chart.setPointerCapture(event.pointerId);
    store.setPlaying(false);
    goTo(event);
  });
  chart.addEventListener("pointermove", (event) => {
    if (event.buttons && chart.hasPointerCapture(event.pointerId)) goTo(event);
  });

  function goTo(event) {
    const {steps} = state.model;
    const epoch = Math.round(scales.x.invert(event.clientX - chart.getBoundingClientRect().left));
    store.go((Math.max(1, Math.min(epoch, mostRows(state.model) / steps)) - 1) * steps + steps - 1);
  }

  function redraw() {
    const {model, run, row} = state;
    width = widthIn(element);
    ends = state.ends;
    const references = store
      .referenceRuns()
      .map((reference) => ({rate: reference.rate, losses: reference.epochLosses(ends), diverged: reference.diverged}));
    const own = run.epochLosses(ends);
    const all = [...references.map(({losses}) => losses), own];
    const limit = LEAP * Math.max(Math.abs(own[0] ?? 1), 1e-9); // a line that runs away leaves the chart
    const most = Math.min(limit, extreme(all, Math.max, 1e-12));
    const lowest = Math.max(-limit, Math.min(0, extreme(all, Math.min, 0)));
    const positive = all.map((losses) => losses.filter((loss) => loss > 0));
    const least = Math.max(most * LEAST_SHARE, extreme(positive, Math.min, most));
    const spans = lowest >= 0 && most / least > 12;
    const x = linear(1, ends, LEFT, width - RIGHT);
    const y = spans
      ? logarithmic(least / 1.15, most * 1.15, HEIGHT - BOTTOM, TOP)
      : linear(lowest, most * 1.08, HEIGHT - BOTTOM, TOP);
    scales = {x, y: (loss) => Math.max(TOP - 8, Math.min(HEIGHT - BOTTOM, y(loss)))};
    chart.setAttribute("viewBox", `0 0 ${width} ${HEIGHT}`);
    line = draw("path", {class: "own", d: ""});
    dot = draw("circle", {class: "own", r: 5});
    cross = draw("text", {class: "diverged"}, "✕");
    chart.replaceChildren(
      axes(x, y, width),
      ...references.flatMap((one, number) => curve(one, number, x, scales.y)),
      names(references, x, scales.y, width),
      line,
      cross,
      dot,
    );
    drawnTo = -1;
    showRun();
  }

  function showRun() {
    const {run, row, model} = state;
    const {x, y} = scales;
    if (drawnTo !== run) line.setAttribute("d", pathOf(run.epochLosses(ends), x, y));
    drawnTo = run;
    const epoch = run.epochOf(row);
    const loss = run.losses[row];
    dot.toggleAttribute("hidden", loss === undefined);
    if (loss !== undefined) {
      dot.setAttribute("cx", x(epoch + 1).toFixed(1));
      dot.setAttribute("cy", y(loss).toFixed(1));
    }
    cross.toggleAttribute("hidden", run.diverged === null || run.diverged > ends);
    if (run.diverged !== null) {
      const own = run.epochLosses(ends);
      cross.setAttribute("x", Math.min(x(run.diverged), width - RIGHT + 4));
      cross.setAttribute("y", own.length ? Math.max(TOP + 12, y(own.at(-1))) : TOP + 12);
    }
    const part = model.steps > 1 ? "mean of the steps so far" : "E";
    say(
      text,
      loss === undefined
        ? `η = ${shown(state.rate)}: diverged at epoch ${run.diverged}`
        : `η = ${shown(state.rate)}, epoch ${epoch + 1}: ${part} = ${shown(loss, 6)}`,
    );
  }

  function update(changed) {
    if (["model", "run", "ahead"].some((part) => changed.has(part)) || scales === null) return redraw();
    if (changed.has("place")) showRun();
  }

  return {update};
}

// The least or the largest of many numbers.
const extreme = (lists, choose, first) =>
  lists.reduce((best, list) => list.reduce((one, other) => choose(one, other), best), first);

// Of more epochs than a line has points some are left out.
function pathOf(losses, x, y) {
  const every = Math.ceil(losses.length / MOST_POINTS);
  const parts = [];
  for (let epoch = 0; epoch < losses.length; epoch += every) {
    parts.push(`${epoch ? "L" : "M"}${x(epoch + 1).toFixed(1)} ${y(losses[epoch]).toFixed(1)}`);
  }
  return parts.join("");
}

function curve({losses, diverged, rate}, number, x, y) {
  const color = `var(--rate-${number % 6})`;
  const parts = [draw("path", {class: "rate", d: pathOf(losses, x, y), style: `stroke: ${color}`})];
  if (diverged !== null && losses.length) {
    const mark = draw(
      "text",
      {class: "diverged", x: x(losses.length), y: y(losses.at(-1)), style: `fill: ${color}`},
      "✕",
    );
    mark.append(draw("title", {}, `η = ${rate} diverged at epoch ${diverged}`));
    parts.push(mark);
  }
  return parts;
}

// The rates, each where its line ends.
function names(references, x, y, width) {
  const whole = references
    .map((one, number) => ({...one, number}))
    .filter(({losses, diverged}) => losses.length && diverged === null);
  const places = apart(
    whole.map(({losses}) => y(losses.at(-1))),
    14,
    TOP + 6,
    HEIGHT - BOTTOM,
  );
  return draw(
    "g",
    {class: "names"},
    ...whole
      .slice(0, LINES_NAMED)
      .map(({rate, number}, index) =>
        draw(
          "text",
          {x: width - RIGHT + 7, y: places[index] + 4, style: `fill: var(--rate-${number % 6})`},
          shown(rate),
        ),
      ),
  );
}

function axes(x, y, width) {
  const parts = [];
  for (const tick of y.ticks(5)) {
    parts.push(draw("line", {class: "grid", x1: LEFT, x2: width - RIGHT, y1: y(tick), y2: y(tick)}));
    parts.push(draw("text", {class: "tick", x: LEFT - 8, y: y(tick) + 4, "text-anchor": "end"}, shown(tick, 3)));
  }
  const epochs = [1, ...x.ticks(width < 420 ? 3 : 5).filter((tick) => tick > 1 && x(tick) - x(1) > 30)];
  for (const tick of epochs)
    parts.push(
      draw("text", {class: "tick", x: x(tick), y: HEIGHT - BOTTOM + 18, "text-anchor": "middle"}, String(tick)),
    );
  parts.push(draw("line", {class: "axis", x1: LEFT, x2: width - RIGHT, y1: HEIGHT - BOTTOM, y2: HEIGHT - BOTTOM}));
  parts.push(draw("text", {class: "tick", x: width - RIGHT, y: HEIGHT - 3, "text-anchor": "end"}, "epoch"));
  parts.push(draw("text", {class: "tick", x: width - 2, y: HEIGHT - BOTTOM + 18, "text-anchor": "end"}, "η"));
  return draw("g", {}, ...parts);
}
