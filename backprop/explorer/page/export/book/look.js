// The workbook's look, as in the workbooks that Python writes: blue on yellow is what one may change.
import {HEAD, SPREADSHEET, tag} from "./xml.js";

const FONTS = {
  plain: {color: "1F2937", size: 11},
  title: {color: "1E3A5F", size: 16, bold: true},
  quiet: {color: "6B7280", size: 11},
  section: {color: "1E3A5F", size: 12, bold: true},
  heading: {color: "FFFFFF", size: 11, bold: true},
  band: {color: "1E3A5F", size: 11, bold: true},
  input: {color: "1D4ED8", size: 11, bold: true},
};
const FORMATS = {exact: 0, weight: 164, small: 165};
const CODES = {164: "0.000000", 165: "0.000000000"};

// kind of a column -> the tint of its headings, and the paler one of its cells
const TINTS = {
  count: ["E8EEF5", undefined],
  data: ["E8EEF5", undefined],
  weights: ["D5E5F8", "F3F8FE"],
  forward: ["D3F0DC", "F2FBF5"],
  loss: ["F9D9E5", "FEF4F8"],
  gradient: ["E3DBF9", "F8F5FE"],
  state: ["CDEEF2", "F0FBFC"],
};
const LOOKS = {
  plain: {font: "plain"},
  title: {font: "title"},
  quiet: {font: "quiet"},
  section: {font: "section"},
  heading: {font: "heading", fill: "1E3A5F", centred: true},
  input: {font: "input", fill: "FEF9C3", boxed: true},
  small: {font: "plain", format: "small"},
};
for (const [kind, [strong, pale]] of Object.entries(TINTS)) {
  LOOKS[`band ${kind}`] = {font: "band", fill: strong, centred: true};
  for (const format of Object.keys(FORMATS)) LOOKS[`${kind} ${format}`] = {font: "plain", fill: pale, format};
}
const NUMBERS = new Map(Object.keys(LOOKS).map((name, place) => [name, place]));
const FILLS = [
  ...new Set(
    Object.values(LOOKS)
      .map(({fill}) => fill)
      .filter(Boolean),
  ),
];

// The number of a look, by which cells name it.
export function look(name) {
  if (!NUMBERS.has(name)) throw new Error(`no look ${name}`);
  return NUMBERS.get(name);
}

// How a quantity of that name is shown; the cell holds every digit.
export function formatOf(name) {
  if (/^([it]\d.*|epoch|eta|step|sample|batch)$/.test(name)) return "exact";
  return /^(E|dE_|delta_|[msvrp]_|eta_t)/.test(name) ? "small" : "weight";
}

export function stylesXml() {
  const fonts = Object.values(FONTS).map(({color, size, bold}) =>
    tag("font", {}, bold ? "<b/>" : "", tag("sz", {val: size}), rgb("color", color), tag("name", {val: "Calibri"})),
  );
  const solid = (color) => tag("patternFill", {patternType: "solid"}, rgb("fgColor", color));
  const fills = [
    tag("patternFill", {patternType: "none"}),
    tag("patternFill", {patternType: "gray125"}),
    ...FILLS.map(solid),
  ];
  const sides = ["left", "right", "top", "bottom"];
  const borders = [
    sides.map((side) => tag(side)),
    sides.map((side) => tag(side, {style: "thin"}, rgb("color", "C9D3DF"))),
  ];
  return (
    HEAD +
    tag(
      "styleSheet",
      {xmlns: SPREADSHEET},
      listed(
        "numFmts",
        Object.entries(CODES).map(([numFmtId, formatCode]) => tag("numFmt", {numFmtId, formatCode})),
      ),
      listed("fonts", fonts),
      listed(
        "fills",
        fills.map((fill) => tag("fill", {}, fill)),
      ),
      listed(
        "borders",
        borders.map((border) => tag("border", {}, border, tag("diagonal"))),
      ),
      listed("cellStyleXfs", [tag("xf", {numFmtId: 0, fontId: 0, fillId: 0, borderId: 0})]),
      listed("cellXfs", Object.values(LOOKS).map(kind)),
      listed("cellStyles", [tag("cellStyle", {name: "Normal", xfId: 0, builtinId: 0})]),
    )
  );
}

function kind({font, fill, boxed, centred, format = "exact"}) {
  const attributes = {
    numFmtId: FORMATS[format],
    fontId: Object.keys(FONTS).indexOf(font),
    fillId: fill ? FILLS.indexOf(fill) + 2 : 0,
    borderId: boxed ? 1 : 0,
    xfId: 0,
    applyNumberFormat: 1,
    applyFont: 1,
    applyFill: 1,
    applyBorder: 1,
    applyAlignment: centred ? 1 : undefined,
  };
  return tag("xf", attributes, centred ? tag("alignment", {horizontal: "center", vertical: "center"}) : "");
}

const rgb = (name, color) => tag(name, {rgb: `FF${color}`});
const listed = (name, entries) => tag(name, {count: entries.length}, entries);
