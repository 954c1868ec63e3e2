// A link's network: explored as the page opens, and when the address changes.
import {stateOf} from "../../export/link.js";
import {modelOf} from "../../own/fit.js";
import {make} from "../elements.js";

export function openLink(store) {
  const open = async () => {
    document.getElementById("link-error")?.remove();
    try {
      const linked = await stateOf(location.hash);
      if (linked === null) return;
      store.explore(modelOf(linked.network));
      const {rate, row} = linked;
      if (Number.isFinite(rate) && rate > 0) store.setRate(rate);
      if (Number.isInteger(row) && row >= 0) store.go(row);
    } catch (error) {
      const said = make("p", {id: "link-error", class: "own-status wrong", role: "alert"}, `Link: ${error.message}`);
      document.querySelector("header").append(said);
    }
  };
  addEventListener("hashchange", open);
  open();
}
