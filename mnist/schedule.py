"""The learning rate of each step. Pure."""

from mnist.runs import Recipe


def learning_rate(recipe: Recipe, step: int, steps: int) -> float:
    """The rate of step 0, 1, ... of all `steps`.

    One-cycle (Smith 2018, in its linear form): up from 0 to the recipe's rate during the warm-up, then down in a line
    that would reach 0 one step after the last.
    """
    if recipe.schedule == "constant":
        return recipe.learning_rate
    climb = round(recipe.warm_up * steps)
    if step < climb:
        return recipe.learning_rate * (step + 1) / climb
    return recipe.learning_rate * (steps - step) / (steps - climb)
