// The state of the page and the actions that change it. Subscribers hear once a frame which parts have changed.
import {gradientName} from "./model.js";
import {Run, horizon, mostRows, phases} from "./run.js";
import {createWork} from "./work.js";

// What may change: another model, the run's numbers, how far runs are computed, the row or phase, what their names say.
export const PARTS = ["model", "run", "ahead", "place", "selection", "sample", "axes", "playing"];

const AT_ONCE_MS = 30; // before a row that is far ahead is gone to in several frames

export function createStore(model) {
  const state = {};
  const subscribers = new Set();
  let changed = new Set(),
    asked = false,
    references = null;

  function tell(...parts) {
    for (const part of parts) changed.add(part);
    if (asked) return;
    asked = true;
    requestAnimationFrame(flush);
  }

  // Tells at once what has changed; tests and the first paint do not wait for a frame.
  function flush() {
    const parts = changed;
    asked = false;
    changed = new Set();
    if (parts.size) for (const update of subscribers) update(parts);
  }

  function explore(another) {
    Object.assign(state, {
      model: another,
      rate: usualRate(another),
      samples: copied(another.samples),
      edits: new Map(),
      row: 0,
      phase: 0,
      sample: 0,
      selected: null,
      playing: false,
      axes: steepest(another),
    });
    rerun(PARTS);
  }

  function rerun(parts = [], kept = null) {
    const {model: current, rate, samples, edits} = state;
    state.run = new Run(current, rate, samples, edits);
    references = kept;
    hold(true);
    tell("run", ...parts);
  }

  // The row stays one that exists; the last is that in which the training diverges, with its ∞. One that is not
  // computed yet is gone to as it is.
  function hold(fresh = false) {
    const {model: current, run} = state;
    const goal = Math.max(0, Math.min(state.row, mostRows(current) - 1));
    const there = run.reach(goal, performance.now() + AT_ONCE_MS);
    const ends = horizon(current.epochs, run.epochOf(goal) + 1);
    const work = fresh || !there || ends !== state.ends || ahead.busy();
    state.row = Math.max(0, Math.min(goal, there ? run.losses.length : run.losses.length - 1));
    state.ends = ends;
    if (work) ahead.start(there ? null : goal);
  }

  // Computes this run up to the goal, then all to where the charts end.
  const ahead = createWork({
    step(goal, until) {
      const {run, model: current, ends} = state;
      if (goal !== null) {
        const there = run.reach(goal, until);
        state.row = Math.max(0, Math.min(goal, there ? run.losses.length : run.losses.length - 1));
        tell("place");
        if (!there) return false;
      }
      const rows = Math.min(ends * current.steps, mostRows(current));
      return [run, ...referenceRuns()].every((one) => one.reach(rows - 1, until));
    },
    told: () => tell("ahead"),
  });

  const actions = {
    setRate(rate) {
      state.rate = rate;
      rerun([], references);
    },
    // Sets parameters as the row that is shown begins; what was set in later rows is forgotten.
    setParameters(values) {
      const edits = new Map([...state.edits].filter(([row]) => row <= state.row));
      edits.set(state.row, {...edits.get(state.row), ...values});
      state.edits = edits;
      rerun();
    },
    setDatum(kind, sample, place, value) {
      state.samples[sample][kind][place] = value;
      rerun();
    },
    setSamples(samples) {
      state.samples = copied(samples);
      rerun(["sample"]);
    },
    reset() {
      state.samples = copied(state.model.samples);
      Object.assign(state, {edits: new Map(), row: 0, phase: 0, playing: false, rate: usualRate(state.model)});
      rerun(["place", "playing", "sample"]);
    },
    go(row, phase = state.phase) {
      Object.assign(state, {row, phase});
      hold();
      tell("place");
    },
    // One phase on; after the update comes the next row. False where the training has ended.
    next() {
      if (state.phase < phases.length - 1) return (actions.go(state.row, state.phase + 1), true);
      return actions.nextRow(0);
    },
    nextRow(phase = state.phase) {
      const before = state.row;
      actions.go(state.row + 1, phase);
      if (state.row > before) return true;
      state.phase = phases.length - 1;
      return false;
    },
    back() {
      if (state.phase > 0) actions.go(state.row, state.phase - 1);
      else if (state.row > 0) actions.go(state.row - 1, phases.length - 1);
    },
    select(name) {
      state.selected = name;
      tell("selection");
    },
    showSample(sample) {
      state.sample = sample;
      tell("sample");
    },
    setAxes(axes) {
      state.axes = axes;
      tell("axes");
    },
    setPlaying(playing) {
      if (state.playing === playing) return;
      state.playing = playing;
      tell("playing");
    },
  };

  // The runs at the network's own rates, with the same data and edits.
  function referenceRuns() {
    references ??= state.model.rates.map((rate) => new Run(state.model, rate, state.samples, state.edits));
    return references;
  }

  // The new one hears of everything at once.
  const subscribe = (update) => {
    subscribers.add(update);
    update(new Set(PARTS));
  };
  // Every quantity of the row that is shown; where the training has diverged, with ∞ and what is no number.
  const values = () => state.run.row(state.row) ?? state.run.compute(state.row);
  // The place of the shown sample in the batch of the row that is shown.
  const shownSample = () => Math.min(state.sample, state.model.batch - 1);
  explore(model);
  return {state, ...actions, explore, subscribe, flush, values, shownSample, referenceRuns};
}

const usualRate = (model) => (model.rates.includes(0.5) ? 0.5 : model.rates[Math.floor((model.rates.length - 1) / 2)]);
const copied = (samples) => samples.map(({inputs, targets}) => ({inputs: [...inputs], targets: [...targets]}));

// The two parameters by which the loss changes most at first.
function steepest(model) {
  const values = new Run(model, usualRate(model), model.samples).compute(0);
  const names = model.parameters.filter((parameter) => parameter.trained).map(({name}) => name);
  const slope = (name) => Math.abs(values[gradientName(name)]) || 0;
  const [first, second = first] = names.toSorted((one, other) => slope(other) - slope(one));
  return names.filter((name) => name === first || name === second);
}
