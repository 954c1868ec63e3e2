// A training at one learning rate: rows computed as they are asked for, kept as what is needed to compute them again.

const MOST_ROWS = 20000;
const MOST_NUMBERS = 1e7; // that all rows of a run hold

// How many rows a run may have, whole epochs: a large network's rows are kept fewer.
export function mostRows(model) {
  const rows = Math.min(MOST_ROWS, Math.floor(MOST_NUMBERS / model.order.length));
  return Math.max(1, Math.floor(rows / model.steps)) * model.steps;
}

// Epochs that are computed ahead and drawn: at least so many, then 200, 500, 1,000, ...: an axis that moves seldom.
export function horizon(least, epoch) {
  let end = least;
  while (end < epoch) end = String(end)[0] === "2" ? end * 2.5 : end * 2;
  return end;
}

export const phases = ["forward", "loss", "backward", "update"];

// edits: row -> {parameter: value}, set as the row begins.
export class Run {
  constructor(model, rate, samples, edits = new Map()) {
    Object.assign(this, {model, rate, samples, edits});
    this.names = model.parameters.map((parameter) => parameter.name);
    this.given = batches(model, samples);
    this.starts = [[...model.parameters.map((parameter) => parameter.value), ...model.states.map(() => 0)]];
    this.losses = []; // of each row; where an epoch has several steps, the mean of its steps so far
    this.diverged = null; // the epoch, counted from 1, in which a number leaves the range of doubles
    this.kept = new Map(); // rows computed last
  }

  epochOf(row) {
    return Math.floor(row / this.model.steps);
  }

  // Whether the rows up to that one are computed, or all there are; stops where the time is up.
  reach(row, until = Infinity) {
    while (this.losses.length <= row && this.diverged === null) {
      if (performance.now() > until) return false;
      this.row(this.losses.length);
    }
    return true;
  }

  // Every quantity of a row by its name, with parameters, data and `next`; null where the training has diverged.
  row(number) {
    if (this.kept.has(number)) return this.kept.get(number);
    if (number > this.losses.length) this.reach(number - 1);
    if (this.starts.length <= number || (this.diverged !== null && number >= this.losses.length)) return null;
    const values = this.compute(number);
    if (number === this.losses.length && !this.continue(values, number)) return null;
    if (this.kept.size > 8) this.kept.delete(this.kept.keys().next().value);
    this.kept.set(number, values);
    return values;
  }

  compute(number) {
    const {model} = this;
    const given = {...this.given[number % model.steps], ...this.startOf(number), eta: this.rate};
    if (model.numbers.includes("step")) given.step = number + 1;
    if (model.numbers.includes("epoch")) given.epoch = this.epochOf(number) + 1;
    return {...given, ...model.compute(given)};
  }

  // Parameters and what the optimiser keeps, as a row begins.
  startOf(number) {
    const start = {};
    const values = this.starts[number];
    this.names.forEach((name, place) => {
      start[name] = values[place];
    });
    this.model.states.forEach((name, place) => {
      start[name] = values[this.names.length + place];
    });
    return Object.assign(start, this.edits.get(number));
  }

  // A parameter in each of the first rows, as these begin.
  way(name, rows) {
    const place = this.names.indexOf(name);
    const values = [];
    for (let row = 0; row < Math.min(rows, this.starts.length); row++)
      values.push(this.edits.get(row)?.[name] ?? this.starts[row][place]);
    return values;
  }

  parametersOf(number) {
    const start = this.startOf(number);
    return Object.fromEntries(this.names.map((name) => [name, start[name]]));
  }

  continue(values, number) {
    const {model} = this;
    for (const name in values) {
      if (name !== "next" && !Number.isFinite(values[name])) {
        this.diverged = this.epochOf(number) + 1;
        return false;
      }
    }
    const turn = number % model.steps;
    const loss = values[model.total];
    this.losses.push(turn ? (turn * this.losses[number - 1] + loss) / (turn + 1) : loss);
    const next = this.names.map((name) => (name in values.next ? values.next[name] : values[name]));
    this.starts.push([...next, ...model.states.map((name) => values[name])]);
    return true;
  }

  // The loss of each epoch up to so many, as far as they are computed.
  epochLosses(epochs) {
    const {steps} = this.model;
    const losses = [];
    for (let row = steps - 1; row < Math.min(this.losses.length, epochs * steps); row += steps)
      losses.push(this.losses[row]);
    return losses;
  }
}

// What each step of an epoch is given: the data of its samples, by the names that its equations use.
function batches(model, samples) {
  const given = [];
  for (let first = 0; first < samples.length; first += model.batch) {
    const data = {};
    for (let place = 0; place < model.batch; place++) {
      const sample = samples[first + place];
      const suffix = model.batch > 1 ? `_s${place + 1}` : "";
      model.inputs.forEach((name, number) => {
        data[name + suffix] = sample.inputs[number];
      });
      model.targets.forEach((name, number) => {
        data[name + suffix] = sample.targets[number];
      });
    }
    given.push(data);
  }
  return given;
}
