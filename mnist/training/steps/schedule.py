"""The learning rate of each step. Pure."""

import math
from collections.abc import Sequence

from mnist.runs.recipe import Recipe

_LOWER = 1e-4  # a loss is lower if it is by more than this share, as torch's ReduceLROnPlateau has it


def share(recipe: Recipe, step: int, steps: int, losses: Sequence[float] = ()) -> float:
    """The part of the highest learning rate, above 0 and at most 1, that step 0, 1, ... of all `steps` takes.

    One-cycle (Smith 2018, in its linear form): up from 0 to 1 during the warm-up, then down in a line that would
    reach 0 one step after the last. Cosine (Loshchilov and Hutter 2017, without restarts): up likewise, then down
    along (1 + cos(π·x)) / 2, x from 0 to 1: the same area, but smaller steps in the last half of the fall.
    Step, multi-step, exponential: γ to the number of falls before the step's epoch, as torch's StepLR, MultiStepLR and
    ExponentialLR. Plateau: as torch's ReduceLROnPlateau by `losses`, one for each epoch before.
    """
    epoch = step * recipe.epochs // steps  # from 0
    match recipe.schedule:
        case "constant":
            return 1.0
        case "step":
            return recipe.gamma ** (epoch // recipe.step_epochs)
        case "multi-step":
            return recipe.gamma ** sum(fall <= epoch for fall in recipe.falls)
        case "exponential":
            return recipe.gamma**epoch
        case "plateau":
            return recipe.gamma ** plateaus(losses, recipe.patience)
    climb = round(recipe.warm_up * steps)
    if step < climb:
        return (step + 1) / climb
    left = (steps - step) / (steps - climb)
    return left if recipe.schedule == "one-cycle" else (1 - math.cos(math.pi * left)) / 2


def plateaus(losses: Sequence[float], patience: int) -> int:
    """How often more than `patience` epochs in a row brought no lower loss than the lowest before."""
    lowest, waited, found = math.inf, 0, 0
    for loss in losses:
        if loss < lowest * (1 - _LOWER):
            lowest, waited = loss, 0
        else:
            waited += 1
        if waited > patience:
            found, waited = found + 1, 0
    return found
