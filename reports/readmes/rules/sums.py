"""Lists of parts with their parameters, and the total that is told behind them."""

import re

from reports.readmes.proof.evidence import Evidence
from reports.readmes.proof.findings import Finding, Judgements, Kind
from reports.readmes.reading.document import plain

_PART = re.compile(
    r"^\W*(?:layer\s*[:=-]\s*)?(?P<name>[A-Za-z][\w .()/-]{0,40}?)\W{1,4}"
    r"(?:params?|parameters)\s*[:=]\s*(?P<count>\d[\d,]*)\W*$",
    re.IGNORECASE,
)
_TOTAL = re.compile(r"^\W*total\b[^\d\n]{0,30}?p[ae]r[ai]m\w*\W{1,4}(?P<count>\d[\d,]*)\W*$", re.IGNORECASE)
_ALL = re.compile(r"\b(?:total|trainable|model|overall)\b", re.IGNORECASE)
LEAST = 3  # parts
FAR = 3  # lines between the last part and the total


def check_sums(evidence: Evidence) -> Judgements:
    """Each total behind a list of three or more parts, line below line."""
    parts: list[int] = []
    first = last = 0
    for number, raw in enumerate(evidence.document.lines, 1):
        line = plain(raw)
        total, part = _TOTAL.match(line), _PART.match(line)
        if total and len(parts) >= LEAST and number - last <= FAR:
            told = int(total["count"].replace(",", ""))
            yield None if told == sum(parts) else Finding(
                number, Kind.TOTAL, f"total {total['count']} parameters", f"{sum(parts):,}",
                f"the parts of lines {first} to {last} add up to {sum(parts):,}",
            )  # fmt: skip
            parts = []
        elif part and not _ALL.search(part["name"]):
            if not parts or number > last + 1:
                parts, first = [], number
            parts.append(int(part["count"].replace(",", "")))
            last = number
        elif line.strip() and number > last + FAR:
            parts = []
