// The sheet of a learning rate: its epoch table, a row an epoch or a step, every number a formula with its value.
import {written} from "../../own/printers.js";
import {LOSS, constantsOf, sampleName} from "../../own/structure.js";
import {filledColumn, formula, number, row, sheetXml, text} from "./cells.js";
import {FIRST_ROW, columnOf} from "./excel.js";
import {formatOf} from "./look.js";

const HEADS = FIRST_ROW - 1,
  BANDS = FIRST_ROW - 2;

export const nameOfRate = (rate) => `η = ${rate}`;

// The name under which a row holds the loss so far of its epoch.
export const lossName = ({takesTurns}) => (takesTurns ? "E_epoch" : LOSS);

// table: {rate, rows, diverged}; plan: {derivation, layout, columns, address, epochs}.
export function rateSheet(plan, {rate, rows, diverged}) {
  const {derivation, layout, columns} = plan,
    kinds = kindsOf(derivation);
  const last = FIRST_ROW + rows.length - 1;
  const merged = [],
    bands = [],
    heads = [];
  for (const {title, names} of layout.groups) {
    const [first, end] = [names[0], names.at(-1)].map((name) => layout.columns.get(name));
    if (title) bands.push(text(`${first}${BANDS}`, title, `band ${kinds.get(names[0]) ?? "count"}`));
    if (title && first !== end) merged.push(`${first}${BANDS}:${end}${BANDS}`);
    for (const name of names) heads.push(text(`${layout.columns.get(name)}${HEADS}`, written(name), "heading"));
  }
  const filled = [...columns].map(([name, content], place) => [
    name,
    filledFrom(name, content, place, layout, kinds, last),
  ]);
  const body = rows.map((values, index) => {
    let cells = "";
    for (const [name, cell] of filled) cells += cell(FIRST_ROW + index, values[name]);
    return `<row r="${FIRST_ROW + index}">${cells}</row>`;
  });
  const said = diverged === null ? "" : `. Diverged at epoch ${diverged}`;
  const title = text("A1", `Backpropagation: ${derivation.network.title}${said}`, "title");
  const above = [row(1, [title], 24), row(2, aboveTable(plan, rate, rows, last))];
  const widths = [...layout.columns.keys()].map((name) => (formatOf(name) === "small" ? 13 : 11));
  return {
    name: nameOfRate(rate),
    names: new Map([["learning_rate", "$C$2"]]),
    xml: sheetXml({
      rows: [...above, row(BANDS, bands), row(HEADS, heads), ...body],
      widths,
      merged,
      frozen: {columns: 1, rows: HEADS},
    }),
  };
}

// A column's cells; those of its first row have a formula of their own where it is not as all below.
function filledFrom(name, content, place, layout, kinds, last) {
  const [first, second] = [content(FIRST_ROW), String(content(FIRST_ROW + 1))];
  const moved = second.replaceAll(/([A-Z])(\d+)\b/g, (_, letter, digits) => `${letter}${digits - 1}`);
  return filledColumn({
    column: layout.columns.get(name),
    place,
    content,
    kind: `${kinds.get(name) ?? "count"} ${formatOf(name)}`,
    from: first === moved ? FIRST_ROW : FIRST_ROW + 1,
    to: last,
  });
}

// The learning rate and the other constants, the first loss and the last.
function aboveTable({derivation, layout, address, epochs}, rate, rows, last) {
  const name = lossName(derivation),
    column = layout.columns.get(name);
  const cells = [
    text("A2", "learning rate η"),
    number("C2", rate, "input"),
    text("E2", "first loss"),
    formula("F2", `${column}${FIRST_ROW}`, rows[0][name], "small"),
    text("H2", "last loss"),
    formula("I2", `${column}${last}`, rows.at(-1)[name], "small"),
  ];
  const constants = constantsOf(derivation.network, epochs);
  for (const [constant, cell] of layout.constants) {
    if (constant === "eta") continue;
    const at = cell.replaceAll("$", "");
    cells.push(text(`${columnOf(at, -1)}2`, written(constant)));
    cells.push(formula(at, address.get(constant), constants[constant]));
  }
  return cells;
}

// What each column holds: data, weights, forward, loss, gradient, state; the rest counts.
function kindsOf({inputs, targets, parameters, perSample, batch, equations}) {
  const kinds = new Map();
  const set = (name, kind) => {
    kinds.set(name, kind);
    if (perSample.has(name)) for (let sample = 1; sample <= batch; sample++) kinds.set(sampleName(name, sample), kind);
  };
  for (const name of [...inputs, ...targets]) set(name, "data");
  for (const name of Object.keys(parameters)) set(name, "weights");
  for (const {target, stage} of equations) {
    if (stage === "backward") set(target, "gradient");
    else if (stage !== "update" && stage !== "schedule") set(target, stage);
  }
  set("E_epoch", "loss");
  return kinds;
}
