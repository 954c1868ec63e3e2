"""A mark that a run is said to pass or to miss, against the one accuracy that the same run states.

"It crossed 99.4 %" beside a best of 99.38 % is wrong where 99.4 % is the aim, else it may be rounded; "it won't get to
99.3 %" is wrong beside 99.3 % itself.
"""

import re
from fractions import Fraction

from reports.readmes.proof.evidence import Evidence, squeeze
from reports.readmes.proof.findings import Finding, Judgements, Kind
from reports.readmes.proof.rounding import is_rounding
from reports.readmes.proof.stages import read_stages, stage_at
from reports.readmes.reading.claims import Said, is_aim
from reports.readmes.reading.document import plain

_FIGURE = r"(?:\w+\s+){0,4}?(?<![\d.])(?P<value>\d{2}(?:\.\d{1,2})?)(?![\d.]|,\d)\s*(?P<percent>%)?"
_PASSED = re.compile(
    r"\b(?:(?:reached|reaches|achieved|achieves|acheived|crossed|crosses|hits|touched|attained|surpassed|surpasses)|"
    rf"able\s+to\s+(?:reach|achieve|acheive|cross|hit|touch|attain|get|surpass))\s+{_FIGURE}",
    re.IGNORECASE,
)
_MISSED = re.compile(
    r"(?:\b(?:not|never|cannot|unable\s+to)|n['’]?t)\s+(?:been\s+|be\s+)?(?:able\s+to\s+)?(?:even\s+)?"
    rf"(?P<verb>reach|get\s+to|get|cross|hit|touch|achieve|attain|surpass)(?:ed|es)?\s+{_FIGURE}",
    re.IGNORECASE,
)
_OTHER = re.compile(  # another run, other images, no accuracy
    r"\b(?:train\w*|if|would|should|models|previous\w*|earlier|before|next|paper|loss|seconds?|gap)\b", re.IGNORECASE
)
_EVEN_IF = re.compile(r"\beven\s+(?:if|though|when)\b[^,.]{0,60},", re.IGNORECASE)
_OFTEN = re.compile(  # not merely once
    r"\b(?:consisten\w*|stabl\w*|constant\w*|every|all|each|last|again|always|until|average|mean|within|only|under|"
    r"less|first|in|by|at|from)\b",
    re.IGNORECASE,
)
_NEGATED = re.compile(
    r"\b(?:not|never|no|none|cannot|unable|almost|nearly|close|yet|fail\w*)\b|n['’]t\b", re.IGNORECASE
)
_BEYOND = ("cross", "surpass")
LONGEST = 300  # letters of a line
LEAST = 50  # per cent


def check_marks(evidence: Evidence, aims: set[Fraction]) -> Judgements:
    """Each line that says of one mark that it is passed, or that it is missed."""
    if evidence.logs:
        return
    stages = read_stages(evidence)
    for block in evidence.document.of_kind("prose"):
        for number in range(block.first, block.last + 1):
            line = plain(evidence.document.lines[number - 1])
            if len(line) > LONGEST or is_aim(evidence.document, number):
                continue
            at = stage_at(stages, number, evidence)
            told = stages[at].test if at is not None else None
            if told is not None and told.line != number and told.decimals > 1:
                yield from _judge(line, number, told, aims)


def _judge(line: str, number: int, told: Said, aims: set[Fraction]) -> Judgements:
    missed = _MISSED.search(line)
    passed = _PASSED.search(line) if missed is None else None
    match = missed or passed
    if match is None or not _is_mark(match) or _OTHER.search(_EVEN_IF.sub("", line)):
        return
    mark = Fraction(match["value"])
    if passed is not None:
        if _NEGATED.search(line):
            return
        rounded = is_rounding(mark, told.value, len(match["value"].partition(".")[2])) and mark not in aims
        wrong = mark > told.value and not rounded
    elif _OFTEN.search(_EVEN_IF.sub("", line)):
        return
    else:
        wrong = told.value > mark or (told.value == mark and not match["verb"].lower().startswith(_BEYOND))
    yield None if not wrong else Finding(
        number, Kind.CONSTRAINT, squeeze(match[0]), f"{told.text} %",
        f"line {told.line} has {told.text} % of the same run",
    )  # fmt: skip


def _is_mark(match: re.Match[str]) -> bool:
    """Whether the figure is an accuracy: one of per cent, or with digits behind the point."""
    return Fraction(match["value"]) >= LEAST and (match["percent"] is not None or "." in match["value"])
