"""A figure and its limit on one line: "✅ Parameters: 18,614 (< 20,000)", "Receptive field > 44 | 45 | ✅"."""

import re
from dataclasses import dataclass
from fractions import Fraction
from operator import ge, gt, le, lt

from reports.readmes.proof.evidence import Evidence, squeeze
from reports.readmes.proof.findings import Finding, Judgements, Kind
from reports.readmes.reading.claims import is_aim
from reports.readmes.reading.document import plain

_UNIT = r"(?P<unit>\s?%|\s?(?:k|m|million)\b)?"
_NUMBER = re.compile(
    rf"(?<![\w.,×/])(?<!\d[-–])(?P<number>\d[\d,]*(?:\.\d+)?){_UNIT}(?![\w×/]|\.\d|[-–]\d|\s*[x×]\s*\d)", re.IGNORECASE
)
_SIGNS = (
    (r"<=|≤|⩽|at most|up to|no more than|not more than|max(?:imum)?(?: of)?", le),
    (r">=|≥|⩾|at least|min(?:imum)?(?: of)?|no less than|not less than", ge),
    (r"<|less than|fewer than|under|below|within|limit of", lt),
    (r">|more than|greater than|over|above|exceed\w*|beyond", gt),
)
_BOUND = re.compile(rf"(?:{'|'.join(words for words, _ in _SIGNS)})\s*(?:the\s+|a\s+)?$", re.IGNORECASE)
_TARGET = re.compile(r"\b(?:target|goal|required?|requirement)\b\W{0,4}(?:>=?|≥)?\s*$", re.IGNORECASE)
_TICK = re.compile(r"✅|✓|✔|☑|\[x\]|\b(?:achieved|met|passed|satisf\w+|exceeds?|ok)\b", re.IGNORECASE)
_MISSED = re.compile(
    r"❌|✗|✘|⚠|\[ \]|\b(?:no|not|n't|never|fail\w*|miss\w*|except|vs\.?|versus|from|improv\w*|reduc\w*|increas\w*|"
    r"decreas\w*|drop\w*|better|worse|if|when|until|while|try|gap|differ\w*|than the|almost|"
    r"nearly|expect\w*)\b|n't",
    re.IGNORECASE,
)
_AIMED = re.compile(r"\b(?:should|must|need\w*|to)\b", re.IGNORECASE)
_SUBJECTS = (
    re.compile(r"\b(?:accurac\w*|acc)\b", re.IGNORECASE),
    re.compile(r"\bp[ae]r[ai]m\w*\b", re.IGNORECASE),
    re.compile(r"\b(?:receptive field|rf)\b", re.IGNORECASE),
    re.compile(r"\bepochs?\b", re.IGNORECASE),
)
_FIELD_LIMIT = re.compile(
    r"\b(?:rf|receptive field)\b[\s*:]*(?:\w+\s+){0,3}?"
    r"(?:>=?|≥|more than|greater than|at least|above|over)\s*(?P<field>\d{2,3})\b",
    re.IGNORECASE,
)
_FIELD_TOLD = re.compile(
    r"\b(?:final|total|overall|global|network)?\s*(?:receptive field|rf)\b"
    r"(?:\s*(?:is|of|achieved|obtained|at the end))*[\s*:=-]*(?P<field>\d{2,3})\b(?!\s*(?:[x×→%.,]|->|to\b)\s*\d)",
    re.IGNORECASE,
)
LONGEST = 200  # letters of a line
LEAST = 1_000  # of parameters

_COUNTED = re.compile(  # before a number that tells which one: "in phase 4"
    r"(?i)\b(?:phases?|steps?|stages?|models?|attempts?|parts?|sections?|sessions?|assignments?|experiments?|versions?|"
    r"layers?|blocks?|exercises?|weeks?|figures?|tables?|networks?|tries|try|run|no\.?)\s*[#:]?\s*$"
)


@dataclass(frozen=True, slots=True)
class _Figure:
    """A number of a line, with what stands before it."""

    match: re.Match[str]
    before: str

    @property
    def percent(self) -> bool:
        return (self.match["unit"] or "").strip() == "%"

    @property
    def value(self) -> Fraction:
        unit = (self.match["unit"] or "").strip().lower()
        scale = {"k": 1_000, "m": 10**6, "million": 10**6}.get(unit, 1)
        return Fraction(self.match["number"].rstrip(",").replace(",", "")) * scale

    @property
    def least(self) -> Fraction:
        """The least number that is told so: 20k may be 19,500."""
        decimals = len(self.match["number"].partition(".")[2])
        rounded = not self.percent and bool(self.match["unit"])
        scale = self.value / Fraction(self.match["number"].rstrip(",").replace(",", "") or "1") if self.value else 1
        return self.value - (scale * Fraction(1, 2 * 10**decimals) if rounded else 0)

    @property
    def sign(self) -> str:
        found = _BOUND.search(self.before) or (_TARGET.search(self.before) if self.percent else None)
        return found[0].strip() if found else ""


def check_fields(evidence: Evidence) -> Judgements:
    """The one receptive field that a README states, against the one least that it says is required."""
    least: set[int] = set()
    told: list[tuple[int, int]] = []
    for block in evidence.document.of_kind("prose", "heading", "row"):
        for number in range(block.first, block.last + 1):
            line = plain(evidence.document.lines[number - 1])
            if len(line) > LONGEST:
                continue
            required = {int(match["field"]) for match in _FIELD_LIMIT.finditer(line)}
            least |= required
            match = _FIELD_TOLD.search(line) if not required and not _MISSED.search(line) else None
            if match and not is_aim(evidence.document, number):
                told.append((number, int(match["field"])))
    if len(least) == 1 and len({field for _, field in told}) == 1:
        ((number, field), limit) = told[0], least.pop()
        yield None if field >= limit else Finding(
            number, Kind.CONSTRAINT, f"receptive field {field}", f"more than {limit}: the limit is missed",
            f"the text asks for more than {limit}",
        )  # fmt: skip


def check_bounded(evidence: Evidence, judged: set[int]) -> Judgements:
    """Each line of one subject, one figure and one limit of the same unit, but for the rows that are judged already."""
    logged = judged | {line for log in evidence.printed for line in range(log.first, log.last + 1)}
    for block in evidence.document.of_kind("prose", "row", "heading"):
        for number in range(block.first, block.last + 1):
            line = plain(evidence.document.lines[number - 1])
            if len(line) > LONGEST or number in logged or _MISSED.search(line):
                continue
            if sum(subject.search(line) is not None for subject in _SUBJECTS) == 1:
                aimed = _AIMED.search(line) is not None or is_aim(evidence.document, number)
                yield from _line(line, number, aimed)


def _line(line: str, number: int, aimed: bool) -> Judgements:
    figures = [_Figure(match, line[max(0, match.start() - 24) : match.start()]) for match in _NUMBER.finditer(line)]
    figures = [figure for figure in figures if not _COUNTED.search(figure.before)]
    limits, told = [f for f in figures if f.sign], [f for f in figures if not f.sign]
    if len(limits) != 1 or len(told) != 1 or limits[0].percent != told[0].percent:
        return
    (limit,), (figure,) = limits, told
    if re.fullmatch(r"\s*[<>≤≥]=?\s*", line[figure.match.end() : limit.match.start()]):
        return  # a comparison that is written out
    values = sorted((limit.value, figure.value))
    counts = _SUBJECTS[1].search(line) is not None
    if not figure.percent and ((min(values) < LEAST) if counts else max(values) >= LEAST):
        return
    compare = next((operator for words, operator in _SIGNS if re.match(words, limit.sign, re.IGNORECASE)), ge)
    if compare(figure.value, limit.value) or (compare in (lt, le) and figure.least < limit.value):
        yield None
    elif _TICK.search(line) and not aimed and "~" not in figure.before[-3:]:
        yield Finding(
            number, Kind.CONSTRAINT, squeeze(line)[:80], f"{figure.match[0].strip()} does not hold the limit",
            f"{figure.match[0].strip()} is not {limit.sign} {limit.match[0].strip()}",
        )  # fmt: skip
