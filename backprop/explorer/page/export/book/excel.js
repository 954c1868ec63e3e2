// An epoch table as formulas: where each quantity stands, and what each column computes. The layout is Python's.
import {columnsOf} from "../../own/columns.js";
import {PRODUCT, SUM, isMean, printer} from "../../own/printers.js";
import {REGISTRY} from "../../own/registry.js";
import {LOSS, constantsOf, sampleName} from "../../own/structure.js";
import {is} from "../../own/trees.js";

export const FIRST_ROW = 6;
const MOST_COLUMNS = 16384; // of a sheet
const MOST_CHARACTERS = 8192; // of a formula
const WIDE = 8; // terms; a longer sum over neighbours is one call
const FIRST_CONSTANT = 12; // column L

// A, B, ... Z, AA, ... of a column counted from 1.
export function letters(column) {
  const rest = (column - 1) % 26,
    before = (column - 1 - rest) / 26;
  return (before ? letters(before) : "") + String.fromCharCode(65 + rest);
}

// The column so many beside that of a cell: of C2, -1 is B.
export const columnOf = (cell, beside) => letters(numberOf(cell.replace(/\d+/, "")) + beside);

const numberOf = (text) => [...text].reduce((sum, letter) => 26 * sum + letter.charCodeAt(0) - 64, 0);

// The table's groups, the column of each quantity, and the cell of each constant above it.
export function tableLayout(derivation, epochs) {
  const groups = [{title: "", names: ["epoch"]}, ...columnsOf(derivation)],
    columns = new Map();
  for (const name of groups.flatMap(({names}) => names)) columns.set(name, letters(columns.size + 1));
  if (columns.size > MOST_COLUMNS) {
    throw new Error(
      `${columns.size} columns; a sheet holds at most ${MOST_COLUMNS}: take fewer neurons, or fewer samples in a step`,
    );
  }
  const constants = new Map([["eta", "$C$2"]]);
  Object.keys(constantsOf(derivation.network, epochs)).forEach((name, number) => {
    constants.set(name, `$${letters(FIRST_CONSTANT + 2 * number)}$2`);
  });
  return {groups, columns, constants};
}

// For each column a function that gives the formula, without its =, of a row; a number stands in the first of a count.
export function formulaColumns(derivation, layout, cells) {
  const {perSample, batch, turn, takesTurns, steps} = derivation;
  const cell = (name, row) => layout.constants.get(name) ?? `${layout.columns.get(name)}${row}`;
  const samplesOf = (name) => (perSample.has(name) ? Array.from({length: batch}, (_, place) => place + 1) : [0]);
  const named = (name, sample) => (sample ? sampleName(name, sample) : name);
  const made = new Map();
  const counted = takesTurns ? "step" : "epoch";
  made.set(counted, (row) => (row === FIRST_ROW ? 1 : `${cell(counted, row - 1)}+1`));
  if (takesTurns) {
    made.set("epoch", (row) => `INT((${cell("step", row)}-1)/${steps})+1`);
    made.set(turn, (row) => `MOD(${cell("step", row)}-1,${steps})+1`);
    made.set("E_epoch", (row) => {
      const loss = cell(LOSS, row),
        at = cell(turn, row);
      return row === FIRST_ROW ? loss : `((${at}-1)*${cell("E_epoch", row - 1)}+${loss})/${at}`;
    });
  }
  for (const name of [...derivation.inputs, ...derivation.targets]) {
    for (const sample of samplesOf(name)) {
      const place = (row) => (turn === "batch" ? `(${cell(turn, row)}-1)*${batch}+${sample || 1}` : cell(turn, row));
      made.set(named(name, sample), (row) =>
        takesTurns ? `INDEX(${cells.data.get(name)},${place(row)})` : cells.address.get(named(name, sample)),
      );
    }
  }
  for (const name of Object.keys(derivation.parameters)) made.set(name, () => cells.address.get(name));
  for (const {target, tree, stage} of derivation.equations) {
    const print = (at, sample, started) =>
      excelPrinter(
        {
          locate: (name, of) => cell(named(name, perSample.has(name) ? of : 0), at),
          previous: (name) => (started ? cell(name, at - 1) : "0"),
          samples: batch,
        },
        sample,
      ).print(tree);
    if (stage === "update") {
      made.set(target, (row) => (row === FIRST_ROW ? cells.address.get(target) : print(row - 1, 0, true)));
    } else {
      for (const sample of samplesOf(target)) {
        made.set(named(target, sample), (row) => print(row, sample, row > FIRST_ROW));
      }
    }
  }
  for (const [name, formula] of made) {
    const {length} = String(formula(FIRST_ROW + 1));
    if (length > MOST_CHARACTERS) {
      const most = `a cell takes ${MOST_CHARACTERS}: take fewer neurons or samples`;
      throw new Error(`the formula of ${name} has ${length} characters, ${most}`);
    }
  }
  return new Map([...layout.columns.keys()].map((name) => [name, made.get(name)]));
}

// Formulas in the order of operations of the numbers, so that both give the same doubles; powers are calls.
function excelPrinter(place, sample) {
  const self = printer({
    spellings: REGISTRY.spellings.excel,
    plus: "+",
    minus: "-",
    symbol: (name) => place.locate(name, sample),
    level: (tree) => (is(tree, "mean") ? PRODUCT : is(tree, "summed") ? SUM : undefined),
    own: (tree, {print, atLeast}) => {
      if (is(tree, "^")) {
        return tree[2] === 2 ? `SUMSQ(${print(tree[1])})` : `IFERROR(POWER(${print(tree[1])},${print(tree[2])}),0)`;
      }
      if (is(tree, "previous")) return place.previous(tree[1]);
      if (isMean(tree)) {
        const parts = Array.from({length: place.samples}, (_, number) =>
          excelPrinter(place, number + 1).atLeast(tree[1], PRODUCT),
        );
        return is(tree, "mean") ? `(${parts.join("+")})/${tree[2]}` : parts.join("+");
      }
      if (is(tree, "Max")) {
        const cells = tree.slice(1).map(print);
        return `MAX(${rangeOf(cells) ?? cells.join(",")})`;
      }
      return is(tree, "+") ? longSum(tree.slice(1), print, atLeast) : undefined;
    },
  });
  return self;
}

// A sum over neighbouring cells as one call, where they are many; else undefined.
function longSum(terms, print, atLeast) {
  const isPair = (term) =>
    is(term, "*") && term.length === 3 && term.slice(1).every((part) => typeof part === "string");
  const end = terms.findIndex((term) => !isPair(term)),
    pairs = end < 0 ? terms : terms.slice(0, end);
  if (pairs.length > WIDE) {
    const ranges = [1, 2].map((side) => rangeOf(pairs.map((term) => print(term[side]))));
    if (ranges.every((range) => range !== null)) {
      const rest = terms.slice(pairs.length).map((term) => `+${atLeast(term, PRODUCT)}`);
      return `SUMPRODUCT(${ranges.join(",")})${rest.join("")}`;
    }
  }
  if (terms.length <= WIDE || !terms.every((term) => typeof term === "string")) return undefined;
  const range = rangeOf(terms.map(print));
  return range === null ? undefined : `SUM(${range})`;
}

// The range that holds these cells, if they stand side by side in one row and are many.
function rangeOf(cells) {
  if (cells.length <= WIDE) return null;
  const parts = cells.map((cell) => /^([A-Z]{1,3})(\d+)$/.exec(cell));
  if (parts.includes(null)) return null;
  const first = numberOf(parts[0][1]);
  const besides = parts.every((part, number) => part[2] === parts[0][2] && numberOf(part[1]) === first + number);
  return besides ? `${cells[0]}:${cells.at(-1)}` : null;
}
