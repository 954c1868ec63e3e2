"""What describes a network: layers, recipe, where it comes from and what had to be chosen. Imports no torch."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from mnist.nets.layers import Layer
from mnist.runs.recipe import Recipe
from mnist.runs.record import Published

MEAN, DEVIATION = 0.1307, 0.3081  # of the pixels of MNIST's training images, scaled to [0, 1]


@dataclass(frozen=True, slots=True)
class Net:
    """A network and the recipe it is trained by."""

    name: str
    parameters: int  # as published or meant; a test compares it with the sum over the layers
    source: str
    published: Published | None  # None for the project's own
    layers: tuple[Layer, ...]
    recipe: Recipe
    choices: tuple[str, ...] = ()  # where the source is silent about the network
    recipe_choices: Mapping[str, str] = field(default_factory=dict)  # and about a field of the recipe
    chosen: str | None = None  # how network and recipe were chosen, for the record


def choices(net: Net, recipe: Recipe) -> tuple[str, ...]:
    """What the source does not say and `recipe` settles: the network's choices, less those that `recipe` overrules."""
    sentences = list(net.choices)
    for name, value in recipe:
        default = getattr(net.recipe, name)
        if value != default:
            sentences.append(f"{name} was set to {value} for this run; the recipe of {net.name} has {default}.")
        elif name in net.recipe_choices:
            sentences.append(net.recipe_choices[name])
    return tuple(sentences)
