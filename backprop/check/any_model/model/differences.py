"""Finite differences used as derivatives: (f(x + h) − f(x)) / h is taken for what it becomes as h goes to 0."""

from collections.abc import Mapping
from itertools import pairwise
from typing import Any

import numpy as np

from backprop.calculus.evaluate import Evaluation, States
from backprop.calculus.tape import CELL, FREE, NUMBER, Tape, reached
from backprop.check.any_model.model.cells import shown_by

STEP = 2e-4  # the first h, of numbers of the size of 1
LEVELS = 3  # h, h/2, h/4: what is left of the error is of third order
CONVERGES = 1e-5  # of the size, between the last two extrapolations
SMALLEST = 1e-6  # a derivative for which that size is asked
GROWS = 3.0  # of what a quotient becomes from the first h to a quarter of it, where it has no limit
LARGEST = 0.5  # of an h that a workbook may hold


def steps_of_differences(tape: Tape) -> dict[int, float]:
    """The nodes that are an h, or a multiple of it written as a number: how many h each is.

    An h is a small number, typed in a cell or in the formulas, that divides something which depends on it.
    """
    found: dict[int, float] = {}
    for node, kind in enumerate(tape.kinds):
        if kind == "/" and (step := _step(tape, *tape.takes[node])) is not None:
            found |= step
    return found


def _step(tape: Tape, above: int, below: int) -> dict[int, float] | None:
    """The h of one quotient."""
    shown = shown_by(tape, below)
    if tape.kinds[shown] == "*":  # 2·h
        ends = [shown_by(tape, part) for part in tape.takes[shown]]
        ends = [part for part in ends if tape.exact(part) != 2]
        shown = ends[0] if len(ends) == 1 else shown
    if tape.kinds[shown] not in (FREE, NUMBER) or not 0 < abs(tape.stored[shown]) < LARGEST:
        return None
    if not _is_difference(tape, above):
        return None
    inside = reached([above], lambda node: tape.takes[node])
    if shown in inside:
        return {shown: 1.0}
    if tape.kinds[shown] == FREE:
        return None
    numbers = [node for node in inside if tape.kinds[node] == NUMBER]
    half = next((node for node in numbers if 2 * tape.stored[node] == tape.stored[shown]), None)
    return None if half is None else {half: 1.0, shown: 2.0}


def _is_difference(tape: Tape, node: int) -> bool:
    while tape.kinds[node] in (CELL, "neg"):
        node = tape.takes[node][0]
    return tape.kinds[node] in ("-", "+")


class Limits(Evaluation):
    """The values of nodes, those of difference quotients in the limit."""

    def __init__(self, tape: Tape, given: Mapping[int, States], steps: Mapping[int, float]) -> None:
        super().__init__(tape, given)
        self.steps = dict(steps)
        self._plain = {node: value for node, value in given.items() if node not in steps}

    def _one(self, node: int) -> Any:
        value = super()._one(node)
        if self.tape.kinds[node] != "/" or not self.steps:
            return value
        above, below = self.tape.takes[node]
        ends = reached([below], lambda part: self.tape.takes[part] if part not in self.steps else ())
        if self.steps.keys().isdisjoint(ends) or _step(self.tape, above, below) is None:
            return value
        return self._limit(node)

    def _limit(self, node: int) -> States:
        """By Richardson's extrapolation: each level removes the lowest power of h that is left."""
        finer = []
        for level in range(LEVELS):
            small = {step: np.float64(times * STEP / 2**level) for step, times in self.steps.items()}
            finer.append(np.asarray(Evaluation(self.tape, {**self._plain, **small}).value(node), dtype=float))
        plain = finer
        for power in range(1, LEVELS):
            last = finer[-1]
            finer = [(2**power * two - one) / (2**power - 1) for one, two in pairwise(finer)]
        apart = np.abs(finer[0] - last) > CONVERGES * np.maximum(np.abs(finer[0]), SMALLEST)
        grows = np.abs(plain[-1]) > GROWS * np.abs(plain[0])  # as 1/h: no derivative, and so it is shown
        return np.where(apart & ~grows, np.nan, finer[0])
