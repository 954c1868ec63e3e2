"""Arithmetic that a README writes out with its result: sums, comparisons, the share by which a number shrank."""

import re
from fractions import Fraction
from operator import ge, gt, le, lt

from reports.readmes.proof.evidence import Evidence, squeeze
from reports.readmes.proof.findings import Finding, Judgements, Kind
from reports.readmes.proof.rounding import is_rounding
from reports.readmes.reading.document import plain
from reports.readmes.reading.formulas import FormulaTextError, parse_tokens, tokenize
from reports.readmes.rules.arithmetic.ahead import check_ahead
from reports.readmes.rules.arithmetic.bracketed import check_bracketed
from reports.readmes.rules.arithmetic.changes import judge_changes
from reports.readmes.rules.arithmetic.columns import check_columns
from reports.readmes.rules.arithmetic.reports import check_reports
from reports.readmes.rules.arithmetic.value import value_of
from reports.readmes.rules.registry import rule

_WHOLE = r"(?:\d{1,3}(?:,\d{3})+|\d+)"
# Each blank has one place to be matched: two would be tried in 4^12 ways along a sum of twelve.
_TERM = rf"(?:\(\s*)?{_WHOLE}(?:\.\d+)?(?:\s*\))?"
_WRITTEN = re.compile(
    rf"(?<![\w.,)(+*/^−·×÷-])(?<![(+*/^−·×÷-] )(?P<left>{_TERM}(?:\s*[-+*/−·×÷xX]\s*{_TERM}){{1,12}})"
    r"\s*=\s*(?P<right>\d[\d,]*(?:\.\d+)?)(?![\w%.,]*\d|\s*[-+*/×x·^(=%]|\s?[kKmM]\b)"
)
_REVERSED = re.compile(
    rf"(?<![\w.,)(+*/^−·×÷=-])(?<![(+*/^−·×÷=-] )(?P<right>{_WHOLE})\s*=\s*"
    rf"(?P<left>{_TERM}(?:\s*[-+*/−·×÷xX]\s*{_TERM}){{1,12}})(?![\w.,]*\d|\s*[-+*/×x·^(=%]|\s?[a-zA-Z])"
)
_NOTE = re.compile(r"(?<=\d) *\((?=[^()]*[A-Za-z]{2})[\w ,.-]{2,40}\)(?= *[-+*×·=])")  # 1 (conv1) + 40 (blocks) = 41
_SIDES = re.compile(  # what a layer sees, as the sides of a square
    r"(?<![\w.])(?P<left>[(\d][\d\s()*+-]{8,120}[)\d])\s*=\s*(?P<side>\d{1,4})\s*[x×]\s*(?P=side)(?![\w.]|\s*[x×*+-])"
)
_NUMBER = rf"{_WHOLE}(?:\.\d+)?"
_CUT = re.compile(
    rf"(?:\b(?:math\.)?(?P<name>ceil|floor)\s*\(|(?P<sign>[⌈⌊]))\s*(?P<top>{_NUMBER})\s*[/÷]\s*(?P<bottom>{_NUMBER})"
    rf"\s*[)⌉⌋]\s*=\s*(?P<right>{_WHOLE})(?![\w.,]*\d|\s*[-+*/×·^(=%])"
)
_COMPARED = re.compile(
    rf"(?<![\w.,<>=/±*^-])(?P<left>{_NUMBER})(?P<left_unit>\s?(?:%|[kKM]\b))?\s*(?P<sign><=|>=|<|>|≤|≥)\s*"
    rf"(?P<right>{_NUMBER})(?P<right_unit>\s?(?:%|[kKM]\b))?(?![\w.,]*\d|\s*[<>=≤≥*/^x×-])"
)
_SIGNS = {"<": lt, ">": gt, "<=": le, "≤": le, ">=": ge, "≥": ge}
_FAILED = re.compile(r"❌|✗|✘|\b(?:no|not|fail\w*|miss\w*|if|when|until|while|exceed\w*|vs)\b", re.IGNORECASE)
_SHRUNK = re.compile(
    rf"(?<![\d.,])(?P<share>\d{{1,2}}(?:\.\d+)?)\s*%\s+(?:\w+\s+){{0,2}}?(?:reduction|fewer|less|decrease|smaller|reduced)\b"
    rf"[^.%\n()]{{0,30}}\(\s*(?:from\s+)?(?P<before>{_NUMBER})(?P<before_unit>[kKM])?\s*(?:→|->|to)\s*"
    rf"(?P<after>{_NUMBER})(?P<after_unit>[kKM])?(?:\s+\w+)?\s*\)",
    re.IGNORECASE,
)
_LIMITS = re.compile(r"✅|✓|✔|\[x\]|\b(?:require\w*|limit|constraint|budget|satisf\w*|met)\b", re.IGNORECASE)
TWO_DIGITS = 10
LARGE = 1_000  # whole numbers below it, beside a sign, may be anything


@rule(
    Kind.ARITHMETIC,
    '"1 + 4×5×2 + 1 = 44", "199,564 < 200,000", "43 % reduction (13.8k → 7.8k)", "98.2 % → 99.1 % (+0.9)", '
    '"80 (1×8×3×3 + 8)", "19,848 (< 20k)", "outperforms it by 0.45 %": arithmetic '
    "that is written out, also to a square of pixels; total rows, shares of them, F1 scores and times per epoch in the "
    "columns of a table; precision, recall, F1 and support as scikit-learn prints them",
    "exact arithmetic; a quotient may be rounded either way, behind ceil and floor the one way; the other columns "
    "and rows",
)
def check_arithmetic(evidence: Evidence) -> Judgements:
    """Every line of words with a sum, a comparison or a share."""
    for block in evidence.document.of_kind("prose", "heading", "row"):
        for number in range(block.first, block.last + 1):
            line = re.sub(r"\*\*|`", lambda match: " " * len(match[0]), evidence.document.lines[number - 1])
            if len(line) > 2_000:
                continue
            if "=" in line:
                for match in _WRITTEN.finditer(_NOTE.sub(lambda match: " " * len(match[0]), line)):
                    yield from _written(match, number)
                for match in _REVERSED.finditer(line):
                    if "," in match["right"] or int(match["right"]) >= TWO_DIGITS:
                        yield from _written(match, number)
                for match in _SIDES.finditer(line):
                    yield from _sides(match, number)
                for match in _CUT.finditer(line):
                    yield from _cut(match, number)
            for match in _COMPARED.finditer(plain(line)) if not _FAILED.search(line) else ():
                yield from _compared(match, number)
            for match in _SHRUNK.finditer(line):
                yield from _shrunk(match, number)
            yield from judge_changes(line, number) if "%" in line else ()
    yield from check_ahead(evidence)
    yield from check_bracketed(evidence)
    yield from check_columns(evidence)
    yield from check_reports(evidence)


def _cut(match: re.Match[str], number: int) -> Judgements:
    """A quotient rounded up or down."""
    top, bottom = _scaled(match["top"], ""), _scaled(match["bottom"], "")
    if bottom:
        up = match["name"] == "ceil" or match["sign"] == "⌈"
        whole = -(-top // bottom) if up else top // bottom
        yield (
            None
            if whole == _scaled(match["right"], "")
            else Finding(
                number, Kind.ARITHMETIC, squeeze(match[0]), f"{whole}", f"the quotient is {float(top / bottom):.6g}"
            )
        )


def _sides(match: re.Match[str], number: int) -> Judgements:
    """A sum whose result is told as the sides of a square: that side, or the square itself."""
    side = int(match["side"])
    try:
        value = value_of(parse_tokens(tokenize(match["left"])))
    except (FormulaTextError, ZeroDivisionError, NotImplementedError):
        return
    yield None if value in (side, side**2) else Finding(
        number, Kind.ARITHMETIC, squeeze(match[0]), f"{squeeze(match['left'])} = {value}", f"it makes {value}"
    )  # fmt: skip


def _compared(match: re.Match[str], number: int) -> Judgements:
    """Two numbers of one unit with a sign between them."""
    units = [(match[f"{side}_unit"] or "").strip() for side in ("left", "right")]
    values = [_scaled(match[side], unit) for side, unit in zip(("left", "right"), units, strict=True)]
    sure = any(units) or min(values) >= LARGE or _LIMITS.search(match.string) is not None
    if units.count("%") == 1 or not sure:
        return  # 16 > 32 may be channels, one after the other
    yield None if _SIGNS[match["sign"]](*values) else Finding(
        number, Kind.ARITHMETIC, squeeze(match[0]), "a comparison that holds",
        f"{match['left']}{units[0]} is not {match['sign']} {match['right']}{units[1]}",
    )  # fmt: skip


def _shrunk(match: re.Match[str], number: int) -> Judgements:
    """By how many per cent a number became smaller; both may be rounded."""
    before, after = (_scaled(match[side], match[f"{side}_unit"] or "") for side in ("before", "after"))
    if not 0 < after < before:
        return
    share = 100 * (before - after) / before
    yield None if abs(share - Fraction(match["share"])) <= 1 else Finding(
        number, Kind.ARITHMETIC, squeeze(match[0]), f"{float(share):.3g} %",
        f"1 − {match['after']} / {match['before']} = {float(share):.3g} %",
    )  # fmt: skip


def _scaled(text: str, unit: str) -> Fraction:
    return Fraction(text.replace(",", "")) * {"k": 1_000, "m": 10**6}.get(unit.strip().lower(), 1)


def _written(match: re.Match[str], number: int) -> Judgements:
    left = re.sub(r"(?<=[\d)])\s*[xX]\s*(?=[\d(])", "×", match["left"].replace(",", ""))
    right = match["right"].replace(",", "").rstrip(".")
    if left.count("(") != left.count(")"):
        return
    try:
        value = value_of(parse_tokens(tokenize(left)))
    except (FormulaTextError, ZeroDivisionError, NotImplementedError):
        return
    decimals = len(right.partition(".")[2])
    if re.fullmatch(r"\d+[*×]\d+", left.replace(" ", "")) and right in re.split(r"\s*[*×]\s*", left.strip()):
        return  # 8*8 = 8: sides of a matrix
    if value < 0 and re.fullmatch(r"\d+[-−]\d+", left):
        return  # 0-9 = 10: from 0 to 9
    divided = re.search("[/÷]", left) is not None
    exact = value == Fraction(right)
    near = is_rounding(Fraction(right), value, decimals) or (divided and abs(value - Fraction(right)) < 1)
    shown = f"{value}" if value.denominator == 1 else f"{float(value):.4g}"
    yield None if exact or (near and (decimals or divided)) else Finding(
        number, Kind.ARITHMETIC, squeeze(match[0]).rstrip(",."), f"{squeeze(match['left'])} = {shown}",
        f"it makes {shown}",
    )  # fmt: skip
