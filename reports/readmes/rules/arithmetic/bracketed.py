"""What brackets say of the number before them: "1,168 parameters (8×16×3×3 + 16)", "19,848 (< 20k)"."""

import re
from collections.abc import Iterator
from fractions import Fraction
from operator import ge, gt, le, lt

from reports.readmes.proof.evidence import Evidence, squeeze
from reports.readmes.proof.findings import Finding, Judgements, Kind
from reports.readmes.reading.claims import is_aim
from reports.readmes.reading.document import plain
from reports.readmes.reading.formulas import FormulaTextError, parse_tokens, tokenize
from reports.readmes.rules.arithmetic.value import value_of

_WHOLE = r"(?:\d{1,3}(?:,\d{3})+|\d+)"
_TERM = r"\(?\d{1,6}\)?"
_NOUN = (
    r"(?:(?:total|trainable|learnable)\s+)?(?:p[ae]ram\w*|weights|values|pixels|features|neurons|inputs|connections)"
)
_WORKED = re.compile(
    rf"(?<![\w.,~≈])(?P<value>{_WHOLE})(?![\d.,]*\d)\s*(?:{_NOUN}\s*)?(?:[:=]\s*)?"
    rf"\(\s*=?\s*(?P<left>{_TERM}(?:\s*[-+*×xX·]\s*{_TERM}){{2,12}})\s*\)",
    re.IGNORECASE,
)
_LIMITED = re.compile(
    rf"(?<![\w.,<>=≤≥-])(?P<value>{_WHOLE}(?:\.\d+)?)(?P<unit>\s?(?:%|[kKM]\b))?\s*(?:{_NOUN}\s*)?"
    rf"\(\s*(?P<sign><=|>=|<|>|≤|≥|less than|fewer than|under|below|more than|above|over|at most|at least)\s*"
    rf"(?P<limit>{_WHOLE}(?:\.\d+)?)(?P<limit_unit>\s?(?:%|[kKM]\b))?(?![\w.,]*\d)(?:\s+\w+){{0,2}}\s*\)",
    re.IGNORECASE,
)
_SPLIT = re.compile(
    rf"(?<![\w.,])(?P<total>{_WHOLE})(?![\d.,]*\d)[^\d\n]{{1,40}}?(?P<some>{_WHOLE})\s+(?:are\s+|is\s+)?trainable\b"
    rf"[^\d\n]{{1,30}}?(?P<rest>{_WHOLE})\s+(?:are\s+|is\s+)?non-?\s?trainable\b",
    re.IGNORECASE,
)
_SIGNS = {
    "<": lt, "less than": lt, "fewer than": lt, "under": lt, "below": lt, ">": gt, "more than": gt, "above": gt,
    "over": gt, "<=": le, "≤": le, "at most": le, ">=": ge, "≥": ge, "at least": ge,
}  # fmt: skip
_OPEN = re.compile(
    r"❌|✗|✘|\[ \]|\b(?:no|not|fail\w*|miss\w*|exceed\w*|if|when|until|target|goal|aim|bonus|points|less|fewer|under|"
    r"below|more|above|over|than|at most|at least|max\w*|min\w*|limit|from|was|could|should|must|slightly|"
    r"almost)\b|n't",
    re.IGNORECASE,
)
_SAID = re.compile(r"\b(?:is|are|has|have|got|gets?|reach\w*|trained|uses?|used|with|using)\b", re.IGNORECASE)
_TICKED = re.compile(
    r"✅|✓|✔|☑|\[x\]|\b(?:achieved|met|passed|satisf\w+|exceeds?|ok)\b", re.IGNORECASE
)  # judged as limits
LEAST = 2  # others of the file that are right
LARGE = 1_000  # smaller parameters may be anything
LONGEST = 400  # letters of a line


def check_bracketed(evidence: Evidence) -> Judgements:
    """Products and sums in brackets, wrong only beside others that are right; limits; parts that are trained."""
    lines = list(_lines(evidence))
    worked = [(number, match, _worth(match["left"])) for number, line in lines for match in _WORKED.finditer(line)]
    known = [(number, match, value) for number, match, value in worked if value is not None]
    right = sum(_whole(match["value"]) == value for _, match, value in known)
    sure = right >= max(LEAST, 2 * (len(known) - right))
    for number, match, value in known:
        if _whole(match["value"]) == value:
            yield None
        elif sure:
            yield Finding(
                number,
                Kind.ARITHMETIC,
                squeeze(match[0]),
                f"{int(value):,}",
                f"{squeeze(match['left'])} makes {int(value):,}",
            )
    for number, line in lines:
        for match in _LIMITED.finditer(line) if not _TICKED.search(line) else ():
            yield from _limited(match, number, evidence)
        for match in _SPLIT.finditer(line):
            total, some, rest = (_whole(match[name]) for name in ("total", "some", "rest"))
            yield None if total == some + rest else Finding(
                number, Kind.TOTAL, squeeze(match[0]), f"{some + rest:,}",
                f"{match['some']} trainable and {match['rest']} not trainable make {some + rest:,}",
            )  # fmt: skip


def _lines(evidence: Evidence) -> Iterator[tuple[int, str]]:
    logged = {line for log in evidence.printed for line in range(log.first, log.last + 1)}
    for block in evidence.document.of_kind("prose", "heading", "row"):
        for number in range(block.first, block.last + 1):
            line = plain(evidence.document.lines[number - 1])
            if "(" in line and number not in logged and len(line) <= LONGEST:
                yield number, line


def _limited(match: re.Match[str], number: int, evidence: Evidence) -> Judgements:
    units = [(match[name] or "").strip().lower() for name in ("unit", "limit_unit")]
    values = [
        Fraction(match[name].replace(",", "")) * {"k": 1_000, "m": 10**6}.get(unit, 1)
        for name, unit in zip(("value", "limit"), units, strict=True)
    ]
    if (units[0] == "%") != (units[1] == "%") or not _SAID.search(match.string[: match.start()]):
        return  # a list tells what was asked for and what there is
    if _OPEN.search(match.string[: match.start()]):
        return
    if _OPEN.search(match.string[match.end() :]) or is_aim(evidence.document, number) or min(values) == 0:
        return
    holds = _SIGNS[match["sign"].lower()](*values)
    rounded = any(units) and "%" not in units and values[0] == values[1]  # 20k may be 19,848
    if holds or (not rounded and (units[0] == "%" or min(values) >= LARGE or max(values) < LARGE)):
        told, limit = match["value"] + (match["unit"] or ""), match["limit"] + (match["limit_unit"] or "")
        yield None if holds else Finding(
            number, Kind.CONSTRAINT, squeeze(match[0]), f"{told} does not hold the limit",
            f"{told} is not {match['sign']} {limit}",
        )  # fmt: skip


def _worth(text: str) -> Fraction | None:
    try:
        value = value_of(parse_tokens(tokenize(re.sub(r"\s*[xX]\s*", "×", text))))
    except (FormulaTextError, ZeroDivisionError, NotImplementedError):
        return None
    return value


def _whole(text: str) -> int:
    return int(text.replace(",", "")[:15])
