"""Columns of a table of runs: the parameters of a network, its accuracy on test or training images, best or last."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

_ACCURACY = re.compile(
    r"(?:(?P<how>best|highest|max(?:imum)?|peak|top|final|last|mean|avg\.?|average)\s+)?"
    r"(?:(?P<set>test(?:ing)?|val(?:id(?:ation)?)?|train(?:ing)?)\s*)?(?:set\s+)?acc(?:uracy|\.)?"
    r"(?:\s*\((?P<note>%|max(?:imum)?|best|test|train)\))?\s*%?",
    re.IGNORECASE,
)
_PARAMETERS = re.compile(
    r"(?:total\s+|#\s*|no\.?\s*(?:of\s+)?|num(?:ber)?\s+(?:of\s+)?)?param(?:eter)?s?\.?(?:\s+count)?", re.IGNORECASE
)
_PERCENT = re.compile(r"(?P<about>~|≈)?\s*(?P<value>\d{2}(?:\.\d{1,4})?)\s*%?")
_COUNT = re.compile(r"(?P<about>~|≈)?\s*(?P<value>\d[\d,]*(?:\.\d+)?)\s*(?P<unit>[kKmM])?")
_LAST, _MEAN = ("final", "last"), ("mean", "avg", "average")
MARKS = " *_`~\t"


@dataclass(frozen=True, slots=True)
class Column:
    """What a column tells: "parameters", "test", "validation" or "train"; and "best", "last", "mean" or nothing."""

    what: str
    how: str = ""


@dataclass(frozen=True, slots=True)
class Figure:
    """A figure of a row: percent or parameters."""

    value: Fraction
    text: str
    about: bool
    decimals: int
    unit: int = 1

    def same(self, value: Fraction, decimals: int) -> bool:
        """Whether the other one may be a rounding or a cut of this one, or this one of it."""
        steps = [Fraction(self.unit, 10**each) for each in (self.decimals, decimals)]
        return abs(self.value - value) < max(steps)


def read_column(title: str) -> Column | None:
    """What the head of a column says that it holds."""
    name = re.sub(r"\s+", " ", title.replace("_", " ")).strip(MARKS)
    if _PARAMETERS.fullmatch(name):
        return Column("parameters")
    match = _ACCURACY.fullmatch(name)
    if match is None:
        return None
    note = (match["note"] or "").lower()
    return Column(told_set((match["set"] or note).lower()), told_how((match["how"] or note).lower()))


def told_set(word: str) -> str:
    """Of which images a word speaks; "" of none in particular."""
    return next((name for start, name in _SETS.items() if word.startswith(start)), "")


_SETS = {"train": "train", "test": "test", "val": "validation"}


def told_how(word: str) -> str:
    """Which accuracy a word speaks of."""
    word = word.rstrip(".")
    if word in _LAST:
        return "last"
    return "mean" if word in _MEAN else "best" if word in ("best", "highest", "max", "maximum", "peak", "top") else ""


def read_figure(column: Column, cell: str) -> Figure | None:
    """The one figure of a cell."""
    match = (_COUNT if column.what == "parameters" else _PERCENT).fullmatch(cell.strip(" *_`"))
    if match is None:
        return None
    digits = match["value"].replace(",", "")
    unit = {"k": 1_000, "m": 10**6}.get((match.groupdict().get("unit") or "").lower(), 1)
    return Figure(
        Fraction(digits) * unit, match["value"], match["about"] is not None, len(digits.partition(".")[2]), unit
    )


def read_columns(header: Sequence[str]) -> dict[int, Column]:
    """The columns of a head by their places; one that stands twice is none."""
    read = {at: column for at, title in enumerate(header) if (column := read_column(title)) is not None}
    return {at: column for at, column in read.items() if list(read.values()).count(column) == 1}
