"""The learning rate of each step. Pure."""

import math

from mnist.runs.recipe import Recipe


def share(recipe: Recipe, step: int, steps: int) -> float:
    """The part of the highest learning rate, above 0 and at most 1, that step 0, 1, ... of all `steps` takes.

    One-cycle (Smith 2018, in its linear form): up from 0 to 1 during the warm-up, then down in a line that would
    reach 0 one step after the last. Cosine (Loshchilov and Hutter 2017, without restarts): up likewise, then down
    along (1 + cos(π·x)) / 2, x from 0 to 1: the same area, but smaller steps in the last half of the fall.
    """
    if recipe.schedule == "constant":
        return 1.0
    climb = round(recipe.warm_up * steps)
    if step < climb:
        return (step + 1) / climb
    left = (steps - step) / (steps - climb)
    return left if recipe.schedule == "one-cycle" else (1 - math.cos(math.pi * left)) / 2
