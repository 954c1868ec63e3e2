// Formulas as trees, in the order in which people write them: how they are built, filled in and asked for their names.
//
//   tree = "name" | whole number | ["/", p, q] | ["+", tree, ...] | ["*", tree, ...] | ["^", base, power]
//        | [function, tree, ...]

export const is = (tree, kind) => Array.isArray(tree) && tree[0] === kind;

// The sum of the terms, in their order.
export const total = (terms) => (terms.length === 1 ? terms[0] : ["+", ...terms]);

// The product of the factors, in their order, nested products flattened, a factor 1 left out.
export function product(...factors) {
  const kept = factors.flatMap((factor) => (is(factor, "*") ? factor.slice(1) : [factor])).filter((part) => part !== 1);
  return kept.length === 0 ? 1 : kept.length === 1 ? kept[0] : ["*", ...kept];
}

export const negative = (tree) => ["*", -1, tree];
export const difference = (left, right) => ["+", left, negative(right)];

// p/q in lowest terms.
export function rational(p, q) {
  const divisor = common(Math.abs(p), q);
  return q === divisor ? p / divisor : ["/", p / divisor, q / divisor];
}

const common = (p, q) => (q === 0 ? p : common(q, p % q));

// The tree with what is known put in the place of its names, built anew.
export function filled(tree, known) {
  if (typeof tree === "string") return Object.hasOwn(known, tree) ? known[tree] : tree;
  if (typeof tree === "number") return tree;
  const [kind, ...parts] = tree;
  const built = parts.map((part) => filled(part, known));
  if (kind === "/") return rational(...built);
  return kind === "*" ? product(...built) : [kind, ...built];
}

// Every name in the tree, as often as it stands there.
export function names(tree) {
  return typeof tree === "string" ? [tree] : Array.isArray(tree) ? tree.slice(1).flatMap(names) : [];
}

// Every function in the tree, by name.
export function calls(tree) {
  if (!Array.isArray(tree)) return [];
  return [...(/^\w/.test(tree[0]) ? [tree[0]] : []), ...tree.slice(1).flatMap(calls)];
}
