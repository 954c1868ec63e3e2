"""Parameters of the blocks of a drawn network, against a table that has a block for each of its rows."""

import re
from collections.abc import Iterator

from reports.readmes.proof.evidence import Evidence
from reports.readmes.proof.findings import Finding, Judgements, Kind
from reports.readmes.reading.document import Document, cells
from reports.readmes.reading.layers.drawn import Block, read_blocks
from reports.readmes.reading.rows import Table, whole

LEAST = 3  # blocks


def check_blocks(evidence: Evidence) -> Judgements:
    """Each block that has the name of one of the only table whose rows add up to its total."""
    tables = [
        (each.corrected, groups) for each in evidence.judged
        if each.corrected.whole and "total" in each.corrected.totals and not any(each.claims.get(Kind.TOTAL, ()))
        and len(groups := dict(_groups(evidence.document, each.corrected))) >= LEAST
    ]  # fmt: skip
    if len(tables) != 1:
        return
    table, groups = tables[0]
    for drawn in read_blocks(evidence.document):
        for block in drawn:
            known = groups.get(_name(block))
            if block.parameters is None or known is None:
                continue
            line, text = block.parameters
            yield None if whole(text) == known else Finding(
                line, Kind.TOTAL, f"{_name(block)}: {text} parameters", f"{known:,}",
                f"its rows in the table of lines {table.first} to {table.last} add up to {known:,}",
            )  # fmt: skip


def _groups(document: Document, table: Table) -> Iterator[tuple[str, int]]:
    """The blocks that a first column names, each with the parameters of its rows; none where a name comes twice."""
    sums: dict[str, int] = {}
    name = ""
    for row in table.rows:
        first = cells(document.lines[row.line - 1])[0][0]
        if first in (row.label, row.name) or (first and first in sums):
            return
        name = first or name
        sums[name] = sums.get(name, 0) + row.count
    if "" not in sums:
        yield from sums.items()


def _name(block: Block) -> str:
    return re.split(r"[\s:(]", block.title, maxsplit=1)[0]
