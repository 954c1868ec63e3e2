// A network as TOML, as one would write it by hand; `backprop` reads it as the same network.
import {REGISTRY} from "../own/registry.js";

export function toml(network) {
  const {inputs, targets} = network,
    one = inputs.length === 1;
  const lines = [
    `name = ${value(network.name)}`,
    `title = ${value(network.title)}`,
    `inputs = ${value(one ? inputs[0] : inputs)}`,
    ...(REGISTRY.losses[network.loss].takes_targets ? [`targets = ${value(one ? targets[0] : targets)}`] : []),
    `loss = ${value(network.loss)}`,
    ...(network.reduction === "sum" ? ['reduction = "sum"'] : []),
    ...(network.input_gradient ? ["input_gradient = true"] : []),
  ];
  for (const name of ["shared", "training", "notation"]) {
    const fields = Object.entries(network[name] ?? {}).filter(([, each]) => each !== null && each !== undefined);
    if (fields.length) lines.push("", `[${name}]`, ...fields.map(([key, each]) => `${keyOf(key)} = ${value(each)}`));
  }
  for (const layer of network.layers) lines.push("", "[[layers]]", ...layerLines(layer));
  return `${lines.join("\n")}\n`;
}

function layerLines(layer) {
  const lines = [`activation = ${value(layer.activation)}`];
  if (layer.inputs) lines.push(`inputs = ${value(layer.inputs)}`);
  lines.push("weights = [", ...layer.weights.map((row) => `    ${value(row)},`), "]");
  for (const name of ["biases", "thresholds", "shared_bias"]) {
    if (layer[name] !== undefined && layer[name] !== null) lines.push(`${name} = ${value(layer[name])}`);
  }
  return lines;
}

const keyOf = (name) => (/^[A-Za-z0-9_-]+$/.test(name) ? name : value(name));

function value(given) {
  if (Array.isArray(given)) return `[${given.map(value).join(", ")}]`;
  if (typeof given !== "string") return String(given);
  const escaped = given.replaceAll("\\", "\\\\").replaceAll('"', '\\"');
  return `"${escaped.replaceAll(/[\p{C}\p{Zl}\p{Zp}]/gu, (letter) => `\\U${code(letter)}`)}"`;
}

const code = (letter) => letter.codePointAt(0).toString(16).padStart(8, "0");
