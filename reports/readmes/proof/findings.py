"""What a check of a README gives: findings, and how many claims of each kind were looked at."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from groundfloor.pages.markdown import escape
from groundfloor.text import count


class Kind(StrEnum):
    """What a claim is about."""

    PARAMETERS = "parameters"  # of a layer, in a table
    SHAPE = "shape"  # of a layer's output
    TOTAL = "total"  # under a table
    MEMORY = "memory"  # under a table
    LOG = "log"  # a percentage beside its count
    ACCURACY = "accuracy"  # in prose
    COUNT = "parameter count"  # in prose
    CONSTRAINT = "constraint"  # a limit and whether it holds
    TRAINING = "training"  # epochs, steps, images
    RECEPTIVE = "receptive field"  # in a table of them
    ARITHMETIC = "arithmetic"  # written out
    RATE = "learning rate"
    FORMULA = "formula"
    RUN = "recorded run"
    MILESTONE = "milestone"  # when an accuracy is reached, means of the last epochs
    SUMMARY = "summary"  # a row of a table of several runs
    DATA = "data set"

    @property
    def rule(self) -> str:
        """The id of the rule that checks such claims: parameter-count."""
        return self.value.replace(" ", "-")


@dataclass(frozen=True, slots=True)
class Edit:
    """A mechanical correction: in that line, from that column on, `old` becomes `new`."""

    line: int
    column: int
    old: str
    new: str


@dataclass(frozen=True, slots=True)
class Finding:
    """A claim that does not hold: where, what it says, what it should say, and why."""

    line: int
    kind: Kind
    found: str
    expected: str
    reason: str
    edit: Edit | None = None


Judgements = Iterator[Finding | None]
"""Of each claim that was checked what is wrong with it, or None."""


@dataclass(frozen=True, slots=True)
class FileReport:
    """One README: its findings by line, and the number of claims checked, by kind."""

    file: str
    findings: tuple[Finding, ...]
    checked: dict[Kind, int]
    unread: Mapping[str, tuple[int, ...]] = field(default_factory=dict)  # by what it looks like: its lines

    @property
    def claims(self) -> int:
        """All claims that were checked."""
        return sum(self.checked.values())

    def _repr_markdown_(self) -> str:
        """A table of the findings: what a notebook shows."""
        lines = [
            f"**{escape(self.file)}**: {count(len(self.findings), 'finding')} in {count(self.claims, 'claim')}",
            "",
        ]
        if self.findings:
            lines += ["| line | rule | found | should be | because |", "| ---: | --- | --- | --- | --- |"]
        for finding in self.findings:
            words = (finding.kind.rule, finding.found, finding.expected, finding.reason)
            lines.append(f"| {finding.line} | {' | '.join(map(escape, words))} |")
        return "\n".join(lines) + "\n"
