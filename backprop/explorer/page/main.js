// Mounts the panels on the store of the derived network.
import {compute, data, predict} from "./derived.js";
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
import {pointing} from "./panels/pointing.js";
import {tablePanel} from "./panels/table.js";
import {valuesPanel} from "./panels/values.js";

const store = createStore(makeModel(data, compute, predict));
const player = createPlayer(store);
const panels = {
  head: headPanel,
  controls: controlsPanel,
  network: networkPanel,
  loss: lossPanel,
  formula: formulaPanel,
  values: valuesPanel,
  surface: surfacePanel,
  decision: decisionPanel,
  table: tablePanel,
};

for (const [id, panel] of Object.entries(panels)) {
  store.subscribe(panel(store, document.getElementById(id), player).update);
}
store.flush();
listenToKeys(store, player);
pointing(document.querySelector("main"));

// What a console, a test or a notebook drives the page by.
globalThis.explorer = {store, player};
