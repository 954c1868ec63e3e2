// A network as a workbook: every number of every epoch a live formula, with the value that it has on the page.
import {Run} from "../../engine/run.js";
import {derive} from "../../own/derive.js";
import {ownModel} from "../../own/model.js";
import {formulaColumns, tableLayout} from "./excel.js";
import {lossSheet} from "./loss_sheet.js";
import {inputSheets} from "./network_sheet.js";
import {packageParts} from "./package.js";
import {rateSheet} from "./rate_sheet.js";
import {zipped} from "./zip.js";

const MOST_CELLS = 2_000_000;

// The bytes of the file; an Error says in a line why there can be none.
export async function workbook(network, rates, epochs) {
  const derivation = derive(network),
    layout = tableLayout(derivation, epochs);
  const cells = epochs * derivation.steps * layout.columns.size * rates.length;
  if (cells > MOST_CELLS) {
    const counts = [cells, MOST_CELLS].map((count) => count.toLocaleString("en"));
    throw new Error(`${counts[0]} cells; at most ${counts[1]}: take fewer epochs, learning rates or samples`);
  }
  const {sheets, ...places} = inputSheets(derivation, epochs);
  const plan = {derivation, layout, epochs, ...places, columns: formulaColumns(derivation, layout, places)};
  const model = ownModel(network, epochs),
    tables = [],
    rated = [];
  for (const rate of rates) {
    await new Promise((resolve) => setTimeout(resolve)); // the page may draw
    const made = table(model, rate, epochs);
    if (made.rows.length === 0) continue;
    rated.push(rateSheet(plan, made));
    tables.push(made);
  }
  if (tables.length === 0)
    throw new Error("the first epoch leaves the range of doubles: take smaller inputs or weights");
  const all = [...sheets, ...rated, lossSheet(plan, tables)];
  return zipped(packageParts(all, places.names));
}

// The rows of a training, every number by its name, and the epoch in which it diverged.
function table(model, rate, epochs) {
  const run = new Run(model, rate, model.samples),
    wanted = epochs * model.steps,
    rows = [];
  for (let place = 0; place < wanted; place++) {
    const values = run.row(place);
    if (values === null) break;
    const turn = (place % model.steps) + 1;
    const counts = {epoch: run.epochOf(place) + 1, step: place + 1, sample: turn, batch: turn};
    rows.push({...values, ...counts, E_epoch: run.losses[place]});
  }
  return {rate, rows, diverged: run.diverged};
}
