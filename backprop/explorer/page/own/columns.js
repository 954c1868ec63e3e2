// The columns of an epoch table, in groups and in the order people use: the same as in Python's sheets and traces.
import {REGISTRY} from "./registry.js";
import {LOSS, sampleName, sizesOf, trainingOf} from "./structure.js";

const WIDE = 8; // neurons; a wider layer has all its sums, then all its activations

const capital = (text) => text[0].toUpperCase() + text.slice(1);

// hidden layer, hidden layer 2, output layer.
export function layerTitle(layers, index) {
  if (index === layers - 1) return "output layer";
  return layers === 2 ? "hidden layer" : `hidden layer ${index + 1}`;
}

// [{title, names}], without the epoch's own column.
export function columnsOf(derivation) {
  const {network, layers, perSample, takesTurns, batch} = derivation;
  const of = (part) => derivation[part].map(({target}) => target);
  const gathered = takesTurns ? [group("Step", ["step", derivation.turn])] : [];
  gathered.push(group("Rate", of("schedule")));
  const data = [group("Targets", derivation.targets), group("Inputs", derivation.inputs)];
  const parameters = parametersOf(derivation),
    neurons = neuronsOf(derivation);
  const losses = of("loss").slice(0, -1),
    whole = [LOSS, ...(takesTurns ? ["E_epoch"] : [])];
  if (perSample.size === 0) {
    gathered.push(...data, ...layers.flatMap((_, index) => [parameters[index], neurons[index]]));
    gathered.push(group("Loss", [...losses, ...whole]), group("Deltas", of("deltas")));
  } else {
    gathered.push(
      ...parameters.map(({title, names}, index) => group(`${title}, ${neurons[index].title.toLowerCase()}`, names)),
    );
    const block = [
      ...data,
      ...neurons,
      group("", losses),
      group("", of("deltas")),
      group("", of("inputGradient")),
    ].flatMap(({names}) => names);
    for (let sample = 1; sample <= batch; sample++) {
      gathered.push(
        group(
          `Sample ${sample}`,
          block.map((name) => sampleName(name, sample)),
        ),
      );
    }
    gathered.push(group("Loss", whole));
  }
  gathered.push(group("Gradient", of("gradient")));
  if (perSample.size === 0) gathered.push(group("Input gradient", of("inputGradient")));
  const kept = of("states"),
    states = REGISTRY.optimisers[trainingOf(network).optimiser].states;
  const share = kept.length / (states.length || 1);
  states.forEach(({title}, kind) => gathered.push(group(title, kept.slice(share * kind, share * (kind + 1)))));
  return gathered.filter(({names}) => names.length > 0);
}

const group = (title, names) => ({title, names});

// What no layer before has, by neuron: weights, then biases.
export function freshParameters({layers}) {
  const known = new Set();
  return layers.map((layer) => {
    const fresh = (names) => [...new Set(names)].filter((name) => name !== null && !known.has(name));
    const weights = fresh(layer.flatMap((neuron) => neuron.weights)),
      biases = fresh(layer.map((neuron) => neuron.bias));
    for (const name of [...weights, ...biases]) known.add(name);
    return {weights, biases};
  });
}

// The same as groups; weights by source where that is the wide side: for sums of neighbours.
function parametersOf(derivation) {
  const {network, layers} = derivation,
    sizes = sizesOf(network);
  return freshParameters(derivation).map(({weights, biases}, index) => {
    const rows = layers[index].map((neuron) => neuron.weights);
    const bySource = isDense(network.layers[index]) && rows.length > Math.max(WIDE, sizes[index]);
    const ordered = bySource ? rows[0].flatMap((_, source) => rows.map((row) => row[source])) : weights;
    return group(biases.length ? "Weights and biases" : "Weights", [...ordered, ...biases]);
  });
}

// Whether every neuron has a weight of its own for every unit of the layer before, and a bias of its own.
export function isDense({inputs, weights, biases}) {
  return !inputs && [...weights.flat(), ...(biases ?? [])].every((entry) => typeof entry === "number");
}

function neuronsOf({network, layers}) {
  return layers.map((layer, index) => {
    const title = capital(layerTitle(layers.length, index));
    if (network.layers[index].activation === "softmax") {
      return group(title, [
        ...layer.map(({z}) => z),
        "z_max",
        ...layer.map(({name}) => `e_${name}`),
        "e_sum",
        ...layer.map(({a}) => a),
      ]);
    }
    const names =
      layer.length > WIDE ? [...layer.map(({z}) => z), ...layer.map(({a}) => a)] : layer.flatMap(({z, a}) => [z, a]);
    return group(title, names);
  });
}
