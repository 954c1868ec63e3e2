"""A formula as one would write it: like terms together, common factors before the bracket, sums over ranges.

Only what holds for all numbers is used: x + x = 2x, x·x = x², a·c + b·c = (a + b)·c, x/x² = 1/x. Products of sums are
not multiplied out. Three terms and more that differ by cells which stand side by side become one SUM or SUMPRODUCT.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

from backprop.spreadsheet.formula import Area, Binary, Bracket, Call, Node, Number, Reference, Unary, transform, walk

MANY = 3  # terms that differ by their cells alone, for a sum over a range
LARGEST_POWER = 9
LARGEST = 10**8  # a number that one types
_ARITHMETIC = set("+-*/^")
_ZERO = Number("0")
_BY_CELL = {"EXP", "LN", "ABS", "SIGN", "SQRT", "TANH", "SIN", "COS", "POWER"}  # SUMPRODUCT applies them to each cell


@dataclass(frozen=True, slots=True)
class _Term:
    """A number times powers of factors, which are no products and no numbers, in the order in which they stood."""

    number: Fraction
    factors: Mapping[Node, int]

    @property
    def key(self) -> frozenset[tuple[Node, int]]:
        return frozenset(self.factors.items())

    def times(self, other: "_Term", power: int = 1) -> "_Term":
        factors = dict(self.factors)
        for factor, own in other.factors.items():
            factors[factor] = factors.get(factor, 0) + own * power
        number = self.number * other.number**power
        return _Term(number, {factor: own for factor, own in factors.items() if own})


_ONE = _Term(Fraction(1), {})


def tidied(tree: Node) -> Node:
    """The formula written shorter; the same where there is nothing to shorten.

    NotComputableError where it comes to a number of more digits than a formula may have.
    """
    if isinstance(tree, Binary) and tree.operator not in _ARITHMETIC:
        return Binary(tree.operator, tidied(tree.left), tidied(tree.right))
    return _sum_of(_collected(_terms(tree)))


def _terms(tree: Node) -> list[_Term]:
    """What a formula adds up."""
    found: list[_Term] = []
    pending = [(Fraction(1), tree)]
    while pending:
        sign, node = pending.pop()
        match node:
            case Bracket(inside):
                pending.append((sign, inside))
            case Unary("-" | "+" as operator, operand):
                pending.append((-sign if operator == "-" else sign, operand))
            case Binary("+" | "-" as operator, left, right):
                pending += [(-sign if operator == "-" else sign, right), (sign, left)]
            case _:
                term = _product(node)
                found.append(replace(term, number=term.number * sign))
    return found


def _product(node: Node) -> _Term:
    """A term as a number and its factors."""
    match node:
        case Number() as number:
            return _Term(number.value, {})
        case Unary("-", operand):
            return _Term(Fraction(-1), {}).times(_product(operand))
        case Bracket(inside):
            return _within(inside)
        case Binary("*", left, right):
            return _product(left).times(_product(right))
        case Binary("/", left, right) if (divisor := _product(right)).number:
            return _product(left).times(divisor, -1)
        case Binary("^", base, Number() as power) | Call("POWER", (base, Number() as power)):
            below = _within(base)
            if power.value.denominator == 1 and 0 < power.value <= LARGEST_POWER and below.number:
                return _ONE.times(below, int(power.value))
        case Call(function, arguments):
            return _Term(Fraction(1), {Call(function, tuple(map(tidied, arguments))): 1})
    return _Term(Fraction(1), {node: 1})


def _within(inside: Node) -> _Term:
    """What stands in brackets as one term."""
    if isinstance(inside, Binary) and inside.operator not in _ARITHMETIC:
        return _Term(Fraction(1), {tidied(inside): 1})
    return _as_term(_collected(_terms(inside)))


def _collected(terms: Iterable[_Term]) -> list[_Term]:
    """Like terms added up, without those that cancel."""
    found: dict[frozenset[tuple[Node, int]], _Term] = {}
    for term in _chosen_together(list(terms)):
        known = found.get(term.key)
        found[term.key] = term if known is None else replace(known, number=known.number + term.number)
    return [term for term in found.values() if term.number]


def _chosen_together(terms: list[_Term]) -> list[_Term]:
    """IF(c,x,0) + IF(c,0,y) as IF(c,x,y)."""
    found: list[_Term] = []
    for term in terms:
        own = _choice(term)
        for at, known in enumerate(found if own else ()):
            other = _choice(known)
            if own and other and own[0] == other[0] and known.number == term.number:
                (one, two), (first, second) = own[1:], other[1:]
                if _ZERO in (one, first) and _ZERO in (two, second):
                    branches = (first if one == _ZERO else one, second if two == _ZERO else two)
                    found[at] = _Term(term.number, {Call("IF", (own[0], *branches)): 1})
                    break
        else:
            found.append(term)
    return found


def _choice(term: _Term) -> tuple[Node, Node, Node] | None:
    """Condition and branches of a term that is one IF."""
    match list(term.factors.items()):
        case [(Call("IF", (condition, one, two)), 1)]:
            return condition, one, two
    return None


def _as_term(terms: Sequence[_Term]) -> _Term:
    """A sum as one term: its common factors, and what is left of it."""
    if len(terms) < 2:
        return terms[0] if terms else _Term(Fraction(0), {})
    common = _common(terms)
    left = _over_ranges([term.times(common, -1) for term in terms])
    return common.times(left[0] if len(left) == 1 else _Term(Fraction(1), {_added(left): 1}))


def _sum_of(terms: Sequence[_Term]) -> Node:
    """A formula for a sum: the common factors before a bracket, ranges for terms that differ by their cells."""
    whole = _as_term(terms)
    ((factor, power),) = whole.factors.items() if len(whole.factors) == 1 else ((None, 0),)
    return factor if factor is not None and power == whole.number == 1 else _term(whole)


def _added(terms: Sequence[_Term]) -> Node:
    """The terms one behind the other, first one that is added."""
    first = next((term for term in terms if term.number > 0), terms[0])
    tree = _term(first)
    for term in (term for term in terms if term is not first):
        part = _term(replace(term, number=abs(term.number)))
        tree = Binary("+" if term.number > 0 else "-", tree, part)
    return tree


def _common(terms: Sequence[_Term]) -> _Term:
    """What all terms have as a factor."""
    factors: dict[Node, int] = {}
    for factor, power in terms[0].factors.items():
        powers = [term.factors.get(factor, 0) for term in terms]
        shared = min(powers) if power > 0 else max(powers)
        if shared * power > 0:
            factors[factor] = shared
    numbers = {abs(term.number) for term in terms}
    number = numbers.pop() if len(numbers) == 1 else Fraction(1)
    negative = all(term.number < 0 for term in terms)
    return _Term(-number if negative else number, factors)


def _term(term: _Term) -> Node:
    """A formula for a term: its number, what it multiplies, what it divides by."""
    above = [_power(factor, power) for factor, power in term.factors.items() if power > 0]
    below = [_power(factor, -power) for factor, power in term.factors.items() if power < 0]
    number = abs(term.number)
    decimal = _decimal(number)
    if number != 1 and decimal is not None:
        above.insert(0, Number(decimal))
    elif number != 1:
        above[:0] = [Number(str(number.numerator))] if number.numerator != 1 else []
        below.append(Number(str(number.denominator)))
    if term.number < 0 and above and isinstance(above[0], Binary):
        above[0] = Bracket(above[0])  # -x^2 is (-x)^2
    tree = above[0] if above else Number("1")
    if term.number < 0:
        tree = Unary("-", tree)
    for factor in above[1:]:
        tree = Binary("*", tree, factor)
    for factor in below:
        tree = Binary("/", tree, factor)
    return tree


def _decimal(number: Fraction) -> str | None:
    """A number as one types it; None for one without end, or of many digits."""
    if number >= LARGEST:
        return None
    text = repr(float(number)).removesuffix(".0")
    return text if "e" not in text and len(text) < 8 and Fraction(text) == number else None


def _power(factor: Node, power: int) -> Node:
    base = Bracket(factor) if isinstance(factor, Binary | Unary) else factor
    return base if power == 1 else Binary("^", base, Number(str(power)))


def _over_ranges(terms: Sequence[_Term]) -> list[_Term]:
    """The terms, those of one form in cells side by side as one sum over ranges."""
    alike: dict[tuple[Fraction, Node], list[_Term]] = defaultdict(list)
    for term in terms:
        alike[term.number, _form(_term(replace(term, number=Fraction(1))))].append(term)
    found: list[_Term] = []
    for (number, _), group in alike.items():
        plain = [_term(replace(term, number=Fraction(1))) for term in group] if len(group) >= MANY else []
        summed = _summed(plain) if plain else None
        found += group if summed is None else [_Term(number, {summed: 1})]
    return found


def _form(tree: Node) -> Node:
    """A formula without its cells."""
    return transform(tree, lambda node: Reference(0, 0) if isinstance(node, Reference) else node)


def _summed(trees: list[Node]) -> Node | None:
    """The sum of formulas of one form whose cells stand side by side; None where they do not."""
    reads = [[node for node in walk(tree) if isinstance(node, Reference)] for tree in trees]
    calls = {node.function.upper() for tree in trees for node in walk(tree) if isinstance(node, Call)}
    if not calls <= _BY_CELL or any(isinstance(node, Area) for tree in trees for node in walk(tree)):
        return None
    moving = [at for at in range(len(reads[0])) if len({read[at] for read in reads}) > 1]
    lines = {at: [read[at] for read in reads] for at in moving}
    if not moving or not any(all(_in_line(line, down) for line in lines.values()) for down in (True, False)):
        return None
    order = [(read.row, read.column) for read in lines[moving[0]]]
    if any(_order([(read.row, read.column) for read in line]) != _order(order) for line in lines.values()):
        return None
    ends = {at: (min(line, key=_place), max(line, key=_place)) for at, line in lines.items()}
    count = -1

    def over(node: Node) -> Node:
        nonlocal count
        if not isinstance(node, Reference):
            return node
        count += 1
        return Area(*ends[count]) if count in ends else node

    tree = transform(trees[0], over)  # from left to right, as `walk` meets them
    tree = tree.inside if isinstance(tree, Bracket) else tree
    return Call("SUM" if isinstance(tree, Area) else "SUMPRODUCT", (tree,))


def _place(read: Reference) -> tuple[int, int]:
    return read.row, read.column


def _order(places: list[tuple[int, int]]) -> list[int]:
    """In which order places stand."""
    return sorted(range(len(places)), key=places.__getitem__)


def _in_line(line: Sequence[Reference], down: bool) -> bool:
    """Whether references are to cells one after the other, in a column or a row, each once."""
    fixed = {(read.fixed_row, read.fixed_column, read.sheet) for read in line}
    along = [read.row if down else read.column for read in line]
    across = {read.column if down else read.row for read in line}
    once = Counter(along).most_common(1)[0][1] == 1 and max(along) - min(along) == len(along) - 1
    return len(fixed) == len(across) == 1 and once
