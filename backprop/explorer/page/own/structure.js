// What a network's quantities are called: inputs, targets, neurons, parameters, by the same rules as in Python.
// A network has the fields of a description in TOML, with the samples as rows.
import {REGISTRY} from "./registry.js";

export const LOSS = "E_total";
export const derivativeName = (name) => `dE_d${name}`;
export const sampleName = (name, sample) => `${name}_s${sample}`;
export const sizesOf = (network) => [network.inputs[0].length, ...network.layers.map(({weights}) => weights.length)];

// i1; o1 in the output layer, h1 in a lone hidden layer, h2_1 for the first neuron of the second of several.
export function unitName(layers, layer, number) {
  if (layer === 0) return `i${number}`;
  if (layer === layers) return `o${number}`;
  return layers === 2 ? `h${number}` : `h${layer}_${number}`;
}

// Samples in one step: all of them, one, or so many in turn.
export function batchOf(network) {
  const batch = network.training?.batch ?? "full";
  return batch === "full" ? network.inputs.length : batch === "stochastic" ? 1 : batch;
}

// The fields of the training with the defaults of what it leaves out.
export function trainingOf(network) {
  const {usual, ...defaults} = REGISTRY.training;
  const training = {...defaults, ...without(network.training, null)};
  const own = REGISTRY.optimisers[training.optimiser].defaults;
  for (const name of Object.keys(usual)) training[name] ??= own[name] ?? usual[name];
  return training;
}

// The numbers that the equations name, in the order in which a sheet shows them.
export function constantsOf(network, epochs) {
  const training = trainingOf(network),
    {optimiser, schedule} = training;
  const used = [...REGISTRY.optimisers[optimiser].constants, ...REGISTRY.schedules[schedule].constants];
  const values = Object.fromEntries(used.map((name) => [name, training[name]]));
  if (training.dampening) values.dampening = training.dampening;
  if (training.weight_decay) values.weight_decay = training.weight_decay;
  const steps = network.inputs.length / batchOf(network);
  if ("period" in values) values.period ??= training.schedule_counts === "steps" ? epochs * steps : epochs;
  return values;
}

export function layOut(network) {
  const notation = {...REGISTRY.notation, ...network.notation};
  const sizes = sizesOf(network),
    shared = network.shared ?? {};
  const naming = {notation, sizes, shared, counted: {}};
  const inputs = range(sizes[0]).map((n) => notation.input.replace("{}", n + 1));
  const takes = REGISTRY.losses[network.loss].takes_targets;
  const targets = takes ? range(sizes.at(-1)).map((n) => notation.target.replace("{}", n + 1)) : [];
  const layers = layersOf(network, inputs, naming);
  const neurons = layers.flat();
  const weights = [...new Set(neurons.flatMap((neuron) => neuron.weights))];
  const biases = [...new Set(neurons.flatMap((neuron) => (neuron.bias === null ? [] : [neuron.bias])))];
  const trained = trainingOf(network).train_biases ? [...weights, ...biases] : weights;
  const batch = batchOf(network),
    samples = network.inputs.length,
    takesTurns = samples > batch;
  return {
    network,
    inputs,
    targets,
    layers,
    neurons,
    weights,
    biases,
    trained,
    batch,
    samples,
    steps: samples / batch,
    takesTurns,
    counted: takesTurns ? "step" : "epoch",
    turn: batch === 1 ? "sample" : "batch",
    parameters: valuesOf(network, weights, biases),
  };
}

// The initial value of each parameter, a shared one once.
function valuesOf(network, weights, biases) {
  const {layers, shared} = network;
  const rows = [...layers.flatMap((layer) => layer.weights.flat()), ...layers.flatMap(biasEntries)];
  const values = [],
    seen = new Set();
  for (const entry of rows) {
    if (typeof entry === "number") values.push(entry);
    else if (entry !== "" && !seen.has(entry)) values.push(shared[seen.add(entry) && entry]);
  }
  return Object.fromEntries([...weights, ...biases].map((name, place) => [name, values[place]]));
}

// The layer's biases or thresholds: one a neuron, a single shared one, or none.
export function biasEntries({biases, thresholds, shared_bias: lone}) {
  return Number.isFinite(lone) ? [lone] : (biases ?? thresholds ?? []);
}

function layersOf(network, inputs, naming) {
  const {notation, sizes} = naming,
    count = network.layers.length;
  const units = new Map(inputs.map((name, number) => [unitName(count, 0, number + 1), {name, place: [0, number]}]));
  return network.layers.map((layer, index) => {
    const position = index + 1;
    const taken = layer.inputs ?? range(sizes[index]).map((number) => unitName(count, index, number + 1));
    const entries = biasEntries(layer),
      pattern = layer.thresholds ? notation.threshold : notation.bias;
    const lone = Number.isFinite(layer.shared_bias) ? parameter(naming, pattern, position) : null;
    const made = layer.weights.map((row, number) => {
      const unit = [position, number],
        name = neuronName(naming, unit, count);
      const joined = taken
        .map((source, column) => ({source: units.get(source), entry: row[column]}))
        .filter(({entry}) => entry !== "");
      return {
        name,
        layer: index,
        number,
        z: notation.sum.replace("{}", name),
        a: notation.activation.replace("{}", name),
        delta: notation.delta.replace("{}", name),
        weights: joined.map(({source, entry}) =>
          typeof entry === "string" ? entry : parameter(naming, notation.weight, position, source.place, unit),
        ),
        incoming: joined.map(({source}) => source.name),
        bias: lone ?? biasName(naming, entries[number], pattern, unit),
        threshold: Boolean(layer.thresholds),
      };
    });
    made.forEach((neuron, number) => {
      units.set(unitName(count, position, number + 1), {name: neuron.a, place: [position, number]});
    });
    return made;
  });
}

function biasName(naming, entry, pattern, unit) {
  if (entry === undefined || entry === "") return null;
  return typeof entry === "string" ? entry : parameter(naming, pattern, unit[0], undefined, unit);
}

// The name of a layer's weight or bias by the units that it joins, or the next number that is free.
function parameter(naming, pattern, layer, source, unit) {
  let name = pattern.replaceAll("{layer}", layer);
  if (source) name = name.replaceAll("{from}", unitNumber(naming, source));
  name = name.replaceAll("{to}", unit ? unitNumber(naming, unit) : "");
  if (!name.includes("{}")) return name;
  for (;;) {
    naming.counted[name] = (naming.counted[name] ?? 0) + 1;
    const numbered = name.replaceAll("{}", naming.counted[name]);
    if (!Object.hasOwn(naming.shared, numbered)) return numbered;
  }
}

// Of a unit in its layer, or in the whole network.
function unitNumber({notation, sizes}, [layer, number]) {
  const before = notation.units === "numbered" ? sizes.slice(0, layer).reduce((sum, size) => sum + size, 0) : 0;
  return before + number + 1;
}

function neuronName(naming, unit, count) {
  if (naming.notation.units === "numbered") return String(unitNumber(naming, unit));
  return unitName(count, unit[0], unit[1] + 1);
}

export const range = (count) => Array.from({length: count}, (_, number) => number);

const without = (table, value) => Object.fromEntries(Object.entries(table ?? {}).filter(([, each]) => each !== value));
