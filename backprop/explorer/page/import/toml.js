// A network's description from TOML, as `backprop` reads it and this page writes it: no dates, no texts of several lines.
import {REGISTRY} from "../own/registry.js";

const MOST_LETTERS = 5_000_000;
const DEEPEST = 8; // arrays and tables in each other
const NUMBER = /[+-]?\d[\d_]*(?:\.\d[\d_]*)?(?:[eE][+-]?\d[\d_]*)?(?![\w.:-])/y;
const BARE = /[A-Za-z0-9_-]+/y;
const ESCAPES = {b: "\b", t: "\t", n: "\n", f: "\f", r: "\r", '"': '"', "\\": "\\"};

// Whether a text is such a description rather than samples.
export const isNetwork = (text) => /^[ \t]*\[\[[ \t]*layers[ \t]*\]\]/m.test(text);

// Its fields as the page has them, rows of samples each in brackets; an Error says in which line it cannot be read.
export function networkFrom(text) {
  const fields = parsed(text);
  const {inputs = [], targets = [], loss} = fields;
  const all = rows(inputs);
  const none = Object.hasOwn(REGISTRY.losses, loss ?? "") && !REGISTRY.losses[loss].takes_targets;
  return {...fields, inputs: all, targets: none ? all.map(() => []) : rows(targets)};
}

// One sample may be written without the brackets around it.
const rows = (given) => (Array.isArray(given) && given.length > 0 && !given.some(Array.isArray) ? [given] : given);

function parsed(text) {
  if (text.length > MOST_LETTERS) throw new Error(`${text.length.toLocaleString("en")} letters are no network`);
  const source = `${text.replace(/^\uFEFF/, "")}\n`;
  const whole = {};
  let place = 0,
    table = whole;

  while (skip(true), place < source.length) {
    if (source[place] === "[") table = heading();
    else {
      const names = keys();
      expect("=");
      put(names, value(0));
    }
    skip(false);
    if (place < source.length && !/[\r\n]/.test(source[place])) wrong("the end of the line");
  }
  return whole;

  function wrong(needed) {
    const line = source.slice(0, place).split("\n").length;
    throw new Error(`TOML, line ${line}: ${needed} is needed`);
  }

  // Blanks and comments, and the ends of lines where those mean nothing.
  function skip(lines) {
    const blank = lines ? /(?:[ \t\r\n]|#[^\n]*)*/y : /[ \t]*(?:#[^\n]*)?/y;
    blank.lastIndex = place;
    place += blank.exec(source)[0].length;
  }

  function expect(sign) {
    skip(false);
    if (source[place] !== sign) wrong(`“${sign}”`);
    place += 1;
  }

  function heading() {
    const often = source.startsWith("[[", place);
    place += often ? 2 : 1;
    const names = keys();
    expect("]");
    if (often) expect("]");
    const last = names.pop(),
      holder = inside(whole, names);
    if (often) {
      holder[last] ??= [];
      if (!Array.isArray(holder[last])) wrong("another name");
      holder[last].push({});
      return holder[last].at(-1);
    }
    if (Object.hasOwn(holder, last)) wrong("another name");
    return (holder[last] = {});
  }

  function inside(from, names) {
    return names.reduce((held, name) => {
      held[name] ??= {};
      const next = Array.isArray(held[name]) ? held[name].at(-1) : held[name];
      if (typeof next !== "object") wrong("a table");
      return next;
    }, from);
  }

  function put(names, given, into = table) {
    const last = names.pop(),
      holder = inside(into, names);
    if (Object.hasOwn(holder, last)) wrong(`another name than ${last}`);
    holder[last] = given;
  }

  // a.b."c": names that every object has are no fields.
  function keys() {
    const names = [];
    do {
      if (names.length) place += 1;
      skip(false);
      const name = /["']/.test(source[place]) ? quoted() : matched(BARE);
      if (name === null || name in {}) wrong("a name");
      names.push(name);
      skip(false);
    } while (source[place] === ".");
    return names;
  }

  function matched(pattern) {
    pattern.lastIndex = place;
    const found = pattern.exec(source);
    if (found === null) return null;
    place += found[0].length;
    return found[0];
  }

  function value(depth) {
    skip(false);
    if (depth > DEEPEST) wrong("less depth");
    const first = source[place];
    if (first === '"' || first === "'") return quoted();
    if (first === "[") return array(depth);
    if (first === "{") return inline(depth);
    const word = matched(/(?:true|false)(?!\w)/y);
    if (word !== null) return word === "true";
    const number = Number((matched(NUMBER) ?? "none").replaceAll("_", ""));
    if (!Number.isFinite(number)) wrong("a number, a text, true, false or an array");
    return number;
  }

  function array(depth) {
    const found = [];
    place += 1;
    for (;;) {
      skip(true);
      if (source[place] === "]") break;
      found.push(value(depth + 1));
      skip(true);
      if (source[place] === ",") place += 1;
      else if (source[place] !== "]") wrong("“,” or “]”");
    }
    place += 1;
    return found;
  }

  function inline(depth) {
    const found = {};
    place += 1;
    for (skip(false); source[place] !== "}"; skip(false)) {
      const names = keys();
      expect("=");
      put(names, value(depth + 1), found);
      skip(false);
      if (source[place] === ",") place += 1;
      else if (source[place] !== "}") wrong("“,” or “}”");
    }
    place += 1;
    return found;
  }

  function quoted() {
    const quote = source[place],
      start = place + 1;
    if (source.startsWith(quote.repeat(3), place)) wrong("a text of one line");
    let said = "";
    for (place = start; source[place] !== quote; place += 1) {
      if (/[\r\n]/.test(source[place])) wrong("the end of a text");
      said += quote === '"' && source[place] === "\\" ? escaped() : source[place];
    }
    place += 1;
    return said;
  }

  function escaped() {
    const found = matched(/\\(?:[btnfr"\\]|u[0-9a-fA-F]{4}|U[0-9a-fA-F]{8})/y);
    if (found === null) wrong("another letter after \\");
    place -= 1;
    const code = parseInt(found.slice(2), 16);
    if (found.length === 2) return ESCAPES[found[1]];
    return code <= 0x10ffff ? String.fromCodePoint(code) : wrong("a letter that there is");
  }
}
