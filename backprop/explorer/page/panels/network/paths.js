// Which units and lines a derivative passes on its way from the loss to a parameter.

// Names of what is passed, and of what the parameter multiplies; lines as "source>target".
export function pathsOf(model, parameter) {
  const units = new Set(),
    lines = new Set(),
    passed = new Set();
  const waiting = [];
  for (const {neuron, source} of model.uses.get(parameter) ?? []) {
    if (source !== null) {
      units.add(source);
      lines.add(`${source}>${neuron.a}`);
    }
    waiting.push(neuron);
  }
  const outputs = model.layers.at(-1).neurons;
  while (waiting.length) {
    const neuron = waiting.pop();
    if (passed.has(neuron)) continue;
    passed.add(neuron);
    units.add(neuron.a);
    for (const {neuron: next} of model.feeds.get(neuron.a) ?? []) {
      lines.add(`${neuron.a}>${next.a}`);
      waiting.push(next);
    }
    const place = outputs.indexOf(neuron);
    const losses = model.losses.length === outputs.length ? [model.losses[place]] : model.losses;
    for (const loss of place < 0 ? [] : losses) {
      units.add(loss).add(model.total);
      lines.add(`${neuron.a}>${loss}`).add(`${loss}>${model.total}`);
    }
  }
  return {units, lines};
}
