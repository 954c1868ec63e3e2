"""What one workbook is to be: every choice that was drawn, as data."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Wish:
    """The choices of one workbook; the same wish and seed make the same workbook."""

    seed: int
    model: str
    layout: str
    arithmetic: str
    sizes: tuple[int, ...]
    samples: int
    steps: int
    hidden: str = "sigmoid"
    output: str = "identity"
    loss: str = "squared"
    mean: bool = False
    mean_at: str = "delta"  # where the division by n stands: delta, gradient
    separate: bool = False  # dE/da in a cell of its own
    closed: str = "no"  # delta: no delta cells, all in the gradient; update: the gradient stands in the update
    per_sample: bool = False  # the gradient of each sample in cells of its own
    bias: bool = True
    slope: int = 0  # which spelling of the activation's slope
    optimiser: str = "sgd"
    convention: str = "exact"  # two left out, n left to the rate, negative
    loss_cell: bool = True
    merged: bool = False  # the update stands in the next step's parameter
    data: str = "typed"  # of each step's inputs: typed, copied, once
    headers: str = "dE/dw"
    wide: bool = True  # samples are rows (or columns, if False) of matrix blocks
    other_sheet: bool = False  # given numbers stand on a sheet of their own
    names: bool = False  # defined names for the constants
    rewriting: str = ""
