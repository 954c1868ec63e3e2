"""What describes a network: layers, recipe, where it comes from and what had to be chosen. Imports no torch."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from mnist.nets.layers import INPUT, Layer, Shape
from mnist.runs.recipe import Recipe, recipe_sentence
from mnist.runs.record import Published

PLAIN = Recipe(epochs=15, batch_size=128, learning_rate=0.01, momentum=0.9)  # for a network that comes without one


@dataclass(frozen=True, slots=True, kw_only=True)
class Network:
    """Whatever is trained: a name, where it comes from, and the recipe it is trained by."""

    name: str
    source: str
    recipe: Recipe
    published: Published | None = None  # None for the project's own and anybody's
    choices: tuple[str, ...] = ()  # where the source is silent about the network
    recipe_choices: Mapping[str, str] = field(default_factory=dict)  # and about a field of the recipe
    chosen: str | None = None  # how network and recipe were chosen, for the record


@dataclass(frozen=True, slots=True, kw_only=True)
class Net(Network):
    """A network described by its layers."""

    layers: tuple[Layer, ...]
    parameters: int  # as published or meant; a test compares it with the sum over the layers
    image: Shape = INPUT  # what it was described for; it may be fitted to others

    @property
    def published_accuracy(self) -> str:
        """Such as 99.41%; empty for the project's own."""
        if self.published is None:
            return ""
        return "not stated" if self.published.accuracy is None else f"{self.published.accuracy:.2%}"

    def described(self) -> dict[str, object]:
        """What JSON tells of it."""
        return {
            "name": self.name,
            "parameters": self.parameters,
            "source": self.source,
            "published": None if self.published is None else self.published.model_dump(),
            "recipe": self.recipe.model_dump(),
            "choices": [*self.choices, *self.recipe_choices.values()],
        }

    def sentences(self) -> list[str]:
        """Source, what is published, recipe and choices, for a reader."""
        lines = [f"Source: {self.source}."]
        if self.published is not None:
            lines.append(f"Published: {self.published.statement}")
        lines.append(f"Recipe: {recipe_sentence(self.recipe)}.")
        choices = (*self.choices, *self.recipe_choices.values())
        if choices:
            own = self.published is None
            lines.append("The recipe in words:" if own else "Chosen here, where the source is silent:")
        return lines + [f"- {choice}" for choice in choices]


def choices(net: Network, recipe: Recipe) -> tuple[str, ...]:
    """What the source does not say and `recipe` settles: the network's choices, less those that `recipe` overrules."""
    sentences = list(net.choices)
    for name, value in recipe:
        default = getattr(net.recipe, name)
        if value != default:
            sentences.append(f"{name} was set to {value} for this run; the recipe of {net.name} has {default}.")
        elif name in net.recipe_choices:
            sentences.append(net.recipe_choices[name])
    return tuple(sentences)
