// Names of quantities in a drawing: a letter and what stands below it, w₅, a with h1 below.
import {draw} from "../elements.js";

// tspans of a name: w5 as w with a lowered 5, out_h1 as out with h1 below, E_total as E; δ for delta.
export function signed(name, model) {
  const text = model.texts[name] ?? name;
  const parts = /^([^\W\d_]+|[^\x00-\x7f]+)_?(\w*)$/u.exec(text);
  if (parts === null || parts[2] === "") return [draw("tspan", {class: "sign"}, text)];
  return [
    draw("tspan", {class: "sign"}, parts[1]),
    draw("tspan", {class: "low", dy: "0.28em"}, parts[2].replaceAll("_", ",")),
    draw("tspan", {dy: "-0.2em"}, "\u200b"),
  ];
}
