// The user's own data: pasted, dropped or opened; which columns are inputs and which targets, how they are scaled.
import {networkOf} from "../../own/edit.js";
import {fitted} from "../../own/fit.js";
import {csvRows} from "../../import/csv.js";
import {SCALES, samplesOf, tableOf, widthOf} from "../../import/samples.js";
import {isNetwork, networkFrom} from "../../import/toml.js";
import {openWorkbook} from "../../import/xlsx.js";
import {make} from "../elements.js";
import {button, labelled, select} from "./editor.js";

const SHOWN = 4; // rows of the preview
const TARGET = /^(t\d+|targets?|labels?|class)$/i; // headings of targets
const LONGEST_SHOWN = 200_000; // letters
const ROLES = {input: "input", target: "target", none: "leave out"};
const EXAMPLE = "x,y,t\n0,0,0\n0,1,1\n1,0,1\n1,1,0";

export function dataPanel(store, element, {explore, attempt, tell}) {
  const text = make("textarea", {
    id: "own-text",
    rows: 5,
    spellcheck: "false",
    placeholder: EXAMPLE,
    "aria-label": "Samples as CSV, a line each, or a network as TOML",
  });
  const file = make("input", {id: "own-file", type: "file", accept: ".csv,.tsv,.txt,.toml,.xlsx,text/csv"});
  const preview = make("div", {class: "own-preview"});
  element.append(
    make(
      "p",
      {class: "dim"},
      "Paste lines of numbers, or open or drop a CSV or an Excel workbook; or a network as TOML. It stays on this page.",
    ),
    make(
      "div",
      {class: "own-sources"},
      text,
      make("div", {class: "own-choices"}, button("own-read", "Read the text", readText), labelled("or a file ", file)),
    ),
    preview,
  );
  file.addEventListener("change", () => file.files.length && readFile(file.files[0]));
  element.addEventListener("dragover", (event) => event.preventDefault());
  element.addEventListener("drop", (event) => {
    event.preventDefault();
    const {files} = event.dataTransfer;
    if (files.length) readFile(files[0]);
    else {
      text.value = event.dataTransfer.getData("text");
      readText();
    }
  });

  // A text so long that a field would take seconds to lay it out is read without being shown.
  text.addEventListener("paste", (event) => {
    const pasted = event.clipboardData.getData("text");
    if (pasted.length <= LONGEST_SHOWN) return;
    event.preventDefault();
    text.value = "";
    book = null;
    read(pasted);
  });

  let rows = null,
    headed = null,
    roles = [],
    scale = "none",
    targetScale = "none",
    book = null,
    sheet = "";

  function readText() {
    book = null;
    read(text.value);
  }

  function read(given) {
    return isNetwork(given) ? readNetwork(given) : show(() => csvRows(given));
  }

  function readNetwork(given) {
    preview.replaceChildren();
    return attempt(() => {
      explore(networkFrom(given));
      tell(`network ${store.state.model.name}, as its TOML describes it`);
    });
  }

  function readFile(one) {
    preview.replaceChildren();
    return attempt(async () => {
      const bytes = new Uint8Array(await one.arrayBuffer());
      book = bytes[0] === 0x50 && bytes[1] === 0x4b ? await openWorkbook(bytes) : null;
      if (book) await chooseSheet(book.names.find((name) => /sample|data/i.test(name)) ?? book.names[0]);
      else read(new TextDecoder().decode(bytes));
    });
  }

  async function chooseSheet(name) {
    sheet = name;
    const found = await book.rows(name);
    show(() => found);
  }

  // Another table: targets are what is headed so, else the last column; a first column that only counts is left out.
  function show(read) {
    preview.replaceChildren();
    return attempt(() => {
      rows = read();
      headed = null;
      const {columns} = tableOf(rows);
      const named = columns.some(({name}) => TARGET.test(name));
      const last = columns.length - 1;
      roles = columns.map(({name}, place) => ((named ? TARGET.test(name) : place === last) ? "target" : "input"));
      if (columns.length > 2 && columns[0].values.every((value, place) => value === place + 1)) roles[0] = "none";
      scale = "none";
      targetScale = "none";
      draw();
    });
  }

  function draw() {
    const table = tableOf(rows, headed);
    const head = make("input", {id: "own-headed", type: "checkbox", checked: table.headed});
    head.checked = table.headed;
    head.addEventListener("change", () => {
      headed = head.checked;
      attempt(draw);
    });
    const sheets = book && book.names.length > 1 ? [sheetChoice()] : [];
    preview.replaceChildren(
      make(
        "div",
        {class: "own-choices"},
        ...sheets,
        make("label", {for: "own-headed"}, head, " The first row is headings"),
        labelled(
          "Inputs ",
          select("own-scale", null, SCALES, scale, (value) => (scale = value)),
        ),
        labelled(
          "Targets ",
          select("own-target-scale", null, SCALES, targetScale, (value) => (targetScale = value)),
        ),
        button("own-use", `Explore these ${table.count} samples`, () => use(table)),
      ),
      make(
        "div",
        {class: "own-table", tabindex: 0, role: "region", "aria-label": "The first samples"},
        tableElement(table),
      ),
    );
    tell(`${table.count} samples of ${table.columns.length} columns`);
  }

  const sheetChoice = () => {
    const names = Object.fromEntries(book.names.map((name) => [name, name]));
    return labelled(
      "Sheet ",
      select("own-sheet", null, names, sheet, (name) => attempt(() => chooseSheet(name))),
    );
  };

  function tableElement({columns}) {
    const heads = columns.map((column, place) => {
      const choice = select(`own-role-${place}`, `What ${column.name} is`, ROLES, roles[place], (value) => {
        roles[place] = value;
      });
      const kind = column.kind === "text" ? `${column.classes.length} classes` : "numbers";
      return make("th", {scope: "col"}, column.name, make("br"), choice, make("div", {class: "dim"}, kind));
    });
    const count = Math.min(SHOWN, columns[0].values.length);
    const body = Array.from({length: count}, (_, row) =>
      make(
        "tr",
        {},
        ...columns.map(({kind, classes, values}) =>
          make("td", {}, kind === "text" ? classes[values[row]] : String(values[row])),
        ),
      ),
    );
    return make("table", {}, make("thead", {}, make("tr", {}, ...heads)), make("tbody", {}, ...body));
  }

  function use(table) {
    attempt(() => {
      const places = (role) => roles.flatMap((each, place) => (each === role ? [place] : []));
      const [inputs, targets] = [places("input"), places("target")];
      const samples = samplesOf(table, {inputs, targets, scale, targetScale});
      const [only] = targets.map((place) => table.columns[place]);
      const classes = targets.length === 1 && only.kind === "text" ? Math.max(2, widthOf(only)) : 0;
      explore(fitted(networkOf(store.state), samples, classes, 1));
      const {model} = store.state;
      const [width, outputs] = [model.inputs.length, model.layers.at(-1).neurons.length];
      tell(
        `${samples.length} samples: ${width} inputs, ${outputs} outputs, loss ${model.loss.replaceAll("_", " ")}; ` +
          `weights drawn anew${model.batch < samples.length ? `, ${model.batch} samples in a step` : ""}`,
      );
    });
  }

  return {update() {}};
}
