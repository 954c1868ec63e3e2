"""Limits of parameters that are said to hold, against the one figure that the same section states."""

import re
from collections.abc import Sequence
from fractions import Fraction

from reports.readmes.proof.evidence import Evidence
from reports.readmes.proof.findings import Finding, Judgements, Kind
from reports.readmes.reading.claims import Said

MISSING = re.compile(
    r"\b(?:not|n't|fail\w*|unable|almost|nearly|close to|too (?:high|many|large|low)|above the|below the|"
    r"could ?n|short of|further|still|yet|only|more than|exceed\w*|future|next step)\b|n't\b",
    re.IGNORECASE,
)


def check_sections(evidence: Evidence, limits: Sequence[tuple[int, Fraction, bool]]) -> Judgements:
    """Each line that says a limit holds: its line, the number, and whether to stay below it. Without a table."""
    for line, limit, strict in limits if not evidence.counted else ():
        for section in evidence.document.around(line):
            told = [c for c in evidence.said if c.what == "parameters" and section.first <= c.line <= section.last]
            told = [claim for claim in told if claim.line != line and claim.exact]
            if not told or not section.level:
                continue
            if len({claim.value for claim in told}) == 1:
                yield None if holds_limit(least(told[0]), limit, strict) else Finding(
                    line, Kind.CONSTRAINT, f"{'fewer than' if strict else 'at most'} {int(limit):,} parameters",
                    f"{int(told[0].value):,}: the limit is missed", f"line {told[0].line} has {int(told[0].value):,}",
                )  # fmt: skip
            break


def is_admitted(lines: Sequence[str]) -> bool:
    """Whether they say somewhere that something is missed."""
    return any(MISSING.search(line) for line in lines)


def holds_limit(value: Fraction, limit: Fraction, strict: bool) -> bool:
    """Whether a number is below its limit, or up to it."""
    return value < limit if strict else value <= limit


def least(claim: Said) -> Fraction:
    """The least number that is told so: 10k may be 9,500."""
    return claim.value if claim.unit == 1 else claim.value - Fraction(claim.unit, 2 * 10**claim.decimals)
