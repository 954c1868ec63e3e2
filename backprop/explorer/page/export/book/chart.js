// The chart of the losses: straight lines through the cells of sheet Loss, a colour for each learning rate.
import {CHART, DRAWING, HEAD, PLACED, RELATIONS, escaped, tag} from "./xml.js";

const COLORS = ["0072B2", "E69F00", "009E73", "CC79A7", "56B4E9", "D55E00"]; // Okabe and Ito, for colour-blind readers
const DECADES = 100; // from the least loss to the largest, for a logarithmic axis
const WIDTH = 6480000,
  HEIGHT = 3600000; // EMU

const value = (name, val) => tag(name, {val});

// lines: {name, nameCell, xs, ys, xRange, yRange} each.
export function chartXml(title, xTitle, yTitle, lines) {
  let least = Infinity,
    most = 0;
  for (const loss of lines.flatMap(({ys}) => ys)) [least, most] = [Math.min(least, loss), Math.max(most, loss)];
  const axes = [
    axis({id: 1, other: 2, side: "b", title: xTitle}),
    axis({id: 2, other: 1, side: "l", title: yTitle, logarithmic: least > 0 && most > DECADES * least}),
  ];
  const scatter = tag(
    "c:scatterChart",
    {},
    value("c:scatterStyle", "lineMarker"),
    value("c:varyColors", 0),
    lines.map(line),
    value("c:axId", 1),
    value("c:axId", 2),
  );
  return (
    HEAD +
    tag(
      "c:chartSpace",
      {"xmlns:c": CHART, "xmlns:a": DRAWING, "xmlns:r": RELATIONS},
      value("c:roundedCorners", 0),
      tag(
        "c:chart",
        {},
        heading(title, 1400),
        value("c:autoTitleDeleted", 0),
        tag("c:plotArea", {}, tag("c:layout"), scatter, axes),
        tag("c:legend", {}, value("c:legendPos", "r"), value("c:overlay", 0)),
        value("c:plotVisOnly", 1),
      ),
    )
  );
}

function line({name, nameCell, xs, ys, xRange, yRange}, place) {
  const color = tag("a:solidFill", {}, value("a:srgbClr", COLORS[place % COLORS.length]));
  return tag(
    "c:ser",
    {},
    value("c:idx", place),
    value("c:order", place),
    tag("c:tx", {}, cached("c:str", nameCell, "", [escaped(name)])),
    tag("c:spPr", {}, tag("a:ln", {w: 22225}, color)),
    tag("c:marker", {}, value("c:symbol", "none")),
    tag("c:xVal", {}, cached("c:num", xRange, "General", xs)),
    tag("c:yVal", {}, cached("c:num", yRange, "General", ys)),
    value("c:smooth", 0),
  );
}

// A range and what its cells hold.
const cached = (kind, range, format, values) =>
  tag(
    `${kind}Ref`,
    {},
    tag("c:f", {}, escaped(range)),
    tag(
      `${kind}Cache`,
      {},
      format && tag("c:formatCode", {}, format),
      value("c:ptCount", values.length),
      values.map((each, idx) => tag("c:pt", {idx}, tag("c:v", {}, String(each)))),
    ),
  );

const heading = (words, size) =>
  tag(
    "c:title",
    {},
    tag(
      "c:tx",
      {},
      tag(
        "c:rich",
        {},
        tag("a:bodyPr"),
        tag(
          "a:p",
          {},
          tag("a:pPr", {}, tag("a:defRPr", {sz: size, b: 0})),
          tag("a:r", {}, tag("a:rPr", {lang: "en", sz: size, b: 0}), tag("a:t", {}, escaped(words))),
        ),
      ),
    ),
    value("c:overlay", 0),
  );

function axis({id, other, side, title, logarithmic = false}) {
  const grid = tag("a:solidFill", {}, value("a:srgbClr", "D9DDE3"));
  return tag(
    "c:valAx",
    {},
    value("c:axId", id),
    tag("c:scaling", {}, logarithmic ? value("c:logBase", 10) : "", value("c:orientation", "minMax")),
    value("c:delete", 0),
    value("c:axPos", side),
    side === "l" ? tag("c:majorGridlines", {}, tag("c:spPr", {}, tag("a:ln", {w: 6350}, grid))) : "",
    heading(title, 1000),
    tag("c:numFmt", {formatCode: "General", sourceLinked: 0}),
    value("c:majorTickMark", "out"),
    value("c:minorTickMark", "none"),
    value("c:tickLblPos", "low"),
    value("c:crossAx", other),
    value("c:crosses", "min"),
  );
}

// The place of the chart on its sheet, from a column and a row on, counted from 0.
export function drawingXml(column, row) {
  const from = {"xdr:col": column, "xdr:colOff": 0, "xdr:row": row, "xdr:rowOff": 0};
  const about = {id: 2, name: "Loss by epoch", descr: "The loss of each epoch, a line for each learning rate"};
  const nothing = [tag("a:off", {x: 0, y: 0}), tag("a:ext", {cx: 0, cy: 0})];
  const chart = tag("c:chart", {"xmlns:c": CHART, "xmlns:r": RELATIONS, "r:id": "rId1"});
  return (
    HEAD +
    tag(
      "xdr:wsDr",
      {"xmlns:xdr": PLACED, "xmlns:a": DRAWING},
      tag(
        "xdr:oneCellAnchor",
        {},
        tag(
          "xdr:from",
          {},
          Object.entries(from).map(([name, place]) => tag(name, {}, String(place))),
        ),
        tag("xdr:ext", {cx: WIDTH, cy: HEIGHT}),
        tag(
          "xdr:graphicFrame",
          {macro: ""},
          tag("xdr:nvGraphicFramePr", {}, tag("xdr:cNvPr", about), tag("xdr:cNvGraphicFramePr")),
          tag("xdr:xfrm", {}, nothing),
          tag("a:graphic", {}, tag("a:graphicData", {uri: CHART}, chart)),
        ),
        tag("xdr:clientData"),
      ),
    )
  );
}
