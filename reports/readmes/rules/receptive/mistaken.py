"""Mistakes that fields of a whole list are made with: a stride that counts too early or not at all, a pooling that
doubles what it sees, a dilation left out.

Where one such formula makes every field that is told, the layers are as they are listed, and the right formula says
how far they truly see.
"""

from collections.abc import Iterator, Sequence
from itertools import product

from reports.readmes.reading.layers.listed import Step

LEAST_TOLD = 4  # fields
LEAST_OWN = 2  # of them that do not follow from the one told before
Formula = tuple[str, bool, str]  # which jump counts, whether the dilation does, and what a pooling does
_JUMPS = ("in", "out", "none")
_POOLINGS = ("usual", "doubles", "full", "nothing")


def is_mistaken(steps: Sequence[Step]) -> bool:
    """Whether a wrong formula makes every field that is told, and the right one does not."""
    if any("k" not in step.cells or "s" not in step.cells for step in steps):
        return False
    told = [step.cells.get("r") for step in steps]
    if sum(field is not None for field in told) < LEAST_TOLD or _own(steps) < LEAST_OWN:
        return False
    formulas: Iterator[Formula] = product(_JUMPS, (True, False), _POOLINGS)
    return any(
        all(field is None or field == made for field, made in zip(told, _made(steps, formula), strict=True))
        for formula in formulas
    )


def _own(steps: Sequence[Step]) -> int:
    """How many fields do not follow from the field told before, by the layers between."""
    wrong, last, j = 0, steps[0].cells.get("r_in", 1), 1
    for step in steps:
        last, j = step.widen(last, j)
        if "r" in step.cells:
            wrong += step.cells["r"] != last
            last = step.cells["r"]
    return wrong


def _made(steps: Sequence[Step], formula: Formula) -> Iterator[int]:
    """The field behind each layer by a formula."""
    jump, dilated, pooling = formula
    r, j = steps[0].cells.get("r_in", 1), 1
    for step in steps:
        has = step.cells
        k, s = has["k"], has["s"]
        before, j = j, j * s
        counted = {"in": before, "out": j, "none": 1}[jump]
        if k == s > 1 and pooling != "usual":
            r = {"doubles": r * k, "full": r + k * counted, "nothing": r}[pooling]
        else:
            r += (k - 1) * (has.get("d", 1) if dilated else 1) * counted
        yield r
