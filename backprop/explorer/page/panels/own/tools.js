// What makes the page the user's own: buttons in the head, each with a panel below it.
import {isDense} from "../../own/columns.js";
import {networkOf} from "../../own/edit.js";
import {modelOf} from "../../own/fit.js";
import {make, say} from "../elements.js";
import {dataPanel} from "./data.js";
import {downloadPanel} from "./download.js";
import {editorPanel} from "./editor.js";

const TABS = [
  {id: "edit", text: "Own network", panel: editorPanel},
  {id: "data", text: "Own data", panel: dataPanel},
  {id: "take", text: "Download", panel: downloadPanel},
];

const MADE_DENSE =
  "Shared weights, left-out connections and shared biases are gone: every neuron is connected with all before it, " +
  "by weights of its own, drawn anew";

export function toolsPanel(store, element) {
  const {state} = store,
    section = document.getElementById("own"),
    first = state.model;
  const status = make("p", {class: "own-status", role: "status"});
  const close = make(
    "button",
    {type: "button", class: "own-close", "aria-label": "Close", onclick: () => show(null)},
    "✕",
  );
  let open = null;

  // Explores another network at the rate that is set; what is wrong with it is said and nothing changes.
  function explore(network) {
    const {rate} = state;
    store.explore(modelOf(network));
    store.setRate(rate);
  }

  // Changes the network that is explored. What a change of sizes makes plain is told: it takes more than it says.
  function change(edit, said = "") {
    attempt(() => {
      const before = networkOf(state),
        after = edit(before);
      const lost = !before.layers.every(isDense) && after.layers.every(isDense);
      explore(named(after));
      say(status, lost ? MADE_DENSE : said);
    });
  }

  function attempt(action) {
    const failed = (error) => {
      status.classList.add("wrong");
      say(status, error.message);
      update(new Set(["model"])); // fields show what is, not what was tried
    };
    status.classList.remove("wrong");
    try {
      return Promise.resolve(action()).catch(failed);
    } catch (error) {
      failed(error);
      return Promise.resolve();
    }
  }

  const back = () => {
    store.explore(first);
    say(status, "");
  };
  const tell = (text) => {
    status.classList.remove("wrong");
    say(status, text);
  };
  const tabs = TABS.map(({id, text, panel}) => {
    const place = make("div", {id: `own-${id}`, role: "group", "aria-label": text, hidden: true});
    const button = make(
      "button",
      {type: "button", id: `open-${id}`, "aria-expanded": "false", "aria-controls": "own", onclick: () => show(id)},
      text,
    );
    return {id, place, button, ...panel(store, place, {change, explore, attempt, back, tell})};
  });
  element.append(...tabs.map(({button}) => button));
  section.append(close, ...tabs.map(({place}) => place), status);
  section.addEventListener("keydown", (event) => {
    event.stopPropagation(); // the page's keys are not for fields
    if (event.key === "Escape") show(null);
  });

  function show(id) {
    const before = open;
    open = open === id ? null : id;
    section.hidden = open === null;
    say(status, "");
    for (const tab of tabs) {
      tab.place.hidden = tab.id !== open;
      tab.button.setAttribute("aria-expanded", String(tab.id === open));
      if (tab.id === open) tab.update(new Set(["model", "run", "place"]));
    }
    if (open === null && before !== null) document.getElementById(`open-${before}`).focus();
  }

  function update(changed) {
    tabs.find(({id}) => id === open)?.update(changed);
  }

  return {update};
}

// What has been changed is called the user's own, by its sizes.
function named(network) {
  const sizes = [network.inputs[0].length, ...network.layers.map(({weights}) => weights.length)].join("-");
  const count = network.inputs.length;
  return {...network, name: "own-network", title: `Own network ${sizes}${count > 1 ? `, ${count} samples` : ""}`};
}
