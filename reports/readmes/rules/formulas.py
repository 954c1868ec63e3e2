"""Formulas against the derivation of the 8-weight network, by value on random states.

Conventions differ: which weight leads where, whether the loss has its half, the sign of a delta. A formula counts as
wrong only beside others of its kind that are right, so that a README with another convention is left alone.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from backprop.derivation.equation import Equation
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
from reports.readmes.proof.quantities import equal, reference, resolve
from reports.readmes.reading.document import Block, Document, cells
from reports.readmes.reading.formulas import FormulaTextError, Token, parse_tokens, plain_name, tokenize
from reports.readmes.rules.registry import rule

_SPANS = re.compile(r"\$`([^`\n]+)`\$|`([^`\n]+)`|\$([^$\n]+)\$")
_EQUALS = re.compile(r"(?<![<>=!:])=(?!=)|:=|←|\\leftarrow\b|\\gets\b")
_LATEX_END = re.compile(r"\\\\(?:\[[^\]]{0,10}\])?\s*$")
_LEADING = re.compile(r"^\s*(?:[-*+]\s+|\d{1,3}[.)]\s+|>\s*)*")
_NOTE = re.compile(r"\s+[_*]{0,2}\((?:[A-Za-z]\w*,? ){2}.*$")  # words in brackets behind an equation
_NEW = re.compile(r"(?:new|next|updated)[ _]*(w\w*)|(w\w*?)_?(?:\{?new\}?|\{?next\}?|\^?\+|'|’)", re.IGNORECASE)
_SLIPS = {"+": ["-", "*"], "-": ["+"], "*": ["+"]}
MOST = 500  # formulas of a README
MOST_REPAIRED = 60  # tokens of a formula whose repair is looked for
LONGEST_NUMBER, HIGHEST_POWER = 12, 10


@dataclass(frozen=True, slots=True)
class Formula:
    """One side of an equation, held against the quantity on its left."""

    line: int
    column: int  # of the right side
    name: str  # of the left side as written
    target: str
    update: bool
    text: str
    tokens: tuple[Token, ...]
    tree: Node

    @property
    def group(self) -> str:
        """The convention it depends on."""
        if re.fullmatch(r"E\d|E_total", self.target):
            return "loss"
        return "delta" if self.target.startswith("delta") else "network"


@rule(
    Kind.FORMULA,
    "equations in text or LaTeX whose names are those of the 8-weight network",
    "the derivation, by value on random states to 40 digits",
)
def check_formulas(evidence: Evidence) -> Judgements:
    """Every equation whose quantities the network has."""
    judged = _judged(evidence)
    for group, certain in (("loss", _loss), ("delta", _most), ("network", _nearly_all)):
        of_group = [(formula, right) for formula, right in judged if formula.group == group]
        if group == "network" and not _most([(f, r) for f, r in judged if f.group == "delta"], empty=True):
            of_group = [(formula, right) for formula, right in of_group if not _reads_delta(formula.tree)]
        sure = certain(of_group)
        said: set[tuple[int, str]] = set()  # one slip on the left is one finding, however many sides follow
        for formula, right in of_group:
            if right:
                yield None
            elif sure and (formula.line, formula.name) not in said:
                said.add((formula.line, formula.name))
                yield _finding(formula)


def judged_lines(evidence: Evidence) -> set[int]:
    """The lines whose equations were understood."""
    return {formula.line for formula, _ in _judged(evidence)}


def _judged(evidence: Evidence) -> list[tuple[Formula, bool]]:
    """The equations that have a value, and whether it is the right one."""
    judged: list[tuple[Formula, bool]] = []
    for formula in find_formulas(evidence.document):
        try:
            judged.append((formula, equal(formula.tree, formula.target, formula.update)))
        except NotComputableError:
            continue
        if len(judged) >= MOST:
            break
    return judged


def find_formulas(document: Document) -> Iterator[Formula]:
    """Every equation with a quantity of the network on its left and known ones on its right."""
    for block in document.blocks:
        for line in range(block.first, block.last + 1):
            for text, column in _candidates(document, block, line):
                yield from _equation(text, line, column)


def _candidates(document: Document, block: Block, line: int) -> Iterator[tuple[str, int]]:
    raw = _NOTE.sub("", document.lines[line - 1])
    if raw.count("**") % 2 == 0 and not re.search(r"\w\*\*\d", raw):
        raw = raw.replace("**", "  ")  # bold, and no power
    if not _EQUALS.search(raw):
        return
    if block.kind == "row":
        yield from cells(raw)
        return
    if block.kind == "fence":
        yield _LATEX_END.sub("", raw), 0
        return
    for match in _SPANS.finditer(raw):
        group = next(index for index in (1, 2, 3) if match[index])
        yield match[group], match.start(group)
    if not _SPANS.search(raw):
        start = _LEADING.match(raw)
        begin = start.end() if start else 0
        yield raw[begin:].rstrip().rstrip(".;,"), begin


def _equation(text: str, line: int, column: int) -> Iterator[Formula]:
    signs = list(_EQUALS.finditer(text))
    if not signs or len(text) > 4_000 or len(signs) > 20:
        return
    left = text[: signs[0].start()].strip().strip("&").strip()
    ends = [*(sign.start() for sign in signs[1:]), len(text)]
    for sign, end in zip(signs, ends, strict=True):
        right = text[sign.end() : end]
        try:
            tokens = tokenize(right.strip())
            tree = parse_tokens(tokens)
        except FormulaTextError:
            continue
        names = list(_names(tree))
        target, update = _target(left, names)
        if target is None or not names or None in (resolve(name) for name in names) or not _is_tame(tree):
            continue
        start = column + sign.end() + len(right) - len(right.lstrip())
        yield Formula(line, start, squeeze(left), target, update, right.strip(), tuple(tokens), tree)


def _target(left: str, names: list[str]) -> tuple[str | None, bool]:
    """The quantity on the left, and whether the next epoch's weight is meant."""
    new = _NEW.fullmatch(left.replace("{", "").replace("}", ""))
    if new:
        name = resolve(plain_name(new[1] or new[2]))
        return (name, True) if name and name.startswith("w") else (None, False)
    try:
        tree = parse_tokens(tokenize(left))
    except FormulaTextError:
        return None, False
    name = resolve(tree.text) if isinstance(tree, Name) else None
    if name is None or name[0] in "it" or name == "eta":
        return None, False
    if re.fullmatch(r"w\d", name):
        read = [resolve(name) for name in names]
        return (name, True) if name in read or "eta" in read else (None, False)
    return name, False


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


def _reads_delta(tree: Node) -> bool:
    return any((resolve(name) or "").startswith("delta") for name in _names(tree))


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
    repaired = _repair(formula)
    wanted = _wanted(formula)
    if repaired is None and (left := _other_left(formula)) is not None:
        expected, edit, reason = f"{left} on the left", None, f"the right side is {left}"
    elif repaired is None:
        expected, edit = wanted, None
        reason = f"not the same function as the derivation's {wanted}"
    else:
        token, new = repaired
        text = formula.text[: token.start] + new + formula.text[token.end :]
        expected = f"{formula.name} = {squeeze(text)}"
        old = formula.text[token.start : token.end]
        edit = Edit(formula.line, formula.column + token.start, old, new)
        reason = f"{new} where it has {old}: the derivation gives {wanted}"
    return Finding(formula.line, Kind.FORMULA, f"{formula.name} = {squeeze(formula.text)}", expected, reason, edit)


def _repair(formula: Formula) -> tuple[Token, str] | None:
    """The one index or sign whose change makes the formula right; None where there is none, or several."""
    repairs: list[tuple[Token, str]] = []
    for index, token in enumerate(formula.tokens if len(formula.tokens) <= MOST_REPAIRED else ()):
        written = formula.text[token.start : token.end]
        for new in _alternatives(token, written):
            try:
                changed = tokenize(new)
                if len(changed) != 1:
                    continue
                tree = parse_tokens([*formula.tokens[:index], changed[0], *formula.tokens[index + 1 :]])
                if equal(tree, formula.target, formula.update):
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
    swapped = [slipped[:-1] + str(number) for number in range(1, 9) if str(number) != slipped[-1:]]
    others = []
    for name in swapped if by else ():
        if name in reference().names and equal(formula.tree, f"{of}/{name}", False):
            others.append(f"∂{of}/∂{name}")
    return others[0] if len(others) == 1 else None


def _alternatives(token: Token, written: str) -> list[str]:
    if token.kind == "operator" and token.text in _SLIPS:
        return _SLIPS[token.text]
    digits = re.search(r"[1-8](?=\D*$)", written)
    if token.kind != "name" or digits is None:
        return []
    most = 8 if (resolve(token.text.removeprefix("∂")) or "").startswith("w") else 2
    return [
        written[: digits.start()] + str(number) + written[digits.end() :]
        for number in range(1, most + 1)
        if str(number) != digits[0]
    ]


def _wanted(formula: Formula) -> str:
    """The equation as the derivation has it, in text; a general derivative by its name alone."""
    derivation = reference().derivation
    equations: tuple[Equation, ...] = derivation.updates if formula.update else derivation.equations("closed")
    printer = TextPrinter()
    for equation in (*equations, *derivation.deltas):
        if equation.target.name == formula.target:
            return printer.equation(equation)
    return f"derivative of {formula.target.replace('/', ' by ')}"
