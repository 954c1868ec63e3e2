"""The measure: findings in right tables, and the share of planted numbers that are found."""

import random
import tempfile
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from benchmarks.lint.networks import network
from benchmarks.lint.plant import Planted, plant, sides
from benchmarks.lint.readmes import readmes
from benchmarks.lint.tables import tables
from reports.readmes.corrected import corrected
from reports.readmes.lint import lint_source
from reports.readmes.proof.findings import FileReport
from reports.readmes.reading.document import read_document
from reports.readmes.reading.files import Source, split_lines
from reports.readmes.reading.tables import read_tables

FAULTS = 3  # of a README, each alone


@dataclass
class Score:
    """What was counted: by kind of number how many were planted, found, and found in their own line."""

    tables: int = 0
    claims: int = 0
    false: list[str] = field(default_factory=list)  # the right tables with a finding
    unread: list[str] = field(default_factory=list)  # those of which no row was read
    planted: Counter[str] = field(default_factory=Counter)
    found: Counter[str] = field(default_factory=Counter)
    in_line: Counter[str] = field(default_factory=Counter)
    missed: list[Planted] = field(default_factory=list)

    @property
    def recall(self) -> float:
        """Of all planted numbers, the share found."""
        return self.found.total() / max(1, self.planted.total())


def printed(seeds: Iterable[int]) -> Iterator[tuple[str, str, int]]:
    """The tables of these seeds: name, text, seed."""
    for seed in seeds:
        made = network(seed)
        for printer, text in tables(made, seed):
            yield f"{printer}, {made.kind}, seed {seed}", text, seed


def measure(texts: Iterable[tuple[str, str, int]]) -> Score:
    """Check each text as it is, then with one wrong number; --fix must leave the right one alone."""
    score = Score()
    for name, text, seed in texts:
        report = check(text)
        score.tables += 1
        score.claims += report.claims
        if report.findings or corrected(source(text), report.findings) != (text, 0):
            score.false.append(name)
        rows = [(table.style, row) for table in read_tables(read_document(source(text))) for row in table.rows]
        if not rows:
            score.unread.append(name)
        counts = {row.line: row.count_text for _, row in rows if row.count}
        outputs = [row.line for style, row in rows if row.count or style != "torchinfo"]
        chance = random.Random(seed)
        for planted in (plant(text, counts, chance), sides(text, outputs, chance)):
            if planted is not None:
                _count(score, planted)
    return score


def measure_readmes(seeds: range) -> Score:
    """Check the README of each seed as it is, then with one of its lines made wrong, three times over."""
    score = Score()
    for seed, made in readmes(seeds):
        report = check(made.text)
        score.tables += 1
        score.claims += report.claims
        if report.findings:
            score.false.append(f"README of seed {seed}, line {report.findings[0].line}")
        for fault in random.Random(seed).sample(made.faults, min(FAULTS, len(made.faults))):
            _count(score, made.planted(fault))
    return score


def _count(score: Score, planted: Planted) -> None:
    lines = [finding.line for finding in check(planted.text).findings]
    score.planted[planted.what] += 1
    score.found[planted.what] += bool(lines)
    score.in_line[planted.what] += planted.line in lines
    if not lines:
        score.missed.append(planted)


def check(text: str) -> FileReport:
    """The findings of a text."""
    return lint_source(source(text), "table.md")


def source(text: str) -> Source:
    """The text as a file."""
    return split_lines(text, Path(tempfile.gettempdir()) / "table.md")
