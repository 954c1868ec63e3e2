// Cells, rows and sheets as XML: texts, numbers, formulas with the value that they have.
import {letters} from "./excel.js";
import {look} from "./look.js";
import {HEAD, RELATIONS, SPREADSHEET, escaped, tag} from "./xml.js";

export const text = (at, content, kind = "plain") =>
  tag("c", {r: at, s: look(kind), t: "inlineStr"}, tag("is", {}, tag("t", {}, escaped(content))));

export const number = (at, value, kind = "plain") => `<c r="${at}" s="${look(kind)}"><v>${value}</v></c>`;

export function formula(at, content, value, kind = "plain") {
  const type = typeof value === "string" ? "str" : undefined;
  return tag("c", {r: at, s: look(kind), t: type}, `<f>${escaped(content)}</f><v>${escaped(value)}</v>`);
}

// The cells of a column that is filled down, as a function of row and value. `content` gives the formula of a row; from
// one row to another the cells share it. Formulas that point to another sheet are written out: Excel shares none such.
export function filledColumn({column, place, content, kind, from, to}) {
  const start = `<c r="${column}`,
    styled = `" s="${look(kind)}">`,
    apart = String(content(to)).includes("!");
  const shared = `${styled}<f t="shared" si="${place}"/><v>`,
    first = `${styled}<f t="shared" ref="${column}${from}:${column}${to}" si="${place}">`;
  return (at, value) => {
    if (at > from && !apart) return `${start}${at}${shared}${value}</v></c>`;
    const made = content(at);
    if (typeof made === "number") return `${start}${at}${styled}<v>${value}</v></c>`;
    return `${start}${at}${at === from && !apart ? first : `${styled}<f>`}${escaped(made)}</f><v>${value}</v></c>`;
  };
}

// The cells in one text, or in a list.
export const row = (at, cells, height) =>
  tag("row", {r: at, ht: height, customHeight: height === undefined ? undefined : 1}, cells);

// The title of a sheet and a line below it.
export const titled = (title, line = "") => [
  row(1, [text("A1", title, "title")], 24),
  ...(line ? [row(2, [text("A2", line, "quiet")])] : []),
];

// rows: in their order. widths: of the columns from A on. frozen: how many columns and rows stay in sight.
export function sheetXml({rows, widths, frozen, merged = [], drawing = false, first = false}) {
  const pane = frozen && {
    xSplit: frozen.columns,
    ySplit: frozen.rows,
    topLeftCell: `${letters(frozen.columns + 1)}${frozen.rows + 1}`,
    activePane: "bottomRight",
    state: "frozen",
  };
  const panes = ["topRight", "bottomLeft", "bottomRight"].map((one) => tag("selection", {pane: one}));
  const view = {showGridLines: 0, tabSelected: first ? 1 : undefined, workbookViewId: 0};
  return (
    HEAD +
    tag(
      "worksheet",
      {xmlns: SPREADSHEET, "xmlns:r": RELATIONS},
      tag("sheetPr", {}, tag("pageSetUpPr", {fitToPage: 1})),
      tag("sheetViews", {}, tag("sheetView", view, pane ? [tag("pane", pane), ...panes] : [])),
      tag("sheetFormatPr", {defaultRowHeight: 15}),
      tag(
        "cols",
        {},
        widths.map((width, place) => tag("col", {min: place + 1, max: place + 1, width, customWidth: 1})),
      ),
      tag("sheetData", {}, rows),
      merged.length
        ? tag(
            "mergeCells",
            {count: merged.length},
            merged.map((ref) => tag("mergeCell", {ref})),
          )
        : "",
      tag("pageMargins", {left: 0.4, right: 0.4, top: 0.5, bottom: 0.5, header: 0.2, footer: 0.2}),
      tag("pageSetup", {paperSize: 9, orientation: "landscape", fitToHeight: 0}),
      drawing ? tag("drawing", {"r:id": "rId1"}) : "",
    )
  );
}
