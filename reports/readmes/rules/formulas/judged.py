"""Formulas against a derivation, by value on random states: the 8-weight network's, or that of the text's own network.

Conventions differ: which weight leads where, whether the loss has its half, the sign of a delta. A formula counts as
wrong only beside others of its kind that are right, so that a README with another convention is left alone.
"""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from backprop.derivation.equation import Equation as Derived
from backprop.printers.text import TextPrinter
from backprop.spreadsheet.formula import (
    Binary,
    Bracket,
    Call,
    Name,
    Node,
    NotComputableError,
    Number,
    Unary,
    children,
    walk,
)
from reports.readmes.proof.evidence import Evidence, squeeze
from reports.readmes.proof.findings import Edit, Finding, Judgements, Kind
from reports.readmes.proof.quantities.eight import derivation, eight
from reports.readmes.proof.quantities.states import ETA, Quantities
from reports.readmes.proof.quantities.told import aliased, likely, told_network
from reports.readmes.reading.formulas import FormulaTextError, Token, parse_tokens, tokenize
from reports.readmes.rules.formulas.equations import Equation, read_equations
from reports.readmes.rules.registry import rule

_SLIPS = {"+": ["-", "*"], "-": ["+"], "*": ["+"]}
MOST = 500  # formulas of a README
MOST_REPAIRED = 60  # tokens of a formula whose repair is looked for
LONGEST_NUMBER, HIGHEST_POWER = 12, 10
MOST_UNKNOWN = 8  # names of a README whose meaning is looked for


@dataclass(frozen=True, slots=True)
class Formula:
    """One side of an equation, held against the quantity of a network on its left."""

    equation: Equation
    network: Quantities
    target: str
    update: bool

    @property
    def group(self) -> str:
        """The convention it depends on."""
        if re.fullmatch(r"E\d|E_total", self.target):
            return "loss"
        return "delta" if self.target.startswith("delta") else "network"

    def equals(self, tree: Node) -> bool:
        """Whether a tree is the quantity on the left."""
        return self.network.equal(tree, self.target, self.update)


Judged = list[tuple[Formula, bool]]  # and whether it is right


@rule(
    Kind.FORMULA,
    "equations in text or LaTeX: those whose names are the 8-weight network's, and the derivatives of any network "
    "whose forward pass and loss the text gives",
    "the derivation, by value on random states to 40 digits; the text's own equations, differentiated; a name that "
    "stands once, beside that which makes its equation right",
)
def check_formulas(evidence: Evidence) -> Judgements:
    """Every equation whose quantities a network has."""
    known, told = _judged(evidence)
    for group, certain in (("loss", _loss), ("delta", _most), ("network", _nearly_all)):
        of_group = [(formula, right) for formula, right in known if formula.group == group]
        if group == "network" and not _most([(f, r) for f, r in known if f.group == "delta"], empty=True):
            of_group = [(formula, right) for formula, right in of_group if not _reads_delta(formula)]
        yield from _findings(of_group, certain(of_group))
    yield from _findings(told, _nearly_all(told))
    yield from _misspelt(list(read_equations(evidence.document)), known)


def judged_lines(evidence: Evidence) -> set[int]:
    """The lines whose equations were understood."""
    return {formula.equation.line for judged in _judged(evidence) for formula, _ in judged}


def _findings(judged: Judged, sure: bool) -> Judgements:
    said: set[tuple[int, str]] = set()  # one slip on the left is one finding, however many sides follow
    for formula, right in judged:
        if right:
            yield None
        elif sure and (formula.equation.line, formula.equation.left) not in said:
            said.add((formula.equation.line, formula.equation.left))
            yield _finding(formula)


def _judged(evidence: Evidence) -> tuple[Judged, Judged]:
    """The equations that have a value in the 8-weight network, and those others that have one in the text's own."""
    equations = list(read_equations(evidence.document))
    known = _values(equations, eight())
    at = {(formula.equation.line, formula.equation.column) for formula, _ in known}
    rest = [equation for equation in equations if (equation.line, equation.column) not in at]
    if len(known) >= MOST_UNKNOWN and _nearly_all(known):
        return known + _values(rest, _with_aliases(rest, eight())), []
    wrong = {(f.equation.line, f.equation.column) for f, right in known if not right} if _nearly_all(known) else set()
    network = told_network(
        (equation.name, equation.tree) for equation in equations
        if equation.name and "/" not in equation.name and not equation.new and _is_tame(equation.tree)
        and (equation.line, equation.column) not in wrong
    )  # fmt: skip
    if network is None:
        return known, []
    others = [each for each in rest if each.name and ("/" in each.name or each.new or _reads_eta(each))]
    return known, _values(others, _with_aliases(others, network))


def _values(equations: Sequence[Equation], network: Quantities) -> Judged:
    """Those that have a value in a network, and whether it is the right one."""
    judged: Judged = []
    for equation in equations:
        formula = _formula(equation, network)
        if formula is None or len(judged) >= MOST:
            continue
        try:
            right = formula.equals(equation.tree)
            if right or not _is_one_path(formula):
                judged.append((formula, right))
        except NotComputableError:
            continue
    return judged


def _is_one_path(formula: Formula) -> bool:
    """Whether it is ∂E/∂a · ∂a/∂z · ∂z/∂w along one of several paths: short for the sum over all of them."""
    factors: list[str] = []
    open_ = [formula.equation.tree]
    while open_:
        match open_.pop():
            case Binary("*", left, right):
                open_ += [right, left]
            case Bracket(inside):
                open_.append(inside)
            case Name(text) if text.startswith("∂"):
                factors.append(formula.network.resolve(text) or "")
            case Call("∂", (inside, Name(by))):
                of = inside.inside if isinstance(inside, Bracket) else inside
                whole = formula.network.resolve(of.text) if isinstance(of, Name) else None
                factors.append(f"{whole}/{formula.network.resolve(by)}")
            case _:
                return False
    ends = [re.sub(r"^dE_d", "E_total/", factor).partition("/") for factor in factors]
    by = re.sub(r"^dE_d", "E_total/", formula.target).partition("/")[2]
    linked = all(before[2] == after[0] for before, after in pairwise(ends)) and by == (ends[-1][2] if ends else "")
    values = formula.network.state(0)
    return len(ends) > 1 and linked and formula.network.value(formula.equation.tree, values, 0) != 0


def _with_aliases(equations: Sequence[Equation], network: Quantities) -> Quantities:
    """The network with misspelt names read as what makes most of the equations right that have no other such name."""
    unknown: dict[str, list[Equation]] = {}
    for equation in equations:
        names = {name for name in _names(equation.tree) if network.resolve(name) is None and not name.startswith("∂")}
        if len(names) == 1:
            unknown.setdefault(names.pop(), []).append(equation)
    aliases: dict[str, str] = {}
    for name, among in list(unknown.items())[:MOST_UNKNOWN]:
        for meant in likely(name, network):
            right = [holds for _, holds in _values(among, aliased(network, {name: meant}))]
            if sum(right) >= 2 and 2 * sum(right) >= len(right):
                aliases[name] = meant
                break
    return aliased(network, aliases) if aliases else network


def _misspelt(equations: Sequence[Equation], known: Judged) -> Judgements:
    """A name that stands once and is no quantity, one letter from a quantity's that makes its equation right."""
    right = [formula for formula, holds in known if holds]
    if len(right) < MOST_UNKNOWN or not _nearly_all(known):
        return
    network = right[0].network
    spelled = {network.resolve(name): name for each in right for name in _names(each.equation.tree) if name[0] != "∂"}
    times = Counter(name for each in equations for name in {each.name, *_names(each.tree)})
    for equation in equations:
        unknown = [name for name in _names(equation.tree) if network.resolve(name) is None and name[0] != "∂"]
        if len(unknown) != 1 or times[unknown[0]] != 1:
            continue
        (name,) = unknown
        able = [
            meant for meant in spelled.values()
            if len(meant) == len(name) and sum(a != b for a, b in zip(meant, name, strict=True)) == 1
            and any(holds for _, holds in _values([equation], aliased(network, {name: meant})))
        ]  # fmt: skip
        if len(able) == 1:
            mended = re.sub(rf"(?<!\w){re.escape(name)}(?!\w)", able[0], equation.text)
            yield Finding(
                equation.line, Kind.FORMULA, f"{squeeze(equation.left)} = {squeeze(equation.text)}",
                f"{squeeze(equation.left)} = {squeeze(mended)}",
                f"{name} stands nowhere else; {able[0]} makes it right",
            )  # fmt: skip


def _formula(equation: Equation, network: Quantities) -> Formula | None:
    """The equation as one of the network; None where it is none, or nothing is claimed."""
    names = list(_names(equation.tree))
    if equation.name is None or None in (network.resolve(name) for name in names) or not _is_tame(equation.tree):
        return None
    target = network.resolve(equation.name)
    if target is None or target == ETA or not set(target.split("/")) <= network.names:
        return None
    if equation.new:
        return Formula(equation, network, target, True) if target in network.given else None
    if target in network.given:  # a weight: its next value, or a number that it has
        read = {network.resolve(name) for name in names}
        moves = {target, ETA} <= read or (target.startswith("w") and (target in read or ETA in read))
        return Formula(equation, network, target, True) if moves else None
    zero = equation.text == "0" and "/" in target
    return Formula(equation, network, target, False) if names or zero else None


def _reads_eta(equation: Equation) -> bool:
    return any(eight().resolve(name) == ETA for name in _names(equation.tree))


def _names(tree: Node) -> Iterator[str]:
    return (node.text for node in walk(tree) if isinstance(node, Name))


def _is_tame(tree: Node, called: bool = False) -> bool:
    """Whether its numbers stay of a size that can be computed: small exponents, nothing steep inside a function."""
    match tree:
        case Number(text):
            return len(text) <= LONGEST_NUMBER
        case Binary("^", base, power):
            while isinstance(power, Bracket | Unary):
                power = power.inside if isinstance(power, Bracket) else power.operand
            return not called and _is_tame(base) and isinstance(power, Number) and power.value <= HIGHEST_POWER
        case Call("∂", arguments):
            return all(_is_tame(argument, called) for argument in arguments)
        case Call(_, arguments):
            return not called and all(_is_tame(argument, True) for argument in arguments)
    return all(_is_tame(child, called) for child in children(tree))


def _reads_delta(formula: Formula) -> bool:
    names = map(formula.network.resolve, _names(formula.equation.tree))
    return any((name or "").startswith("delta") for name in names)


def _loss(judged: list[tuple[Formula, bool]]) -> bool:
    parts = [right for formula, right in judged if formula.target != "E_total"]
    return sum(parts) >= 1 and sum(parts) >= len(parts) - sum(parts)


def _most(judged: list[tuple[Formula, bool]], empty: bool = False) -> bool:
    right = sum(holds for _, holds in judged)
    return right >= max(1, len(judged) - right) if judged else empty


def _nearly_all(judged: list[tuple[Formula, bool]]) -> bool:
    right = sum(holds for _, holds in judged)
    return right >= 1 and right >= 2 * (len(judged) - right)


def _finding(formula: Formula) -> Finding:
    equation = formula.equation
    repaired = _repair(formula)
    wanted = _wanted(formula)
    edit: Edit | None = None
    if repaired is not None:
        token, new = repaired
        old = equation.text[token.start : token.end]
        mended = equation.text[: token.start] + new + equation.text[token.end :]
        expected = f"{squeeze(equation.left)} = {squeeze(mended)}"
        edit = Edit(equation.line, equation.column + token.start, old, new)
        reason = f"{new} where it has {old}: the derivation gives {wanted}"
    elif (left := _other_left(formula)) is not None:
        expected, reason = f"{left} on the left", f"the right side is {left}"
    else:
        expected, reason = wanted, f"not the same function as the derivation's {wanted}"
    found = f"{squeeze(equation.left)} = {squeeze(equation.text)}"
    return Finding(equation.line, Kind.FORMULA, found, expected, reason, edit)


def _repair(formula: Formula) -> tuple[Token, str] | None:
    """The one index or sign whose change makes the formula right; None where there is none, or several."""
    tokens, text = formula.equation.tokens, formula.equation.text
    repairs: list[tuple[Token, str]] = []
    for index, token in enumerate(tokens if len(tokens) <= MOST_REPAIRED else ()):
        for new in _alternatives(formula, token, text[token.start : token.end]):
            try:
                changed = tokenize(new)
                tree = parse_tokens([*tokens[:index], *changed, *tokens[index + 1 :]])
                if len(changed) == 1 and formula.equals(tree):
                    repairs.append((token, new))
            except (FormulaTextError, NotComputableError):
                continue
    if len(repairs) > 1:  # what the left side names is not what slipped
        weight = re.split("/|_d", formula.target)[-1]
        repairs = [(token, new) for token, new in repairs if re.sub(r"[^a-z0-9]", "", token.text) != weight]
    return repairs[0] if len(repairs) == 1 else None


def _other_left(formula: Formula) -> str | None:
    """The one other derivative that the right side is, with another index on the left."""
    of, by, slipped = formula.target.partition("/")
    others = []
    for number in range(1, 9) if by and slipped[-1:].isdigit() else ():
        name = slipped[:-1] + str(number)
        known = name != slipped and name in formula.network.names
        if known and formula.network.equal(formula.equation.tree, f"{of}/{name}", False):
            others.append(f"∂{of}/∂{name}")
    return others[0] if len(others) == 1 else None


def _alternatives(formula: Formula, token: Token, written: str) -> list[str]:
    if token.kind == "operator" and token.text in _SLIPS:
        return _SLIPS[token.text]
    digits = re.search(r"[1-8](?=\D*$)", written)
    if token.kind != "name" or digits is None:
        return []
    most = 8 if (formula.network.resolve(token.text.removeprefix("∂")) or "").startswith("w") else 2
    return [
        written[: digits.start()] + str(number) + written[digits.end() :]
        for number in range(1, most + 1)
        if str(number) != digits[0]
    ]


def _wanted(formula: Formula) -> str:
    """The equation as the derivation has it, in text; of a general derivative and of the text's network its name."""
    if formula.network.backward:
        known = derivation()
        equations: tuple[Derived, ...] = known.updates if formula.update else known.equations("closed")
        printer = TextPrinter()
        for equation in (*equations, *known.deltas):
            if equation.target.name == formula.target:
                return printer.equation(equation)
    if formula.update:
        return f"{formula.target} − η · the derivative of the loss by {formula.target}"
    return f"derivative of {formula.target.replace('/', ' by ')}"
