"""Whose numbers a workbook holds: the student's own, another student's, or nobody's."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property

from backprop.classroom.grading.items import same, unlike
from backprop.classroom.judging.judged import JudgedTable
from backprop.classroom.manifest import Exercise, Manifest, exercise_of
from backprop.classroom.manifest import Student as Given
from backprop.derivation.equation import sample_name
from backprop.derivation.structure import lay_out
from backprop.epochs.outline import Name
from backprop.network.network import Network
from backprop.printers.quantities import written
from groundfloor.text import listed

ENOUGH = 4  # numbers that must agree for them to be somebody's
FEW = 3  # that are named one by one
MANY = 6  # quantities that look wrong in columns whose headings do not name them: misread, more often than wrong


def given_numbers(network: Network) -> dict[str, float]:
    """The numbers that a student was given, by the names that a table has for them.

    Where samples take turns, parameters only: the inputs and targets of a row are those of its turn.
    """
    structure = lay_out(network, Name)
    numbers = {symbol.name: value for symbol, value in structure.parameters.items()}
    if structure.takes_turns:
        return numbers
    for symbols, rows in ((structure.inputs, network.inputs), (structure.targets, network.targets)):
        for place, symbol in enumerate(symbols):
            for sample, row in enumerate(rows, 1):
                numbers[sample_name(symbol.name, sample) if len(rows) > 1 else symbol.name] = row[place]
    return numbers


@dataclass(frozen=True)
class Owners:
    """Who has which numbers."""

    manifest: Manifest

    @cached_property
    def exercises(self) -> dict[str, Exercise]:
        """What each student was given, by id."""
        return {student.id: exercise_of(self.manifest, student) for student in self.manifest.students}

    @cached_property
    def given(self) -> dict[str, dict[str, float]]:
        """The numbers of each student, by id."""
        return {name: given_numbers(exercise.network) for name, exercise in self.exercises.items()}

    def owner(self, found: Mapping[str, float]) -> Given | None:
        """The one student whose numbers these are."""
        owners = [
            student
            for student in self.manifest.students
            if len(found.keys() & self.given[student.id].keys()) >= ENOUGH and not unlike(found, self.given[student.id])
        ]
        return owners[0] if len(owners) == 1 else None


def misread(table: JudgedTable, own: Mapping[str, float]) -> tuple[str, ...]:
    """Why what looks wrong in the table may be columns taken for each other; `own` are the student's numbers, if known.

    Nobody is to lose points by a guess of which column is which.
    """
    told = []
    if len(table.guessed) >= MANY:
        told.append(f"{len(table.guessed)} quantities look wrong in columns whose headings do not name them: "
                    "which column is which may have been misread")  # fmt: skip
    other = unlike(table.given, own)
    if table.wrong and other and _exchanged(table.given, own):
        told.append(f"{listed(written(name) for name in other)} hold each other's numbers, and formulas look wrong: "
                    "which column is which may have been misread")  # fmt: skip
    return tuple(told)


def _exchanged(found: Mapping[str, float], own: Mapping[str, float]) -> bool:
    """Whether both have the same numbers, whatever they are called."""
    names = found.keys() & own.keys()
    return all(map(same, sorted(found[name] for name in names), sorted(own[name] for name in names)))


def doubts(found: Mapping[str, float], own: Mapping[str, float], rate: float | None, rates: tuple[float, ...],
           owner: Callable[[Mapping[str, float]], Given | None]) -> tuple[str, ...]:  # fmt: skip
    """What is to be said of a table whose numbers are not the student's; nothing where they are.

    Nor where they are the student's under each other's names, as a table without headings may be read: neurons that are
    alike can be told apart by nothing else.
    """
    other = unlike(found, own)
    if _exchanged(found, own):
        other = ()
    if other and (whose := owner(found)) is not None:
        return (f"the numbers are those of {whose.name} ({whose.id}), not the student's own",)
    if len(other) > FEW:
        return (f"{len(other)} of {len(found)} numbers are not those that the student was given",)
    told = [f"{written(name)} is {found[name]!r} where {own[name]!r} was given" for name in other]
    if rates and rate is not None and not any(same(rate, each) for each in rates):
        told.append(f"η is {rate!r} where {listed(map(repr, rates))} was given")
    return tuple(told)
