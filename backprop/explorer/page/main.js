// Mounts the panels on the store of the derived network.
import {compute, data, predict} from "./derived.js";
import {calm} from "./engine/calm.js";
import {makeModel} from "./engine/model.js";
import {createPlayer} from "./engine/play.js";
import {createStore} from "./engine/store.js";
import {listenToKeys} from "./keys.js";
import {controlsPanel} from "./panels/controls.js";
import {formulaPanel} from "./panels/formula/panel.js";
import {headPanel} from "./panels/head.js";
import {lossPanel} from "./panels/loss.js";
import {decisionPanel} from "./panels/maps/decision.js";
import {surfacePanel} from "./panels/maps/surface.js";
import {networkPanel} from "./panels/network/panel.js";
import {openLink} from "./panels/own/link.js";
import {toolsPanel} from "./panels/own/tools.js";
import {pointing} from "./panels/pointing.js";
import {tablePanel} from "./panels/table.js";
import {valuesPanel} from "./panels/values.js";

const PAUSE_MS = 120; // between two pictures of many numbers

const store = createStore(makeModel(data, compute, predict));
const player = createPlayer(store);
// What is seen first, and what may come a frame later: the first picture is there sooner.
const first = {head: headPanel, controls: controlsPanel, network: calm(networkPanel), loss: calm(lossPanel)};
const later = {
  formula: calm(formulaPanel, PAUSE_MS),
  values: calm(valuesPanel, PAUSE_MS),
  surface: calm(surfacePanel),
  decision: calm(decisionPanel),
  table: calm(tablePanel, PAUSE_MS),
  tools: toolsPanel,
};

function mount(panels) {
  for (const [id, panel] of Object.entries(panels)) {
    store.subscribe(panel(store, document.getElementById(id), player).update);
  }
}

mount(first);
requestAnimationFrame(() => setTimeout(() => mount(later)));
listenToKeys(store, player);
pointing(document.querySelector("main"));
openLink(store);

// What a console, a test or a notebook drives the page by.
globalThis.explorer = {store, player};
