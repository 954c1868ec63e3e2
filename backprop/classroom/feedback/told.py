"""What a student is told at a level of hints, as data: all forms of feedback are made of this and nothing else.

So a form cannot tell more than its level: what the level keeps back is not there.
"""

from dataclasses import dataclass, replace
from pathlib import PurePath

from backprop.check.findings import Finding, Severity
from backprop.check.report.phrases import kind_name, quantity_name
from backprop.check.report.teaching import hint
from backprop.classroom.feedback.hints import Hints
from backprop.classroom.feedback.parts import rule_of
from backprop.classroom.grading.graded import Cost, Graded, Part, PartPoints
from backprop.printers.quantities import written

# Why nothing was graded, by verdict; the check's own message may name places of the lecturer's machine.
NOT_GRADED = {
    "unreadable": "The file could not be read. Workbooks that end in .xlsx, .xlsm or .ods and have no password can.",
    "too_slow": "The workbook takes too long to compute.",
    "not_this_network": "No table of the network was found in the workbook.",
    "no_derivatives": "Nothing in the workbook was found to be a derivative.",
}


@dataclass(frozen=True, slots=True)
class Mistake:
    """One mistake; what its level keeps back is empty."""

    sheet: str
    range: str
    points: float | None  # lost by it; None where nothing was graded
    severity: Severity = "error"
    quantity: str = ""
    kind: str = ""
    hint: str = ""
    follows: tuple[str, ...] = ()  # quantities that are wrong only because of it
    explanation: str = ""
    formula: str = ""
    should_be: str = ""
    effect: str = ""


@dataclass(frozen=True, slots=True)
class PartTold:
    """A part that points are given for."""

    part: Part
    points: float
    maximum: float
    rule: str = ""  # what to remember of it, where points were lost


@dataclass(frozen=True, slots=True)
class Feedback:
    """All that a student is told."""

    title: str  # of the exercise
    level: Hints
    name: str
    file: str  # its name alone
    late: bool
    waits: bool  # for a human: there are no points yet
    points: float | None
    maximum: float | None
    parts: tuple[PartTold, ...]
    message: str  # why nothing was graded
    mistakes: tuple[Mistake, ...]
    lacking: tuple[str, ...]  # what was asked and is not there

    @property
    def right(self) -> bool:
        """Whether nothing was found to say."""
        return not self.waits and self.points is not None and self.points == self.maximum


def feedback(graded: Graded, level: Hints, title: str = "Backpropagation") -> Feedback:
    """What the student is told of a result; nothing of others, and no reason for which a human looks at it."""
    waits = graded.status == "review"
    shown = not waits and graded.status == "graded"
    quantities = level in (Hints.QUANTITY, Hints.FULL)

    def lost(part: PartPoints) -> bool:
        return part.points < part.maximum

    parts = [
        PartTold(each.part, each.points, each.maximum, rule_of(each.part) if lost(each) and quantities else "")
        for each in graded.parts
    ]
    return Feedback(
        title, level, graded.student.name, PurePath(graded.file or "").name, graded.late, waits,
        graded.points if shown else None, graded.maximum if shown else None, tuple(parts) if shown else (),
        NOT_GRADED.get(graded.verdict, ""),
        () if level is Hints.NONE else tuple(_mistakes(graded, level, shown)),
        graded.lacking if quantities else (),
    )  # fmt: skip


def _mistakes(graded: Graded, level: Hints, shown: bool) -> list[Mistake]:
    """Those that cost most first, then what was found and costs nothing."""
    priced = {cost.finding for cost in graded.costs}
    found = () if graded.report is None else graded.report.findings
    rest = [Cost(finding, Part.FORWARD, 0.0, ()) for finding in found if finding not in priced]
    return [_told(cost, graded, level, shown) for cost in (*graded.costs, *rest)]


def _told(cost: Cost, graded: Graded, level: Hints, shown: bool) -> Mistake:
    finding = cost.finding
    where = Mistake(finding.sheet, finding.range or finding.cell, cost.points if shown else None)
    if level is Hints.CELL:
        return where
    told = replace(
        where,
        severity=finding.severity,
        quantity=_quantity(finding),
        kind=kind_name(finding.kind),
        hint=hint(finding, () if graded.report is None else graded.report.tables),
        follows=tuple(map(written, cost.follows)),
    )
    if level is Hints.QUANTITY:
        return told
    return replace(
        told,
        explanation=finding.explanation,
        formula=finding.formula or "",
        should_be=finding.should_be or "",
        effect=finding.effect or "",
    )


def _quantity(finding: Finding) -> str:
    return ", ".join(quantity_name(name) for name in finding.quantity.split(", "))
