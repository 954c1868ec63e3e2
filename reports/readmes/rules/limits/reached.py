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


def _only(evidence: Evidence) -> Said | None:
    """The one test accuracy that the README states."""
    told = [claim for claim in evidence.said if claim.what == "test"]
    return told[0] if len({claim.value for claim in told}) == 1 and told[0].exact else None
