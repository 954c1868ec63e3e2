"""Figures that words tell of what a listing prints or a table heads: names like val_acc, final and best accuracies."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction

from reports.readmes.proof.evidence import Evidence, squeeze
from reports.readmes.proof.findings import Finding, Judgements, Kind
from reports.readmes.proof.rounding import is_rounding
from reports.readmes.reading.document import Block, cells, plain

_NAMED = re.compile(
    r"(?<![\w.])(?P<name>[A-Za-z]\w*_\w*[A-Za-z])[\"'`*]*\s*[:=]\s*(?P<value>\d{1,3}\.\d{1,6})\s*(?P<percent>%)?"
)
_NAME = re.compile(r"(?<![\w./])[A-Za-z]\w*_\w*[A-Za-z](?![\w./(])")
_PERCENT = re.compile(r"(?<![\d.])(?P<value>\d{1,3}\.\d{1,4})\s*%")
_OTHER = re.compile(
    r"\b(?:if|could|would|should|not|never|previous\w*|before|initial\w*|first|epochs?|from|than|above|over|below|"
    r"target|goal|aim|about|around|nearly|almost|improv\w*|increas\w*|drop\w*|differ\w*|gap)\b|n't|[~≈<>]",
    re.IGNORECASE,
)
_ACCURACY = re.compile(r"\bacc(?:uracy)?\b", re.IGNORECASE)
_LAST = re.compile(r"\b(?:final|last)\b", re.IGNORECASE)
_BEST = re.compile(r"\b(?:best|max(?:imum)?|highest|peak)\b", re.IGNORECASE)
LONGEST = 3_000  # letters of a paragraph
LEAST = 2  # rows of a table


def check_printed(evidence: Evidence) -> Judgements:
    """Every percentage behind such a name, and every last accuracy beside a table that has last and best ones."""
    yield from _names(evidence)
    yield from _finals(evidence)


def _names(evidence: Evidence) -> Judgements:
    """The percentages that follow a name in words, one each, where the section prints that name once."""
    for block in evidence.document.of_kind("prose"):
        text = evidence.document.text(block)
        if "_" not in text or len(text) > LONGEST:
            continue
        printed = _printed(evidence, block)
        names = list(_NAME.finditer(text))
        for at, match in enumerate(names):
            end = names[at + 1].start() if at + 1 < len(names) else len(text)
            behind = text[match.end() : end]
            told = list(_PERCENT.finditer(behind))
            values = printed.get(match[0], set())
            if len(values) != 1 or len(told) != 1 or _OTHER.search(behind):
                continue
            shown = next(iter(values))
            value, decimals = Fraction(told[0]["value"]), len(told[0]["value"].partition(".")[2])
            line, _ = evidence.document.place(block, match.end() + told[0].start())
            yield None if is_rounding(value, Fraction(shown), decimals) else Finding(
                line, Kind.ACCURACY, f"{match[0]} {told[0]['value']} %", f"{shown} %",
                f"the listing above prints {match[0]}: {shown} %",
            )  # fmt: skip


def _printed(evidence: Evidence, block: Block) -> dict[str, set[str]]:
    """The percentages that listings of the section print above a block, by their names."""
    section = evidence.document.around(block.first)[0]
    found: dict[str, set[str]] = {}
    for fence in evidence.document.of_kind("fence"):
        if section.first <= fence.first and fence.last < block.first:
            for line in evidence.document.lines[fence.first : fence.last - 1]:
                for match in _NAMED.finditer(line):
                    found.setdefault(match["name"], set()).add(match["value"] if match["percent"] else "")
    return {name: values for name, values in found.items() if "" not in values}


@dataclass(frozen=True, slots=True)
class _Column:
    """The accuracies of a column."""

    title: str
    values: frozenset[Fraction]


def _finals(evidence: Evidence) -> Judgements:
    """An accuracy that is called the last one, and stands among the best ones of the only such table."""
    tables = list(_tables(evidence))
    if len(tables) != 1:
        return
    ((last, best),) = tables
    for claim in evidence.said:
        if claim.what == "test" and claim.how == "last" and claim.exact:
            if claim.value in last.values:
                yield None
            elif claim.value in best.values:
                yield Finding(
                    claim.line, Kind.ACCURACY, f"{claim.text} %, the last accuracy",
                    f"{claim.text} % is {best.title}",
                    f"the column {last.title} has no {claim.text} %",
                )  # fmt: skip


def _tables(evidence: Evidence) -> Iterator[tuple[_Column, _Column]]:
    """The columns of last and of best accuracies of each table that has one of each."""
    rows: dict[tuple[str, ...], list[Sequence[str]]] = {}
    for block in evidence.document.of_kind("row"):
        row = [text for text, _ in cells(evidence.document.lines[block.first - 1])]
        if len(row) == len(block.header):
            rows.setdefault(block.header, []).append(row)
    for header, told in rows.items():
        places = [
            [at for at, title in enumerate(header) if _ACCURACY.search(title) and pattern.search(title)]
            for pattern in (_LAST, _BEST)
        ]
        if len(told) >= LEAST and [len(each) for each in places] == [1, 1] and places[0] != places[1]:
            last, best = (_column(header[at], [row[at] for row in told]) for (at,) in places)
            yield last, best


def _column(title: str, texts: Sequence[str]) -> _Column:
    numbers = (re.fullmatch(r"\W*(\d{2}\.\d{1,4})\s*%?\W*", text) for text in texts)
    return _Column(squeeze(plain(title)), frozenset(Fraction(match[1]) for match in numbers if match))
