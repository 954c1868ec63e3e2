"""What stands in a README like a claim and was not understood: equations, tables and logs, by their lines."""

import re
from collections.abc import Iterator, Mapping

from reports.readmes.proof.evidence import Evidence
from reports.readmes.reading.document import Document, plain
from reports.readmes.reading.logs.untested import untested_logs
from reports.readmes.rules.formulas.judged import judged_lines
from reports.readmes.rules.receptive.fields import judged_fields

_EQUATION = re.compile(
    r"(?:∂|𝜕|\\partial|\\frac\{|\bdE\w*/d|\bE_?\{?(?:total|t)\b|\ba_?\{?[oh]_?\d).*(?<![<>=!])=(?!=)"
)
_HEAD = re.compile(r"\bLayer \(type", re.IGNORECASE)
_CODE = re.compile(r"^\s*(?:def |self\.|import |from |print\(|#)|\w+\(.*\)\s*$|==|\+=")
_FIELD = re.compile(r"\b(?:rf|receptive[ _-]?field)\b[^\d\n]{0,12}\d", re.IGNORECASE)
LEAST_FIELDS = 4  # lines
APART = 8  # lines between two of them
LONGEST = 2_000  # letters of an equation
NEAR = 60  # lines below the head of a table in which its rows stand


def unread(evidence: Evidence) -> Mapping[str, tuple[int, ...]]:
    """The lines of equations that were not checked, and the first lines of tables and logs of which no row was."""
    return {
        name: lines
        for name, lines in (
            ("equations", tuple(_equations(evidence))),
            ("tables", tuple(_tables(evidence))),
            ("logs", tuple(first for first, _ in untested_logs(evidence.document, evidence.printed))),
            ("lists of receptive fields", tuple(_fields(evidence))),
        )
        if lines
    }


def _equations(evidence: Evidence) -> Iterator[int]:
    read = judged_lines(evidence)
    for number, line in enumerate(evidence.document.lines, 1):
        if number in read or "=" not in line or len(line) > LONGEST:
            continue
        if _EQUATION.search(line) and not _CODE.search(line):
            yield number


def _tables(evidence: Evidence) -> Iterator[int]:
    """Tables of layers or epochs, by their head, none of whose rows is in a table or log that was read."""
    read = {row.line for table in evidence.tables for row in table.rows}
    read |= {result.line for log in evidence.printed for result in log.results}
    for first, last in (*_printed(evidence.document), *_drawn(evidence.document)):
        if not any(first <= line <= last for line in read):
            yield first


def _fields(evidence: Evidence) -> Iterator[int]:
    """The first line of each run of lines with a field each, none of which is in a list that was judged."""
    judged = judged_fields(evidence)
    run: list[int] = []
    for number, raw in enumerate(evidence.document.lines, 1):
        if len(raw) > LONGEST or not _FIELD.search(plain(raw)):
            continue
        if run and number > run[-1] + APART:
            yield from run[:1] if len(run) >= LEAST_FIELDS and not judged & {*run} else ()
            run = []
        run.append(number)
    yield from run[:1] if len(run) >= LEAST_FIELDS and not judged & {*run} else ()


def _printed(document: Document) -> Iterator[tuple[int, int]]:
    heads = [number for number, line in enumerate(document.lines, 1) if _HEAD.search(line) and "|" not in line]
    for at, first in enumerate(heads):
        yield first, min(first + NEAR, heads[at + 1] - 1 if at + 1 < len(heads) else len(document.lines))


def _drawn(document: Document) -> Iterator[tuple[int, int]]:
    rows = [block for block in document.of_kind("row") if block.header]
    while rows:
        last = next((at for at in range(1, len(rows)) if rows[at].first > rows[at - 1].first + 2), len(rows))
        head = " ".join(rows[0].header).casefold()
        layers = "layer" in head and re.search(r"\bparam", head) and not re.search(r"\b(?:rf|receptive|jump|j)\b", head)
        if layers or (re.search(r"\bepochs?\b", head) and "acc" in head):
            yield rows[0].first, rows[last - 1].first
        del rows[:last]
