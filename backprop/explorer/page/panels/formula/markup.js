// An equation as MathML: its right side in signs, and the same with a place for each number.

const MOST_WRITTEN = 4; // samples of a mean that are written out
const SUMS = /<mo[^>]*>[+−-]<\/mo>/;

export const previous = (name) => name.endsWith("'");
export const plain = (name) => name.replace(/'$/, "");

const place = (model, name, inside) =>
  `<mrow class="q ${kindOf(model, plain(name))}" data-name="${plain(name)}">${inside}</mrow>`;
// Brackets of a negative number; none where it stands in some already.
const number = (model, name, alone) =>
  alone
    ? `<mrow class="q value ${kindOf(model, plain(name))}" data-name="${plain(name)}"><mn></mn></mrow>`
    : `<mrow class="q value ${kindOf(model, plain(name))}" data-name="${plain(name)}"><mo class="bracket">(</mo><mn></mn><mo class="bracket">)</mo></mrow>`;
const bracketed = (text) => `<mrow><mo>(</mo>${text}<mo>)</mo></mrow>`;

function filled(model, equation, part) {
  const text = model.templates[equation.template].replace(
    /(\(<\/mo>)?\{(\d+)\}(<mo>\))?/g,
    (_, open, which, close) =>
      (open ?? "") + part(equation.names[Number(which)], Boolean(open && close)) + (close ?? ""),
  );
  return /<mfrac|<msqrt/.test(text) ? text : lowBrackets(text);
}

// Where nothing is high brackets stay as they are: fonts without mathematics would stretch them all the same.
const lowBrackets = (text) => text.replace(/<mo([^>]*)>([()])<\/mo>/g, '<mo$1 stretchy="false">$2</mo>');

export function inSigns(model, equation) {
  const right = filled(model, equation, (name) =>
    place(model, name, model.signs[plain(name)] ?? `<mi>${plain(name)}</mi>`),
  );
  if (equation.over === "") return right;
  const share = equation.over === "mean" ? `<mfrac><mn>1</mn><mn>${model.batch}</mn></mfrac>` : "";
  return `${share}<munder><mo movablelimits="false">∑</mo><mtext>samples</mtext></munder>${SUMS.test(right) ? bracketed(right) : right}`;
}

// The markup, and what each of its <mn> shows, in their order: a name, and of which sample.
export function inNumbers(model, equation, sample) {
  const places = [];
  const of = (which) =>
    filled(model, equation, (name, alone) => {
      places.push({name, sample: which});
      return number(model, name, alone);
    });
  if (equation.over === "") return {markup: of(sample), places};
  const terms = [];
  for (let which = 0; which < Math.min(model.batch, MOST_WRITTEN); which++) {
    const term = of(which);
    terms.push(SUMS.test(term) ? bracketed(term) : `<mrow>${term}</mrow>`);
  }
  if (model.batch > MOST_WRITTEN) terms.push("<mo>⋯</mo>");
  const share = equation.over === "mean" ? `<mfrac><mn>1</mn><mn>${model.batch}</mn></mfrac>` : "";
  return {markup: `${share}${bracketed(terms.join("<mo>+</mo>"))}`, places};
}

// What a quantity is, by which it has its colour.
function kindOf(model, name) {
  if (model.inputs.includes(name)) return "of-input";
  if (model.targets.includes(name) || model.losses.includes(name) || name === model.total) return "of-loss";
  if (model.deltas.has(name) || name.startsWith("dE_d")) return "of-delta";
  return model.uses.has(name) ? "of-weight" : model.activations.has(name) ? "of-neuron" : "";
}
