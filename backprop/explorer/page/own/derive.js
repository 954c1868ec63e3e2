// The equations of one step of a network's training, by reverse mode: from the outputs back, each neuron hands its
// delta, times the local derivative, to what it is fed by. The local derivatives are those of the registry.
import {REGISTRY} from "./registry.js";
import {LOSS, derivativeName, layOut, trainingOf} from "./structure.js";
import {difference, filled, names, negative, product, rational, total} from "./trees.js";

// The structure with its equations, {target, tree, stage} each, in an order in which they can be computed.
export function derive(network) {
  const structure = layOut(network);
  const forward = structure.layers.flatMap((layer, index) => forwardOf(layer, network.layers[index].activation));
  const losses = outputsOf(structure).map((holes, number) =>
    equation(`E${number + 1}`, filled(lossOf(network).value, holes), "loss"),
  );
  const loss = [...losses, equation(LOSS, overSamples(structure, total(losses.map(({target}) => target))), "loss")];
  const parts = {schedule: scheduleOf(structure), forward, loss, ...backward(structure), ...optimise(structure)};
  const equations = ["schedule", "forward", "loss", "deltas", "gradient", "inputGradient", "states", "updates"].flatMap(
    (part) => parts[part],
  );
  refuseDuplicates(structure, equations);
  const ofSample = [...forward, ...losses, ...parts.deltas, ...parts.inputGradient].map(({target}) => target);
  const counted = [...parts.schedule, ...parts.states.slice(0, 1), ...parts.updates.slice(0, 1)];
  return {
    ...structure,
    ...parts,
    equations,
    perSample: new Set(structure.batch === 1 ? [] : [...structure.inputs, ...structure.targets, ...ofSample]),
    numbers: ["step", "epoch"].filter((name) => counted.some(({tree}) => names(tree).includes(name))),
  };
}

// Only names that the network's notation sets can meet others.
function refuseDuplicates({inputs, targets, parameters}, equations) {
  const computed = equations.filter(({stage}) => stage !== "update").map(({target}) => target);
  const seen = new Set(["eta", "epoch", "step", "sample", "batch", "E_epoch"]);
  for (const name of [...inputs, ...targets, ...Object.keys(parameters), ...computed]) {
    if (seen.has(name)) throw new Error(`notation gives two quantities the name ${name}`);
    seen.add(name);
  }
}

const equation = (target, tree, stage) => ({target, tree, stage});
const lossOf = (network) => REGISTRY.losses[network.loss];

// z and a of each neuron; softmax couples its layer: the largest sum, exponentials that are at most 1, their shares.
function forwardOf(layer, activation) {
  const softmax = activation === "softmax",
    kind = REGISTRY.activations[activation].function;
  const made = layer.flatMap((neuron) => {
    const terms = neuron.weights.map((weight, place) => product(weight, neuron.incoming[place]));
    if (neuron.bias !== null) terms.push(neuron.threshold ? negative(neuron.bias) : neuron.bias);
    const sum = equation(neuron.z, total(terms), "forward");
    return softmax ? [sum] : [sum, equation(neuron.a, [kind, neuron.z], "forward")];
  });
  if (!softmax) return made;
  return [
    ...made,
    equation("z_max", ["Max", ...layer.map(({z}) => z)], "forward"),
    ...layer.map(({name, z}) => equation(`e_${name}`, ["exp", difference(z, "z_max")], "forward")),
    equation("e_sum", total(layer.map(({name}) => `e_${name}`)), "forward"),
    ...layer.map(({name, a}) => equation(a, ["quotient", `e_${name}`, "e_sum"], "forward")),
  ];
}

// What the loss of each output is written over.
function outputsOf({layers, targets}) {
  const outputs = layers.at(-1);
  return outputs.map(({z, a}, number) => ({
    $z: z,
    $a: a,
    $t: targets[number],
    $n: outputs.length,
    $largest: "z_max",
    $whole: "e_sum",
  }));
}

// Reverse mode. `handed` holds what each quantity is handed back, as pairs of a weight and a delta, with the place of
// the neuron that hands it: sums are written in the order of the forward pass, whatever the order of the way back.
function backward(structure) {
  const {network, layers, neurons, trained, inputs} = structure;
  const place = new Map(neurons.map((neuron, number) => [neuron, number]));
  const handed = new Map(),
    outputs = outputsOf(structure);
  const hand = (to, neuron, tree) => {
    if (!handed.has(to)) handed.set(to, []);
    handed.get(to).push({at: place.get(neuron), tree});
  };
  const received = (name) => {
    const parts = [...handed.get(name)].sort((one, other) => one.at - other.at);
    return total(parts.map(({tree}) => tree));
  };
  const deltas = [...layers].reverse().flatMap((layer) => {
    const slope = REGISTRY.activations[network.layers[layer[0].layer].activation].slope;
    const made = layer.map((neuron) => {
      const local = () => filled(slope, {$z: neuron.z, $a: neuron.a});
      const tree = handed.has(neuron.a)
        ? product(received(neuron.a), local())
        : outputDelta(network, outputs[neuron.number], local);
      return equation(neuron.delta, tree, "backward");
    });
    for (const neuron of layer) {
      neuron.weights.forEach((weight, number) => {
        hand(neuron.incoming[number], neuron, product(neuron.delta, weight));
        hand(weight, neuron, product(neuron.delta, neuron.incoming[number]));
      });
      if (neuron.bias !== null) hand(neuron.bias, neuron, neuron.threshold ? negative(neuron.delta) : neuron.delta);
    }
    return made;
  });
  const gradient = trained.map((name) =>
    equation(derivativeName(name), overSamples(structure, received(name)), "backward"),
  );
  const share = network.reduction === "sum" ? 1 : rational(1, structure.batch);
  const inputGradient = inputs
    .filter((name) => network.input_gradient && handed.has(name))
    .map((name) => equation(derivativeName(name), product(share, received(name)), "backward"));
  return {deltas, gradient, inputGradient};
}

function outputDelta(network, holes, local) {
  const {slope, by_sum: bySum} = lossOf(network);
  return bySum ? filled(slope, holes) : product(filled(slope, holes), local());
}

// Of several samples in a step the mean, or the sum.
function overSamples({network, batch}, tree) {
  if (batch === 1) return tree;
  return [network.reduction === "sum" ? "summed" : "mean", tree, batch];
}

// The rows of optimisers and schedules are written for epochs of one step.
const byStep = (tree) => filled(tree, {epoch: "step"});

function scheduleOf({network, takesTurns}) {
  const {schedule, schedule_counts: counts} = trainingOf(network),
    {rate} = REGISTRY.schedules[schedule];
  if (rate === null) return [];
  return [equation("eta_t", takesTurns && counts === "steps" ? byStep(rate) : rate, "schedule")];
}

// What the optimiser keeps, ordered by kind, and the parameters of the next step.
function optimise({network, trained, takesTurns}) {
  const training = trainingOf(network),
    row = REGISTRY.optimisers[training.optimiser];
  const rate = REGISTRY.schedules[training.schedule].rate === null ? "eta" : "eta_t";
  const written = (tree, holes) => (takesTurns ? byStep(filled(tree, holes)) : filled(tree, holes));
  const stated = row.states.map(() => []);
  const updates = trained.map((weight) => {
    let gradient = derivativeName(weight),
      following = weight;
    const shrunk = training.weight_decay ? product("weight_decay", weight) : null;
    if (shrunk && !row.decouples) gradient = total([gradient, shrunk]);
    if (training.dampening) gradient = product(UNDAMPED, gradient);
    const holes = {$g: gradient};
    for (const {letter} of row.states) holes[`$${letter}`] = `${letter}_${weight}`;
    row.states.forEach(({letter, value}, kind) => {
      stated[kind].push(equation(`${letter}_${weight}`, written(value, holes), "state"));
    });
    const step = written(row.step, holes);
    if (shrunk && row.decouples) following = difference(following, product(rate, shrunk));
    return equation(weight, difference(following, row.scaled ? product(rate, step) : step), "update");
  });
  return {states: stated.flat(), updates};
}

// The share of the gradient that enters a velocity: all of it in the first epoch, 1 - dampening later.
const UNDAMPED = difference(1, product("dampening", difference(1, ["first", "epoch"])));
