// Sheet Network, and Samples where there are several: every number that one may change, and the equations as text.
import {freshParameters, layerTitle} from "../../own/columns.js";
import {equationLine, written} from "../../own/printers.js";
import {sections} from "../../own/sections.js";
import {constantsOf, sampleName} from "../../own/structure.js";
import {number, row, sheetXml, text, titled} from "./cells.js";
import {letters} from "./excel.js";

const CHANGE = "Change a yellow cell and every sheet follows.";
const MOST_EQUATIONS = 200; // written out beside the numbers
const FIRST = 4; // row

// {sheets, address: of each number by its name, data: the range of each input and target, names: of cells and ranges}.
export function inputSheets(derivation, epochs) {
  const {network, samples} = derivation;
  const places = {address: new Map(), data: new Map(), names: new Map()};
  const constants = constantsOf(network, epochs);
  const cells = new Map(); // row -> its cells
  const put = (at, cell) => cells.set(at, [...(cells.get(at) ?? []), cell]);
  let at = FIRST;
  for (const {title, entries} of groupsOf(derivation, constants)) {
    put(at, text(`B${at}`, title, "section"));
    for (const [name, value] of entries) {
      at += 1;
      put(at, text(`B${at}`, written(name)));
      put(at, number(`C${at}`, value, "input"));
      places.address.set(name, `Network!$C$${at}`);
      if (Object.hasOwn(constants, name)) places.names.set(name, `Network!$C$${at}`);
    }
    at += 2;
  }
  listing(derivation).forEach((line, place) => {
    if (line !== null) put(FIRST + place, text(`E${FIRST + place}`, line[1], line[0]));
  });
  const filled = [...cells].sort(([one], [other]) => one - other).map(([place, list]) => row(place, list));
  const rows = [...titled(network.title, CHANGE), ...filled];
  const sheets = [{name: "Network", xml: sheetXml({rows, widths: [3, 16, 14, 3, 90], first: true})}];
  if (samples > 1) sheets.push({name: "Samples", xml: samplesXml(derivation, places)});
  return {sheets, ...places};
}

function groupsOf(derivation, constants) {
  const {network, samples, inputs, targets, layers, parameters} = derivation;
  const paired = (names, values) => names.map((name, place) => [name, values[place]]);
  const data = [
    {title: "Inputs", entries: paired(inputs, network.inputs[0])},
    {title: "Targets", entries: paired(targets, network.targets[0])},
  ];
  const owned = freshParameters(derivation).map(({weights, biases}, index) => {
    const layer = layerTitle(layers.length, index);
    const title = `${layer[0].toUpperCase()}${layer.slice(1)}: ${biases.length ? "weights, biases" : "weights"}`;
    return {title, entries: [...weights, ...biases].map((name) => [name, parameters[name]])};
  });
  const groups = [...(samples === 1 ? data : []), ...owned, {title: "Training", entries: Object.entries(constants)}];
  return groups.filter(({entries}) => entries.length > 0);
}

// A row for each sample, its number in column B.
function samplesXml(derivation, {address, data, names}) {
  const {network, inputs, targets, samples, steps, batch} = derivation;
  const all = [...inputs, ...targets],
    head = 4,
    last = head + samples;
  all.forEach((name, place) => {
    const letter = letters(place + 3);
    data.set(name, `Samples!$${letter}$${head + 1}:$${letter}$${last}`);
    for (let sample = 1; sample <= samples; sample++)
      address.set(sampleName(name, sample), `Samples!$${letter}$${head + sample}`);
  });
  const range = (from, to) => `Samples!$${letters(from)}$${head + 1}:$${letters(to)}$${last}`;
  names.set("inputs", range(3, inputs.length + 2));
  if (targets.length) names.set("targets", range(inputs.length + 3, all.length + 2));
  const each = batch === 1 ? "one" : batch;
  const title = `${samples} samples, ${steps === 1 ? "all of them in each epoch" : `${each} in each step`}`;
  const heads = ["sample", ...all].map((name, place) => text(`${letters(place + 2)}${head}`, name, "heading"));
  const body = network.inputs.map((values, index) => {
    const at = head + index + 1;
    const cells = [...values, ...network.targets[index]].map((value, place) =>
      number(`${letters(place + 3)}${at}`, value, "input"),
    );
    return row(at, [number(`B${at}`, index + 1), ...cells]);
  });
  const widths = [3, 9, ...all.map(() => 12)];
  return sheetXml({
    rows: [...titled(title, CHANGE), row(head, heads), ...body],
    widths,
    frozen: {columns: 2, rows: head},
  });
}

// The equations as text, each kind under its heading, then commands: pairs of a look and a line, null between them.
function listing(derivation) {
  const lines = [];
  for (const {title, equations} of sections(derivation)) {
    lines.push(["section", title]);
    for (const equation of equations.slice(0, MOST_EQUATIONS)) lines.push(["plain", equationLine(equation)]);
    if (equations.length > MOST_EQUATIONS) lines.push(["quiet", `… and ${equations.length - MOST_EQUATIONS} more`]);
    lines.push(null);
  }
  return [...lines, ...commands(derivation.network.name)];
}

// What proves the workbook, and what leads back into a browser.
const commands = (name) => [
  ["section", "In a terminal"],
  ["plain", `backprop check ${name}.xlsx (proves every formula of this workbook)`],
  ["plain", `backprop explore ${name}.toml (the network in the browser; the page gives it as TOML)`],
];
