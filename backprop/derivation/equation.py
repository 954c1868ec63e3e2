"""What a derivation is made of: equations, the neurons whose symbols they relate, the names in every network.

Needs no sympy: whoever wants to know only what there is, by name, reads `backprop.derivation.structure`.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sympy import Expr, Symbol

ETA = "eta"
EPOCH = "epoch"  # a pass over all samples
STEP = "step"  # an update; where an epoch has several, steps are counted through all epochs
SAMPLE, BATCH = "sample", "batch"  # which one a step takes, counted from 1 in each epoch
RATE = "eta_t"  # the learning rate of an epoch, where it follows a schedule
TOTAL_LOSS = "E_total"
EPOCH_LOSS = "E_epoch"  # the mean of a step's total losses since its epoch began: in the last step, that of the epoch
WIDE = 8  # terms; a longer sum runs over neighbouring columns of the epoch table, and is one call in a spreadsheet


class Stage(StrEnum):
    """The part of an epoch in which an equation is computed."""

    SCHEDULE = "schedule"
    FORWARD = "forward"
    LOSS = "loss"
    BACKWARD = "backward"
    STATE = "state"
    UPDATE = "update"


@dataclass(frozen=True, slots=True)
class Equation:
    """`target` = `expression`; in the update stage the target is the weight of the next epoch."""

    target: "Symbol"
    expression: "Expr"
    stage: Stage


@dataclass(frozen=True, slots=True)
class Neuron:
    """The symbols of one neuron: z = sum w*x + b over `weights` and `incoming`, a = activation(z), delta = dE/dz."""

    name: str  # h1, o2, h2_1
    z: "Symbol"
    a: "Symbol"
    delta: "Symbol"
    weights: "tuple[Symbol, ...]"
    incoming: "tuple[Symbol, ...]"
    bias: "Symbol | None"
    has_threshold: bool = False  # z = sum w*x - b: the bias is the weight of an input of -1


Layers = tuple[tuple[Neuron, ...], ...]


def derivative_name(weight: str) -> str:
    """The name of the total loss's derivative by that weight: dE_dw1."""
    return f"dE_d{weight}"


def sample_name(name: str, sample: int) -> str:
    """A quantity of one of the samples of an epoch, counted from 1: a_h1_s2."""
    return f"{name}_s{sample}"
