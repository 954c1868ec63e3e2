"""By how much a percentage changed: "+0.57 points (97.59 % → 98.16 %)", "from 98.2 % to 99.1 % (+0.9 %)"."""

import re
from fractions import Fraction

from reports.readmes.proof.evidence import squeeze
from reports.readmes.proof.findings import Finding, Judgements, Kind

_P = r"\d{1,3}(?:\.\d{1,4})?"
_BEHIND = re.compile(
    rf"(?<![\d.])(?P<old>{_P})\s*%\s*(?:→|->|-->|to)\s*(?P<new>{_P})\s*%\s*(?:test\s+|val\w*\s+)?(?:accuracy\s*)?"
    rf"[(,]\s*(?P<sign>[+−-])\s*(?P<change>{_P})\s*(?:%|pp\b|points?\b|percentage)"
    r"(?!\s*(?:(?:[-–/]|to)\s*\d|vs\b|over\b|relative|compared|per\b|from\b))",
    re.IGNORECASE,
)
_BEFORE = re.compile(
    rf"(?<![\w.])(?P<sign>[+−-])\s?(?P<change>{_P})\s*(?:%|pp\b|p\.p\.|points?\b|percentage points?\b|ponto\w*)"
    rf"[^()%\d\n]{{0,80}}\(\s*(?:from\s+)?(?P<old>{_P})\s*%\s*(?:→|->|-->|to)\s*(?P<new>{_P})\s*%\s*\)",
    re.IGNORECASE,
)


def judge_changes(line: str, number: int) -> Judgements:
    """Every such change of a line: in points, or as a share of what it was or of what was missing."""
    for pattern in (_BEHIND, _BEFORE):
        for match in pattern.finditer(line):
            old, new, change = (Fraction(match[name]) for name in ("old", "new", "change"))
            grows = Fraction(new - old)
            up = match["sign"] == "+"
            room = sum(Fraction(1, 10 ** len(match[name].partition(".")[2])) for name in ("old", "new", "change"))
            able = [abs(grows)]
            able += [100 * abs(grows) / base for base in (old, 100 - old) if base > 0]
            if up != (grows >= 0) or min(abs(change - each) for each in able) <= room:
                yield None
            else:
                yield Finding(
                    number, Kind.ARITHMETIC, squeeze(match[0]), f"{match['sign']}{float(abs(grows)):.4g}",
                    f"from {match['old']} % to {match['new']} % are {float(abs(grows)):.4g} points",
                )  # fmt: skip
