"""Lists of parts with their parameters, and the total that is told behind them."""

import re
from fractions import Fraction

from reports.readmes.proof.evidence import Evidence
from reports.readmes.proof.findings import Finding, Judgements, Kind
from reports.readmes.reading.document import plain

_PART = re.compile(
    r"^\W*(?:layer\s*[:=-]\s*)?(?P<name>[A-Za-z][\w .()/-]{0,40}?)\W{1,4}"
    r"(?:(?:params?|parameters)\s*[:=]\s*(?P<count>\d[\d,]*)|(?<=[:=] )(?P<before>\d[\d,]*)\s*param\w*)\W*$",
    re.IGNORECASE,
)
_TOTAL = re.compile(
    r"^\W*total\b[^\d\n]{0,30}?(?:p[ae]r[ai]m\w*\W{1,4}(?P<count>\d[\d,]*)|[:=]\W{0,4}(?P<before>\d[\d,]*)\s*param\w*)\W*$",
    re.IGNORECASE,
)
_ALL = re.compile(r"\b(?:total|trainable|model|overall|each|per)\b|\b[x×]\s*\d|\d\s*[x×](?!\s*\d)", re.IGNORECASE)
_PRINTED = re.compile(
    r"^\W*(?P<value>\d+(?:\.\d+)?)\s*(?P<unit>[KMB]?)\s+(?P<what>trainable|non-trainable|total) params\W*$",
    re.IGNORECASE,
)
_SIZE = re.compile(r"^\W*(?P<size>\d[\d,]*\.\d+)\s+total estimated model params size \(MB\)", re.IGNORECASE)
_UNITS = {"": 1, "K": 10**3, "M": 10**6, "B": 10**9}
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
            text = total["count"] or total["before"]
            yield None if _whole(text) == sum(parts) else Finding(
                number, Kind.TOTAL, f"total {text} parameters", f"{sum(parts):,}",
                f"the parts of lines {first} to {last} add up to {sum(parts):,}",
            )  # fmt: skip
            parts = []
        elif part and not _ALL.search(part["name"]):
            if not parts or number > last + 1:
                parts, first = [], number
            parts.append(_whole(part["count"] or part["before"]))
            last = number
        elif line.strip() and number > last + FAR:
            parts = []


def _whole(text: str) -> int:
    return int(text.replace(",", "")[:15])


def check_printed_sizes(evidence: Evidence) -> Judgements:
    """What Lightning prints below its table: the total in three digits or so, and its size at four bytes a number."""
    total: tuple[Fraction, Fraction] | None = None  # with half of its last digit
    for number, line in enumerate(evidence.document.lines, 1):
        printed, size = _PRINTED.match(line), _SIZE.match(line)
        if printed and printed["what"].lower() == "total":
            unit = _UNITS[printed["unit"].upper()]
            decimals = len(printed["value"].partition(".")[2])
            total = Fraction(printed["value"]) * unit, Fraction(unit, 2 * 10**decimals) if unit > 1 else Fraction(0)
        elif size and total:
            told = Fraction(size["size"].replace(",", "")) * 10**6
            half = Fraction(10**6, 2 * 10 ** len(size["size"].partition(".")[2]))
            # as single, half or double numbers: the precision of the training
            near = any(abs(told - width * total[0]) <= half + width * total[1] for width in (4, 2, 8))
            yield None if near else Finding(
                number, Kind.MEMORY, f"{size['size']} MB", f"{float(total[0] * 4 / 10**6):.3f} MB",
                f"{int(total[0]):,} parameters of 4 bytes",
            )  # fmt: skip
            total = None
