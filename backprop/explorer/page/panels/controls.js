// The controls: play, steps, the epoch, the rate, the phase.
import {speeds} from "../engine/play.js";
import {MOST_ROWS, phases} from "../engine/run.js";
import {shown} from "../engine/numbers.js";
import {make, say} from "./elements.js";

const RATE_LEAST = 1e-3, RATE_MOST = 10;

export function controlsPanel(store, element, player) {
  const {state} = store;
  const button = (id, text, label, onclick) => make("button", {type: "button", id, "aria-label": label, title: label, onclick}, text);
  const play = button("play", "▶", "Play", () => player.toggle());
  const epoch = make("input", {
    id: "epoch", type: "number", min: 1, max: MOST_ROWS, value: 1, inputmode: "numeric",
    onchange: () => jump(Number(epoch.value)),
  });
  const rate = make("input", {
    id: "rate", type: "range", min: Math.log10(RATE_LEAST), max: Math.log10(RATE_MOST), step: 0.01,
    oninput: () => store.setRate(rounded(10 ** Number(rate.value))),
  });
  const rateText = make("output", {id: "rate-text", for: "rate"});
  const steps = phases.map((phase, number) => make("button", {
    type: "button", class: "phase", id: `phase-${phase}`, onclick: () => { store.setPlaying(false); store.go(state.row, number); },
  }, phase[0].toUpperCase() + phase.slice(1)));
  const status = make("p", {id: "status", role: "status"});
  const speed = make("select", {id: "speed", onchange: () => player.setSpeed(speed.value)},
    ...speeds.map(({name, text}) => make("option", {value: name, selected: name === player.speed()}, text)));
  const pausing = (action) => () => { store.setPlaying(false); action(); };

  element.append(
    make("div", {class: "buttons", role: "group", "aria-label": "Training"},
      button("reset", "⏮", "Reset: first epoch, first weights and data", () => store.reset()),
      button("back", "◀", "One phase back", pausing(() => store.back())),
      play,
      button("next", "▶|", "One phase on", pausing(() => store.next())),
      button("next-epoch", "⏭", "One epoch on", pausing(() => store.nextRow(state.phase)))),
    make("div", {class: "phases", role: "group", "aria-label": "Phase of the step"}, ...steps),
    make("label", {for: "epoch"}, "Epoch ", epoch),
    make("label", {for: "rate", class: "rate"}, "Learning rate η ", rate, rateText),
    make("label", {for: "speed"}, "Speed ", speed),
    status);

  function jump(number) {
    if (Number.isFinite(number)) store.go((Math.max(1, Math.round(number)) - 1) * state.model.steps);
  }

  function update() {
    const {run, row, phase} = state;
    const at = run.epochOf(row) + 1;
    say(play, state.playing ? "⏸" : "▶");
    play.setAttribute("aria-label", state.playing ? "Pause" : "Play");
    if (document.activeElement !== epoch || state.playing) epoch.value = at;
    if (document.activeElement !== rate) rate.value = Math.log10(state.rate);
    say(rateText, shown(state.rate));
    steps.forEach((step, number) => step.setAttribute("aria-pressed", String(number === phase)));
    say(status, run.diverged !== null ? `diverged at epoch ${run.diverged}` : "");
  }

  return {update};
}

// Two significant digits: a rate that one can say.
const rounded = (rate) => Number(rate.toPrecision(2));
