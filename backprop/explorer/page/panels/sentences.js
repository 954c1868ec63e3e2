// What the step is doing, in a sentence.
import {shown} from "../engine/numbers.js";
import {phases} from "../engine/run.js";

export function sentence(store) {
  const {model, run, row, phase} = store.state;
  const epoch = `Epoch ${run.epochOf(row) + 1}`;
  const turn =
    model.steps > 1 ? `, ${model.batch === 1 ? "sample" : "batch"} ${(row % model.steps) + 1} of ${model.steps}` : "";
  const end = run.diverged !== null && row >= run.losses.length;
  if (end)
    return `Diverged at epoch ${run.diverged}: a number leaves the range of doubles. A smaller η, or Reset, leads back.`;
  const values = store.values();
  const next = run.row(row + 1);
  const count = model.batch > 1 ? ` of the ${model.batch} samples` : "";
  return {
    forward: () => `${epoch}${turn}. Forward: each neuron adds up weight × input and applies its activation.`,
    loss: () =>
      `${epoch}${turn}. Loss: the answers${count} are compared with the targets: E = ${shown(values[model.total], 6)}.`,
    backward: () =>
      `${epoch}${turn}. Backward: δ comes back from the loss; each ∂E/∂w is δ times what the weight multiplies.`,
    update: () =>
      `${epoch}${turn}. Update: each weight moves against its derivative` +
      (next && model.steps === 1
        ? `; E goes from ${shown(values[model.total], 6)} to ${shown(next[model.total], 6)}.`
        : "."),
  }[phases[phase]]();
}
