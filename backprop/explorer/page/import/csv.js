// Comma-separated text as rows of cells. Commas, semicolons or tabs; quotes; a decimal comma beside the latter two.
export const MOST_ROWS = 10_001; // samples and a row of headings
const MOST_LETTERS = 50_000_000;
const MOST_COLUMNS = 1000;

// Rows of texts, those without any left out; an Error says in a line why the text is none that the page takes.
export function csvRows(text) {
  if (text.length > MOST_LETTERS) throw new Error(`${count(text.length)} letters; at most ${count(MOST_LETTERS)}`);
  if (text.includes("\0")) throw new Error("no text: CSV is needed, or a workbook as .xlsx");
  const source = text.replace(/^\uFEFF/, ""),
    separator = separatorOf(source);
  const rows = [];
  let row = [],
    place = 0;
  while (place < source.length) {
    const {cell, end} = cellAt(source, place, separator);
    row.push(cell);
    if (row.length > MOST_COLUMNS) throw new Error(`row ${rows.length + 1}: more than ${count(MOST_COLUMNS)} columns`);
    place = end + 1;
    if (source[end] === separator && place < source.length) continue;
    if (source[end] === separator) row.push("");
    if (source[end] === "\r" && source[place] === "\n") place += 1;
    if (row.some((each) => each !== "")) rows.push(row);
    if (rows.length > MOST_ROWS) throw tooMany(source, place);
    row = [];
  }
  return separator === "," ? rows : rows.map((cells) => cells.map(withPoint));
}

// A cell from a place on, and where it ends: at a separator, the end of its line, or of all.
function cellAt(source, start, separator) {
  let place = start;
  while (source[place] === " ") place += 1;
  if (source[place] !== '"') {
    const end = endOf(source, place, separator);
    return {cell: source.slice(place, end).trim(), end};
  }
  const parts = [];
  for (;;) {
    const close = source.indexOf('"', place + 1);
    if (close < 0)
      throw new Error(
        `a quote that begins with ${source
          .slice(start, start + 20)
          .replaceAll(/\s+/g, " ")
          .trim()} never ends`,
      );
    parts.push(source.slice(place + 1, close));
    place = close + 1;
    if (source[place] !== '"') break;
  }
  return {cell: parts.join('"').trim(), end: endOf(source, place, separator)};
}

function endOf(source, place, separator) {
  let end = place;
  while (end < source.length && source[end] !== separator && source[end] !== "\n" && source[end] !== "\r") end += 1;
  return end;
}

// What the first line is cut by: tabs before semicolons before commas.
function separatorOf(source) {
  const lines = source.slice(0, 10_000).split(/\r|\n/);
  const line = lines.find((each) => each.trim() !== "") ?? "";
  return ["\t", ";"].find((each) => line.includes(each)) ?? ",";
}

// 0,5 where commas cut no cells.
const withPoint = (cell) => (/^[-+]?\d*,\d+(e[-+]?\d+)?$/i.test(cell) ? cell.replace(",", ".") : cell);

function tooMany(source, place) {
  let lines = MOST_ROWS + 1;
  for (let at = source.indexOf("\n", place); at >= 0; at = source.indexOf("\n", at + 1)) lines += 1;
  return new Error(`about ${count(lines)} rows; at most ${count(MOST_ROWS - 1)} samples: take a part of them`);
}

const count = (value) => value.toLocaleString("en");
