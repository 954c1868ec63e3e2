// The network by clicking: neurons, layers, activations, loss, optimiser, biases, steps; weights drawn by a seed.
import {
  activated,
  biasKind,
  layerAdded,
  layerRemoved,
  networkOf,
  optimisedBy,
  redrawn,
  resized,
  trainedWith,
  withBiases,
  withLoss,
} from "../../own/edit.js";
import {REGISTRY} from "../../own/registry.js";
import {batchOf, range, sizesOf, trainingOf} from "../../own/structure.js";
import {make} from "../elements.js";

const BIASES = {none: "none", neuron: "one a neuron", layer: "one a layer"};
const SHOWN = ["momentum", "alpha", "beta1", "beta2", "weight_decay"]; // constants that one can set here

export function editorPanel(store, element, {change, back}) {
  const layers = make("div", {class: "own-layers"}),
    choices = make("div", {class: "own-choices"});
  const seed = make("input", {id: "own-seed", type: "number", min: 0, max: 999999, step: 1, value: 1});
  const draw = (next) => {
    seed.value = next;
    change((network) => redrawn(network, next), `weights drawn with seed ${next}, biases 0`);
  };
  const actions = make(
    "div",
    {class: "own-choices"},
    make("label", {for: "own-seed"}, "Seed ", seed),
    button("own-draw", "Draw the weights", () => draw(Number(seed.value) || 0)),
    button("own-next", "Draw others", () => draw((Number(seed.value) || 0) + 1)),
    button("own-back", "Back to the page’s network", back),
  );
  element.append(layers, choices, actions);
  seed.addEventListener("change", () => draw(Number(seed.value) || 0));

  const seeded = () => Number(seed.value) || 0;
  const size = (layer, count) => change((network) => resized(network, layer, count, seeded()));

  function update(changed) {
    if (!changed.has("model")) return;
    const network = networkOf(store.state),
      focused = document.activeElement?.id;
    layers.replaceChildren(...layerCards(network));
    choices.replaceChildren(...choicesOf(network));
    if (focused && element.contains(document.getElementById(focused))) document.getElementById(focused).focus();
  }

  function layerCards(network) {
    const sizes = sizesOf(network),
      last = sizes.length - 1;
    return sizes.flatMap((count, layer) => {
      const title = layer === 0 ? "Inputs" : layer === last ? "Outputs" : last === 2 ? "Hidden" : `Hidden ${layer}`;
      const card = make(
        "fieldset",
        {class: "own-layer"},
        make("legend", {}, title),
        stepper(layer, count, title),
        layer > 0 ? activationOf(network, layer - 1, title) : null,
        layer > 0 && layer < last
          ? button(
              `own-remove-${layer}`,
              "Remove",
              () => change((one) => layerRemoved(one, layer - 1, seeded())),
              `Remove ${title.toLowerCase()}`,
            )
          : null,
      );
      if (layer === last) return [card];
      const add = () => change((one) => layerAdded(one, layer, seeded()));
      return [card, button(`own-add-${layer}`, "+ layer", add, `Add a layer after ${title.toLowerCase()}`)];
    });
  }

  function stepper(layer, count, title) {
    const one = title.toLowerCase();
    return make(
      "div",
      {class: "own-stepper"},
      button(`own-fewer-${layer}`, "−", () => size(layer, count - 1), `One fewer: ${one}`, count === 1),
      make("output", {"aria-label": title}, String(count)),
      button(`own-more-${layer}`, "+", () => size(layer, count + 1), `One more: ${one}`),
    );
  }

  function activationOf(network, index, title) {
    const output = index === network.layers.length - 1;
    const names = Object.keys(REGISTRY.activations).filter((name) => output || name !== "softmax");
    return select(
      `own-activation-${index}`,
      `Activation: ${title.toLowerCase()}`,
      names,
      network.layers[index].activation,
      (name) => change((one) => activated(one, index, name)),
    );
  }

  function choicesOf(network) {
    const training = trainingOf(network),
      count = network.inputs.length;
    const losses = Object.keys(REGISTRY.losses),
      optimisers = Object.keys(REGISTRY.optimisers);
    return [
      labelled(
        "Loss ",
        select("own-loss", null, losses, network.loss, (name) => change((one) => withLoss(one, name))),
      ),
      labelled(
        "Optimiser ",
        select("own-optimiser", null, optimisers, training.optimiser, (name) =>
          change((one) => optimisedBy(one, name)),
        ),
      ),
      ...constants(training),
      labelled(
        "Biases ",
        select("own-biases", null, BIASES, biasKind(network), (kind) => change((one) => withBiases(one, kind))),
      ),
      ...(count > 1 ? [labelled("Samples in a step ", batches(network, count))] : []),
    ];
  }

  function constants(training) {
    const used = [...REGISTRY.optimisers[training.optimiser].constants, "weight_decay"];
    return used
      .filter((name) => SHOWN.includes(name) && !(name === "weight_decay" && training.optimiser === "rprop"))
      .map((name) => {
        const field = make("input", {id: `own-${name}`, type: "number", min: 0, step: "any", value: training[name]});
        field.addEventListener("change", () => change((one) => trainedWith(one, name, Number(field.value))));
        return labelled(`${words(name)} `, field);
      });
  }

  function batches(network, count) {
    const sizes = range(count)
      .map((place) => place + 1)
      .filter((each) => count % each === 0);
    const texts = Object.fromEntries(sizes.map((each) => [each, each === count ? `all ${count}` : String(each)]));
    return select("own-batch", null, texts, batchOf(network), (value) => {
      const each = Number(value);
      change((one) => trainedWith(one, "batch", each === count ? undefined : each === 1 ? "stochastic" : each));
    });
  }

  return {update};
}

export const words = (name) => name.replaceAll("_", " ");

export function button(id, text, onclick, label, disabled = false) {
  return make("button", {type: "button", id, "aria-label": label, title: label, disabled, onclick}, text);
}

export const labelled = (text, field) => make("label", {for: field.id}, text, field);

// `options`: names, or texts by name.
export function select(id, label, options, chosen, choose) {
  const pairs = Array.isArray(options) ? options.map((name) => [name, words(name)]) : Object.entries(options);
  const field = make(
    "select",
    {id, "aria-label": label ?? undefined},
    ...pairs.map(([value, text]) => make("option", {value, selected: String(value) === String(chosen)}, text)),
  );
  field.addEventListener("change", () => choose(field.value));
  return field;
}
