// Where units, weights and losses are drawn: columns from left to right, or rows from top to bottom where it is narrow.
import {placeLabels} from "./labels.js";

export const MOST_UNITS = 12; // in a layer
export const MOST_EDGES = 120;
export const MOST_LAYERS = 9;
export const WIDE_FROM = 6; // columns; the drawing then takes the whole width of the page

const WIDE = {
  most: 300,
  least: 168,
  height: 400,
  closest: 96,
  tagged: 120,
  furthest: 190,
  radius: 37,
  margin: 62,
  label: 82,
};
const MOST_BESIDE = 2; // units in a row that have room for numbers beside them
const NARROW = {along: 132, across: 136, radius: 29, margin: 58, label: 66};

// Why a network is not drawn, or null.
export function tooLarge(model) {
  const edges = model.neurons.reduce((sum, neuron) => sum + neuron.weights.length, 0);
  const widest = Math.max(model.inputs.length, ...model.layers.map((layer) => layer.neurons.length));
  if (widest > MOST_UNITS) return `${widest} units side by side; up to ${MOST_UNITS} are drawn`;
  if (edges > MOST_EDGES) return `${edges} weights; up to ${MOST_EDGES} are drawn`;
  if (model.layers.length > MOST_LAYERS) return `${model.layers.length} layers; up to ${MOST_LAYERS} are drawn`;
  return null;
}

// Left to right where the columns have room for the numbers on the lines between them.
export function layOut(model, width) {
  const columns = columnsOf(model);
  const vertical = width < WIDE.margin * 2 + WIDE.least * (columns.length - 1);
  const look = vertical ? NARROW : WIDE;
  const sides = columns.map((column) => (vertical ? acrossNarrow : acrossWide)(column, columns, width));
  const radius = vertical ? Math.max(19, Math.min(look.radius, Math.min(...sides) / 2 - 6)) : look.radius;
  const along = vertical ? look.along : Math.min(look.most, (width - 2 * look.margin) / (columns.length - 1));
  const height = vertical ? 2 * look.margin + along * (columns.length - 1) : heightOf(columns) + 2 * look.margin;
  const middle = (vertical ? width : height - 10) / 2;
  const start = vertical ? look.margin - 8 : (width - along * (columns.length - 1)) / 2;
  const units = new Map();
  columns.forEach((column, number) =>
    column.forEach((unit, place) => {
      const side = middle + (place - (column.length - 1) / 2) * sides[number];
      const on = start + number * along;
      const crowded = vertical && column.length > MOST_BESIDE;
      const [x, y] = vertical ? [side, on] : [on, side];
      units.set(unit.key, {...unit, column: number, place, radius, crowded, x, y});
    }),
  );
  const edges = edgesOf(model, units);
  placeLabels(edges, {radius, width: look.label, along, vertical});
  return {
    units,
    edges,
    width,
    height: Math.round(height),
    vertical,
    radius,
    columns: columns.length,
  };
}

export const columnCount = (model) => columnsOf(model).length;

// The distance that the fullest column needs: more where biases stand above its neurons.
const closest = (column) => (column.some(({neuron}) => neuron?.bias) ? WIDE.tagged : WIDE.closest);
const heightOf = (columns) =>
  Math.max(WIDE.height - 2 * WIDE.margin, ...columns.map((column) => closest(column) * (column.length - 1)));
const acrossWide = (column, columns) => Math.min(WIDE.furthest, heightOf(columns) / Math.max(1, column.length - 1));
const acrossNarrow = (column, _, width) =>
  Math.min(NARROW.across, (width - 2 * NARROW.margin) / Math.max(1, column.length - 1));

// Inputs stand before the first layer that they feed; so those of a later step stand beside the neurons of the one before.
function columnsOf(model) {
  const columns = [[]];
  const layerOf = new Map();
  model.layers.forEach((layer, number) => {
    columns.push(layer.neurons.map((neuron) => ({key: neuron.a, kind: "neuron", neuron, layer: number})));
    for (const neuron of layer.neurons) layerOf.set(neuron, number);
  });
  for (const [place, name] of model.inputs.entries()) {
    const fed = model.feeds.get(name);
    columns[fed ? Math.min(...fed.map(({neuron}) => layerOf.get(neuron))) : 0].push({key: name, kind: "input", place});
  }
  columns.push(model.losses.map((name, place) => ({key: name, kind: "loss", place})));
  if (model.losses.length > 1) columns.push([{key: model.total, kind: "total"}]);
  return columns;
}

function edgesOf(model, units) {
  const edges = [];
  for (const neuron of model.neurons) {
    neuron.weights.forEach((weight, place) => {
      edges.push(
        edge(units.get(neuron.incoming[place]), units.get(neuron.a), {weight, neuron, source: neuron.incoming[place]}),
      );
    });
  }
  const outputs = model.layers.at(-1).neurons;
  model.losses.forEach((name, place) => {
    const takes = model.losses.length === outputs.length ? [outputs[place]] : outputs;
    for (const neuron of takes)
      edges.push(edge(units.get(neuron.a), units.get(name), {weight: null, neuron, source: neuron.a}));
    if (model.losses.length > 1)
      edges.push(edge(units.get(name), units.get(model.total), {weight: null, neuron: null, source: name}));
  });
  return edges;
}

// A line, or an arc over the columns between.
function edge(from, to, what) {
  const rise = Math.max(0, to.column - from.column - 1) * 84;
  const [dx, dy] = [to.x - from.x, to.y - from.y];
  const length = Math.hypot(dx, dy) || 1;
  const [nx, ny] = [dy / length, -dx / length];
  const bend = {x: (from.x + to.x) / 2 + nx * rise, y: (from.y + to.y) / 2 + ny * rise};
  return {...what, from, to, bend, path: `M${at(from)} Q${at(bend)} ${at(to)}`};
}

const at = ({x, y}) => `${x.toFixed(1)} ${y.toFixed(1)}`;
