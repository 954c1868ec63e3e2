"""Random numbers for what no formula computes, so that two different formulas give two different numbers."""

import random
from collections.abc import Iterable
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from backprop.calculus.evaluate import Evaluation
from backprop.check.any_model.model.cells import Cells
from backprop.check.any_model.model.differences import Limits, steps_of_differences

COUNT = 24  # states
SIGNED = 4  # of them with the signs that the workbook's numbers have, so that LN and SQRT have values
FEW = 6  # cells that a formula may read before the drawn numbers become smaller
States = NDArray[np.float64]


def random_states(cells: Cells, cut: Iterable[int], kept: Iterable[int], either: Iterable[int] = ()) -> Evaluation:
    """The values of all cells where those that nothing computes, and those of `cut`, are drawn.

    `kept` keep the number that the workbook holds; `either` are 0 or 1.
    """
    stored, held, classes = cells.tape.stored, set(kept), set(either)
    most = max(1, *map(len, cells.reads.values()))
    scale = min(1.0, (FEW / most) ** 0.5)  # a sum of many products stays where activations have a slope
    given = {
        node: np.full(COUNT, stored[node]) if node in held - classes else draw(cells.name(node), stored[node], scale)
        for node in [*cells.free, *cut]
    }
    given |= {node: (given[node] > 0) * 1.0 for node in classes}
    steps = steps_of_differences(cells.tape)
    return Limits(cells.tape, given, steps) if steps else Evaluation(cells.tape, given)


@lru_cache(maxsize=100_000)
def draw(key: str, stored: float, scale: float) -> States:
    """The same for the same cell."""
    source = random.Random(key)
    sign = -1.0 if stored < 0 else 1.0
    values = [source.uniform(0.3, 1.7) * scale for _ in range(COUNT)]
    drawn = np.array([value * (sign if at < SIGNED else source.choice((-1, 1))) for at, value in enumerate(values)])
    drawn.setflags(write=False)
    return drawn
