// The epoch table, a page of rows at a time: the shown row marked, rows to come paler.
import {fixed} from "../engine/numbers.js";
import {make, say} from "./elements.js";

const ROWS = 10;
const MOST_COLUMNS = 240;

export function tablePanel(store, element) {
  const {state} = store;
  const head = make("thead"),
    body = make("tbody");
  const note = make("p", {class: "dim"});
  const region = make(
    "div",
    {class: "table", tabindex: 0, role: "group", "aria-label": "Epoch table"},
    make("table", {}, head, body),
  );
  element.append(make("h2", {id: "table-title"}, "Epochs"), note, region);
  let columns = [],
    rows = [],
    page = -1;

  body.addEventListener("click", (event) => {
    const number = event.target.closest("tr")?.dataset.row;
    if (number !== undefined) store.go(Number(number));
  });

  function build() {
    const {model} = state;
    columns = [model.total, ...model.order.filter((name) => name !== model.total)].slice(0, MOST_COLUMNS);
    say(note, model.order.length > columns.length ? `The first ${MOST_COLUMNS} of ${model.order.length} columns.` : "");
    note.hidden = !note.textContent;
    head.replaceChildren(headings(model, columns));
    head.parentElement.style.width = `${4.4 + 6.1 * columns.length}rem`;
    rows = Array.from({length: ROWS}, () => {
      const cells = columns.map(() => make("td"));
      const epoch = make("th", {scope: "row"});
      return {epoch, cells, line: make("tr", {}, epoch, ...cells)};
    });
    body.replaceChildren(...rows.map(({line}) => line));
    page = -1;
  }

  // Every row of the page is computed, also those to come; a page is filled once.
  function show(fresh) {
    const {run, row} = state;
    const first = row - (row % ROWS);
    rows.forEach(({epoch, cells, line}, place) => {
      const number = first + place;
      if (fresh || page !== first) {
        const values = run.row(number);
        say(epoch, String(run.epochOf(number) + 1));
        cells.forEach((cell, column) => say(cell, values ? cellOf(run, number, values, columns[column]) : ""));
        if (values) line.dataset.row = number;
        else delete line.dataset.row;
      }
      line.classList.toggle("later", number > row);
      if (number === row) line.setAttribute("aria-current", "true");
      else line.removeAttribute("aria-current");
    });
    page = first;
  }

  function update(changed) {
    if (changed.has("model")) build();
    if (changed.has("model") || changed.has("run")) show(true);
    else if (changed.has("place")) show(false);
  }

  return {update};
}

function cellOf(run, row, values, name) {
  if (name === "sample" || name === "batch") return String((row % run.model.steps) + 1);
  if (name === "step") return String(row + 1);
  return fixed(name === "E_epoch" ? run.losses[row] : values[name], 6);
}

function headings(model, columns) {
  const cells = [make("th", {scope: "col"}, "Epoch")];
  for (const name of columns) cells.push(make("th", {scope: "col"}, model.texts[name] ?? sampled(model, name)));
  return make("tr", {}, ...cells);
}

// a_h1_s2 as the second sample's a_h1.
function sampled(model, name) {
  const [, base, sample] = /^(.*)_s(\d+)$/.exec(name) ?? [null, name, ""];
  return sample ? `${model.texts[base] ?? base} (${sample})` : name;
}
