"""Rows of a table that sentences tell again: "ResNet18 reached 92.82 % mean test accuracy".

The sentence names one row, or stands alone in the section that bears its name, and the words say which column is meant.
"""

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction

from reports.readmes.proof.evidence import Evidence, squeeze
from reports.readmes.proof.findings import Finding, Judgements, Kind
from reports.readmes.reading.claims import is_aim
from reports.readmes.reading.document import cells, plain
from reports.readmes.rules.retold.columns import MARKS, Column, Figure, read_columns, read_figure, told_how, told_set

_FIGURE = re.compile(
    r"(?P<about>~|≈|\b(?:about|around|approx\w*|roughly|nearly|almost)\s+)?(?<![\d.,])(?P<value>\d{2}(?:\.\d{1,4})?)\s*%"
)
_NUMBER = re.compile(r"(?<![\w.])\d+(?:\.\d+)?(?![\w.])")
_ACCURACY = re.compile(r"\bacc(?:uracy|uracies)?\b", re.IGNORECASE)
_SET = re.compile(r"\b(?:test|val|train)(?:ing|idation)?\b", re.IGNORECASE)
_HOW = re.compile(r"\b(?:best|highest|max(?:imum)?|peak|top|final|last|mean|avg|average)\b", re.IGNORECASE)
_OTHER = re.compile(  # what the sentence tells is not simply the figure of that row
    r"\b(?:than|vs\.?|versus|compared?|from|over|above|below|under|less|more|least|improv\w*|gain\w*|drop\w*|gap|differ\w*|"
    r"increas\w*|decreas\w*|reduc\w*|within|until|by|epochs?|if|would|could|should|can|may|might|target|goal|aim\w*|"
    r"expect\w*|want\w*|try|tried|paper|report\w*|previous\w*|earlier|before|without|instead|original\w*|initial\w*|"
    r"ensemble|seeds?|runs?|class|classes|subset|noise|per|quanti\w*|prun\w*|float\w*|int8|fold|top-\d|plus)\b|"
    r"[<>≥≤→±+]|->|n't\b",
    re.IGNORECASE,
)
FAR = 3  # points by which what is "about" so much is off
LEAST_NAME = 3  # letters
LONGEST = 300  # letters of a sentence
MOST = 300  # rows
_ENDS = re.compile(r"(?<=[.!?;])\s+")


@dataclass(frozen=True, slots=True)
class _Row:
    line: int
    figures: Mapping[Column, Figure]


def check_rows(evidence: Evidence) -> Judgements:
    """Every sentence that tells one figure of one row."""
    rows = dict(_rows(evidence))
    if not rows or len(rows) > MOST:
        return
    names = re.compile(
        "|".join(rf"(?<![\w-]){re.escape(name)}(?![\w-])" for name in sorted(rows, key=len, reverse=True))
    )
    for block in evidence.document.of_kind("prose"):
        for number in range(block.first, block.last + 1):
            line = plain(evidence.document.lines[number - 1])
            for sentence in _ENDS.split(line) if "%" in line and not is_aim(evidence.document, number) else ():
                yield from _judge(sentence, number, rows, names, evidence)


def _rows(evidence: Evidence) -> Iterator[tuple[str, _Row]]:
    """The rows of tables of accuracies by their names, each of which begins one row of the text only."""
    found: list[tuple[str, _Row]] = []
    begins: Counter[str] = Counter()
    for block in evidence.document.of_kind("row"):
        row = [text for text, _ in cells(evidence.document.lines[block.first - 1])]
        name = _spaced(re.sub(r"\s*\(.*\)$", "", row[0].strip(MARKS))) if row else ""
        begins[name] += 1
        if len(row) != len(block.header) or len(name) < LEAST_NAME or not re.search("[a-z]{2}", name):
            continue
        figures = {
            column: figure for at, column in read_columns(block.header).items()
            if at and column.what != "parameters" and (figure := read_figure(column, row[at])) is not None
        }  # fmt: skip
        if figures:
            found.append((name, _Row(block.first, figures)))
    yield from ((name, row) for name, row in found if begins[name] == 1)


def _spaced(name: str) -> str:
    return re.sub(r"[\s_]+", " ", name).lower().strip()


def _judge(
    sentence: str, line: int, rows: Mapping[str, _Row], names: re.Pattern[str], evidence: Evidence
) -> Judgements:
    figures = list(_FIGURE.finditer(sentence))
    if len(figures) != 1 or len(sentence) > LONGEST or not _ACCURACY.search(sentence) or _OTHER.search(sentence):
        return
    told = set(names.findall(_spaced(sentence)))
    if not told:
        told = set(names.findall(_spaced(evidence.document.around(line)[0].title)))
    numbers = [text for text in _NUMBER.findall(names.sub("", _spaced(sentence))) if text != figures[0]["value"]]
    if len(told) != 1 or numbers:
        return
    row = rows[told.pop()]
    column = _column(sentence, row)
    if column is None:
        return
    figure, value = row.figures[column], figures[0]["value"]
    about = figures[0]["about"] is not None or figure.about
    same = figure.same(Fraction(value), len(value.partition(".")[2]))
    yield None if same or (about and abs(figure.value - Fraction(value)) <= FAR) else Finding(
        line, Kind.SUMMARY, squeeze(figures[0][0]), f"{figure.text} %, or that in line {row.line}",
        f"line {row.line} has {figure.text} % there",
    )  # fmt: skip


def _column(sentence: str, row: _Row) -> Column | None:
    """The one column that the words mean."""
    sets = {told_set(word.lower()) for word in _SET.findall(sentence)}
    hows = {told_how(word.lower()) for word in _HOW.findall(sentence)}
    if len(sets) > 1 or len(hows) > 1:
        return None
    able = [
        column for column in row.figures
        if (not sets or column.what in sets | {""}) and (column.how in hows if hows else True)
    ]  # fmt: skip
    return able[0] if len(able) == 1 else None
