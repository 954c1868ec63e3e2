// XML as text: elements with their attributes and children in one call, what is not markup escaped.

export const HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n';

// Children are markup; an attribute that is undefined is left out.
export function tag(name, attributes = {}, ...children) {
  const given = Object.entries(attributes).filter(([, value]) => value !== undefined);
  const open = [name, ...given.map(([key, value]) => `${key}="${escaped(value)}"`)].join(" ");
  const inside = children.flat(Infinity).join("");
  return inside === "" ? `<${open}/>` : `<${open}>${inside}</${name}>`;
}

// Text as markup; letters that XML cannot hold become �.
export const escaped = (text) =>
  String(text)
    .replaceAll(/[^\t\n\r\u{20}-\u{D7FF}\u{E000}-\u{FFFD}\u{10000}-\u{10FFFF}]/gu, "�")
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replaceAll('"', "&quot;");

const OFFICE = "http://schemas.openxmlformats.org";
export const SPREADSHEET = `${OFFICE}/spreadsheetml/2006/main`;
export const RELATIONS = `${OFFICE}/officeDocument/2006/relationships`;
export const PACKAGE = `${OFFICE}/package/2006`;
export const CHART = `${OFFICE}/drawingml/2006/chart`;
export const DRAWING = `${OFFICE}/drawingml/2006/main`;
export const PLACED = `${OFFICE}/drawingml/2006/spreadsheetDrawing`;
