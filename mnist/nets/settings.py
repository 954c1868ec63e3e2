"""A network's recipe with some fields changed, and those changes as NAME=VALUE settings. Imports no torch."""

from collections.abc import Sequence

from pydantic import ValidationError

from groundfloor.validation import said
from mnist.errors import MnistError
from mnist.nets.net import Network
from mnist.runs.recipe import AUGMENTATIONS, Recipe

OPTIONS = {"epochs", "batch_size", "learning_rate", "momentum", "validation"}  # fields with an option of their own


def changed_recipe(net: Network, settings: Sequence[str] = (), **given: float | None) -> Recipe:
    """The network's recipe with the fields that are given and not None; MnistError on a value out of range.

    Each of `settings` is NAME=VALUE, NAME a field of the recipe or of its augmentation.
    """
    values = net.recipe.model_dump() | {name: value for name, value in given.items() if value is not None}
    ranges = values["augmentation"]
    for setting in settings:
        name, equals, value = setting.partition("=")
        fields = [*ranges, *(field for field in values if field != "augmentation")]
        if not equals or name not in fields:
            raise MnistError(f"--set {setting}: NAME=VALUE is needed, NAME one of: {', '.join(fields)}")
        (ranges if name in ranges else values)[name] = value
    try:
        return Recipe.model_validate(values)
    except ValidationError as error:
        first = error.errors()[0]
        if not first["loc"]:
            raise MnistError(f"the recipe of {net.name}: {said(first)}") from error
        name = str(first["loc"][-1])
        option = {"learning_rate": "lr"}.get(name, name.replace("_", "-"))
        start = f"--{option} " if name in given else f"--set {name}="
        raise MnistError(f"{start}{first['input']}: {said(first)}") from error


def augmentation_settings(name: str | None) -> list[str]:
    """The settings that make all of a recipe's augmentation that of the name; none without a name."""
    if name is None:
        return []
    if name not in AUGMENTATIONS:
        raise MnistError(f"--augment {name}: one of {', '.join(AUGMENTATIONS)} is needed")
    return [f"{field}={value}" for field, value in AUGMENTATIONS[name]]


def settings(net: Network, recipe: Recipe) -> list[str]:
    """The NAME=VALUE settings that, beside the options of their own, make the network's recipe the other."""
    mine, other = (one.model_dump() | one.model_dump()["augmentation"] for one in (net.recipe, recipe))
    names = [name for name in other if name not in OPTIONS | {"augmentation"} and other[name] != mine[name]]
    return [f"{name}={other[name]}" for name in names]
