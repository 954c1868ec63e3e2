"""A graded submission as data: points by part, what cost them, what only follows, what needs a human. No functions that
judge, and no words for students: those are feedback."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from pydantic import TypeAdapter

from backprop.check.findings import FileReport, Finding
from backprop.classroom.parts import Part

Status = Literal[
    "graded",  # points are given
    "review",  # a human decides; points, where there are some, are a proposal
    "missing",  # on the roster, and nothing was handed in
]


@dataclass(frozen=True, slots=True)
class Student:
    """Somebody of the roster, or who the submission's file name says it is of."""

    id: str
    name: str
    email: str = ""
    lms: str = ""  # the number by which the learning platform knows them, where its file names tell it


@dataclass(frozen=True, slots=True)
class PartPoints:
    """The points of one part that was asked for; unrounded."""

    part: Part
    points: float
    maximum: float


@dataclass(frozen=True, slots=True)
class Cost:
    """One mistake: what it is, what it costs, what only follows from it and costs nothing."""

    finding: Finding  # sheet, cell, range, quantity, kind, formula, should_be, explanation, effect
    part: Part
    points: float  # lost by it; 0 where another mistake has cost the same quantity already, or the rubric forgives it
    follows: tuple[str, ...]  # quantities whose own formulas are right, and whose numbers are wrong because of it
    alike: int = 0  # other submissions with the same mistake: the same quantity, the same formula


@dataclass(frozen=True, slots=True)
class Graded:
    """One student's result: of the attempt that counts, or none."""

    student: Student
    status: Status
    review: tuple[str, ...]  # why a human must look, one sentence each; empty unless the status is review
    verdict: str  # of the check (findings.Verdict), "incomplete" too where something asked is not there, or "missing"
    message: str  # the check's, in one line: why it could not be read, or what it is instead
    file: str | None  # its place in the folder or the zip, as it was handed in
    sha256: str | None
    attempt: int  # the attempt that counts, from 1; 0 where none is
    attempts: int
    late: bool
    parts: tuple[PartPoints, ...]  # in the rubric's order; empty where nothing can be proposed
    costs: tuple[Cost, ...]  # most points first
    lacking: tuple[str, ...]  # what was asked and is not there, one sentence each: a chart, a learning rate
    notes: tuple[str, ...]  # of the taking in, one sentence each: passed over files, other attempts, numbers of others
    same_file_as: tuple[str, ...]  # ids of the students whose file is the same, byte for byte, or cell for cell
    report: FileReport | None  # all of the check; its `file` is `file`

    @property
    def points(self) -> float | None:
        """The sum over the parts, without the noise of adding; None where nothing can be proposed."""
        return round(sum(part.points for part in self.parts), 9) if self.parts else None

    @property
    def maximum(self) -> float | None:
        """The most that the parts asked for can give."""
        return round(sum(part.maximum for part in self.parts), 9) if self.parts else None


__all__ = ["Cost", "Graded", "Part", "PartPoints", "Status", "Student", "from_json", "to_json"]

_GRADED = TypeAdapter(Graded)


def to_json(graded: Graded) -> dict[str, Any]:
    """All of it, with `points` and `maximum`."""
    fields: dict[str, Any] = _GRADED.dump_python(graded, mode="json")
    return {**fields, "points": graded.points, "maximum": graded.maximum}


def from_json(fields: Mapping[str, Any]) -> Graded:
    """What `to_json` gave; pydantic's ValidationError where it is something else."""
    return _GRADED.validate_python({name: value for name, value in fields.items() if name not in ("points", "maximum")})
