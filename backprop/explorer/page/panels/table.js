// The epoch table, a page of rows at a time: the shown row marked, rows to come paler.
import {fixed} from "../engine/numbers.js";
import {createSight} from "../engine/sight.js";
import {make, say} from "./elements.js";

const ROWS = 10;
const MOST_COLUMNS = 240;
const HEIGHT = 400; // of the table, or more

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
  const sight = createSight(
    () => state.playing && show(false),
    `${HEIGHT}px 0px`, // rows are seen also where the headings above them are not
  );
  let columns = [], // each with its heading and the first row of the page it is filled for
    rows = [];

  body.addEventListener("click", (event) => {
    const number = event.target.closest("tr")?.dataset.row;
    if (number !== undefined) store.go(Number(number));
  });

  function build() {
    const {model} = state;
    const names = [model.total, ...model.order.filter((name) => name !== model.total)].slice(0, MOST_COLUMNS);
    columns = names.map((name, at) => ({name, at, page: -1, heading: heading(model, name)}));
    say(note, model.order.length > columns.length ? `The first ${MOST_COLUMNS} of ${model.order.length} columns.` : "");
    note.hidden = !note.textContent;
    head.replaceChildren(make("tr", {}, make("th", {scope: "col"}, "Epoch"), ...columns.map(({heading}) => heading)));
    sight.watch(columns.map(({heading}) => heading));
    head.parentElement.style.width = `${4.4 + 6.1 * columns.length}rem`;
    rows = Array.from({length: ROWS}, () => {
      const cells = columns.map(() => make("td"));
      const epoch = make("th", {scope: "row"});
      return {epoch, cells, line: make("tr", {}, epoch, ...cells)};
    });
    body.replaceChildren(...rows.map(({line}) => line));
  }

  // Every row of the page is computed, also those to come; a page is filled once, columns out of view when it pauses.
  function show(fresh) {
    const {playing, run, row} = state;
    const first = row - (row % ROWS);
    if (fresh) for (const column of columns) column.page = -1;
    const empty = columns.filter(({page, heading}) => page !== first && (!playing || sight.has(heading)));
    rows.forEach(({epoch, cells, line}, place) => {
      const number = first + place;
      if (empty.length) {
        const values = run.row(number);
        say(epoch, String(run.epochOf(number) + 1));
        for (const {name, at} of empty) say(cells[at], values ? cellOf(run, number, values, name) : "");
        if (values) line.dataset.row = number;
        else delete line.dataset.row;
      }
      line.classList.toggle("later", number > row);
      if (number === row) line.setAttribute("aria-current", "true");
      else line.removeAttribute("aria-current");
    });
    for (const column of empty) column.page = first;
  }

  function update(changed) {
    if (changed.has("model")) build();
    if (changed.has("model") || changed.has("run")) show(true);
    else if (changed.has("place") || changed.has("playing")) show(false);
  }

  return {update};
}

function cellOf(run, row, values, name) {
  if (name === "sample" || name === "batch") return String((row % run.model.steps) + 1);
  if (name === "step") return String(row + 1);
  return fixed(name === "E_epoch" ? run.losses[row] : values[name], 6);
}

const heading = (model, name) => make("th", {scope: "col"}, model.texts[name] ?? sampled(model, name));

// a_h1_s2 as the second sample's a_h1.
function sampled(model, name) {
  const [, base, sample] = /^(.*)_s(\d+)$/.exec(name) ?? [null, name, ""];
  return sample ? `${model.texts[base] ?? base} (${sample})` : name;
}
