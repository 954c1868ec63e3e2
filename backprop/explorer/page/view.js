// The network alone, in a page of others: drawing and controls behind a shadow root, so that no style reaches the other.
import {compute, data, predict} from "./derived.js";
import {makeModel} from "./engine/model.js";
import {createPlayer} from "./engine/play.js";
import {createStore} from "./engine/store.js";
import {controlsPanel} from "./panels/controls.js";
import {make} from "./panels/elements.js";
import {tooLarge} from "./panels/network/layout.js";
import {networkPanel} from "./panels/network/panel.js";
import {style} from "./style.js";

const place = document.querySelector("[data-explore]"); // holds a picture, which stays where nothing can be explored
const model = makeModel(data, compute, predict);
if (place && tooLarge(model) === null) mount(place);

function mount(place) {
  const host = make("div", {class: "explored"});
  const controls = make("section", {id: "controls", "aria-label": "Controls"});
  const network = make("section", {id: "network", "aria-label": "Network"});
  const hint = make(
    "p",
    {class: "dim facts"},
    "The derived equations run here. With formulas, curves and your own data: ",
    make("code", {}, `backprop explore ${data.name}`),
  );
  host.attachShadow({mode: "open"}).append(
    make("style", {}, style),
    make("div", {class: "card"}, controls, network, hint),
  );
  place.append(host);
  const store = createStore(model);
  const player = createPlayer(store);
  store.subscribe(controlsPanel(store, controls, player, false).update);
  store.subscribe(networkPanel(store, network, player).update);
}
