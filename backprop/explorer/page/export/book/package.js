// The parts of a workbook's package by their paths: sheets, styles, the chart, and what says how they hang together.
import {drawingXml} from "./chart.js";
import {stylesXml} from "./look.js";
import {HEAD, PACKAGE, RELATIONS, SPREADSHEET, escaped, tag} from "./xml.js";

const TYPES = "application/vnd.openxmlformats-officedocument";
const KINDS = {
  workbook: `${TYPES}.spreadsheetml.sheet.main+xml`,
  sheet: `${TYPES}.spreadsheetml.worksheet+xml`,
  styles: `${TYPES}.spreadsheetml.styles+xml`,
  drawing: `${TYPES}.drawing+xml`,
  chart: `${TYPES}.drawingml.chart+xml`,
};

// sheets: {name, xml, names?, chart?, at?} each, one of them with a chart. names: of cells in the whole workbook.
export function packageParts(sheets, names) {
  const charted = sheets.findIndex(({chart}) => chart),
    {chart, at} = sheets[charted];
  const paths = sheets.map((_, place) => `worksheets/sheet${place + 1}.xml`);
  return [
    ["[Content_Types].xml", contentTypes(paths)],
    ["_rels/.rels", relations([["officeDocument", "xl/workbook.xml"]])],
    ["xl/workbook.xml", workbookXml(sheets, names)],
    ["xl/_rels/workbook.xml.rels", relations([...paths.map((path) => ["worksheet", path]), ["styles", "styles.xml"]])],
    ["xl/styles.xml", stylesXml()],
    ...sheets.map(({xml}, place) => [`xl/${paths[place]}`, xml]),
    [`xl/worksheets/_rels/sheet${charted + 1}.xml.rels`, relations([["drawing", "../drawings/drawing1.xml"]])],
    ["xl/drawings/drawing1.xml", drawingXml(...at)],
    ["xl/drawings/_rels/drawing1.xml.rels", relations([["chart", "../charts/chart1.xml"]])],
    ["xl/charts/chart1.xml", chart],
  ];
}

function contentTypes(paths) {
  const parts = [
    ["/xl/workbook.xml", KINDS.workbook],
    ["/xl/styles.xml", KINDS.styles],
    ...paths.map((path) => [`/xl/${path}`, KINDS.sheet]),
    ["/xl/drawings/drawing1.xml", KINDS.drawing],
    ["/xl/charts/chart1.xml", KINDS.chart],
  ];
  return (
    HEAD +
    tag(
      "Types",
      {xmlns: `${PACKAGE}/content-types`},
      tag("Default", {Extension: "rels", ContentType: "application/vnd.openxmlformats-package.relationships+xml"}),
      tag("Default", {Extension: "xml", ContentType: "application/xml"}),
      parts.map(([PartName, ContentType]) => tag("Override", {PartName, ContentType})),
    )
  );
}

function relations(list) {
  const each = list.map(([kind, Target], place) =>
    tag("Relationship", {Id: `rId${place + 1}`, Type: `${RELATIONS}/${kind}`, Target}),
  );
  return HEAD + tag("Relationships", {xmlns: `${PACKAGE}/relationships`}, each);
}

function workbookXml(sheets, names) {
  const defined = [...names].map(([name, cells]) => tag("definedName", {name}, escaped(cells)));
  sheets.forEach(({name: sheet, names: own = []}, localSheetId) => {
    for (const [name, cell] of own)
      defined.push(tag("definedName", {name, localSheetId}, escaped(`'${sheet}'!${cell}`)));
  });
  return (
    HEAD +
    tag(
      "workbook",
      {xmlns: SPREADSHEET, "xmlns:r": RELATIONS},
      tag("bookViews", {}, tag("workbookView")),
      tag(
        "sheets",
        {},
        sheets.map(({name}, place) => tag("sheet", {name, sheetId: place + 1, "r:id": `rId${place + 1}`})),
      ),
      tag("definedNames", {}, defined),
      tag("calcPr", {calcId: 191029, fullCalcOnLoad: 1}),
    )
  );
}
