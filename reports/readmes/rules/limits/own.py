"""Limits of parameters that sections set themselves, against the one figure that the same section states."""

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
    """Each run with one limit and one figure. A limit is its line, its number, and whether to stay below it."""
    judged: set[int] = set()
    for section in sorted(evidence.document.sections, key=lambda each: each.last - each.first):
        within = [each for each in limits if section.first <= each[0] <= section.last]
        told = [c for c in evidence.said if c.what == "parameters" and section.first <= c.line <= section.last]
        if not section.level or len({each[1:] for each in within}) != 1 or len({claim.value for claim in told}) != 1:
            continue
        (line, limit, strict), claim = within[0], told[0]
        if claim.line in judged or not claim.exact:
            continue
        judged.add(claim.line)
        sign = "fewer than" if strict else "at most"
        if holds_limit(least(claim), limit, strict):
            yield None
        elif not is_admitted(evidence.document.lines[section.first - 1 : section.last]):
            yield Finding(
                claim.line, Kind.CONSTRAINT, f"{int(claim.value):,} parameters",
                f"{sign} {int(limit):,}: the limit is missed", f"line {line} sets the limit",
            )  # fmt: skip


def is_admitted(lines: Sequence[str]) -> bool:
    """Whether they say somewhere that something is missed."""
    return any(MISSING.search(line) for line in lines)


def holds_limit(value: Fraction, limit: Fraction, strict: bool) -> bool:
    """Whether a number is below its limit, or up to it."""
    return value < limit if strict else value <= limit


def least(claim: Said) -> Fraction:
    """The least number that is told so: 10k may be 9,500."""
    return claim.value if claim.unit == 1 else claim.value - Fraction(claim.unit, 2 * 10**claim.decimals)
