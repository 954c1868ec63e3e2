// Networks made of others: with other weights, neurons, layers, data. Each gives a new description, none changes one.
import {REGISTRY} from "./registry.js";
import {isDense} from "./columns.js";
import {biasEntries, layOut, range, sizesOf} from "./structure.js";

const MOST_LAYERS = 8; // that one can add
const MOST_NEURONS = 64;

// The description of what is explored: its data as they stand, its parameters as the first row, or another, has them.
export function networkOf(state, row = 0) {
  const network = {
    ...state.model.network,
    inputs: state.samples.map(({inputs}) => [...inputs]),
    targets: state.samples.map(({targets}) => [...targets]),
  };
  return withParameters(network, state.run.parametersOf(row));
}

// The network with these values of its parameters.
export function withParameters(network, values) {
  const {layers, weights, biases} = layOut(network);
  const shared = Object.fromEntries(Object.keys(network.shared ?? {}).map((name) => [name, values[name]]));
  const made = network.layers.map((layer, index) => {
    const neurons = layers[index];
    const rows = layer.weights.map((row, number) => {
      const names = neurons[number].weights[Symbol.iterator]();
      return row.map((entry) => {
        if (entry === "") return entry;
        const {value: name} = names.next();
        return typeof entry === "string" ? entry : values[name];
      });
    });
    return {...layer, weights: rows, ...biasValues(layer, neurons, values)};
  });
  const held = [...weights, ...biases].some((name) => Object.hasOwn(network.shared ?? {}, name));
  return {...network, layers: made, ...(held ? {shared} : {})};
}

function biasValues(layer, neurons, values) {
  if (Number.isFinite(layer.shared_bias)) return {shared_bias: values[neurons[0].bias]};
  const kind = layer.biases ? "biases" : layer.thresholds ? "thresholds" : null;
  if (kind === null) return {};
  return {
    [kind]: layer[kind].map((entry, number) => (typeof entry === "string" ? entry : values[neurons[number].bias])),
  };
}

// Random numbers from a seed: uniform from −1 to 1.
export function drawing(seed) {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 31 - 1;
  };
}

// A weight within ±1/sqrt(incoming), rounded so that it reads well.
const drawn = (draw, incoming) => Number((draw() / Math.sqrt(incoming)).toFixed(incoming <= 16 ? 2 : 4));

// The network with all weights drawn anew, its biases 0; what is shared and how it is wired stays.
export function redrawn(network, seed) {
  const draw = drawing(seed),
    {parameters, weights} = layOut(network);
  const incoming = new Map();
  for (const neuron of layOut(network).neurons)
    for (const name of neuron.weights) incoming.set(name, neuron.weights.length);
  const values = Object.fromEntries(Object.keys(parameters).map((name) => [name, 0]));
  for (const name of weights) values[name] = drawn(draw, incoming.get(name));
  return withParameters(network, values);
}

// The same layers fully connected, each neuron with weights of its own; those that are so already stay as they are.
function dense(network, seed) {
  if (network.layers.every(isDense)) return network;
  const {shared, notation, ...fields} = network,
    sizes = sizesOf(network),
    draw = drawing(seed);
  const layers = network.layers.map(({activation, weights}, index) => ({
    activation,
    weights: weights.map(() => range(sizes[index]).map(() => drawn(draw, sizes[index]))),
    biases: weights.map(() => 0),
  }));
  return {...fields, layers};
}

// The network with a layer of that size: neurons are added at its end or taken from there. Layer 0 is the inputs.
export function resized(network, layer, size, seed) {
  const plain = dense(network, seed),
    draw = drawing(seed + 7919 * size),
    last = layer === plain.layers.length;
  if (!(size >= 1 && size <= MOST_NEURONS)) throw new Error(`${size} neurons; from 1 to ${MOST_NEURONS} in a layer`);
  const fitted = (list, make) => range(size).map((place) => list[place] ?? make(place));
  const layers = plain.layers.map((each, index) => {
    if (index === layer - 1) {
      const incoming = each.weights[0].length;
      const made = {...each, weights: fitted(each.weights, () => range(incoming).map(() => drawn(draw, incoming)))};
      for (const kind of ["biases", "thresholds"]) if (each[kind]) made[kind] = fitted(each[kind], () => 0);
      return made;
    }
    if (index !== layer) return each;
    return {...each, weights: each.weights.map((row) => fitted(row, () => drawn(draw, size)))};
  });
  const inputs = layer === 0 ? plain.inputs.map((row) => fitted(row, () => 0.5)) : plain.inputs;
  const targets = last ? plain.targets.map((row) => targetsOf(plain.loss, row, size)) : plain.targets;
  return {...plain, layers, inputs, targets};
}

// A row of targets for so many outputs, such as the loss takes.
function targetsOf(loss, row, size) {
  const {among, add_up: addUp, takes_targets: takes} = REGISTRY.losses[loss];
  if (!takes) return [];
  const made = range(size).map((place) => row[place] ?? (among.length ? among[0] : 0));
  const sum = made.reduce((whole, value) => whole + value, 0);
  if (!addUp || sum === 1) return made;
  return sum === 0 ? made.map((_, place) => Number(place === 0)) : made.map((value) => value / sum);
}

// The network with another layer before that one, counted from 0, as wide and with the activation of its neighbour.
export function layerAdded(network, before, seed) {
  const plain = dense(network, seed),
    sizes = sizesOf(plain),
    draw = drawing(seed + 104729 * (before + 1));
  if (plain.layers.length >= MOST_LAYERS) throw new Error(`${MOST_LAYERS} layers at most`);
  const model = plain.layers[before - 1] ?? plain.layers[before];
  const size = before === 0 ? Math.max(2, Math.min(sizes[1], 8)) : sizes[before],
    incoming = sizes[before];
  const activation = model.activation === "softmax" || model.activation === "identity" ? "tanh" : model.activation;
  const added = {
    activation,
    weights: range(size).map(() => range(incoming).map(() => drawn(draw, incoming))),
    ...(biasEntries(plain.layers[before]).length ? {biases: range(size).map(() => 0)} : {}),
  };
  const next = plain.layers[before];
  const rows = next.weights.map((row) => range(size).map((place) => row[place] ?? drawn(draw, size)));
  const layers = [...plain.layers.slice(0, before), added, {...next, weights: rows}, ...plain.layers.slice(before + 1)];
  return {...plain, layers};
}

// The network without a hidden layer, counted from 0.
export function layerRemoved(network, layer, seed) {
  const plain = dense(network, seed),
    sizes = sizesOf(plain),
    draw = drawing(seed + 1299709 * (layer + 1));
  const next = plain.layers[layer + 1],
    incoming = sizes[layer];
  const rows = next.weights.map((row) => range(incoming).map((place) => row[place] ?? drawn(draw, incoming)));
  const layers = [...plain.layers.slice(0, layer), {...next, weights: rows}, ...plain.layers.slice(layer + 2)];
  return {...plain, layers};
}

// The network with another activation of a layer, counted from 0; the loss that it needs, or no longer may have, follows.
export function activated(network, layer, activation) {
  const layers = network.layers.map((each, index) => (index === layer ? {...each, activation} : each));
  if (layer < layers.length - 1) return {...network, layers};
  const needed = REGISTRY.losses[network.loss].activation;
  if (activation === "softmax") return withLoss({...network, layers}, "softmax_cross_entropy");
  return needed && needed !== activation ? withLoss({...network, layers}, "half_squared_error") : {...network, layers};
}

// The network with another loss; the output layer gets the activation that it needs, 0 and 1 become −1 and 1 and back.
export function withLoss(network, loss) {
  const {activation: needed, between, among, takes_targets: takes} = REGISTRY.losses[loss];
  const size = network.layers.at(-1).weights.length;
  const last = network.layers.at(-1);
  const activation = needed ?? (last.activation === "softmax" ? "sigmoid" : last.activation);
  const all = network.targets.flat();
  const made = network.targets.map((row) => {
    const given = row.length ? row : range(size).map(() => 0);
    if (!takes) return [];
    if (among.length && all.every((value) => value === 0 || value === 1)) return given.map((value) => 2 * value - 1);
    if (between && all.every((value) => value === -1 || value === 1)) return given.map((value) => (value + 1) / 2);
    return given;
  });
  const targets = takes ? made.map((row) => targetsOf(loss, row, size)) : made;
  return {...network, loss, targets, layers: [...network.layers.slice(0, -1), {...last, activation}]};
}

// The network with biases in every layer: none, neuron (one each) or layer (one for all).
export function withBiases(network, kind) {
  const layers = network.layers.map(({biases, thresholds, shared_bias: lone, ...layer}) => {
    if (kind === "none") return layer;
    const values = biases ?? thresholds?.map((value) => -value) ?? range(layer.weights.length).map(() => lone ?? 0);
    const numbers = values.map((value) => (Number.isFinite(value) ? value : 0));
    return kind === "layer" ? {...layer, shared_bias: lone ?? numbers[0]} : {...layer, biases: numbers};
  });
  return withoutUnused({...network, layers});
}

// What no weight or bias names any longer is shared by none.
function withoutUnused({shared, ...network}) {
  if (!shared) return network;
  const used = new Set(network.layers.flatMap((layer) => [...layer.weights.flat(), ...biasEntries(layer)]));
  const kept = Object.entries(shared).filter(([name]) => used.has(name));
  return kept.length ? {...network, shared: Object.fromEntries(kept)} : network;
}

export const biasKind = ({layers}) =>
  layers.some(({biases, thresholds}) => biases || thresholds)
    ? "neuron"
    : layers.some(({shared_bias: lone}) => Number.isFinite(lone))
      ? "layer"
      : "none";

// The network with another optimiser; constants that it does not have are left out.
export function optimisedBy(network, optimiser) {
  const {batch, train_biases: biases, learning_rates: rates, weight_decay: decay, ...others} = network.training ?? {};
  const {schedule, step_size: size, gamma, period, eta_min: least, schedule_counts: counts} = others;
  const scheduled = REGISTRY.optimisers[optimiser].scaled
    ? {schedule, step_size: size, gamma, period, eta_min: least, schedule_counts: counts}
    : {};
  const kept = {optimiser, batch, train_biases: biases, learning_rates: rates, weight_decay: decay, ...scheduled};
  return {...network, training: Object.fromEntries(Object.entries(kept).filter(([, value]) => value !== undefined))};
}

export function trainedWith(network, name, value) {
  const {[name]: _, ...training} = network.training ?? {};
  return {...network, training: value === undefined ? training : {...training, [name]: value}};
}
