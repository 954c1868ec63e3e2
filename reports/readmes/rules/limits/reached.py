"""An aim that is said to be reached, against the accuracy that the same run states: "achieved the desired result"."""

import re
from fractions import Fraction

from reports.readmes.proof.evidence import Evidence, squeeze
from reports.readmes.proof.findings import Finding, Judgements, Kind
from reports.readmes.proof.stages import read_stages, stage_at
from reports.readmes.reading.claims import Said, is_aim
from reports.readmes.reading.document import plain

_AIM = r"(?:desired|targeted|target|required|expected|needed)\s+(?:test\s+|validation\s+)?(?:results?|accuracy|goals?)"
_REACHED = re.compile(
    rf"\b(?:achieved|acheived|reached|attained|got|met|hit)\s+(?:the|our|its)\s+{_AIM}\b"
    rf"|\b{_AIM}\s+(?:is|was|has\s+been|have\s+been|are)\s+(?:achieved|acheived|reached|attained|met)\b",
    re.IGNORECASE,
)
_OTHER = re.compile(
    r"\b(?:not|no|never|yet|still|almost|nearly|close|but|if|would|could|can|should|until|unless|cannot|only|next|"
    r"parameters?|params?|before|once|when|train\w*)\b|n't|n’t",
    re.IGNORECASE,
)
_TARGET = re.compile(
    r"^[\s>*+\-•]*(?:\d+[.)]\s*)?target(?:ed)?\s+(?:test\s+)?accuracy\W{1,6}(?P<percent>\d{2}(?:\.\d+)?)\s*%",
    re.IGNORECASE,
)
_GOAL = re.compile(
    r"\b(?:goal|aim|objective)\s+(?:of\s+(?:this|the)\s+\w+\s+)?(?:is|was)\b[^.]{0,160}?\baccuracy\s+of\s+(?P<percent>\d{2}(?:\.\d+)?)\s*%",
    re.IGNORECASE,
)
LONGEST = 300  # letters of a line


def check_reached(evidence: Evidence, aims: set[Fraction]) -> Judgements:
    """Each such line, of the one accuracy that the README aims at, to two decimals at least in what is stated."""
    if len(aims) != 1 or evidence.logs:
        return
    (aim,) = aims
    stages = read_stages(evidence)
    for block in evidence.document.of_kind("prose"):
        for number in range(block.first, block.last + 1):
            line = plain(evidence.document.lines[number - 1])
            match = _REACHED.search(line) if len(line) <= LONGEST else None
            if match is None or _OTHER.search(line) or is_aim(evidence.document, number):
                continue
            at = stage_at(stages, number, evidence)
            told = stages[at].test if at is not None else _only(evidence) if not stages else None
            if told is None or told.decimals < 2:
                continue
            yield None if told.value >= aim else Finding(
                number, Kind.CONSTRAINT, squeeze(match[0]), f"{told.text} % misses {float(aim):g} %",
                f"line {told.line} has {told.text} %; {float(aim):g} % is aimed at",
            )  # fmt: skip


def check_goals(evidence: Evidence) -> Judgements:
    """The goal of a sentence against the one that is listed as the target, where each stands once."""
    told = {}
    for name, form in (("target", _TARGET), ("goal", _GOAL)):
        told[name] = [
            (match, number)
            for block in evidence.document.of_kind("prose")
            for number in range(block.first, block.last + 1)
            if (match := form.search(plain(evidence.document.lines[number - 1])[: 2 * LONGEST]))
        ]
    if [len(each) for each in told.values()] == [1, 1]:
        ((target, at),), ((goal, line),) = told["target"], told["goal"]
        yield None if Fraction(target["percent"]) == Fraction(goal["percent"]) else Finding(
            line, Kind.CONSTRAINT, f"a goal of {goal['percent']} %", f"{target['percent']} %",
            f"line {at} has the target of {target['percent']} %",
        )  # fmt: skip


def _only(evidence: Evidence) -> Said | None:
    """The one test accuracy that the README states."""
    told = [claim for claim in evidence.said if claim.what == "test"]
    return told[0] if len({claim.value for claim in told}) == 1 and told[0].exact else None
