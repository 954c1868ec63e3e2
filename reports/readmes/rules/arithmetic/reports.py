"""Reports of precision, recall, F1 and support of each class, as scikit-learn prints them: rows and sums."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction

from reports.readmes.proof.evidence import Evidence
from reports.readmes.proof.findings import Finding, Judgements, Kind

_HEAD = re.compile(r"^\W*precision\s+recall\s+f1-score\s+support\W*$")
_FIGURE = r"[01]\.\d{1,4}"
_ROW = re.compile(
    rf"^[\s|]*(?P<name>\S.{{0,60}}?)\s{{2,}}(?P<figures>{_FIGURE}\s+{_FIGURE}\s+{_FIGURE})\s+(?P<support>\d{{1,9}})\W*$"
)
_ACCURACY = re.compile(r"^[\s|]*accuracy\s+(?P<figures>[01]\.\d{1,4})\s+(?P<support>\d{1,9})\W*$")
_AVERAGE = re.compile(r"(?:(?P<how>macro|weighted|micro|samples)\s+)?avg(?:\s*/\s*total)?")
_TITLES = ("precision", "recall", "F1")
LEAST = 2  # classes
MOST = 1_000


@dataclass(frozen=True, slots=True)
class _Row:
    line: int
    name: str
    figures: tuple[Fraction, ...]
    half: Fraction  # of the last digit
    support: int


def check_reports(evidence: Evidence) -> Judgements:
    """Every figure that follows from the others of such a report; a wrong row makes sums wrong and is told alone."""
    for classes, totals in _read(evidence.document.lines):
        judged = [_harmony(row) for row in classes]
        sums = [each for row in totals for each in _total(row, classes)] if not any(judged) else []
        yield from judged
        yield from (each for each in sums if each is None)
        yield from [each for each in sums if each is not None][:1]


def _harmony(row: _Row) -> Finding | None:
    """F1 against precision and recall, all of them rounded."""
    precision, recall, told = row.figures
    low, high = (_harmonic(precision + room, recall + room) for room in (-row.half, row.half))
    return None if low - row.half <= told <= high + row.half else Finding(
        row.line, Kind.ARITHMETIC, f"{row.name}: F1 of {float(told):g}", _near(_harmonic(precision, recall), row),
        f"2 · {float(precision):g} · {float(recall):g} / ({float(precision):g} + {float(recall):g})",
    )  # fmt: skip


def _total(row: _Row, classes: Sequence[_Row]) -> Judgements:
    """The images of all classes, the accuracy and the averages over them."""
    images = sum(each.support for each in classes)
    yield None if row.support == images else Finding(
        row.line, Kind.ARITHMETIC, f"{row.name}: {row.support} in all", f"{images}",
        f"the {len(classes)} classes have {images}",
    )  # fmt: skip
    average = _AVERAGE.fullmatch(row.name)
    how = average["how"] or "weighted" if average else ""
    if not images or how in ("micro", "samples"):
        return
    for at, told in enumerate(row.figures):
        column = at if average else 1
        weights = [1 if how == "macro" else each.support for each in classes]
        shares = zip(classes, weights, strict=True)
        mean = sum((each.figures[column] * weight for each, weight in shares), Fraction(0)) / sum(weights)
        room = row.half + max(each.half for each in classes)
        yield None if abs(mean - told) <= room else Finding(
            row.line, Kind.ARITHMETIC, f"{row.name}: {'' if not average else _TITLES[column] + ' of '}{float(told):g}",
            _near(mean, row), f"the {'recall' if not average else _TITLES[column]} of the classes in the mean",
        )  # fmt: skip


def _read(lines: Sequence[str]) -> Iterator[tuple[list[_Row], list[_Row]]]:
    """The classes of each report, and the rows that sum them up."""
    for at, line in enumerate(lines):
        if not _HEAD.match(line):
            continue
        classes: list[_Row] = []
        totals: list[_Row] = []
        whole = False
        for number, below in enumerate(lines[at + 1 : at + 1 + MOST], at + 2):
            match = _ACCURACY.match(below) or _ROW.match(below)
            if match is None and below.strip(" |-="):
                break
            if match is None:
                continue
            name = " ".join(match.groupdict().get("name", "accuracy").split())
            texts = match["figures"].split()
            half = Fraction(1, 2 * 10 ** min(len(text) - 2 for text in texts))
            row = _Row(number, name, tuple(map(Fraction, texts)), half, int(match["support"]))
            sums = match.re is _ACCURACY or _AVERAGE.fullmatch(name) is not None
            whole = whole or sums
            if whole and not sums:
                break
            (totals if sums else classes).append(row)
        if len(classes) >= LEAST:
            yield classes, totals


def _harmonic(one: Fraction, other: Fraction) -> Fraction:
    one, other = max(one, Fraction(0)), max(other, Fraction(0))
    return 2 * one * other / (one + other) if one + other else Fraction(0)


def _near(value: Fraction, row: _Row) -> str:
    digits = len(str(1 / (2 * row.half))) - 1
    return f"{float(value):.{digits}f}"
