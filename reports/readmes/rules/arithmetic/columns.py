"""Tables whose columns follow from each other: totals, shares of them, F1 by precision and recall, times per epoch."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import accumulate

from reports.readmes.proof.evidence import Evidence, alike
from reports.readmes.proof.findings import Finding, Judgements, Kind
from reports.readmes.reading.document import Document, cells

_COUNTS = re.compile(r"\b(?:param\w*|weights|images|samples|support|macs|flops|bytes)\b", re.IGNORECASE)
_SHARE = re.compile(r"%\s*of\s+(?:the\s+)?total|share|percent\w*(?:\s+of\s+total)?|%", re.IGNORECASE)
_TOTAL = re.compile(r"(?:grand )?total", re.IGNORECASE)
_PART = re.compile(r"total|sum\b|trainable|[├└│]|\bof which\b|saved|reduction", re.IGNORECASE)
_NUMBER = re.compile(r"(?P<number>\d{1,3}(?:[, ]\d{3})+|\d+(?:\.\d+)?)\s*(?P<percent>%)?")
_SUMS = re.compile(r"\btotal\b.*\btime\b", re.IGNORECASE)
_EACH = re.compile(
    r"\b(?:avg|average|mean)?\b.*\btime\b.*(?:/|\bper)\s*epoch\b|\btime\b.*(?:/|\bper)\s*epoch\b", re.IGNORECASE
)
LEAST = 3  # rows that bear a relation out
MOST = 400  # rows
LONGEST = 80  # letters of a title


@dataclass(frozen=True, slots=True)
class _Told:
    """A number of a cell, with the width of its last digit."""

    value: Fraction
    digit: Fraction

    @property
    def room(self) -> tuple[Fraction, Fraction]:
        """What it may stand for, rounded or cut."""
        return self.value - self.digit / 2, self.value + self.digit


Rows = list[tuple[int, list[str]]]


def check_columns(evidence: Evidence) -> Judgements:
    """Every markdown table that is no parameter table of layers."""
    layers = {row.line for table in evidence.tables for row in table.rows}
    for header, rows in drawn_tables(evidence.document):
        if len(rows) > MOST:
            continue
        if not any(line in layers for line, _ in rows):
            yield from _totals(header, rows)
        yield from _means(header, rows)
        yield from _times(header, rows)


def drawn_tables(document: Document) -> Iterator[tuple[tuple[str, ...], Rows]]:
    """The head and the rows of each markdown table."""
    rows: Rows = []
    header: tuple[str, ...] = ()
    for block in document.of_kind("row"):
        row = [text for text, _ in cells(document.lines[block.first - 1])]
        if block.header != header or (rows and block.first > rows[-1][0] + 2):
            if rows:
                yield header, rows
            header, rows = block.header, []
        if len(row) == len(header) and tuple(row) != header:
            rows.append((block.first, row))
    if rows:
        yield header, rows


def _totals(header: Sequence[str], rows: Rows) -> Judgements:
    """A last row "Total" under columns of counts, and the shares of it in a column of percentages."""
    line, last = rows[-1]
    parts = rows[:-1]
    named = [at for at, text in enumerate(last) if _TOTAL.fullmatch(text.strip(" :*"))]
    if len(named) != 1 or len(parts) < LEAST or any(_PART.search(cell) for _, row in parts for cell in row):
        return
    for at, title in enumerate(header):
        told = [_told(row[at]) if row[at].strip(" -–—") else _Told(Fraction(0), Fraction(1)) for _, row in parts]
        total = _told(last[at])
        if not _COUNTS.search(title) or "%" in title or total is None or None in told:
            continue
        made = sum((each.value for each in told if each), Fraction(0))
        shown = f"{int(made):,}" if made.denominator == 1 else f"{float(made):g}"
        if made != total.value and not _is_slip(
            title, last[at], [each.value for each in told if each], made, total.value
        ):
            continue
        yield None if made == total.value else Finding(
            line, Kind.ARITHMETIC, f"total {last[at]}", shown,
            f"the rows of lines {parts[0][0]} to {parts[-1][0]} add up to that",
        )  # fmt: skip
        if made == total.value and made:
            yield from _shares(header, parts, at, made)


def _is_slip(title: str, text: str, told: Sequence[Fraction], made: Fraction, total: Fraction) -> bool:
    """Whether no rows told twice, as those of a block and its layers, and none left out explain another total."""
    sums = list(accumulate(told, initial=Fraction(0)))
    nested = not {each + made - total for each in sums}.isdisjoint(sums)
    return not nested and (made > total or "param" not in title.lower() or alike(text, f"{made}"))


def _shares(header: Sequence[str], parts: Rows, counts: int, total: Fraction) -> Judgements:
    """Of each row its share of the total; where most fit."""
    columns = [at for at, title in enumerate(header) if at != counts and _SHARE.search(title)]
    if len(columns) != 1:
        return
    judged: list[Finding | None] = []
    for line, row in parts:
        count, share = _told(row[counts]), _told(row[columns[0]])
        if count is None or share is None:
            continue
        exact = 100 * count.value / total
        right = share.room[0] - share.digit / 2 <= exact <= share.room[1]
        judged.append(
            None if right else Finding(
                line, Kind.ARITHMETIC, f"{row[columns[0]]} of the total", f"{float(exact):.3g} %",
                f"{row[counts]} of {int(total):,}",
            )
        )  # fmt: skip
    wrong = sum(each is not None for each in judged)
    if len(judged) >= LEAST and len(judged) >= LEAST * wrong:
        yield from judged


def _means(header: Sequence[str], rows: Rows) -> Judgements:
    """F1 is the harmonic mean of precision and recall: as an average over classes too never above both."""
    names = [title.strip(" *").lower().replace("-", " ") for title in header]
    places = [[at for at, name in enumerate(names) if re.match(pattern, name)] for pattern in ("prec", "recall", "f1")]
    if any(len(place) != 1 for place in places):
        return
    for line, row in rows:
        precision, recall, f1 = (_told(row[place[0]]) for place in places)
        if precision is None or recall is None or f1 is None:
            continue
        most = max(precision.room[1], recall.room[1])
        shown = f"at most {float(max(precision.value, recall.value)):.4g}"
        yield None if f1.room[0] <= most else Finding(
            line, Kind.ARITHMETIC, f"F1 {row[places[2][0]]}", shown,
            f"a mean of {row[places[0][0]]} and {row[places[1][0]]} is not above both",
        )  # fmt: skip


def _times(header: Sequence[str], rows: Rows) -> Judgements:
    """A total time and a time per epoch: one whole number of epochs makes one of the other in all rows but one."""
    each = [at for at, title in enumerate(header) if len(title) < LONGEST and _EACH.search(title)]
    sums = [at for at, title in enumerate(header) if len(title) < LONGEST and _SUMS.search(title) and at not in each]
    if len(each) != 1 or len(sums) != 1:
        return
    told = [(line, row, _told(row[sums[0]]), _told(row[each[0]])) for line, row in rows]
    known = [(line, row, total, one) for line, row, total, one in told if total and one and one.value]
    fits = {
        number: [_makes(total, one, number) for _, _, total, one in known]
        for number in {round(total.value / one.value) for _, _, total, one in known}
    }
    best = [number for number, held in fits.items() if held.count(True) >= max(LEAST, len(held) - 1)]
    if len(best) != 1:
        return
    for (line, row, total, _), held in zip(known, fits[best[0]], strict=True):
        yield None if held else Finding(
            line, Kind.ARITHMETIC, f"{row[each[0]]} an epoch", f"{float(total.value / best[0]):.4g}",
            f"{row[sums[0]]} / {best[0]}, as in the other rows",
        )  # fmt: skip


def _makes(total: _Told, one: _Told, number: int) -> bool:
    low, high = (edge * number for edge in one.room)
    return low <= total.room[1] and high >= total.room[0]


def _told(text: str) -> _Told | None:
    match = _NUMBER.fullmatch(text.strip(" *"))
    if match is None:
        return None
    number = re.sub(r"[, ]", "", match["number"])
    return _Told(Fraction(number), Fraction(1, 10 ** len(number.partition(".")[2])))
