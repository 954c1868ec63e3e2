// Whether fields describe a network that the page can explore: by the rules of Python's descriptions, first error only.
import {REGISTRY} from "./registry.js";
import {batchOf, biasEntries, range, sizesOf, unitName} from "./structure.js";

export const MOST_SAMPLES = 10_000;
const MOST_NUMBERS = 6_000; // that a step computes, as in Python
const SUMS_TO_ONE = 1e-9;
const taken = (name) => name in {}; // what every object has
const NAME = /^\p{L}[\p{L}\p{N}_]{0,39}$/u; // of a parameter
const PATTERN = /^[\p{L}\p{N}_{}]{1,40}$/u; // of names: net_{}, w_{from}_{to}
const FIELDS = ["name", "title", "inputs", "targets", "loss", "reduction", "input_gradient", "shared", "layers"];
const LAYER = ["activation", "inputs", "weights", "biases", "shared_bias", "thresholds"];

// The fields, if they describe one; an Error names what is wrong.
export function checked(fields) {
  need(isTable(fields), "no network: a table of fields is needed");
  known(fields, [...FIELDS, "training", "notation"], "");
  need(/^[A-Za-z0-9][\w-]{0,63}$/.test(fields.name), "name: at most 64 letters, digits, - and _");
  need(typeof fields.title === "string" && fields.title.length <= 200, "title: a text of at most 200 letters");
  need(!/^[=+\-@]/.test(fields.title), "title: begins with a letter that a spreadsheet reads as a formula");
  choice(fields.loss, REGISTRY.losses, "loss");
  need([undefined, "mean", "sum"].includes(fields.reduction), "reduction: mean or sum is needed");
  checkLayers(fields);
  checkTraining(fields);
  checkNotation(fields.notation ?? {});
  checkData(fields);
  checkFit(fields);
  const steps = fields.inputs.length / batchOf(fields);
  need(
    Number.isInteger(steps),
    `batch ${batchOf(fields)} of ${fields.inputs.length} samples: no whole number of batches`,
  );
  const numbers = computed(fields);
  need(
    numbers <= MOST_NUMBERS,
    `a step computes ${count(numbers)} numbers; the page takes ${count(MOST_NUMBERS)}: ` +
      "fewer neurons, or fewer samples in a step",
  );
  return fields;
}

// How many numbers a step computes, at least: once a sample what each sample has.
export function computed(network) {
  const sizes = sizesOf(network);
  const neurons = sizes.slice(1).reduce((sum, size) => sum + size, 0);
  const weights = network.layers.reduce((sum, layer, index) => sum + layer.weights.length * (sizes[index] + 1), 0);
  return 3 * neurons * batchOf(network) + 2 * weights;
}

function checkLayers({layers, inputs, loss, shared = {}}) {
  need(Array.isArray(layers) && layers.length > 0 && layers.length <= 20, "layers: from 1 to 20 are needed");
  need(isTable(shared), "shared: a table of numbers is needed");
  for (const [name, value] of Object.entries(shared)) {
    need(
      NAME.test(name) && !taken(name) && Number.isFinite(value),
      `shared.${name}: a name of letters and digits, and a number`,
    );
  }
  need(Array.isArray(inputs) && Array.isArray(inputs[0]), "inputs: rows of numbers are needed");
  const sizes = [inputs[0].length];
  layers.forEach((layer, index) => {
    const where = `layer ${index + 1}`;
    need(isTable(layer), `${where}: a table is needed`);
    known(layer, LAYER, `${where}: `);
    choice(layer.activation, REGISTRY.activations, `${where}: activation`);
    need(Array.isArray(layer.weights) && layer.weights.length > 0, `${where}: weights: rows are needed`);
    const units = new Set(
      range(index + 1).flatMap((below) =>
        range(sizes[below]).map((number) => unitName(layers.length, below, number + 1)),
      ),
    );
    const taken = layer.inputs ?? range(sizes[index]);
    need(
      !layer.inputs || layer.inputs.every?.((name) => units.has(name)),
      `${where}: inputs: names of units before it`,
    );
    for (const row of layer.weights) {
      need(
        Array.isArray(row) && row.length === taken.length,
        `${where}: ${taken.length} weights in each row are needed`,
      );
      need(
        row.every((entry) => isEntry(entry, shared)),
        `${where}: weights: numbers are needed, or names of shared ones`,
      );
      need(
        row.some((entry) => entry !== ""),
        `${where}: a neuron is connected to nothing`,
      );
    }
    const given = ["biases", "shared_bias", "thresholds"].filter(
      (name) => layer[name] !== undefined && layer[name] !== null,
    );
    need(given.length <= 1, `${where}: has ${given.join(" and ")}; one of them at most`);
    const entries = biasEntries(layer),
      size = layer.weights.length;
    need(
      entries.every((entry) => isEntry(entry, shared)),
      `${where}: biases: numbers are needed`,
    );
    need(
      entries.length === 0 || given[0] === "shared_bias" || entries.length === size,
      `${where}: ${size} biases are needed`,
    );
    sizes.push(size);
  });
  const last = layers.at(-1),
    needed = REGISTRY.losses[loss].activation;
  need(
    !needed || last.activation === needed,
    `loss ${loss} needs ${needed} in the output layer; it has ${last.activation}`,
  );
  need(
    last.activation !== "softmax" || needed === "softmax",
    "softmax in the output layer needs loss softmax_cross_entropy",
  );
  need(last.activation !== "softmax" || last.weights.length > 1, "softmax of one neuron is always 1; two are needed");
  need(
    layers.slice(0, -1).every(({activation}) => activation !== "softmax"),
    "only the output layer can be softmax",
  );
}

function checkTraining({training = {}}) {
  need(isTable(training), "training: a table is needed");
  const {usual, ...defaults} = REGISTRY.training;
  known(training, Object.keys(defaults), "training: ");
  choice(training.optimiser ?? "sgd", REGISTRY.optimisers, "training: optimiser");
  choice(training.schedule ?? "constant", REGISTRY.schedules, "training: schedule");
  for (const [name, value] of Object.entries(training)) {
    const usually = defaults[name];
    if (typeof usually === "number" || name in usual || name === "period") {
      need(value === null || (Number.isFinite(value) && value >= 0), `training: ${name}: a number is needed`);
    }
  }
  const {batch = "full", learning_rates: rates, schedule_counts: counts = "epochs"} = training;
  need(
    ["full", "stochastic"].includes(batch) || (Number.isInteger(batch) && batch > 0),
    "training: batch: full, stochastic or a whole number",
  );
  need(
    !rates ||
      (Array.isArray(rates) &&
        rates.length > 0 &&
        rates.length <= 50 &&
        rates.every((rate) => Number.isFinite(rate) && rate > 0)),
    "training: learning_rates: numbers above 0 are needed",
  );
  need(["epochs", "steps"].includes(counts), "training: schedule_counts: epochs or steps");
}

function checkNotation(notation) {
  need(isTable(notation), "notation: a table is needed");
  known(notation, Object.keys(REGISTRY.notation), "notation: ");
  for (const [name, value] of Object.entries(notation)) {
    need(
      typeof value === "string" && PATTERN.test(value),
      `notation: ${name}: letters, digits and _ around {} are needed`,
    );
  }
}

function checkData({inputs, targets, loss, layers}) {
  const outputs = REGISTRY.losses[loss].takes_targets ? layers.at(-1).weights.length : 0,
    width = inputs[0].length;
  need(width > 0, "inputs: one at least is needed");
  need(inputs.length <= MOST_SAMPLES, `${count(inputs.length)} samples; at most ${count(MOST_SAMPLES)}`);
  need(Array.isArray(targets) && targets.length === inputs.length, "as many rows of targets as of inputs are needed");
  inputs.forEach((row, index) => {
    const where = `sample ${index + 1}`;
    need(isNumbers(row) && row.length === width, `${where}: ${width} inputs, each a number, are needed`);
    need(
      isNumbers(targets[index]) && targets[index].length === outputs,
      `${where}: ${outputs} targets, each a number, are needed`,
    );
  });
}

// Targets as the loss takes them.
function checkFit({targets, loss}) {
  const {between, among, add_up: addUp} = REGISTRY.losses[loss];
  targets.forEach((row, index) => {
    const where = `sample ${index + 1}: targets ${row.join(", ")}; ${loss} takes`;
    need(!between || row.every((value) => value >= between[0] && value <= between[1]), `${where} targets from 0 to 1`);
    need(among.length === 0 || row.every((value) => among.includes(value)), `${where} targets −1 and 1`);
    const sum = row.reduce((whole, value) => whole + value, 0);
    need(!addUp || Math.abs(sum - 1) <= SUMS_TO_ONE, `${where} targets that add up to 1`);
  });
}

function need(condition, message) {
  if (!condition) throw new Error(message);
}

function known(table, names, where) {
  const other = Object.keys(table).find((name) => !names.includes(name));
  need(other === undefined, `${where}field ${String(other).slice(0, 40)} is unknown`);
}

function choice(value, rows, what) {
  need(
    typeof value === "string" && Object.hasOwn(rows, value),
    `${what}: one of ${Object.keys(rows).join(", ")} is needed`,
  );
}

const isTable = (value) => typeof value === "object" && value !== null && !Array.isArray(value);
const isNumbers = (row) => Array.isArray(row) && row.every(Number.isFinite);
const isEntry = (entry, shared) => Number.isFinite(entry) || entry === "" || Object.hasOwn(shared, entry);
const count = (value) => value.toLocaleString("en");
