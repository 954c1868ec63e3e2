"""The optimisers of a recipe, torch's own but for the Muon of convolutions."""

import torch
from torch import nn

from mnist.errors import TrainingError
from mnist.runs.recipe import Recipe
from mnist.training.steps.muon import Muon, hidden_matrices, normalised_weights

SQUARES = {"adam": 0.999, "adamw": 0.999, "rmsprop": 0.99}  # torch's defaults


def optimisers(model: nn.Module, recipe: Recipe, groups: int = 1) -> list[torch.optim.Optimizer]:
    """One for all parameters; or Muon for those that it is made for, and SGD for the rest.

    Muon moves the convolutions whose scale a normalisation undoes and, as torch.optim.Muon, the matrices of linear
    layers but the last. `groups` counts the networks that the model holds side by side.
    """
    parameters, rate = list(model.parameters()), recipe.learning_rate
    squares = recipe.beta2 or SQUARES.get(recipe.optimiser, 0)
    match recipe.optimiser:
        case "adam":
            return [torch.optim.Adam(parameters, rate, (recipe.momentum, squares), weight_decay=recipe.weight_decay)]
        case "adamw":
            return [torch.optim.AdamW(parameters, rate, (recipe.momentum, squares), weight_decay=recipe.weight_decay)]
        case "rmsprop":
            momentum, decay = recipe.momentum, recipe.weight_decay
            return [torch.optim.RMSprop(parameters, rate, squares, momentum=momentum, weight_decay=decay)]
        case "muon":
            moved, rest = _muon(model, recipe, groups)
            return [*moved, _sgd(rest, recipe, recipe.rest_learning_rate)]
    return [_sgd(parameters, recipe, rate)]


def _sgd(parameters: list[nn.Parameter], recipe: Recipe, rate: float) -> torch.optim.Optimizer:
    return torch.optim.SGD(
        parameters, lr=rate, momentum=recipe.momentum, nesterov=recipe.nesterov, weight_decay=recipe.weight_decay
    )


def _muon(model: nn.Module, recipe: Recipe, groups: int) -> tuple[list[torch.optim.Optimizer], list[nn.Parameter]]:
    """Muon for the parameters it is made for, and the others; TrainingError where it is made for none."""
    convolutions = normalised_weights(model) if isinstance(model, nn.Sequential) else []
    matrices = hidden_matrices(model)
    moved: list[torch.optim.Optimizer] = []
    if convolutions:
        moved.append(Muon(convolutions, lr=recipe.learning_rate, momentum=recipe.momentum, groups=groups))
    if matrices:
        momentum, decay = recipe.momentum, recipe.weight_decay
        moved.append(torch.optim.Muon(matrices, recipe.learning_rate, weight_decay=decay, momentum=momentum))
    if not moved:
        raise TrainingError(
            "Muon needs a convolution of several channels, without bias, before a normalisation, "
            "in a sequence of layers, or a linear layer that is not the last"
        )
    taken = {id(weight) for weight in (*convolutions, *matrices)}
    return moved, [parameter for parameter in model.parameters() if id(parameter) not in taken]
