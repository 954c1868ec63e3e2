"""By how much one of two models is said to be ahead: "outperforms the CNN by 0.45 %", of the only table of both."""

import re
from fractions import Fraction

from reports.readmes.proof.evidence import Evidence, squeeze
from reports.readmes.proof.findings import Finding, Judgements, Kind
from reports.readmes.reading.data_sets import named_data_sets
from reports.readmes.reading.document import cells, plain

_AHEAD = re.compile(
    r"\b(?:outperform\w*|exceed\w*|surpass\w*|beats?|ahead of)\b[^.%\n\d]{1,60}?\bby\s+"
    r"(?P<by>\d{1,2}\.\d{1,3})\s*(?:%|points|pp\b)"
    r"|(?<![\d.])(?P<more>\d{1,2}\.\d{1,3})\s*(?:%|points|pp)\s+(?:higher|better|more accurate)\b"
    r"|(?<![\d.])(?P<other>\d{1,2}\.\d{1,3})\s*%\s*上回",
    re.IGNORECASE,
)
_ACCURACY = re.compile(
    r"^\W*(?:(?:best|test|final|validation|val)\s+)?(?:acc(?:uracy)?|精度|正解率|テスト精度)\W*(?:%\W*)?$",
    re.IGNORECASE,
)
_PERCENT = re.compile(r"\W*(\d{2}\.\d{1,3})\s*%?\W*")
_OTHER = re.compile(
    r"\b(?:paper|previous\w*|baseline|published|average|mean|noise|robust\w*|f1|speed|faster)\b", re.IGNORECASE
)

HUNDREDTHS = 10_000  # images of a test set whose accuracies have two decimals


def check_ahead(evidence: Evidence) -> Judgements:
    """Every such line of a README whose only accuracies in tables are those of two rows."""
    told = [
        (row[at], block.first)
        for block in evidence.document.of_kind("row")
        for row in [[text for text, _ in cells(evidence.document.lines[block.first - 1])]]
        for at in [at for at, title in enumerate(block.header) if _ACCURACY.match(title)]
        if at < len(row) and re.search(r"\d", row[at])
    ]
    values = [Fraction(match[1]) for text, _ in told if (match := _PERCENT.fullmatch(text))]
    if len(values) != 2 or len(told) != 2 or values[0] == values[1]:
        return
    low, high = sorted(values)
    able = (high - low, 100 * (high - low) / low, 100 * (high - low) / (100 - low))
    exact = {each.test for each in named_data_sets(evidence.document)} == {HUNDREDTHS}
    for block in evidence.document.of_kind("prose"):
        for number in range(block.first, block.last + 1):
            line = plain(evidence.document.lines[number - 1])
            match = _AHEAD.search(line)
            if match is None or _OTHER.search(line):
                continue
            text = match["by"] or match["more"] or match["other"]
            step = Fraction(1, 10 ** len(text.partition(".")[2]))
            rounded = step / 2 if exact else 2 * step  # of figures that were rounded before
            near = any(abs(Fraction(text) - each) <= rounded for each in able)
            yield None if near else Finding(
                number, Kind.ARITHMETIC, squeeze(match[0]), f"{float(able[0]):.4g}",
                f"line {told[0][1]} has {told[0][0]}, line {told[1][1]} {told[1][0]}",
            )  # fmt: skip
