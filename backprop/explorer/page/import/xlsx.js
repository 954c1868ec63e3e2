// A workbook's sheets as rows of cells: values only, as the file keeps them; formulas are not calculated.
import {MOST_ROWS} from "./csv.js";
import {openArchive} from "./unzip.js";

const MOST_CELLS = 1_000_000;
const MOST_COLUMN = 16_384;
const MOST_ROW = 1_048_576;

// {names, rows(name)}: the sheets in their order, and the table on one as rows of texts, "" where nothing stands.
export async function openWorkbook(bytes) {
  const archive = openArchive(bytes);
  const book = await xmlOf(archive, "xl/workbook.xml");
  if (book === null) throw new Error("no workbook: .xlsx is needed, or CSV");
  const targets = relations(await xmlOf(archive, "xl/_rels/workbook.xml.rels"));
  const sheets = new Map();
  for (const {name, given} of tags(book)) {
    if (name !== "sheet" || (given.state ?? "visible") !== "visible") continue;
    const id = Object.entries(given).find(([key]) => key.endsWith(":id"))?.[1];
    sheets.set(given.name, targets.get(id));
  }
  if (sheets.size === 0) throw new Error("the workbook has no sheet that is shown");
  let texts = null;
  return {
    names: [...sheets.keys()],
    async rows(name) {
      texts ??= sharedTexts(await xmlOf(archive, "xl/sharedStrings.xml"));
      const part = await xmlOf(archive, sheets.get(name));
      if (part === null) throw new Error(`sheet ${name} is missing from the file`);
      return table(cellsOf(part, texts));
    },
  };
}

async function xmlOf(archive, name) {
  const text = name === undefined ? null : await archive.text(name);
  if (text !== null && /<!DOCTYPE/i.test(text)) throw new Error("the workbook declares a DOCTYPE; it is not read");
  return text;
}

// Every tag by its local name, with its attributes, whether it closes an element, and the text behind it.
function* tags(xml) {
  for (const [, closing, name, given, , text] of xml.matchAll(/<(\/?)(?:\w+:)?(\w+)([^<>]*?)(\/?)>([^<]*)/g)) {
    yield {name, closing: closing !== "", given: closing ? {} : attributes(given), text};
  }
}

function attributes(text) {
  const found = {};
  for (const [, name, value] of text.matchAll(/([\w:]+)="([^"]*)"/g)) found[name] = unescaped(value);
  return found;
}

function relations(xml) {
  const targets = new Map();
  for (const {name, given} of tags(xml ?? "")) {
    const path = given.Target ?? "";
    if (name === "Relationship") targets.set(given.Id, path.startsWith("/") ? path.slice(1) : `xl/${path}`);
  }
  return targets;
}

// The texts that cells share, without what says how they are spoken.
function sharedTexts(xml) {
  const texts = [];
  let spoken = false;
  for (const {name, closing, text} of tags(xml ?? "")) {
    if (name === "si" && !closing) texts.push("");
    else if (name === "rPh") spoken = !closing;
    else if (name === "t" && !closing && !spoken && texts.length) texts.push(texts.pop() + unescaped(text));
  }
  return texts;
}

// row -> column -> text
function cellsOf(xml, texts) {
  const rows = new Map();
  let row = 0,
    cell = null,
    count = 0;
  const keep = () => {
    if (cell === null || cell.text.trim() === "") return;
    count += 1;
    if (count > MOST_CELLS) throw new Error(`more than ${MOST_CELLS.toLocaleString("en")} cells`);
    if (!rows.has(row)) rows.set(row, new Map());
    rows.get(row).set(cell.column, cell.type === "s" ? (texts[Number(cell.text)] ?? "").trim() : cell.text.trim());
  };
  let column = 0;
  for (const {name, closing, given, text} of tags(xml)) {
    if (name === "row" && !closing) {
      row = Number(given.r ?? row + 1);
      column = 0;
      if (!(row >= 1 && row <= MOST_ROW)) throw new Error(`a row is numbered ${String(given.r).slice(0, 20)}`);
    } else if (name === "c" && !closing) {
      keep();
      const letters = /^([A-Z]{1,3})\d+$/.exec(given.r ?? "");
      column = letters ? numberOf(letters[1]) : column + 1;
      if (column > MOST_COLUMN) throw new Error(`a cell is called ${String(given.r).slice(0, 20)}`);
      cell = {column, type: given.t, text: ""};
    } else if ((name === "v" || name === "t") && !closing && cell !== null) {
      cell.text += unescaped(text);
    } else if (name === "row" || name === "sheetData") {
      keep();
      cell = null;
    }
  }
  return rows;
}

// Of the stretches of rows that hold something the one with the most cells.
function table(rows) {
  const stretches = [];
  for (const place of [...rows.keys()].sort((one, other) => one - other)) {
    if (stretches.at(-1)?.at(-1) === place - 1) stretches.at(-1).push(place);
    else stretches.push([place]);
  }
  const size = (stretch) => stretch.reduce((sum, place) => sum + rows.get(place).size, 0);
  const best = stretches.reduce((most, stretch) => (size(stretch) > size(most) ? stretch : most), []);
  if (best.length > MOST_ROWS) {
    const counts = [best.length, MOST_ROWS - 1].map((each) => each.toLocaleString("en"));
    throw new Error(`${counts[0]} rows; at most ${counts[1]} samples: take a part of them`);
  }
  const columns = [...new Set(best.flatMap((place) => [...rows.get(place).keys()]))].sort((one, other) => one - other);
  return best.map((place) => columns.map((column) => rows.get(place).get(column) ?? ""));
}

const NAMED = {amp: "&", lt: "<", gt: ">", quot: '"', apos: "'"};

const unescaped = (text) =>
  text.replaceAll(/&(#x[0-9a-fA-F]{1,6}|#\d{1,7}|\w{1,6});/g, (whole, name) => {
    if (!name.startsWith("#")) return NAMED[name] ?? whole;
    const code = name[1] === "x" ? parseInt(name.slice(2), 16) : Number(name.slice(1));
    return code <= 0x10ffff ? String.fromCodePoint(code) : "�";
  });

const numberOf = (letters) => [...letters].reduce((sum, letter) => 26 * sum + letter.charCodeAt(0) - 64, 0);
