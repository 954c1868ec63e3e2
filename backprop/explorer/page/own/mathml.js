// Trees as MathML in which each quantity is a place, {0}, {1}, ...: a page puts its sign there, or its number.
import {REGISTRY} from "./registry.js";
import {ATOM, PRODUCT, isMean, latexSymbol, printer} from "./printers.js";
import {is} from "./trees.js";

// The template of a right side and the names in its places; of a mean, or a sum over samples, the part of one sample.
export function formulaOf(tree) {
  const over = isMean(tree) ? tree[0] : "",
    names = [];
  const template = placed(names).print(over ? tree[1] : tree);
  return {template, names, over};
}

const row = (text) => `<mrow>${text}</mrow>`;
const bracket = (text) => `<mrow><mo>(</mo>${text}<mo>)</mo></mrow>`;
const fraction = (top, bottom) => `<mfrac>${top}${bottom}</mfrac>`;
const number = (value) => (value < 0 ? `<mrow>${MINUS}<mn>${-value}</mn></mrow>` : `<mn>${value}</mn>`);
const MINUS = '<mo lspace="0" rspace="0">−</mo>';

const placed = (names) =>
  printer({
    spellings: REGISTRY.spellings.mathml,
    plus: "<mo>+</mo>",
    minus: "<mo>−</mo>",
    minusSign: MINUS,
    times: '<mo lspace="0.2222em" rspace="0.2222em">⋅</mo>',
    bracket,
    symbol: (name) => `{${names.push(name) - 1}}`,
    level: (tree) => (isMean(tree) ? PRODUCT : is(tree, "/") && tree[1] > 0 ? ATOM : undefined),
    own: (tree, {print, atLeast}) => {
      if (typeof tree === "number") return number(tree);
      if (is(tree, "previous")) return print(`${tree[1]}'`);
      if (is(tree, "/")) return `${tree[1] < 0 ? MINUS : ""}${fraction(number(Math.abs(tree[1])), number(tree[2]))}`;
      if (is(tree, "quotient")) return fraction(row(print(tree[1])), row(print(tree[2])));
      if (!is(tree, "^")) return undefined;
      const isFraction = typeof tree[1] === "string" && tree[1].startsWith("dE_d");
      const base = isFraction ? bracket(print(tree[1])) : atLeast(tree[1], ATOM);
      return `<msup>${row(base)}${row(print(tree[2]))}</msup>`;
    },
  });

// The sign of a quantity.
export function signOf(name) {
  if (name.startsWith("dE_d")) {
    return (
      `<mfrac><mrow><mi>∂</mi><msub><mi>E</mi><mi mathvariant="normal">total</mi></msub></mrow>` +
      `<mrow><mi>∂</mi>${signOf(name.slice(4))}</mrow></mfrac>`
    );
  }
  if (Object.hasOwn(REGISTRY.names.mathml, name)) return REGISTRY.names.mathml[name];
  const latex = latexSymbol(name);
  const deep = /^h\^\{\((\d+)\)\}_\{(\d+)\}$/.exec(latex);
  if (deep) {
    return (
      `<msubsup><mi>h</mi><mn>${deep[2]}</mn><mrow><mo stretchy="false">(</mo><mn>${deep[1]}</mn>` +
      '<mo stretchy="false">)</mo></mrow></msubsup>'
    );
  }
  const indexed = /^(.*?)(?:([_^])\{(.*)\})?$/.exec(latex),
    [, base, kind, index] = indexed;
  if (!kind) return letter(base);
  return `<m${kind === "_" ? "sub" : "sup"}>${letter(base)}${row(parts(index))}</m${kind === "_" ? "sub" : "sup"}>`;
}

// The letters of a subscript each for themselves, its numbers whole.
function parts(index) {
  if (index.startsWith("\\")) return letter(index);
  return index.replaceAll(/\d+|,|./gu, (part) =>
    part === "," ? '<mo rspace="0">,</mo>' : /\d/.test(part) ? `<mn>${part}</mn>` : `<mi>${escaped(part)}</mi>`,
  );
}

function letter(latex) {
  const word = /^\\mathrm\{(.*)\}$/.exec(latex);
  if (word) return `<mi mathvariant="normal">${escaped(word[1])}</mi>`;
  return latex.startsWith("\\") ? REGISTRY.names.mathml[latex.slice(1)] : `<mi>${escaped(latex)}</mi>`;
}

const escaped = (text) => text.replaceAll("&", "&amp;").replaceAll("<", "&lt;");
