// A network made to fit samples: as many inputs and outputs as they have, a loss and an output layer that suit them.
import {checked, computed} from "./checked.js";
import {redrawn, resized, trainedWith, withLoss} from "./edit.js";
import {ownModel} from "./model.js";
import {REGISTRY} from "./registry.js";
import {range} from "./structure.js";

const MOST_AT_ONCE = 4000; // numbers of a step, of all samples

// `classes`: how many the one target column of texts has, 0 where targets are numbers.
export function fitted(network, samples, classes, seed) {
  const inputs = samples.map((sample) => sample.inputs),
    targets = samples.map((sample) => sample.targets);
  let made = resized(network, 0, inputs[0].length, seed);
  made = resized(made, made.layers.length, Math.max(1, targets[0].length), seed);
  const loss = lossFor(made, targets, classes);
  made = {...withLoss(made, loss.name), inputs, targets};
  if (loss.activation) {
    const last = {...made.layers.at(-1), activation: loss.activation};
    made = {...made, layers: [...made.layers.slice(0, -1), last]};
  }
  const {batch: _, ...training} = made.training ?? {};
  made = inBatches({...made, training, name: "own-data", title: `Own data: ${samples.length} samples`});
  return checked(redrawn(made, seed));
}

// The loss that the network has, if it suits the targets; else one that does.
function lossFor({loss, layers}, targets, classes) {
  const all = targets.flat(),
    inside = all.every((value) => value >= 0 && value <= 1);
  if (all.length === 0) return {name: "output"};
  if (classes > 2) return {name: "softmax_cross_entropy"};
  if (classes === 2) return {name: "binary_cross_entropy"};
  const {among, add_up: addUp, between, takes_targets: takes} = REGISTRY.losses[loss];
  const suits =
    takes &&
    (!between || inside) &&
    (among.length === 0 || all.every((value) => among.includes(value))) &&
    (!addUp || targets.every((row) => Math.abs(row.reduce((sum, value) => sum + value, 0) - 1) < 1e-9));
  const last = layers.at(-1).activation;
  const name = suits ? loss : "mean_squared_error";
  return {name, activation: inside || !["sigmoid", "softmax", "hard_sigmoid"].includes(last) ? undefined : "identity"};
}

// All samples in a step, or as many as the page can take at once.
export function inBatches(network) {
  const count = network.inputs.length;
  const sizes = range(count)
    .map((place) => count - place)
    .filter((size) => count % size === 0);
  for (const size of sizes) {
    const made = trainedWith(network, "batch", size === count ? undefined : size === 1 ? "stochastic" : size);
    if (computed(made) <= MOST_AT_ONCE || size === 1) return made;
  }
  return network;
}

// The model of a network, if it is one that the page takes.
export const modelOf = (network) => ownModel(checked(network));
