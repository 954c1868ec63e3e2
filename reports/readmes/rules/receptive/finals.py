"""The receptive field that a text names for the whole network, against the only list of fields that it has."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from reports.readmes.proof.evidence import Evidence, squeeze
from reports.readmes.proof.findings import Finding, Judgements, Kind
from reports.readmes.reading.document import cells, plain

_LINK = re.compile(r"\b(?:RF|receptive field)\s*[:=]?\s*(\d{1,4})\b", re.IGNORECASE)
_ARROW = re.compile(r"→|->")
LINKS = 3  # fields of a chain
LONGEST = 300  # letters of a line
_FINAL = re.compile(
    r"\b(?:(?:final|total|overall|network)\s+)?(?:receptive[ -]field|rf)\b(?:\s*\(rf\))?\s*"
    r"(?:achieved|reached|(?:of|at|after)\s+(?:the\s+)?(?:(?:last|final)\s+layer|network|model))?\s*(?:[:=|]|is)\s*\W{0,4}(?P<field>\d{1,4})(?:\s*[x×]\s*(?P=field))?"
    r"(?!\d|[.,]\d|\s*(?:→|->|%|[x×]))",
    re.IGNORECASE,
)
_REACHED = re.compile(  # achieves a receptive field of 45
    r"\b(?:achiev\w+|reach(?:es|ed)|final|total|overall)\b[^.|\n\d]{0,20}\b(?:receptive[ -]field|rf)\s+of\s+"
    r"(?P<field>\d{1,4})(?:\s*[x×]\s*(?P=field))?(?!\d|[.,]\d|\s*(?:→|->|%|[x×])|\s+(?:at|before|after|in|by|till|for)\b)",
    re.IGNORECASE,
)
_BRACKETED = re.compile(  # RF > 44 (achieved 45); global receptive field (45)
    r"\b(?:receptive[ -]field|rf)\b"
    r"(?:\s*[<>≥]=?\s*\d{1,3}\s*\(\s*(?:achieved|reached|got)[\s:]*|\s*\(|:\s*\w+\([^()]{1,12}\)\s*=\s*)"
    r"(?P<field>\d{1,4})(?:\s*[x×]\s*(?P=field))?\s*(?:\)|$)",
    re.IGNORECASE,
)
_AIM = re.compile(
    r"\b(?:target|goal|must|should|need\w*|require\w*|at least|more than|least|aim\w*|constraint\w*)\b|[<>≥≤]",
    re.IGNORECASE,
)


_EXCEEDED = re.compile(
    r"\b(?:achieved|reached|got|attained)\b[^.|]{0,20}\b(?:rf|receptive field)\s*(?:of\s*)?"
    r"(?:>|over|above|more than)\s*(?P<least>\d{2,3})\b",
    re.IGNORECASE,
)
_NAME = re.compile(r"\W*(?:final |total )?(?:receptive field|rf)\W*", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Ends:
    """A list: its lines, what it tells, the field behind its last layer where that is proven, whether all is right."""

    first: int
    last: int
    told: tuple[int, ...]
    field: int | None
    right: bool


def judge_final(evidence: Evidence, lists: Sequence[Ends]) -> Judgements:
    """The field that a line names without an aim: one that the list tells, and ends with where it is wrong.

    Of lists that tell the same the first speaks.
    """
    ends = lists[0]
    first, last = ends.first, ends.last
    inside = {line for each in lists for line in range(each.first, each.last + 1)}
    known = set(ends.told)
    wrong = ends.told[-1] if ends.field is not None and ends.told[-1] != ends.field else None
    if not ends.right and wrong is None:
        return
    yield from _chains(evidence, ends) if wrong is not None else ()
    for block in evidence.document.of_kind("prose", "heading", "row"):
        for number in range(block.first, block.last + 1):
            line = plain(evidence.document.lines[number - 1])
            if number in inside or len(line) >= LONGEST or len(_LINK.findall(line)) >= LINKS:
                continue
            field = named_final(line, block.kind == "row")
            claim = _EXCEEDED.search(line)
            if claim and ends.field is not None and ends.field <= int(claim["least"]):
                yield Finding(
                    number, Kind.RECEPTIVE, squeeze(claim[0]), f"receptive field {ends.field}",
                    f"the layers of lines {first} to {last} end at {ends.field}",
                )  # fmt: skip
            elif field is None:
                continue
            elif field == wrong:
                yield Finding(
                    number, Kind.RECEPTIVE, f"receptive field {field}", f"receptive field {ends.field}",
                    f"as line {last}, which should have {ends.field}",
                )  # fmt: skip
            elif ends.right:
                yield None if field in known else Finding(
                    number, Kind.RECEPTIVE, f"receptive field {field}", f"receptive field {max(known)}",
                    f"the layers of lines {first} to {last} end at {max(known)}",
                )  # fmt: skip


def _chains(evidence: Evidence, ends: Ends) -> Judgements:
    """Fields between arrows that end at what the list wrongly ends at: RF: 5 → RF: 17 → RF: 45."""
    for number, line in enumerate(evidence.document.lines, 1):
        if ends.first <= number <= ends.last or len(line) >= LONGEST or len(fields := _LINK.findall(line)) < LINKS:
            continue
        if int(fields[-1]) == ends.told[-1] and _ARROW.search(line):
            yield Finding(
                number, Kind.RECEPTIVE, f"receptive field {fields[-1]}", f"receptive field {ends.field}",
                f"as line {ends.last}, which should have {ends.field}",
            )  # fmt: skip


def named_final(line: str, row: bool) -> int | None:
    """The field that a line, or a row of a table, says is the network's."""
    return _row(line) if row else _named(line)


def _named(text: str) -> int | None:
    """The field that a text says is the network's."""
    if bracketed := _BRACKETED.search(text):
        return int(bracketed["field"])
    match = _FINAL.search(text) or _REACHED.search(text)
    return int(match["field"]) if match and not _AIM.search(text[: match.end()]) else None


def _row(line: str) -> int | None:
    """The figure of a cell, or behind the limit of a row: | Receptive Field | > 44 | 45 | yes |."""
    row = [text for text, _ in cells(line)]
    told = [field for cell in row if (field := _named(cell)) is not None]
    if told:
        return told[0]
    for name, limit, figure in zip(row, row[1:], row[2:], strict=False):
        if _NAME.fullmatch(name.strip()) and re.fullmatch(r"[<>≥≤]=?\s*\d+", limit):
            match = re.fullmatch(r"(\d{1,4})(?:\s*[x×]\s*\1)?", figure)
            return int(match[1]) if match else None
    return None
