"""What a claim is held against: the one log or parameter table of the innermost section that has any."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any, TypeVar

from reports.readmes.proof.tables import JudgedTable
from reports.readmes.reading.claims import Said, read_claims
from reports.readmes.reading.counted import Total, coded_totals, listed_totals, printed_totals
from reports.readmes.reading.document import Block, Document, Section
from reports.readmes.reading.layers.fields import FieldList, read_fields
from reports.readmes.reading.layers.shaped import Shaped, read_shaped
from reports.readmes.reading.layers.weighed import Weighed, read_weighed
from reports.readmes.reading.logs.results import Log
from reports.readmes.reading.rows import Table

T = TypeVar("T", bound=Log | Table | Total)

NUMBER = r"\d[\d,]*(?:\.\d+)?"
LONGEST_BLOCK = 20_000  # characters of a paragraph
_END = re.compile(r"[.!?](?=\s|$)")
# Words by which a sentence speaks of something else than the result of this README's own run.
_ELSEWHERE = re.compile(
    r"\b(?:if|would|could|couldn|can|cannot|not|never|no|should|must|need|needs|needed|target|goal|aim\w*|want\w*|try|"
    r"tried|trying|expect\w*|publish\w*|paper|report\w*|text|source|authors?|train|training|previous\w*|earlier|before|"
    r"baseline|initial\w*|without|others?|another|instead|old|older|until|unless|whereas|compared?|versus|vs|original\w*|"
    r"his|her|their|they|state-of-the-art|sota|future|tutorial|intention|attempt\w*|experiment\w*|versions?|variants?|"
    r"first (?:model|network|run))\b(?!-\w)|n't\b|n’t\b",
    re.IGNORECASE,
)

_RESULTS = re.compile(r"\b(?:results?|metrics|outcomes?|observations?|figures)\b", re.IGNORECASE)  # of a chapter
_TRIES = re.compile(  # a section of one run among several
    r"\b(?:try|trial|attempt|first|second|third|initial|step|exp\w*|"
    r"(?:model|code|net\w*|architecture|run|part|v)[ _-]*\d|iteration|version|baseline|previous|session)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence of a block and where it begins in the block's text."""

    block: Block
    start: int
    text: str

    def speaks_of_others(self, end: int | None = None) -> bool:
        """Whether it tells of conditions, aims, training figures or other people's results, up to `end`."""
        return _ELSEWHERE.search(self.text[:end]) is not None


@dataclass(frozen=True)
class Evidence:
    """The document with its logs and tables, the tables as they should be, and the recorded runs it may be of."""

    document: Document
    printed: Sequence[Log]  # every log, and what only looks like one
    judged: Sequence[JudgedTable]
    runs: Path | None = None
    _near: dict[tuple[int, int], list[Any]] = field(default_factory=dict)  # by section, of tables
    _regular: dict[tuple[int, int], bool] = field(default_factory=dict)  # by level, of tables

    @cached_property
    def logs(self) -> tuple[Log, ...]:
        """The logs that claims may be of: no single lines that a text quotes, no excerpts of others.

        The only one, where it prints no epochs, has those that the text says were trained, if they are as many.
        """
        logs = tuple(
            log for log in self.printed
            if not log.quoted and all(log.excerpt_of(other) is None for other in self.printed)
        )  # fmt: skip
        told = {int(claim.value) for claim in self.said if claim.what == "epochs"}
        return (logs[0].numbered(told.pop()),) if len(logs) == len(told) == 1 else logs

    @cached_property
    def tables(self) -> tuple[Table, ...]:
        """The parameter tables, corrected."""
        return tuple(table.corrected for table in self.judged)

    @cached_property
    def counted(self) -> tuple[Table | Total, ...]:
        """The tables, and totals that stand without one."""
        return (*self.tables, *printed_totals(self.document, self.tables))

    @cached_property
    def coded(self) -> tuple[Total, ...]:
        """The parameters of networks that the text gives as code."""
        return tuple(coded_totals(self.document))

    @cached_property
    def weighed(self) -> tuple[tuple[Weighed, ...], ...]:
        """The layers with channels that words and code list, of each part of the text."""
        return tuple(tuple(layers) for layers in read_weighed(self.document))

    @cached_property
    def listed(self) -> tuple[Total, ...]:
        """The networks among them, each with the parameters that it has at least."""
        return tuple(listed_totals(self.weighed))

    @cached_property
    def fields(self) -> tuple[FieldList, ...]:
        """The lists and tables of receptive fields."""
        return tuple(read_fields(self.document))

    @cached_property
    def shaped(self) -> tuple[Sequence[Shaped], ...]:
        """The lists of layers with fields beside output shapes."""
        return tuple(read_shaped(self.document))

    @cached_property
    def said(self) -> tuple[Said, ...]:
        """What lines say of the run, outside its logs and printed totals."""
        totals = {each.first for each in self.counted if isinstance(each, Total)}
        return tuple(
            claim for claim in read_claims(self.document)
            if claim.line not in totals and not any(log.first - 2 <= claim.line <= log.last for log in self.printed)
        )  # fmt: skip

    def subject(self, claim: Said, among: Sequence[T]) -> T | None:
        """The log or table that a claim is of; None where that is not certain.

        The only one in the file is of all that the file says of one run: of claims of one kind that differ, only those
        under its own heading are of it, or under the heading "Results" of its own chapter where each run has one.
        """
        near = self.near(claim.line, among)
        if len(near) != 1 or self.same_section(claim.line, near[0]):
            return near[0] if len(near) == 1 else None
        holder = next(section for section in self.document.around(claim.line) if _holds(section, near[0]))
        title = self.document.around(claim.line)[0].title
        own = _RESULTS.search(title) is not None and holder.level > 0 and self._is_regular(holder.level, among)
        same = [
            c for c in (claim, *self.rivals(claim))
            if (c.epoch is None) == (claim.epoch is None) and (not own or holder.first <= c.line <= holder.last)
        ]  # fmt: skip
        several = len({(c.value, c.epoch) for c in same if c.exact}) > 1
        tried = not own and _TRIES.search(title)
        return None if several or tried else near[0]

    def rivals(self, claim: Said) -> list[Said]:
        """The other claims of that kind."""
        return [c for c in self.said if (c.what, c.how) == (claim.what, claim.how) and c is not claim]

    def log(self, line: int) -> Log | None:
        """The log that a claim in that line is about; None where that is not certain."""
        return self._only(line, self.logs)

    def table(self, line: int) -> Table | None:
        """The parameter table that it is about."""
        return self._only(line, self.tables)

    def same_section(self, line: int, item: Log | Table | Total) -> bool:
        """Whether it stands under the heading that the line stands under; else the claim may be of another run."""
        return _holds(self.document.around(line)[0], item)

    def near(self, line: int, among: Sequence[T]) -> list[T]:
        """Those of the innermost section around the line that has any.

        Where that is not the line's own section, it counts only if all of them lie in sections of that level, as where
        each run has its chapter; else any may be meant.
        """
        around = self.document.around(line)
        key = (around[0].first, id(among))
        if key not in self._near:
            self._near[key] = self._of(around, among)
        return self._near[key]

    def _of(self, around: Sequence[Section], among: Sequence[T]) -> list[T]:
        for section in around:
            inside = [item for item in among if _holds(section, item)]
            if inside:
                return inside if section is around[0] or self._is_regular(section.level, among) else list(among)
        return []

    def _is_regular(self, level: int, among: Sequence[T]) -> bool:
        key = (level, id(among))
        if key not in self._regular:
            sections = [section for section in self.document.sections if section.level == level]
            self._regular[key] = all(any(_holds(section, item) for section in sections) for item in among)
        return self._regular[key]

    def _only(self, line: int, among: Sequence[T]) -> T | None:
        near = self.near(line, among)
        return near[0] if len(near) == 1 else None


def _holds(section: Section, item: Log | Table | Total) -> bool:
    return section.first <= item.first and item.last <= section.last


def sentences(document: Document, *kinds: str) -> Iterator[Sentence]:
    """The sentences of the blocks of these kinds; a table row is one."""
    for block in document.blocks:
        if block.kind not in kinds:
            continue
        text = document.text(block)
        if len(text) > LONGEST_BLOCK:
            continue
        start = 0
        ends = [] if block.kind == "row" else [match.end() for match in _END.finditer(text)]
        for end in [*ends, len(text)]:
            if text[start:end].strip():
                yield Sentence(block, start, text[start:end])
            start = end


def alike(printed: str, expected: str) -> bool:
    """Whether two numbers differ as by a slip: of three digits or more, one is another, or two changed places."""
    first, second = (re.sub(r"\D", "", text) for text in (printed, expected))
    same = sum(a == b for a, b in zip(first, second, strict=False))
    swapped = sorted(first) == sorted(second) and same == len(first) - 2
    return len(first) == len(second) >= 3 and (same >= len(first) - 1 or swapped)


def squeeze(text: str) -> str:
    """The text on one line with single blanks."""
    return re.sub(r"\s+", " ", text).strip()


def whole(text: str) -> int:
    """The whole number of a text like 25,290."""
    return int(text.replace(",", "")[:15])
