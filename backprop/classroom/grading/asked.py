"""What a workbook is asked to hold: by the manifest's level, or by the rubric where there is no manifest."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from backprop.classroom.grading.rubric import Rubric
from backprop.classroom.levels import ASKED
from backprop.classroom.manifest import Exercise
from backprop.classroom.parts import Part
from backprop.derivation.equation import Stage

PARTS = {
    Stage.FORWARD: (Part.FORWARD,),
    Stage.LOSS: (Part.LOSS,),
    Stage.BACKWARD: (Part.OUTPUT_GRADIENTS, Part.HIDDEN_GRADIENTS),
    Stage.UPDATE: (Part.UPDATES,),
}


@dataclass(frozen=True, slots=True)
class Task:
    """What is asked for."""

    parts: frozenset[Part]
    rows: int  # epochs
    tables: int  # learning rates
    rates: tuple[float, ...] = ()  # which; empty where nobody says
    given: Mapping[str, float] = field(default_factory=dict)  # the student's numbers by name; empty where nobody says


def task_of(exercise: Exercise, given: Mapping[str, float]) -> Task:
    """What the exercise asks of a student with those numbers."""
    asked = ASKED[exercise.level]
    parts = {part for stage in asked.stages for part in PARTS.get(stage, ())}
    parts |= {Part.FILLED_DOWN} if asked.filled_down else set()
    parts |= {Part.CHART} if asked.chart else set()
    several = asked.filled_down and len(exercise.rates) > 1
    rates = exercise.rates if several else exercise.rates[:1]
    return Task(
        frozenset(parts | ({Part.OTHER_RATES} if several else set())),
        exercise.epochs if asked.filled_down else 1, len(rates), rates, given,
    )  # fmt: skip


def task_of_rubric(rubric: Rubric) -> Task:
    """What the rubric says of workbooks without a manifest."""
    asked = rubric.asked
    parts = set(Part) - {Part.FILLED_DOWN, Part.CHART, Part.OTHER_RATES}
    parts |= {Part.FILLED_DOWN} if asked.rows > 1 else set()
    parts |= {Part.CHART} if asked.chart else set()
    parts |= {Part.OTHER_RATES} if asked.learning_rates > 1 else set()
    if asked.rows == 1:
        parts -= {Part.UPDATES}
    return Task(frozenset(parts), asked.rows, asked.learning_rates)
