// The head: what is explored, in a line.
import {make, say} from "./elements.js";

const OPTIMISERS = {sgd: "gradient descent"};

export function headPanel(store, element) {
  const title = make("h1");
  const facts = make("p", {class: "facts"});
  element.append(title, facts);

  function update(changed) {
    if (!changed.has("model")) return;
    const {model} = store.state;
    say(title, model.title);
    say(
      facts,
      [
        `${model.inputs.length} ${model.inputs.length === 1 ? "input" : "inputs"}`,
        ...model.layers.map((layer) => `${layer.neurons.length} ${words(layer.activation)}`),
        words(model.loss),
        OPTIMISERS[model.optimiser] ?? words(model.optimiser),
        ...(model.schedule === "constant" ? [] : [`${model.schedule} schedule over ${model.epochs} epochs`]),
        ...(model.samples.length > 1
          ? [`${model.samples.length} samples${model.steps > 1 ? ` in ${model.steps} steps` : ""}`]
          : []),
      ].join(" · "),
    );
  }

  return {update};
}

const words = (name) => name.replaceAll("_", " ");
