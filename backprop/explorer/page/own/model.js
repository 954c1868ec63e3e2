// A network that the page derives itself, as a model to explore: the same data and functions that Python makes of one.
import {makeModel} from "../engine/model.js";
import {columnsOf, layerTitle} from "./columns.js";
import {computeOf} from "./compute.js";
import {derive} from "./derive.js";
import {formulaOf, signOf} from "./mathml.js";
import {written} from "./printers.js";
import {REGISTRY} from "./registry.js";
import {LOSS, constantsOf, trainingOf} from "./structure.js";

// The model of a network whose table has so many epochs.
export function ownModel(network, epochs = REGISTRY.epochs) {
  const derivation = derive(network),
    constants = constantsOf(network, epochs);
  const single = derive(ofOneSample(network)),
    predict = computeOf({...single, ...WITHOUT_TRAINING, equations: [...single.forward, ...single.loss]}, {});
  return makeModel({...dataOf(derivation, constants), epochs}, computeOf(derivation, constants), predict);
}

const WITHOUT_TRAINING = {states: [], updates: []};

// The network with its first sample alone, whose loss is no mean.
export const ofOneSample = (network) => ({
  ...network,
  inputs: network.inputs.slice(0, 1),
  targets: network.targets.slice(0, 1),
  training: {...network.training, batch: "full"},
});

function dataOf(derivation, constants) {
  const {network, inputs, targets, layers, parameters, weights, trained} = derivation;
  const {inputs: rows, targets: rights, ...description} = network;
  const templates = new Map(),
    training = trainingOf(network);
  const equations = derivation.equations.map(({target, tree, stage}) => {
    const {template, names, over} = formulaOf(tree);
    if (!templates.has(template)) templates.set(template, templates.size);
    return {target, stage, template: templates.get(template), names, over};
  });
  const named = new Set([
    ...inputs,
    ...targets,
    ...Object.keys(parameters),
    ...derivation.equations.map(({target}) => target),
    "eta",
    LOSS,
    ...derivation.numbers,
    ...Object.keys(constants),
  ]);
  const each = (make) => Object.fromEntries([...named].map((name) => [name, make(name)]));
  return {
    name: network.name,
    title: network.title,
    network: description,
    inputs,
    targets,
    parameters: Object.entries(parameters).map(([name, value]) => ({
      name,
      value,
      trained: trained.includes(name),
      kind: weights.includes(name) ? "weight" : "bias",
    })),
    layers: layers.map((layer, index) => ({
      title: layerTitle(layers.length, index),
      activation: network.layers[index].activation,
      neurons: layer.map(({name, z, a, delta, weights: into, incoming, bias, threshold}) => ({
        name,
        z,
        a,
        delta,
        weights: into,
        incoming,
        bias,
        threshold,
      })),
    })),
    samples: rows.map((row, number) => ({inputs: row, targets: rights[number]})),
    batch: derivation.batch,
    steps: derivation.steps,
    reduction: network.reduction ?? "mean",
    perSample: [...derivation.perSample].sort(),
    states: derivation.states.map(({target}) => target),
    numbers: derivation.numbers,
    losses: derivation.loss.slice(0, -1).map(({target}) => target),
    total: LOSS,
    columns: columnsOf(derivation),
    loss: network.loss,
    optimiser: training.optimiser,
    schedule: training.schedule,
    constants,
    rates: training.learning_rates ?? REGISTRY.rates,
    templates: [...templates.keys()],
    equations,
    signs: each(signOf),
    texts: each(written),
  };
}
