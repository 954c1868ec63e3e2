// The epoch table: a row a step, the shown one marked. Holds only the rows in sight.
import {fixed} from "../engine/numbers.js";
import {make} from "./elements.js";

const ROWS = 12;

export function tablePanel(store, element) {
  const {state} = store;
  const head = make("thead"), body = make("tbody");
  element.append(make("table", {}, head, body));

  function update(changed) {
    if (changed.has("model")) head.replaceChildren(...headings(state.model));
    if (!["model", "run", "place"].some((part) => changed.has(part))) return;
    const {run, row, model} = state;
    const first = Math.max(0, row - ROWS + 1);
    const rows = [];
    for (let number = first; number < first + ROWS; number++) {
      const values = run.row(number);
      if (values === null) break;
      rows.push(make("tr", number === row ? {"aria-current": "true"} : {},
        make("th", {scope: "row"}, String(run.epochOf(number) + 1)),
        ...model.order.map((name) => make("td", {}, fixed(valueOf(run, number, values, name), 6)))));
    }
    body.replaceChildren(...rows);
  }

  return {update};
}

function valueOf(run, row, values, name) {
  if (name === "E_epoch") return run.losses[row];
  if (name === "sample" || name === "batch") return row % run.model.steps + 1;
  if (name === "step") return row + 1;
  return values[name];
}

function headings(model) {
  return [make("tr", {}, make("th", {scope: "col"}, "Epoch"),
    ...model.order.map((name) => make("th", {scope: "col"}, model.texts[name] ?? name)))];
}
