"""Logs as tables: in markdown, or drawn with bars inside a fence, a row an epoch."""

import re
from collections.abc import Iterator
from fractions import Fraction

from reports.readmes.reading.document import Document, cells
from reports.readmes.reading.logs.results import Log, Percent, Result, whole

_ACCURACY = re.compile(r"(?:test|val(?:idation)?)\.?\s+acc(?:uracy)?\b(?!.*rendered)|^acc(?:uracy)?$", re.IGNORECASE)
_TRAINED = re.compile(r"train(?:ing)?\.?\s+acc(?:uracy)?\b", re.IGNORECASE)
_RIGHT_OF = re.compile(r"(?:right|correct)\s+(?:out )?of\s+(\d[\d,]*)", re.IGNORECASE)
_RULE = re.compile(r"[-=+|:\s]{3,}")  # under a head
_HEAD = re.compile(r"\|?\s*epochs?\s*\|", re.IGNORECASE)
_PERCENT = re.compile(r"(\d+(?:\.\d+)?)\s*%?")


def drawn_logs(document: Document) -> Iterator[Log]:
    """Each table with a column of epochs and one of test accuracies."""
    results: list[Result] = []
    last = -1
    for line, header in _rows(document):
        if line != last + 1 and results:
            yield Log(tuple(results))
            results = []
        last = line
        head = [name.casefold() for name in header]
        epochs = [index for index, name in enumerate(head) if name in ("epoch", "epochs")]
        accuracies = [index for index, name in enumerate(head) if _ACCURACY.search(name)]
        trained = [index for index, name in enumerate(head) if _TRAINED.search(name)]
        row = cells(document.lines[line - 1])
        if len(epochs) != 1 or len(accuracies) != 1 or len(row) != len(head) or not row[epochs[0]][0].isdecimal():
            continue
        text, column = row[accuracies[0]]
        if not (match := _PERCENT.fullmatch(text)):
            continue
        right = next(((index, m[1]) for index, name in enumerate(head) if (m := _RIGHT_OF.search(name))), None)
        counted = whole(row[right[0]][0]) if right and re.fullmatch(r"\d[\d,]*", row[right[0]][0]) else None
        learnt = _PERCENT.fullmatch(row[trained[0]][0]) if len(trained) == 1 else None
        results.append(
            Result(
                line=line,
                percent=(percent := _as_percent(match[1], text, line, column)),
                epoch=int(row[epochs[0]][0][:6]),
                correct=counted,
                total=whole(right[1]) if right and counted is not None else None,
                trained=None
                if learnt is None
                else _as_percent(learnt[1], row[trained[0]][0], line, 0, percent.fraction).value,
            )
        )
    if results:
        yield Log(tuple(results))


def _as_percent(number: str, text: str, line: int, column: int, fraction: bool = True) -> Percent:
    return Percent(number, line, column, fraction and "%" not in text and Fraction(number) <= 1)


def _rows(document: Document) -> Iterator[tuple[int, tuple[str, ...]]]:
    """The rows of markdown tables, and of tables that programs drew with bars, each with its head."""
    header: tuple[str, ...] = ()
    for block in document.of_kind("row", "fence", "prose"):
        if block.kind == "row":
            yield block.first, block.header
            continue
        for number in range(block.first, block.last + 1):
            line = document.lines[number - 1].strip()
            if line.count("|") < 2:
                header = header if _RULE.fullmatch(line) else ()
            elif _HEAD.match(line):
                header = tuple(text for text, _ in cells(line))
            elif header:
                yield number, header
