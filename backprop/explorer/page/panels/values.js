// Every number that one may set, as a slider and a field: inputs, targets, weights and biases.
import {createSight} from "../engine/sight.js";
import {make, math} from "./elements.js";

const MOST_SET = 200; // parameters; more sliders than that nobody finds
const OPEN = 24; // parameters that are shown without a click

export function valuesPanel(store, element) {
  const {state} = store;
  const sample = make("select", {id: "sample", onchange: () => chooseSample(Number(sample.value))});
  const picker = make("label", {for: "sample", class: "picker"}, "Sample ", sample);
  const groups = make("div", {class: "groups"});
  element.append(make("div", {class: "head"}, make("h2", {}, "Values"), picker), groups);
  const sight = createSight(() => state.playing && showFields());
  let fields = [];

  // Of samples that take turns the next row that takes it; of a batch its place in it.
  function chooseSample(number) {
    const {batch, steps} = state.model;
    store.showSample(number % batch);
    if (steps > 1) store.go(state.row - (state.row % steps) + Math.floor(number / batch));
  }

  // The sample whose numbers the drawing has.
  const current = () => (state.row % state.model.steps) * state.model.batch + store.shownSample();

  function build() {
    const {model} = state;
    fields = [];
    sample.replaceChildren(
      ...state.samples.map((_, number) => make("option", {value: number}, `${number + 1} of ${state.samples.length}`)),
    );
    picker.hidden = state.samples.length === 1;
    const data = [
      group(
        "Inputs",
        model.inputs.map((name, place) => datum("inputs", name, place)),
        true,
      ),
      group(
        "Targets",
        model.targets.map((name, place) => datum("targets", name, place)),
        true,
      ),
    ];
    const parameters = model.parameters.slice(0, MOST_SET);
    const open = parameters.length <= OPEN;
    for (const kind of ["weight", "bias"]) {
      const ones = parameters.filter((parameter) => parameter.kind === kind);
      data.push(group(kind === "weight" ? "Weights" : "Biases", ones.map(parameterField), open));
    }
    if (model.parameters.length > MOST_SET)
      data.push(make("p", {class: "dim"}, `The first ${MOST_SET} of ${model.parameters.length} parameters.`));
    groups.replaceChildren(...data.filter(Boolean));
    sight.watch(fields.map(({field}) => field));
  }

  function group(title, rows, open) {
    return rows.length ? make("details", {open}, make("summary", {}, title), ...rows) : null;
  }

  function datum(kind, name, place) {
    return row(
      name,
      () => state.samples[current()][kind][place],
      (value) => store.setDatum(kind, current(), place, value),
      1,
    );
  }

  function parameterField({name}) {
    return row(
      name,
      () => store.values()[name],
      (value) => store.setParameters({[name]: value}),
      2,
    );
  }

  function row(name, read, write, least) {
    const {model} = state;
    const text = model.texts[name] ?? name;
    const limit = Math.max(least, Math.ceil(Math.abs(read()) * 2));
    const slider = make("input", {
      type: "range",
      min: -limit,
      max: limit,
      step: 0.01,
      "aria-label": text,
      "data-name": name,
    });
    const field = make("input", {type: "number", step: "any", "aria-label": `${text}, exactly`, "data-name": name});
    slider.addEventListener("input", () => write(Number(slider.value)));
    field.addEventListener("change", () => {
      if (field.value.trim() !== "" && Number.isFinite(Number(field.value))) write(Number(field.value));
    });
    fields.push({slider, field, read});
    const sign = math(model.signs[name] ?? `<mi>${name}</mi>`);
    return make("div", {class: "value-row"}, model.uses.has(name) ? choosing(name, text, sign) : sign, slider, field);
  }

  // A parameter's name chooses it, as its line in the drawing does.
  function choosing(name, text, sign) {
    const choose = () => store.select(state.selected === name ? null : name);
    const attributes = {
      type: "button",
      class: "sign-button",
      "aria-label": `Derivative by ${text}`,
      title: `∂E/∂${text}`,
    };
    return make("button", {...attributes, onclick: choose}, sign);
  }

  function showFields() {
    for (const {slider, field, read} of fields) {
      if (state.playing && !sight.has(field)) continue;
      const value = read();
      if (Math.abs(value) > Number(slider.max)) {
        slider.max = Math.min(Math.ceil(Math.abs(value) * 1.5), 1e9);
        slider.min = -slider.max;
      }
      slider.value = value;
      const text = short(value);
      if (document.activeElement !== field && field.value !== text) field.value = text;
    }
  }

  function update(changed) {
    if (changed.has("model")) build();
    sample.value = current();
    showFields();
  }

  return {update};
}

// What a field shows: five digits tell numbers apart, and fit.
const short = (value) => (Number.isFinite(value) ? String(Number(value.toPrecision(5))) : "");
