// Equations run on numbers: each tree becomes a function over one array of doubles. No source text is evaluated.
// Every operation is the one, in the order, that the printed JavaScript has: both give the same doubles.
import {VALUES} from "./registry.js";
import {isMean} from "./printers.js";
import {sampleName} from "./structure.js";
import {is} from "./trees.js";

// `compute` of a derivation: takes its inputs, targets, parameters, eta, states and numbers by name, gives every
// quantity by its name, and as `next` the parameters that follow.
export function computeOf(derivation, constants) {
  const {perSample, batch, equations, states} = derivation;
  const slots = new Map(),
    once = [],
    each = [];
  const add = (name, list) => {
    if (slots.has(name)) return;
    slots.set(name, {place: list.length, sample: list === each});
    list.push(name);
  };
  const given = [...derivation.inputs, ...derivation.targets];
  const computed = equations.filter(({stage}) => stage !== "update");
  for (const name of [...given, ...computed.map(({target}) => target)]) add(name, perSample.has(name) ? each : once);
  const others = [...Object.keys(derivation.parameters), "eta", "step", "epoch", ...Object.keys(constants)];
  for (const name of others) add(name, once);
  const values = new Float64Array(once.length + batch * each.length);
  const start = (sample) => once.length + sample * each.length;
  const samples = Array.from({length: batch}, (_, sample) => start(sample));
  const scope = {slots, samples};
  const steps = computed.map(({target, tree}) => ({...slots.get(target), run: compiled(tree, scope)}));
  const updates = derivation.updates.map(({target, tree}) => ({target, run: compiled(tree, scope)}));
  const keys = []; // the name of every number and its place
  for (const [name, {place, sample}] of slots) {
    if (sample) samples.forEach((first, number) => keys.push([sampleName(name, number + 1), first + place]));
    else keys.push([name, place]);
  }
  const names = new Set(
    computed.flatMap(({target}) =>
      slots.get(target).sample ? samples.map((_, number) => sampleName(target, number + 1)) : [target],
    ),
  );
  const told = keys.filter(([name]) => names.has(name)),
    kept = new Set(states.map(({target}) => target));
  const taken = keys.filter(([name]) => !names.has(name) || kept.has(name));

  return (known) => {
    for (const [name, place] of taken) values[place] = known[name] ?? constants[name] ?? 0;
    for (const {place, sample, run} of steps) {
      if (sample) for (const first of samples) values[first + place] = run(values, first);
      else values[place] = run(values, 0);
    }
    const result = {};
    for (const [name, place] of told) result[name] = values[place];
    result.next = {};
    for (const {target, run} of updates) result.next[target] = run(values, 0);
    return result;
  };
}

// A function of the array, and of where the numbers of the sample begin.
function compiled(tree, scope) {
  if (typeof tree === "number") return () => tree;
  if (typeof tree === "string") return read(tree, scope);
  const [kind, ...parts] = tree;
  if (kind === "/") return () => parts[0] / parts[1];
  if (kind === "+") return sum(parts, scope);
  if (kind === "*") return product(parts, scope);
  if (isMean(tree)) return overSamples(tree, scope);
  const [x, y, z] = parts.map((part) => compiled(part, scope));
  if (kind === "^") return (v, at) => Math.pow(x(v, at), y(v, at));
  const call = VALUES[kind];
  if (kind === "Max") {
    const all = parts.map((part) => compiled(part, scope));
    return (v, at) => call(...all.map((each) => each(v, at)));
  }
  if (z) return (v, at) => call(x(v, at), y(v, at), z(v, at));
  if (y) return (v, at) => call(x(v, at), y(v, at));
  return x ? (v, at) => call(x(v, at)) : () => call();
}

function read(name, {slots}) {
  if (!slots.has(name)) throw new Error(`${name} has no number here`);
  const {place, sample} = slots.get(name);
  return sample ? (v, at) => v[at + place] : (v) => v[place];
}

function sum(terms, scope) {
  const pairs = pairsOf(terms, scope);
  if (pairs) return pairs;
  const all = terms.map((term) => compiled(term, scope));
  if (all.length === 2) return (v, at) => all[0](v, at) + all[1](v, at);
  return (v, at) => {
    let value = all[0](v, at);
    for (let number = 1; number < all.length; number++) value += all[number](v, at);
    return value;
  };
}

// A weighted sum, the most frequent of all: products of two names, then at most a bias.
function pairsOf(terms, {slots}) {
  const products = terms.filter(
    (term) => is(term, "*") && term.length === 3 && typeof term[1] === "string" && typeof term[2] === "string",
  );
  const rest = terms.slice(products.length);
  if (products.length < 2 || rest.length > 1 || rest.some((term) => typeof term !== "string")) return null;
  if (products.some((term, number) => term !== terms[number])) return null;
  const factors = products.flatMap(([, left, right]) => [slots.get(left), slots.get(right)]);
  const places = factors.map(({place}) => place),
    moves = factors.map(({sample}) => (sample ? 1 : 0));
  const bias = rest.length ? slots.get(rest[0]) : null;
  return (v, at) => {
    let value = 0;
    for (let n = 0; n < places.length; n += 2) {
      const term = v[places[n] + moves[n] * at] * v[places[n + 1] + moves[n + 1] * at];
      value = n ? value + term : term;
    }
    return bias ? value + v[bias.place + (bias.sample ? at : 0)] : value;
  };
}

function product([first, ...others], scope) {
  if (first === -1) {
    const rest = others.length === 1 ? compiled(others[0], scope) : product(others, scope);
    return (v, at) => -rest(v, at);
  }
  const all = [first, ...others].map((factor) => compiled(factor, scope));
  if (all.length === 2) return (v, at) => all[0](v, at) * all[1](v, at);
  return (v, at) => {
    let value = all[0](v, at);
    for (let number = 1; number < all.length; number++) value *= all[number](v, at);
    return value;
  };
}

function overSamples([kind, tree, count], scope) {
  const value = compiled(tree, scope),
    {samples} = scope;
  return (v) => {
    let whole = value(v, samples[0]);
    for (let number = 1; number < count; number++) whole += value(v, samples[number]);
    return kind === "mean" ? whole / count : whole;
  };
}
