// Rows of texts as samples: headings, which columns are inputs and which targets, classes in words, scaling.

export const SCALES = {
  none: "as they are",
  unit: "from 0 to 1",
  signed: "from −1 to 1",
  standard: "mean 0, spread 1",
};
const MOST_CLASSES = 20;

// {headed, columns, count}. `headed`: whether the first row is headings; null leaves that to the rows. A column has its
// name, its kind (number or text), its values, and of texts its classes. An Error names the row and the column.
export function tableOf(rows, headed = null) {
  if (rows.length === 0) throw new Error("there is nothing in it");
  const width = rows[0].length;
  rows.forEach((row, index) => {
    if (row.length !== width)
      throw new Error(`row ${index + 1} has ${counted(row.length, "value")}, row 1 has ${counted(width, "value")}`);
  });
  const named = headed ?? looksHeaded(rows),
    body = named ? rows.slice(1) : rows;
  if (body.length === 0) throw new Error("there is a row of headings, and no sample below it");
  const columns = rows[0].map((text, place) =>
    columnOf(
      (named && text) || `column ${place + 1}`,
      body.map((row) => row[place]),
      named ? 2 : 1,
      place,
    ),
  );
  return {headed: named, columns, count: body.length};
}

// A first row without a number, or with a text over numbers.
function looksHeaded([first, second]) {
  if (second === undefined) return first.every((text) => !isNumber(text));
  const over = first.some((text, place) => !isNumber(text) && isNumber(second[place]));
  return over || first.every((text) => !isNumber(text));
}

function columnOf(name, texts, first, place) {
  const empty = texts.indexOf("");
  const where = (row) => `row ${first + row}, column ${place + 1} (${short(name)})`;
  if (empty >= 0) throw new Error(`${where(empty)} is empty`);
  const other = texts.findIndex((text) => !isNumber(text));
  if (other < 0) return {name, kind: "number", values: texts.map(Number)};
  const classes = [...new Set(texts)].sort();
  if (texts.some(isNumber)) throw new Error(`${where(other)}: “${short(texts[other])}” is no number`);
  if (classes.length > MOST_CLASSES) {
    throw new Error(
      `${where(other)}: “${short(texts[other])}” is no number, and no one of ${MOST_CLASSES} classes at most`,
    );
  }
  return {name, kind: "text", classes, values: texts.map((text) => classes.indexOf(text))};
}

// Samples of a table: `inputs` and `targets` are places of columns; of texts each class is a number of its own.
export function samplesOf({columns, count}, {inputs, targets, scale = "none", targetScale = "none"}) {
  if (inputs.length === 0) throw new Error("no column is an input");
  const given = inputs.flatMap((place) => spread(columns[place], scale));
  const wanted = targets.flatMap((place) => spread(columns[place], targetScale));
  return Array.from({length: count}, (_, row) => ({
    inputs: given.map((values) => values[row]),
    targets: wanted.map((values) => values[row]),
  }));
}

// How many numbers a column becomes.
export const widthOf = ({kind, classes}) => (kind === "number" || classes.length === 2 ? 1 : classes.length);

// The columns of numbers that a column becomes: its own, 0 and 1 for two classes, else one a class.
function spread({kind, classes, values}, scale) {
  if (kind === "number") return [scaled(values, scale)];
  if (classes.length === 2) return [values];
  return classes.map((_, place) => values.map((value) => Number(value === place)));
}

function scaled(values, scale) {
  if (scale === "none") return values;
  let [low, high, sum] = [Infinity, -Infinity, 0];
  for (const value of values) [low, high, sum] = [Math.min(low, value), Math.max(high, value), sum + value];
  if (scale === "standard") {
    const mean = sum / values.length;
    const size = Math.sqrt(values.reduce((whole, value) => whole + (value - mean) ** 2, 0) / values.length);
    return values.map((value) => (size === 0 ? 0 : (value - mean) / size));
  }
  const share = (value) => (high === low ? 0 : (value - low) / (high - low));
  return values.map((value) => (scale === "unit" ? share(value) : 2 * share(value) - 1));
}

const isNumber = (text) => /^[-+]?(\d+\.?\d*|\.\d+)(e[-+]?\d+)?$/i.test(text) && Number.isFinite(Number(text));
const short = (text) => (text.length > 30 ? `${text.slice(0, 29)}…` : text);
const counted = (count, what) => `${count} ${what}${count === 1 ? "" : "s"}`;
