// What one takes along: a workbook, TOML, CSV, LaTeX, a link.
import {workbook} from "../../export/book/workbook.js";
import {csv} from "../../export/csv.js";
import {linkOf} from "../../export/link.js";
import {toml} from "../../export/toml.js";
import {networkOf} from "../../own/edit.js";
import {derive} from "../../own/derive.js";
import {latexListing} from "../../own/sections.js";
import {make, say} from "../elements.js";
import {button, labelled} from "./editor.js";

const MOST_EPOCHS = 20_000;
const XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";

export function downloadPanel(store, element, {attempt, tell}) {
  const {state} = store;
  const epochs = make("input", {id: "own-epochs", type: "number", min: 1, max: MOST_EPOCHS, step: 1, value: 100});
  const shown = make("input", {id: "own-shown", type: "checkbox"});
  const shownLabel = make("span");
  const copied = make("textarea", {
    id: "own-copied",
    rows: 3,
    readonly: true,
    hidden: true,
    "aria-label": "What was copied",
  });
  element.append(
    make(
      "div",
      {class: "own-choices"},
      labelled("Epochs ", epochs),
      make("label", {for: "own-shown"}, shown, " ", shownLabel),
    ),
    make(
      "div",
      {class: "own-choices"},
      button("take-workbook", "Workbook (.xlsx)", () => attempt(takeWorkbook)),
      button("take-csv", "Epochs as CSV", () => attempt(takeCsv)),
      button("take-toml", "Network as TOML", () => attempt(takeToml)),
      button("take-latex", "Copy as LaTeX", () => attempt(takeLatex)),
      button("take-link", "Copy a link", () => attempt(takeLink)),
    ),
    make(
      "p",
      {class: "dim"},
      "Every cell of the workbook is a live formula; backprop check proves it. backprop reads the TOML.",
    ),
    copied,
  );

  // The network as it begins, or as the shown epoch finds it.
  const taken = () => networkOf(state, shown.checked ? state.row : 0);
  const name = () => state.model.name;

  function wanted() {
    const count = Number(epochs.value);
    if (Number.isInteger(count) && count >= 1 && count <= MOST_EPOCHS) return count;
    throw new Error(`epochs: a whole number from 1 to ${MOST_EPOCHS.toLocaleString("en")} is needed`);
  }

  async function takeWorkbook() {
    const count = wanted();
    tell("writing the workbook …");
    await new Promise((resolve) => setTimeout(resolve, 30));
    const rates = [...new Set([state.rate, ...state.model.rates])].sort((one, other) => one - other);
    const bytes = await workbook(taken(), rates, count);
    save(bytes, `${name()}.xlsx`, XLSX);
    tell(
      `${name()}.xlsx: ${rates.length} learning rates, ${count} epochs, ${Math.ceil(bytes.length / 1000)} kB${later()}`,
    );
  }

  function takeCsv() {
    const count = wanted();
    save(csv(state.run, count), `${name()}-${state.rate}.csv`, "text/csv");
    tell(`${name()}-${state.rate}.csv: the epochs at η = ${state.rate}`);
  }

  function takeToml() {
    save(toml(taken()), `${name()}.toml`, "application/toml");
    tell(`${name()}.toml: for example, backprop workbook ${name()}.toml${later()}`);
  }

  const takeLatex = () => copy(latexListing(derive(taken())), "the equations as LaTeX are copied");

  async function takeLink() {
    const link = await linkOf({network: networkOf(state), rate: state.rate, row: state.row});
    history.replaceState(null, "", link);
    await copy(location.href, "the link is copied: it opens this page with this network, its data, η and epoch");
  }

  // What was set in a later epoch than the first is in no description.
  const later = () => {
    const rows = [...state.edits.keys()].filter((row) => row > 0);
    return rows.length && !shown.checked ? "; parameters that you set after the first epoch are not in it" : "";
  };

  async function copy(text, said) {
    copied.hidden = true;
    try {
      await navigator.clipboard.writeText(text);
      tell(said);
    } catch {
      copied.value = text;
      copied.hidden = false;
      copied.select();
      tell("the browser lets no page copy here: copy the text below");
    }
  }

  function save(content, file, type) {
    const address = URL.createObjectURL(new Blob([content], {type}));
    const link = make("a", {href: address, download: file});
    link.click();
    setTimeout(() => URL.revokeObjectURL(address), 10_000);
  }

  function update() {
    say(shownLabel, `begin with the weights of epoch ${state.run.epochOf(state.row) + 1}, the one shown`);
  }

  return {update};
}
