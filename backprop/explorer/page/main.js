// Mounts the panels on the store of the derived network.
import {compute, data, predict} from "./derived.js";
import {makeModel} from "./engine/model.js";
import {createPlayer} from "./engine/play.js";
import {createStore} from "./engine/store.js";
import {controlsPanel} from "./panels/controls.js";
import {tablePanel} from "./panels/table.js";

const store = createStore(makeModel(data, compute, predict));
const player = createPlayer(store);
const panels = {controls: controlsPanel, table: tablePanel};

for (const [id, panel] of Object.entries(panels)) {
  const {update} = panel(store, document.getElementById(id), player);
  store.subscribe(update);
}
store.flush();

// What a console, a test or a notebook drives the page by.
globalThis.explorer = {store, player};
