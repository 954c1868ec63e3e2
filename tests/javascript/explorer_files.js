// What the tests ask of the page's readers and writers in one call each.
import {Run} from "./engine/run.js";
import {csv} from "./export/csv.js";
import {linkOf, stateOf} from "./export/link.js";
import {csvRows} from "./import/csv.js";
import {samplesOf, tableOf} from "./import/samples.js";
import {openWorkbook} from "./import/xlsx.js";
import {derive} from "./own/derive.js";
import {ownModel} from "./own/model.js";
import {latexListing} from "./own/sections.js";

export const latex = (network) => latexListing(derive(network));

export function table(network, rate, epochs) {
  const model = ownModel(network);
  return csv(new Run(model, rate, model.samples), epochs);
}

export const thereAndBack = async (state) => stateOf(await linkOf(state));

// Columns by name, number or text, their classes; the samples with the last column as target.
export function read(text, options = {}) {
  const found = tableOf(csvRows(text), options.headed ?? null), {columns} = found, last = columns.length - 1;
  const inputs = columns.map((_, place) => place).slice(0, last);
  return {
    headed: found.headed,
    columns: columns.map(({name, kind, classes}) => [name, kind, classes ?? []]),
    samples: samplesOf(found, {inputs, targets: [last], ...options}),
  };
}

export const readMany = (count, line) => read(`${line}\n`.repeat(count));

export async function sheets(bytes) {
  const book = await openWorkbook(bytes);
  return Object.fromEntries(await Promise.all(book.names.map(async (name) => [name, await book.rows(name)])));
}
