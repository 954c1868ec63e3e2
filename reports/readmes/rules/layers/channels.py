"""Channels in tables of layers: what goes into a layer is what the one before it gives.

A number that no layer of the only parameter table gives is no layer's that was left out.
"""

import re
from collections.abc import Iterator

from reports.readmes.proof.evidence import Evidence
from reports.readmes.proof.findings import Finding, Judgements, Kind
from reports.readmes.reading.document import Document, cells

_IN = re.compile(r"in(?:put)?[ _-]?(?:ch|channels?|c)|channels?[ _-]?\(?in\)?", re.IGNORECASE)
_OUT = re.compile(r"out(?:put)?[ _-]?(?:ch|channels?|c)|channels?[ _-]?\(?out\)?", re.IGNORECASE)
_JOINS = re.compile(
    r"\b(?:concat\w*|skip\w*|residual|shortcut|dense ?block\w*|inception|u-?net|branch\w*)\b", re.IGNORECASE
)
LEAST = 5  # rows
Row = tuple[int, int, int]  # line, channels in and out


def check_channels(evidence: Evidence) -> Judgements:
    """Each row of a table in which all others take what the row before them gives, in a text that joins no branches."""
    if len(evidence.tables) != 1 or any(_JOINS.search(line) for line in evidence.document.lines):
        return
    given = {row.shape[0] for row in evidence.tables[0].rows if row.shape}
    for rows in _tables(evidence.document):
        odd = [at for at in range(1, len(rows)) if rows[at][1] != rows[at - 1][2]]
        if len(rows) < LEAST or len(odd) > 1:
            continue
        yield from (None for _ in range(len(rows) - 1 - len(odd)))
        for at in odd:
            line, inside, _ = rows[at]
            if inside in given:
                return
            yield Finding(
                line, Kind.SHAPE, f"{inside} channels go in", f"{rows[at - 1][2]} channels",
                f"line {rows[at - 1][0]} gives {rows[at - 1][2]}, and no layer of the table gives {inside}",
            )  # fmt: skip


def _tables(document: Document) -> Iterator[list[Row]]:
    """The rows of each table with two such columns, one below the other, every one with both numbers."""
    rows: list[Row] = []
    last = 0
    for block in document.of_kind("row"):
        if block.first != last + 1 and rows:
            yield rows
            rows = []
        last = block.first
        titles = [title.strip(" .*") for title in block.header]
        at = [[i for i, title in enumerate(titles) if pattern.fullmatch(title)] for pattern in (_IN, _OUT)]
        row = [text for text, _ in cells(document.lines[block.first - 1])]
        if len(at[0]) != 1 or len(at[1]) != 1 or len(row) != len(titles):
            continue
        told = [row[at[0][0]], row[at[1][0]]]
        if all(re.fullmatch(r"\d{1,5}", text) for text in told):
            rows.append((block.first, int(told[0]), int(told[1])))
    if rows:
        yield rows
