// Trees as text in a language: JavaScript, LaTeX, plain text; Excel's are in excel.js. What they share is here.
import {REGISTRY} from "./registry.js";
import {is} from "./trees.js";
import {sampleName} from "./structure.js";

export const SUM = 1;
export const PRODUCT = 2;
export const ATOM = 3;

// A printer prints trees; a language gives it operators, spellings, names and what it writes in a way of its own.
export function printer(language) {
  const {spellings, plus = " + ", minus = " - ", minusSign = "-", times = "*"} = language;
  const self = {language, print, atLeast, bracket: language.bracket ?? ((text) => `(${text})`), level};

  function print(tree) {
    const own = language.own?.(tree, self);
    if (own !== undefined) return own;
    if (typeof tree === "string") return language.symbol(tree);
    if (typeof tree === "number") return String(tree).replace("-", minusSign);
    const [kind, ...parts] = tree;
    if (kind === "+") return sum(parts);
    if (kind === "*") return factors(tree, parts);
    if (kind === "/") return `${String(parts[0]).replace("-", minusSign)}/${parts[1]}`;
    return called(kind, parts);
  }

  // The text, in brackets if it binds less tightly than that.
  function atLeast(tree, needed) {
    const text = print(tree);
    return level(tree) < needed ? self.bracket(text) : text;
  }

  function level(tree) {
    const own = language.level?.(tree);
    if (own !== undefined) return own;
    if (typeof tree === "string") return ATOM;
    if (typeof tree === "number") return tree < 0 ? SUM : ATOM;
    const [kind] = tree;
    if (kind === "+") return SUM;
    if (kind === "*") return positive(tree) === null ? PRODUCT : SUM;
    if (kind === "/") return tree[1] < 0 ? SUM : PRODUCT;
    return spellings[kind]?.[1] ?? ATOM;
  }

  function sum(terms) {
    return terms.reduce((text, term) => {
      const bare = positive(term);
      if (bare === null) return `${text}${text && plus}${atLeast(term, PRODUCT)}`;
      return `${text}${text ? minus : minusSign}${atLeast(bare, PRODUCT)}`;
    }, "");
  }

  function factors(tree, [first, ...others]) {
    const bare = positive(tree);
    if (bare !== null) return minusSign + atLeast(bare, PRODUCT);
    return [atLeast(first, PRODUCT), ...others.map((factor) => atLeast(factor, ATOM))].join(times);
  }

  function called(name, parts) {
    if (!Object.hasOwn(spellings, name)) throw new Error(`function ${name} has no spelling here`);
    const [template] = spellings[name];
    const operands = template.includes("{0}") ? parts.map((part) => atLeast(part, ATOM)) : [];
    const bare = template.includes("{all}") ? parts.map(print).join(", ") : "";
    return spelled(template, (hole) => (hole === "all" ? bare : operands[hole]));
  }

  return self;
}

// A template of the registry with its holes {0}, {1} and {all} filled; {{ and }} stand for single brackets.
export const spelled = (template, fill) =>
  template.replaceAll(/\{\{|\}\}|\{(\d|all)\}/g, (text, hole) => (hole === undefined ? text[0] : fill(hole)));

// The tree without its minus, where it is written with one; else null.
export function positive(tree) {
  if (!is(tree, "*") || tree[1] !== -1) return null;
  return tree.length === 3 ? tree[2] : ["*", ...tree.slice(2)];
}

export const isMean = (tree) => is(tree, "mean") || is(tree, "summed");
const counted = (count) => Array.from({length: count}, (_, number) => number + 1);

// JavaScript; of several samples names end in _s1, _s2, ...
export function javascriptPrinter(derivation, sample = 1) {
  return printer({
    spellings: REGISTRY.spellings.javascript,
    symbol: (name) => (derivation.perSample.has(name) ? sampleName(name, sample) : name),
    level: (tree) => (is(tree, "mean") ? PRODUCT : undefined),
    own: (tree, {print}) => {
      if (is(tree, "^")) return `Math.pow(${print(tree[1])}, ${print(tree[2])})`;
      if (!isMean(tree)) return undefined;
      const terms = counted(tree[2]).map((each) => javascriptPrinter(derivation, each).atLeast(tree[1], PRODUCT));
      return `(${terms.join(" + ")})${is(tree, "mean") ? `/${tree[2]}` : ""}`;
    },
  });
}

// LaTeX that GitHub, MathJax and KaTeX render.
export const latexPrinter = printer({
  spellings: REGISTRY.spellings.latex,
  times: " \\cdot ",
  symbol: latexSymbol,
  bracket: (text) => `\\left(${text}\\right)`,
  level: (tree) => (isMean(tree) ? PRODUCT : is(tree, "/") && tree[1] > 0 ? ATOM : undefined),
  own: (tree, {print, atLeast, bracket}) => {
    if (is(tree, "/")) return `${tree[1] < 0 ? "-" : ""}\\frac{${Math.abs(tree[1])}}{${tree[2]}}`;
    if (is(tree, "quotient")) return `\\frac{${print(tree[1])}}{${print(tree[2])}}`;
    if (isMean(tree)) {
      const [kind, values, count] = tree;
      return `${kind === "mean" ? `\\frac{1}{${count}} ` : ""}\\sum_{s=1}^{${count}} ${atLeast(values, PRODUCT)}`;
    }
    if (!is(tree, "^")) return undefined;
    const base = atLeast(tree[1], ATOM);
    const two = typeof tree[1] === "string" && (base.includes("^") || base.startsWith("\\frac"));
    return `${two ? bracket(base) : base}^{${print(tree[2])}}`;
  },
});

const LETTERS = Object.fromEntries(Object.entries(REGISTRY.names.greek).map(([name, letter]) => [letter, name]));

// w_{1} for w1, a_{h1} for a_h1, h^{(2)}_{1} for h2_1, a derivative as a fraction.
export function latexSymbol(name) {
  if (name.startsWith("dE_d")) return `\\frac{\\partial E_{total}}{\\partial ${latexSymbol(name.slice(4))}}`;
  if (Object.hasOwn(REGISTRY.names.latex, name)) return REGISTRY.names.latex[name];
  const deep = /^h(\d+)_(\d+)$/.exec(name);
  if (deep) return `h^{(${deep[1]})}_{${deep[2]}}`;
  const indexed = /^(\p{L}+?)_?(\d[\p{L}\p{N}_]*|(?<=_)[\p{L}\p{N}_]+)$/u.exec(name);
  if (indexed) return `${latexLetter(indexed[1])}_{${indexed[2].replaceAll("_", ",")}}`;
  return latexLetter(name);
}

function latexLetter(text) {
  const name = LETTERS[text] ?? text;
  if (Object.hasOwn(REGISTRY.names.greek, name)) return `\\${name}`;
  return [...name].length === 1 ? name : `\\mathrm{${name}}`;
}

const SUPERSCRIPTS = "⁰¹²³⁴⁵⁶⁷⁸⁹";

// Plain text, as a person types it.
export const textPrinter = printer({
  spellings: REGISTRY.spellings.text,
  minus: " − ",
  minusSign: "−",
  times: "·",
  symbol: written,
  level: (tree) => (is(tree, "/") && tree[1] === 1 && tree[2] === 2 ? ATOM : undefined),
  own: (tree, {print, atLeast, bracket}) => {
    if (is(tree, "/") && tree[1] === 1 && tree[2] === 2) return "½";
    if (is(tree, "mean")) return `mean(${print(tree[1])})`;
    if (is(tree, "summed")) return `sum(${print(tree[1])})`;
    if (!is(tree, "^")) return undefined;
    const base = atLeast(tree[1], ATOM),
      fraction = typeof tree[1] === "string" && base.includes("/");
    const power = typeof tree[2] === "number" ? SUPERSCRIPTS[tree[2]] : `^${atLeast(tree[2], ATOM)}`;
    return `${fraction ? bracket(base) : base}${power}`;
  },
});

// ∂E/∂w1 for dE_dw1, δ_h1 for delta_h1, η for eta.
export function written(name) {
  if (name.startsWith("dE_d")) return `∂E/∂${written(name.slice(4))}`;
  const [letters] = /^[A-Za-z]*/.exec(name),
    {text, greek} = REGISTRY.names;
  if (Object.hasOwn(text, name)) return text[name];
  return Object.hasOwn(greek, letters) ? greek[letters] + name.slice(letters.length) : name;
}

// The equation in such a language, an update with an arrow to its new value.
export function equationLine({target, tree, stage}, using = textPrinter) {
  const {language, print} = using,
    arrow = using === latexPrinter ? "\\leftarrow" : "←";
  return `${language.symbol(target)} ${stage === "update" || stage === "state" ? arrow : "="} ${print(tree)}`;
}

// The source of the function of an epoch or a step, as `backprop derive --form steps --format javascript` prints it.
export function epochJavascript(derivation, constants) {
  const own = (name) => (derivation.perSample.has(name) ? counted(derivation.batch) : [1]);
  const symbols = (name) => own(name).map((sample) => javascriptPrinter(derivation, sample).language.symbol(name));
  const {inputs, targets, states, updates, numbers} = derivation;
  const taken = [
    ...[...inputs, ...targets].flatMap(symbols),
    ...Object.keys(derivation.parameters),
    "eta",
    ...numbers,
    ...states.map(({target}) => `${target} = 0`),
    ...Object.entries(constants).map(([name, value]) => `${name} = ${value}`),
  ];
  const lines = [],
    given = [];
  for (const {target, tree, stage} of derivation.equations) {
    if (stage === "update") continue;
    for (const sample of own(target)) {
      const using = javascriptPrinter(derivation, sample),
        name = using.language.symbol(target);
      lines.push(`  ${stage === "state" ? "" : "const "}${name} = ${using.print(tree)};`);
      given.push(name);
    }
  }
  const next = updates.map(({target, tree}) => `${target}: ${javascriptPrinter(derivation).print(tree)}`);
  return [
    `export function ${derivation.counted}({${taken.join(", ")}}) {`,
    ...lines,
    `  const next = {${next.join(", ")}};`,
    `  return {${given.join(", ")}, next};`,
    "}",
    "",
  ].join("\n");
}
