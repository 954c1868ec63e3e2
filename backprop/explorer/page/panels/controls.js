// The controls: play and steps, phase and epoch, the learning rate, and what the step is doing in a sentence.
import {speeds} from "../engine/play.js";
import {mostRows, phases} from "../engine/run.js";
import {shown} from "../engine/numbers.js";
import {icon, make, say, set} from "./elements.js";
import {sentence} from "./sentences.js";

const RATE_LEAST = 1e-3,
  RATE_MOST = 10;

const ICONS = {
  reset: "M5 4v12M17 4 8 10l9 6z",
  back: "M13 4 5 10l8 6z",
  play: "M6 3.5v13l11-6.5z",
  pause: "M6 4h3v12H6zM12 4h3v12h-3z",
  next: "M7 4l8 6-8 6z",
  epoch: "M3 4l6 6-6 6zM10 4l6 6-6 6zM18 4v12",
};

// `keys`: whether those of keys.js are listened to, and told.
export function controlsPanel(store, element, player, keys = true) {
  const {state} = store;
  const typing = new Set(); // fields that somebody is in: what is typed stays
  const write = (field, value) => {
    if (!typing.has(field) && field.value !== String(value)) field.value = value;
  };
  const button = (id, path, what, key, onclick) => {
    const label = keys === false ? what : `${what} (${key})`;
    return make("button", {type: "button", id, "aria-label": label, title: label, onclick}, icon(path));
  };
  const pausing = (action) => () => {
    store.setPlaying(false);
    action();
  };
  const playIcon = icon(ICONS.play);
  const playText = make("span", {}, "Play");
  const play = make(
    "button",
    {type: "button", id: "play", class: "main", title: keys === false ? null : "Space", onclick: () => player.toggle()},
    playIcon,
    playText,
  );
  const epoch = make("input", {
    id: "epoch",
    type: "number",
    min: 1,
    value: 1,
    inputmode: "numeric",
    onchange: () => {
      typing.delete(epoch);
      jump(Number(epoch.value));
    },
    onfocus: () => typing.add(epoch),
    oninput: () => typing.add(epoch),
    onblur: () => typing.delete(epoch),
  });
  const scrub = make("input", {
    id: "scrub",
    type: "range",
    min: 1,
    max: 100,
    step: 1,
    value: 1,
    "aria-label": "Epoch",
    oninput: () => jump(Number(scrub.value)),
  });
  const rate = make("input", {
    id: "rate",
    type: "range",
    min: Math.log10(RATE_LEAST),
    max: Math.log10(RATE_MOST),
    step: 0.01,
    "aria-label": "Learning rate η",
    oninput: () => store.setRate(Number((10 ** Number(rate.value)).toPrecision(3))),
  });
  const exact = make("input", {
    id: "rate-exact",
    type: "number",
    min: 0,
    step: "any",
    "aria-label": "Learning rate η, exactly",
    onfocus: () => typing.add(exact),
    oninput: () => typing.add(exact),
    onblur: () => typing.delete(exact),
    onchange: () => {
      typing.delete(exact);
      if (Number(exact.value) > 0 && Number.isFinite(Number(exact.value))) store.setRate(Number(exact.value));
      update(new Set(["run"]));
    },
  });
  const chips = make("span", {class: "chips", role: "group", "aria-label": "The network's own learning rates"});
  const steps = phases.map((phase, number) =>
    make(
      "button",
      {type: "button", class: "phase", id: `phase-${phase}`, onclick: pausing(() => store.go(state.row, number))},
      phase[0].toUpperCase() + phase.slice(1),
    ),
  );
  const speed = make(
    "select",
    {id: "speed", "aria-label": "Speed", onchange: () => player.setSpeed(speed.value)},
    ...speeds.map(({name, text}) => make("option", {value: name, selected: name === player.speed()}, text)),
  );
  const status = make("p", {id: "status"});
  const told = make("p", {class: "unseen", role: "status"});

  element.append(
    make(
      "div",
      {class: "bar"},
      make(
        "div",
        {class: "buttons", role: "group", "aria-label": "Training"},
        button("reset", ICONS.reset, "Reset: first epoch, first weights and data", "Home", () => store.reset()),
        button("back", ICONS.back, "One phase back", "←", pausing(store.back)),
        play,
        button("next", ICONS.next, "One phase on", "→", pausing(store.next)),
        button(
          "next-epoch",
          ICONS.epoch,
          "One step on, all phases",
          "Shift →",
          pausing(() => store.nextRow(state.phase)),
        ),
      ),
      make("div", {class: "phases", role: "group", "aria-label": "Phase of the step"}, ...steps),
      make("div", {class: "place"}, make("label", {for: "epoch"}, "Epoch"), epoch, scrub, speed),
      make("div", {class: "eta"}, make("label", {for: "rate-exact"}, "η"), exact, rate, chips),
    ),
    status,
    told,
  );

  function jump(number) {
    const {steps: count} = state.model;
    if (Number.isFinite(number))
      store.go(Math.min(Math.max(1, Math.round(number)) - 1, mostRows(state.model) / count - 1) * count);
    update(new Set(["place"]));
  }

  function build() {
    chips.replaceChildren(
      ...state.model.rates.slice(0, 8).map((one, number) =>
        make(
          "button",
          {
            type: "button",
            class: "chip",
            style: `--chip: var(--rate-${number % 6})`,
            "data-rate": one,
            onclick: () => store.setRate(one),
          },
          shown(one),
        ),
      ),
    );
  }

  function update(changed) {
    if (changed.has("model")) build();
    set(epoch, "max", mostRows(state.model) / state.model.steps);
    const {run, row, phase, playing, model} = state;
    const at = run.epochOf(row) + 1;
    if (changed.has("playing")) {
      playIcon.firstChild.setAttribute("d", ICONS[playing ? "pause" : "play"]);
      say(playText, playing ? "Pause" : "Play");
    }
    write(epoch, at);
    set(scrub, "max", state.ends);
    scrub.value = at;
    if (changed.has("run")) {
      rate.value = Math.log10(state.rate);
      write(exact, state.rate);
      for (const chip of chips.children) set(chip, "aria-pressed", Number(chip.dataset.rate) === state.rate);
    }
    steps.forEach((step, number) => set(step, "aria-pressed", number === phase));
    const text = sentence(store);
    say(status, text);
    status.classList.toggle("diverged", run.diverged !== null && row >= run.losses.length);
    if (!playing) say(told, text);
  }

  return {update};
}
