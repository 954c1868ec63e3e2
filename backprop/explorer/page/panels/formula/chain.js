// Which equations are shown: those of a phase, or all that lead from the loss to the derivative by one parameter.
import {gradientName} from "../../engine/model.js";

const STAGES = {forward: ["schedule", "forward"], loss: ["loss"], backward: ["backward"], update: ["state", "update"]};

export function ofPhase(model, phase) {
  return model.listed.filter((equation) => STAGES[phase].includes(equation.stage));
}

// Deltas before what they enter, the derivative behind them, then what the optimiser makes of it.
export function ofParameter(model, parameter) {
  const found = new Set();
  const add = (name) => {
    const equation = model.equations.get(name);
    if (equation === undefined || equation.stage !== "backward" || found.has(equation)) return;
    equation.names.forEach(add);
    found.add(equation);
  };
  add(gradientName(parameter));
  for (const state of model.states) {
    const equation = model.equations.get(state);
    if (equation.names.includes(gradientName(parameter))) found.add(equation);
  }
  const update = model.equations.get(`update ${parameter}`);
  if (update) found.add(update);
  return [...found];
}

// How many ways lead from a parameter to the loss.
export function countPaths(model, parameter) {
  const outputs = new Set(model.layers.at(-1).neurons);
  const known = new Map();
  const from = (neuron) => {
    if (known.has(neuron)) return known.get(neuron);
    const later = (model.feeds.get(neuron.a) ?? []).reduce((sum, {neuron: next}) => sum + from(next), 0);
    known.set(neuron, later + (outputs.has(neuron) ? 1 : 0));
    return known.get(neuron);
  };
  return model.uses.get(parameter).reduce((sum, {neuron}) => sum + from(neuron), 0);
}
