// Every edit that the page offers, done to a network: by its name the network that it gives, or the line that it says.
import {activated, layerAdded, layerRemoved, optimisedBy, redrawn, resized, withBiases, withLoss} from "./own/edit.js";
import {modelOf} from "./own/fit.js";
import {REGISTRY} from "./own/registry.js";

export function edited(network) {
  const {layers} = network, last = layers.length;
  const edits = {
    "more inputs": () => resized(network, 0, network.inputs[0].length + 1, 1),
    "more neurons": () => resized(network, 1, layers[0].weights.length + 1, 1),
    "fewer neurons": () => resized(network, 1, layers[0].weights.length - 1, 1),
    "more outputs": () => resized(network, last, layers.at(-1).weights.length + 1, 1),
    "layer first": () => layerAdded(network, 0, 1),
    "layer last": () => layerAdded(network, last - 1, 1),
    "layer away": () => layerRemoved(network, 0, 1),
    draw: () => redrawn(network, 5),
  };
  for (const name of Object.keys(REGISTRY.losses)) edits[`loss ${name}`] = () => withLoss(network, name);
  for (const name of Object.keys(REGISTRY.activations)) edits[`last ${name}`] = () => activated(network, last - 1, name);
  for (const name of Object.keys(REGISTRY.optimisers)) edits[`optimiser ${name}`] = () => optimisedBy(network, name);
  for (const kind of ["none", "neuron", "layer"]) edits[`biases ${kind}`] = () => withBiases(network, kind);
  return Object.entries(edits).map(([name, edit]) => {
    try {
      const made = edit();
      modelOf(made);
      return [name, made, null];
    } catch (error) {
      return [name, null, error.message];
    }
  });
}
