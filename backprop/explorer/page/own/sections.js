// The equations of a derivation under the headings of every listing, and as LaTeX with what their functions are.
import {equationLine, latexPrinter} from "./printers.js";
import {REGISTRY} from "./registry.js";
import {calls} from "./trees.js";

// [{title, equations}], without those that have none.
export function sections(derivation) {
  const samples = derivation.perSample.size ? `, for each of the ${derivation.batch} samples` : "";
  const parts = [
    ["Learning rate", ["schedule"]],
    [`Forward pass${samples}`, ["forward"]],
    ["Loss", ["loss"]],
    ["Backward pass: derivatives of E_total", ["deltas", "gradient", "inputGradient"]],
    ["Optimiser", ["states"]],
    [`Update, for the next ${derivation.counted}`, ["updates"]],
  ];
  return parts
    .map(([title, kinds]) => ({title, equations: kinds.flatMap((kind) => derivation[kind])}))
    .filter(({equations}) => equations.length > 0);
}

// As `backprop derive --form steps --format latex` prints it.
export function latexListing(derivation) {
  const listed = sections(derivation).map(({title, equations}) => [
    `% ${title}`,
    ...equations.map((equation) => equationLine(equation, latexPrinter)),
  ]);
  const explained = definitions(derivation);
  if (explained.length) listed.push(["% Functions", ...explained]);
  return listed.map((lines) => lines.join("\n")).join("\n\n");
}

// A line for each function, an activation before its derivative.
function definitions({forward, loss, deltas}) {
  const used = new Set([...forward, ...loss, ...deltas].flatMap(({tree}) => calls(tree)));
  for (const name of [...used]) for (const other of REGISTRY.explained_with[name] ?? []) used.add(other);
  return Object.keys(REGISTRY.definitions)
    .filter((name) => used.has(name))
    .map((name) => REGISTRY.definitions[name]);
}
