"""Central differences: what the derivatives are held against. Nothing of the rules of derivatives is used here."""

import math
from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np

from backprop.calculus.adjoint import moving
from backprop.calculus.evaluate import Evaluation
from backprop.calculus.tape import Tape
from backprop.spreadsheet.arithmetic import EXACT, MPMATH, NUMPY

MOST_EXACT = 150_000  # operations to 40 digits: seconds
MOST_AT_ONCE = 4_000_000  # numbers in memory
STEP, EXACT_STEP = 6e-6, 1e-12  # of a number: in doubles the cube root of their precision
SMALLEST, SMALLEST_EXACT = 1e-10, 1e-18  # step


def central_differences(tape: Tape, of: int, by: Sequence[int]) -> list[float | None]:
    """(f(x + h) − f(x − h)) / 2h by each node: to many digits where that takes seconds, else in doubles.

    None where the formulas have no value there.
    """
    nodes = moving(tape, [of], by)
    slopes = _exact if len(nodes) * len(by) <= MOST_EXACT else _in_doubles
    return [slope if math.isfinite(slope) else None for slope in slopes(tape, of, by, set(nodes))]


def _exact(tape: Tape, of: int, by: Sequence[int], nodes: set[int]) -> list[float]:
    base = Evaluation(tape, {}, MPMATH)
    base.compute([of, *by])
    fixed = {node: value for node, value in base.values.items() if node not in nodes or node in by}
    slopes = []
    for x in by:
        at = base.values[x]
        step = abs(at) * EXACT.mpf(EXACT_STEP) if abs(at) > EXACT_STEP else EXACT.mpf(SMALLEST_EXACT)
        up, down = (_free(tape, fixed, by, {x: at + h}, MPMATH).value(of) for h in (step, -step))
        slopes.append(float((up - down) / (2 * step)))
    return slopes


def _in_doubles(tape: Tape, of: int, by: Sequence[int], nodes: set[int]) -> list[float]:
    base = Evaluation(tape, {}, NUMPY)
    base.compute([of, *by])
    fixed = {node: value for node, value in base.values.items() if node not in nodes or node in by}
    slopes: dict[int, float] = {}
    for part in _parts(tape, by, max(1, MOST_AT_ONCE // (2 * len(nodes)))):
        at = np.array([float(base.values[x]) for x in part])
        steps = np.where(at == 0, STEP, np.maximum(np.abs(at) * STEP, SMALLEST))
        states = {}
        for number, x in enumerate(part):
            states[x] = np.full((2, len(part)), at[number])
            states[x][:, number] += (steps[number], -steps[number])
        up, down = np.broadcast_to(_free(tape, fixed, by, states, NUMPY).value(of), (2, len(part)))
        slopes.update(zip(part, ((up - down) / (2 * steps)).tolist(), strict=True))
    return [slopes[x] for x in by]


def _parts(tape: Tape, by: Sequence[int], together: int) -> Iterator[list[int]]:
    """What is changed at the same time, each in a state of its own; alone what is computed, since others move it."""
    typed = [x for x in by if not tape.takes[x]]
    yield from (typed[start : start + together] for start in range(0, len(typed), together))
    yield from ([x] for x in by if tape.takes[x])


def _free(tape: Tape, fixed: dict[int, Any], by: Sequence[int], changed: dict[int, Any], arithmetic: Any) -> Evaluation:
    """The formulas where some cells are changed; one of `by` that is itself computed follows those that are."""
    followed = {node for node in by if tape.takes[node] and node not in changed}
    return Evaluation(tape, {node: v for node, v in fixed.items() if node not in followed} | changed, arithmetic)
