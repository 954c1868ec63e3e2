// Sheet Loss: the loss of each epoch at each learning rate, and its chart.
import {formula, number, row, sheetXml, text, titled} from "./cells.js";
import {chartXml} from "./chart.js";
import {FIRST_ROW, letters} from "./excel.js";
import {lossName, nameOfRate} from "./rate_sheet.js";

const HEAD_ROW = 4;

// tables: {rate, rows} each.
export function lossSheet({derivation, layout}, tables) {
  const {steps} = derivation,
    name = lossName(derivation),
    column = layout.columns.get(name);
  const whole = tables.map(({rate, rows}, place) => ({
    rate,
    letter: letters(place + 2),
    sheet: `'${nameOfRate(rate)}'`,
    losses: rows.map((values) => values[name]).filter((_, index) => index % steps === steps - 1),
  }));
  const most = Math.max(...whole.map(({losses}) => losses.length));
  const heads = whole.map(({rate, letter, sheet}) =>
    formula(`${letter}${HEAD_ROW}`, `"η = "&${sheet}!$C$2`, nameOfRate(rate), "heading"),
  );
  const rows = [
    ...titled("Loss at every learning rate"),
    row(HEAD_ROW, [text(`A${HEAD_ROW}`, "epoch", "heading"), ...heads]),
  ];
  for (let epoch = 1; epoch <= most; epoch++) {
    const at = HEAD_ROW + epoch,
      source = `${column}${FIRST_ROW + epoch * steps - 1}`;
    const cells = whole
      .filter(({losses}) => losses.length >= epoch)
      .map(({letter, sheet, losses}) => formula(`${letter}${at}`, `${sheet}!${source}`, losses[epoch - 1], "small"));
    rows.push(row(at, [number(`A${at}`, epoch), ...cells]));
  }
  const lines = whole
    .filter(({losses}) => losses.length)
    .map(({rate, letter, losses}) => {
      const range = (of) => `Loss!$${of}$${HEAD_ROW + 1}:$${of}$${HEAD_ROW + losses.length}`;
      return {
        name: nameOfRate(rate),
        nameCell: `Loss!$${letter}$${HEAD_ROW}`,
        xs: losses.map((_, index) => index + 1),
        ys: losses,
        xRange: range("A"),
        yRange: range(letter),
      };
    });
  return {
    name: "Loss",
    chart: chartXml("Loss by epoch", "epoch", "loss", lines),
    at: [tables.length + 2, HEAD_ROW - 1],
    xml: sheetXml({
      rows,
      widths: [9, ...tables.map(() => 14)],
      frozen: {columns: 1, rows: HEAD_ROW},
      drawing: true,
    }),
  };
}
