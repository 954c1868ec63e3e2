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
    closed: str = "no"  # delta: no delta cells, all in the gradient; update: no gradient cells, all in the update
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
    derivatives: str = "backpropagation"  # forward differences, central differences
    local: bool = False  # da/dz in cells of its own
    initial: bool = False  # the first parameters are read from a block of their own
    augmented: bool = False  # the bias is the last row of W, with a column of ones
    inputs: str = "real"  # binary: 0 and 1, as of a logical function
    start: str = "random"  # of parameters: equal, no biases
    count: str = "number"  # of the samples: number, cell, COUNT
    extras: bool = False  # cells that claim no derivative
    stacked: bool = False  # matrix blocks one below the other
    forward: bool = False  # nothing but the forward pass
    title: str = ""  # a text at the top
    origin: tuple[int, int] = (0, 0)  # rows and columns left free above and beside
