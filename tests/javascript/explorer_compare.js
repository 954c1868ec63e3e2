// What the tests ask of the page's derivation in one call each.
import {derive} from "./own/derive.js";
import {ownModel} from "./own/model.js";
import {epochJavascript, equationLine, latexPrinter} from "./own/printers.js";
import {constantsOf} from "./own/structure.js";

export function printed(network) {
  const derivation = derive(network), {equations} = derivation;
  return {
    javascript: epochJavascript(derivation, constantsOf(network, 100)),
    latex: equations.map((each) => equationLine(each, latexPrinter)),
    text: equations.map((each) => equationLine(each)),
  };
}

export function data(network) {
  const {compute, predict, equations, uses, feeds, ...rest} = ownModel(network);
  return {...rest, equations: [...equations.values()]};
}

// How many numbers of so many epochs were compared; an Error for the first that is not the same double.
export function compared(network, source, rate, epochs) {
  const model = ownModel(network), name = /function (\w+)/.exec(source)[1];
  const print = new Function(`${source.replace("export ", "")}; return ${name};`)();
  const starts = Object.fromEntries(model.parameters.map((each) => [each.name, each.value]));
  let known = {...starts, ...model.constants, eta: rate}, count = 0;
  for (let row = 0; row < epochs * model.steps; row++) {
    const first = (row % model.steps) * model.batch, given = {step: row + 1, epoch: Math.floor(row / model.steps) + 1};
    for (let place = 0; place < model.batch; place++) {
      const end = model.batch > 1 ? `_s${place + 1}` : "", sample = model.samples[first + place];
      model.inputs.forEach((input, number) => { given[input + end] = sample.inputs[number]; });
      model.targets.forEach((target, number) => { given[target + end] = sample.targets[number]; });
    }
    const expected = print({...known, ...given}), found = model.compute({...known, ...given});
    const {next, ...quantities} = expected;
    const pairs = [...Object.keys(quantities).map((key) => [key, expected[key], found[key]]),
      ...Object.keys(next).map((key) => [`next ${key}`, next[key], found.next[key]])];
    for (const [key, right, own] of pairs) {
      if (!Object.is(right, own)) throw new Error(`row ${row + 1}: ${key} is ${own}, printed ${right}`);
    }
    if (Object.keys(found).length !== Object.keys(expected).length) throw new Error("other quantities");
    count += pairs.length;
    known = {...known, ...quantities, ...next};
  }
  return count;
}
