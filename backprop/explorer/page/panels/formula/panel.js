// The equations: of the phase, or of the chosen derivative; in signs, with numbers in their places, and what they give.
import {gradientName, nameOf} from "../../engine/model.js";
import {shown} from "../../engine/numbers.js";
import {phases} from "../../engine/run.js";
import {createSight} from "../../engine/sight.js";
import {make, math, say} from "../elements.js";
import {countPaths, ofParameter, ofPhase} from "./chain.js";
import {inNumbers, inSigns, plain, previous} from "./markup.js";

const MOST_SHOWN = 40;
const FILL_MS = 140; // from one number to the next

const TITLES = {
  forward: "Forward pass",
  loss: "Loss",
  backward: "Backward pass",
  update: "Update",
};

export function formulaPanel(store, element) {
  const {state} = store;
  const title = make("h2", {id: "formula-title"});
  const close = make(
    "button",
    {type: "button", id: "close-formula", onclick: () => store.select(null)},
    "All equations",
  );
  const about = make("p", {class: "dim", id: "formula-about"});
  const list = make("div", {class: "equations", tabindex: 0, role: "group", "aria-label": "Equations"});
  element.append(make("div", {class: "head"}, title, close), about, list);
  const sight = createSight(() => state.playing && showNumbers());
  let rows = [],
    built = "",
    filling = 0;

  function build() {
    const {model, selected, phase} = state;
    const key = `${selected ?? phases[phase]} ${store.shownSample()}`;
    if (built === key) return;
    built = key;
    const equations = selected === null ? ofPhase(model, phases[phase]) : ofParameter(model, selected);
    rows = equations.slice(0, MOST_SHOWN).map((equation) => rowOf(model, equation, store.shownSample()));
    const left = equations.length - rows.length;
    list.replaceChildren(...rows.map(({line}) => line));
    if (left > 0) list.append(make("p", {class: "dim"}, `… and ${left} more: choose a weight to see its own`));
    list.scrollTop = 0;
    sight.watch(rows.map(({line}) => line));
    close.hidden = selected === null;
    title.replaceChildren(
      ...(selected === null ? [TITLES[phases[phase]]] : ["How the loss depends on ", math(model.signs[selected])]),
    );
    say(
      about,
      selected === null
        ? "Choose a weight, in the drawing or by its name under Values, to see its derivative, factor by factor."
        : told(model, selected),
    );
    fill(selected !== null && !state.playing);
  }

  // Numbers come one after the other; all at once where motion is not wanted.
  function fill(slowly) {
    clearTimeout(filling);
    const places = [...list.querySelectorAll(".value, .result")];
    if (!slowly || matchMedia("(prefers-reduced-motion: reduce)").matches) return;
    for (const place of places) place.classList.add("waiting");
    const reveal = () => {
      places.shift()?.classList.remove("waiting");
      if (places.length) filling = setTimeout(reveal, FILL_MS);
    };
    reveal();
  }

  function showNumbers() {
    const {model, playing, run, row} = state;
    const values = store.values(),
      start = run.startOf(row);
    const next = values.next ?? {};
    for (const {equation, line, numbers, result, sample} of rows) {
      if (playing && !sight.has(line)) continue;
      for (const {element: place, digits, name, sample: which} of numbers) {
        const value = previous(name) ? start[plain(name)] : valueOf(model, values, name, which);
        say(digits, shown(value));
        place.classList.toggle("negative", value < 0);
      }
      const value =
        equation.stage === "update" ? next[equation.target] : values[nameOf(model, equation.target, sample)];
      say(result, shown(value, 6));
    }
  }

  function update(changed) {
    if (changed.has("model")) built = "";
    if (["model", "selection", "place", "sample"].some((part) => changed.has(part))) build();
    if (["model", "run", "selection", "place", "sample", "playing"].some((part) => changed.has(part))) showNumbers();
    if (changed.has("playing") && state.playing)
      for (const place of list.querySelectorAll(".waiting")) place.classList.remove("waiting");
  }

  return {update};
}

function valueOf(model, values, name, sample) {
  return values[nameOf(model, name, sample)] ?? model.constants[name];
}

function rowOf(model, equation, sample) {
  const {markup, places} = inNumbers(model, equation, sample);
  const arrow = equation.stage === "update" || equation.stage === "state" ? "←" : "=";
  const result = make("span", {class: "result"});
  const numbers = math(markup, {class: "numbers"});
  const left = math(
    `<mrow class="q" data-name="${equation.target}">${model.signs[equation.target] ?? equation.target}</mrow>`,
    {class: "left"},
  );
  const line = make(
    "div",
    {class: `equation ${equation.stage}`},
    left,
    make(
      "div",
      {class: "rights"},
      math(`<mo>${arrow}</mo>${inSigns(model, equation)}`, {class: "signs"}),
      make(
        "div",
        {class: "worked"},
        make("span", {class: "equals"}, arrow),
        numbers,
        make("span", {}, make("span", {class: "equals"}, "= "), result),
      ),
    ),
  );
  const elements = [...numbers.querySelectorAll(".value")].map((element) => ({
    element,
    digits: element.querySelector("mn"),
  }));
  return {
    line,
    equation,
    result,
    sample,
    numbers: places.map((place, number) => ({...place, ...elements[number]})),
  };
}

// In words: through what the loss depends on the parameter.
function told(model, parameter) {
  const paths = countPaths(model, parameter);
  const uses = model.uses.get(parameter);
  const where = uses.map(({neuron}) => neuron.name).join(", ");
  const shared = uses.length > 1 ? ` It is used ${uses.length} times, and its derivative is the sum over these.` : "";
  if (!model.trained.has(parameter)) return `It enters ${where}, and is not trained: it has no derivative here.`;
  const way = paths === 1 ? "one path leads to the loss" : `${paths} paths lead to the loss, and each has its part`;
  return `It enters ${where}; from there ${way}.${shared}`;
}
