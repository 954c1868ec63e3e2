// The model: what is explored, as frozen data and two functions. Knows no state and no page.

// data: names, numbers, structure, formulas (backprop/explorer/model.py); compute and predict: its printed equations.
export function makeModel(data, compute, predict) {
  const perSample = new Set(data.perSample);
  const neurons = data.layers.flatMap((layer) => layer.neurons);
  const equations = new Map(data.equations.map((equation) => [keyOf(equation), equation]));
  const uses = new Map(data.parameters.map(({name}) => [name, []]));
  for (const neuron of neurons) {
    neuron.weights.forEach((weight, place) => uses.get(weight).push({neuron, source: neuron.incoming[place]}));
    if (neuron.bias !== null) uses.get(neuron.bias).push({neuron, source: null});
  }
  const feeds = new Map(); // input or activation -> the neurons that take it, each with its weight
  for (const neuron of neurons) {
    neuron.incoming.forEach((source, place) => {
      if (!feeds.has(source)) feeds.set(source, []);
      feeds.get(source).push({neuron, weight: neuron.weights[place]});
    });
  }
  const order = data.columns.flatMap((group) => group.names);
  const trained = new Set(data.parameters.filter((parameter) => parameter.trained).map((parameter) => parameter.name));
  const deltas = new Set(neurons.map(({delta}) => delta));
  const activations = new Set(neurons.flatMap(({z, a}) => [z, a]));
  return Object.freeze({
    ...data,
    listed: data.equations,
    deltas,
    activations,
    perSample,
    neurons,
    equations,
    uses,
    feeds,
    order,
    trained,
    compute,
    predict,
  });
}

const keyOf = ({target, stage}) => (stage === "update" ? `update ${target}` : target);

// The name under which a row holds a quantity: once a sample where a step has several, counted from 0 here.
export const nameOf = (model, name, sample = 0) => (model.perSample.has(name) ? `${name}_s${sample + 1}` : name);

export const gradientName = (parameter) => `dE_d${parameter}`;

// The loss of all samples, each given with the parameters: the mean, or the sum; Infinity where it is no number.
export function lossOf(model, given) {
  let sum = 0;
  for (const one of given) sum += model.predict(one)[model.total];
  const loss = model.reduction === "sum" ? sum : sum / given.length;
  return Number.isNaN(loss) ? Infinity : loss;
}

export function givenOf(model, sample) {
  const given = {};
  model.inputs.forEach((name, place) => {
    given[name] = sample.inputs[place];
  });
  model.targets.forEach((name, place) => {
    given[name] = sample.targets[place];
  });
  return given;
}
