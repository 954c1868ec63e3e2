"""Superlatives of a row against its table: "MobileNet is the fastest" beside a shorter time in another row."""

import re
from collections.abc import Iterator, Sequence
from fractions import Fraction

from reports.readmes.proof.evidence import Evidence, sentences, squeeze
from reports.readmes.proof.findings import Finding, Judgements, Kind
from reports.readmes.rules.arithmetic.columns import Rows, drawn_tables

_TEST = r"(?!.*\btrain)(?=.*\bacc(?:uracy)?\b).*"
_SUPERLATIVES = [  # of a sentence, the title of the column, whether the most is meant
    (r"\b(?:highest|best|top)\s+(?:overall\s+)?(?:(?:test|val\w*)\s+)?accuracy\b", _TEST, True),
    (r"\blowest\s+(?:overall\s+)?(?:(?:test|val\w*)\s+)?accuracy\b", _TEST, False),
    (r"\b(?:fewest|least)\s+(?:\w+\s+)?param\w*|\b(?:smallest|lowest)\s+number\s+of\s+param\w*", r".*\bparam.*", False),
    (r"\bmost\s+param\w*|\b(?:largest|highest)\s+number\s+of\s+param\w*", r".*\bparam.*", True),
    (r"\bfastest\b", r".*\b(?:time|duration|latency)\b.*", False),
    (r"\bslowest\b", r".*\b(?:time|duration|latency)\b.*", True),
]
_OTHERWISE = re.compile(
    r"\b(?:except|after|among|amongst|excluding|one of|second|third|besides|without|if|when|would|could|should|not|"
    r"never|only|within|than|relative|per|respectively|while|whereas|but|although|both|and|or|for|on|at|in)\b|n't|n’t",
    re.IGNORECASE,
)
_NUMBER = re.compile(r"(?<![\w.])(?P<number>\d[\d,]*(?:\.\d+)?)\s*(?P<unit>%|[kKmM]\b|[a-zµ]{1,7}\b)?")
_UNITS = {"k": 10**3, "m": 10**6}
LEAST, MOST = 2, 60  # rows; of tables as many at most
LONGEST = 80  # letters of a title
SHORTEST = 3  # letters of a name


def check_compared(evidence: Evidence) -> Judgements:
    """Each sentence with a superlative that names one row of one table, and says nothing besides."""
    tables = [(head, rows) for head, rows in drawn_tables(evidence.document) if LEAST <= len(rows) <= MOST][:MOST]
    for sentence in sentences(evidence.document, "prose") if tables else ():
        for words, title, most in _SUPERLATIVES:
            match = re.search(words, sentence.text, re.IGNORECASE)
            if match is None or _OTHERWISE.search(sentence.text):
                continue
            named = [
                (row, column, rows) for header, rows in tables for row in _named(sentence.text, rows)
                if (column := _column(header, title)) is not None
            ]  # fmt: skip
            if len(named) != 1:
                continue
            (line, row), column, rows = named[0]
            values = {at: figure for at, each in rows if (figure := _value(each[column], title)) is not None}
            if len(values) < len(rows) or len({unit for _, unit in values.values()}) > 1:
                continue
            own = values[line]
            first = (max if most else min)(values, key=lambda at: values[at][0])
            place, _ = evidence.document.place(sentence.block, sentence.start + match.start())
            other = next(each for at, each in rows if at == first)
            yield None if values[first] == own else Finding(
                place, Kind.SUMMARY, f"{row[0]}: {squeeze(match[0])}", other[0],
                f"{other[column]} in line {first}, {row[column]} in line {line}",
            )  # fmt: skip


def _named(text: str, rows: Rows) -> Iterator[tuple[int, list[str]]]:
    """The rows whose name a sentence has."""
    for line, row in rows:
        name = row[0].strip(" *`")
        if len(name) >= SHORTEST and re.search(rf"(?<![\w-]){re.escape(name)}(?![\w-])", text):
            yield line, row


def _column(header: Sequence[str], title: str) -> int | None:
    places = [
        at for at, name in enumerate(header)
        if at and len(name) < LONGEST and re.fullmatch(title, name.strip(" *`"), re.IGNORECASE)
    ]  # fmt: skip
    return places[0] if len(places) == 1 else None


def _value(text: str, title: str) -> tuple[Fraction, str] | None:
    """The one number of a cell and its unit; of parameters in thousands and millions too."""
    found = list(_NUMBER.finditer(text))
    if len(found) != 1:
        return None
    unit = (found[0]["unit"] or "").lower()
    number = Fraction(found[0]["number"].replace(",", ""))
    return (number * _UNITS.get(unit, 1), "") if "param" in title else (number, unit)
