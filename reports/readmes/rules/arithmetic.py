"""Arithmetic that a README does: receptive fields layer by layer, and sums that it writes out with their result."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import product

from backprop.spreadsheet.formula import Binary, Bracket, Node, Number, Unary
from reports.readmes.proof.evidence import Evidence, squeeze
from reports.readmes.proof.findings import Finding, Judgements, Kind
from reports.readmes.proof.rounding import is_rounding
from reports.readmes.reading.document import cells
from reports.readmes.reading.formulas import FormulaTextError, parse_tokens, tokenize
from reports.readmes.rules.registry import rule

_COLUMNS = {
    "k": r"k|kernel(?: ?size)?|filter(?: ?size)?|kernal(?: ?size)?",
    "p": r"p|pad(?:ding)?",
    "s": r"s|strides?",
    "d": r"d|dilation",
    "n_in": r"n[ _]?in|size in|in(?:put)?(?: ?size)?(?: in)?|input (?:image )?size|n_\{?in\}?",
    "n": r"n[ _]?out|size out|out(?:put)?(?: ?size)?|n_\{?out\}?",
    "r_in": r"rf[ _]?in|r[ _]?in|input rf|r_\{?in\}?",
    "r": r"rf[ _]?out|r[ _]?out|rf|r|receptive ?field|output rf|r_\{?out\}?",
    "j_in": r"j(?:ump)?[ _]?in",
    "j": r"j(?:ump)?[ _]?out|j(?:ump)?",
}
_SIDE = re.compile(r"(\d{1,4})(?:\s*[x×*]\s*\1)?(?:\s*[x×*]\s*\d+)*")
LEAST_ROWS, MOST_ROWS = 3, 500
_TERM = r"\(?\s*\d+(?:\.\d+)?\s*\)?"
_WRITTEN = re.compile(
    rf"(?<![\w.,)(+*/^−·×÷-])(?<![(+*/^−·×÷-] )(?P<left>{_TERM}(?:\s*[-+*/−·×÷xX]\s*{_TERM}){{1,12}})"
    r"\s*=\s*(?P<right>\d[\d,]*(?:\.\d+)?)(?![\w%.,]*\d|\s*[-+*/×x·^(=%]|\s?[kKmM]\b)"
)


@dataclass(frozen=True, slots=True)
class Step:
    """A row of a receptive-field table: its numbers by column."""

    line: int
    cells: dict[str, int]


@rule(
    Kind.RECEPTIVE,
    "tables with a row a layer of kernel, padding, stride, sizes, receptive fields and jumps",
    "n_out = (n_in + 2p − k) / s + 1, r_out = r_in + (k − 1) · j_in, j_out = j_in · s, from row to row, where most "
    "rows fit",
)
def check_receptive_fields(evidence: Evidence) -> Judgements:
    """Each row of each such table."""
    for steps in _tables(evidence):
        yield from _judge(steps)


def _tables(evidence: Evidence) -> Iterator[list[Step]]:
    steps: list[Step] = []
    last = -1
    for block in evidence.document.of_kind("row"):
        if block.first != last + 1 and steps:
            yield steps
            steps = []
        last = block.first
        columns = _named(block.header)
        if not {"k", "r"} <= columns.keys() or not {"s", "j", "j_in"} & columns.keys():
            continue  # a stride that is not told may stand behind any row
        row = cells(evidence.document.lines[block.first - 1])
        found = {name: _SIDE.fullmatch(row[at][0]) for name, at in columns.items() if at < len(row)}
        if found.get("k"):
            steps.append(Step(block.first, {name: int(match[1]) for name, match in found.items() if match}))
    if steps:
        yield steps


def _named(header: Sequence[str]) -> dict[str, int]:
    """The columns by what they hold; one that two names fit belongs to neither."""
    columns: dict[str, int] = {}
    for name, pattern in _COLUMNS.items():
        places = [at for at, title in enumerate(header) if re.fullmatch(pattern, title.strip(" .*").lower())]
        if len(places) == 1:
            columns[name] = places[0]
    return columns


Rule = tuple[bool, bool, bool]  # whether the column j is the jump in, padding is of both sides, sizes are rounded up


def _judge(steps: list[Step]) -> Judgements:
    """By the reading of the columns that most rows fit; nothing where fewer than two thirds of the rows fit any."""
    if not LEAST_ROWS <= len(steps) <= MOST_ROWS:
        return
    readings: list[Rule] = [(a, b, c) for a, b, c in product((False, True), repeat=3)]
    judged = {reading: list(_rows(steps, reading)) for reading in readings}
    best = min(readings, key=lambda reading: sum(odd for odd, _ in judged[reading]))
    findings = [finding for _, finding in judged[best]]
    wrong = sum(finding is not None for finding in findings)
    if 5 * wrong <= 3 * len(steps):
        yield from findings


def _rows(steps: list[Step], reading: Rule) -> Iterator[tuple[bool, Finding | None]]:
    """Of each row whether it differs from what the rows before make, and what is wrong with itself."""
    jump_in, both_sides, up = reading
    r = steps[0].cells.get("r_in", 1)
    j = steps[0].cells.get("j_in", 1)
    n = steps[0].cells.get("n_in")
    for step in steps:
        has = step.cells
        k, s = has["k"], has.get("s", 1)
        reach = (k - 1) * has.get("d", 1)
        if jump_in and "j" in has and "j_in" not in has:
            j = has["j"]
        after = j * s if "s" in has else has.get("j", j)
        expected: dict[str, int] = {"r": r + reach * j, "j": j if jump_in else after}
        n = has.get("n_in", n)
        if n is not None and "p" in has and has.get("s"):
            room = n + has["p"] * (1 if both_sides else 2) - reach - 1
            expected["n"] = (-(-room // s) if up else room // s) + 1
        wrong = {name: value for name, value in expected.items() if name in has and has[name] != value}
        own = {"r", "r_in"} <= has.keys() and has["r"] == has["r_in"] + reach * has.get("j_in", j)
        odd = bool(wrong)
        if set(wrong) == {"r"} and own:
            wrong = {}  # right over an input that a row before got wrong
        yield odd, _finding(step, wrong, r, j, reach) if wrong else None
        r, j, n = expected["r"], after, has.get("n", n)


def _finding(step: Step, wrong: dict[str, int], r: int, j: int, reach: int) -> Finding:
    names = {"r": "receptive field", "j": "jump", "n": "size"}
    found = ", ".join(f"{names[name]} {step.cells[name]}" for name in wrong)
    expected = ", ".join(f"{names[name]} {value}" for name, value in wrong.items())
    how = f"{r} + {reach} · {j} = {r + reach * j}" if "r" in wrong else (
        "(n + 2p − k) / s + 1" if "n" in wrong else "jump times stride"
    )  # fmt: skip
    return Finding(step.line, Kind.RECEPTIVE, found, expected, how)


@rule(
    Kind.ARITHMETIC,
    '"1 + 4×5×2 + 1 = 44": sums and products that are written out with their result',
    "exact arithmetic; a quotient may be rounded either way",
)
def check_arithmetic(evidence: Evidence) -> Judgements:
    """Every line of words with such a sum."""
    for block in evidence.document.of_kind("prose", "heading", "row"):
        for number in range(block.first, block.last + 1):
            line = re.sub(r"\*\*|`", lambda match: " " * len(match[0]), evidence.document.lines[number - 1])
            if len(line) <= 2_000:
                for match in _WRITTEN.finditer(line) if "=" in line else ():
                    yield from _written(match, number)


def _written(match: re.Match[str], number: int) -> Judgements:
    left = re.sub(r"(?<=[\d)])\s*[xX]\s*(?=[\d(])", "×", match["left"])
    right = match["right"].replace(",", "").rstrip(".")
    if left.count("(") != left.count(")"):
        return
    try:
        value = _value(parse_tokens(tokenize(left)))
    except (FormulaTextError, ZeroDivisionError, NotImplementedError):
        return
    decimals = len(right.partition(".")[2])
    divided = re.search("[/÷]", left) is not None
    exact = value == Fraction(right)
    near = is_rounding(Fraction(right), value, decimals) or (divided and abs(value - Fraction(right)) < 1)
    shown = f"{value}" if value.denominator == 1 else f"{float(value):.4g}"
    yield None if exact or (near and (decimals or divided)) else Finding(
        number, Kind.ARITHMETIC, squeeze(match[0]).rstrip(",."), f"{squeeze(match['left'])} = {shown}",
        f"it makes {shown}",
    )  # fmt: skip


def _value(node: Node) -> Fraction:
    match node:
        case Number(text):
            return Fraction(text)
        case Bracket(inside):
            return _value(inside)
        case Unary(sign, operand):
            return -_value(operand) if sign == "-" else _value(operand)
        case Binary(operator, left, right):
            a, b = _value(left), _value(right)
            if operator == "/":
                return a / b
            return {"+": a + b, "-": a - b, "*": a * b}[operator] if operator in "+-*" else _no(operator)
    raise NotImplementedError


def _no(operator: str) -> Fraction:
    raise NotImplementedError(operator)
