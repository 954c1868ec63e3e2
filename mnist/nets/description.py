"""A network as a TOML file: its layers and the recipe it is trained by; read, and written as one would by hand."""

import tomllib
from dataclasses import replace
from pathlib import Path

from pydantic import Field, JsonValue, ValidationError

from groundfloor.disk.reading import read_plain
from groundfloor.toml import read_toml, toml_value
from groundfloor.validation import first_error
from mnist.errors import NetworkError
from mnist.nets.flow import place
from mnist.nets.layers import INPUT, Positive
from mnist.nets.net import PLAIN, Net
from mnist.nets.summary import summarise
from mnist.nets.written import read_layers, write_layers
from mnist.paths import file_fault
from mnist.runs.model import Model
from mnist.runs.recipe import Recipe

LIMIT = 1_000_000  # bytes of a file


class Description(Model):
    """The file: a name, the layers, and of the recipe what is not as a plain one has it."""

    name: str | None = Field(default=None, pattern=r"^[\w.=+-]{1,100}$")
    input: tuple[Positive, Positive, Positive] = (1, 28, 28)  # channels, height, width of an image
    layers: tuple[dict[str, JsonValue], ...] = Field(min_length=1, max_length=10_000)
    recipe: dict[str, JsonValue] = Field(default_factory=dict)


def read_description(file: Path) -> Net:
    """The network of a TOML file; NetworkError names what is wrong: the syntax, a field, a layer that does not fit."""
    if fault := file_fault(file, "a TOML file that describes a network is needed"):
        raise NetworkError(fault)
    try:
        content = read_plain(file, LIMIT)
        described = Description.model_validate(read_toml(content.decode()))
    except OSError as error:
        raise NetworkError(f"{file}: cannot be read ({error.strerror or error})") from error
    except UnicodeDecodeError as error:
        raise NetworkError(f"{file}: is not UTF-8 text") from error
    except tomllib.TOMLDecodeError as error:
        raise NetworkError(f"{file}: not TOML: {error}") from error
    except ValidationError as error:
        raise NetworkError(f"{file}: {first_error(error)}") from error
    layers = read_layers(described.layers, str(file))
    try:
        recipe = Recipe.model_validate(PLAIN.model_dump() | described.recipe)
        place(layers, described.input)
    except ValidationError as error:
        raise NetworkError(f"{file}: recipe: {first_error(error)}") from error
    except NetworkError as error:
        raise NetworkError(f"{file}: {error}") from error
    name = described.name or file.stem
    net = Net(name=name, source=file.name, recipe=recipe, layers=layers, parameters=0, image=described.input)
    return replace(net, parameters=summarise(net).total)


def write_description(net: Net) -> str:
    """The TOML of a network, a line a layer; of the recipe what a plain one has otherwise."""
    layers = [f"    {toml_value(layer)}," for layer in write_layers(net.layers)]
    lines = [f"name = {toml_value(net.name)}", "layers = [", *layers, "]"]
    if net.image != INPUT:
        lines.insert(1, f"input = {toml_value(net.image)}")
    changed = {name: value for name, value in net.recipe if value != getattr(PLAIN, name)}
    ranges = dict(changed.pop("augmentation", ()))
    for title, table in (("recipe", changed), ("recipe.augmentation", ranges)):
        if table:
            lines += ["", f"[{title}]", *(f"{name} = {toml_value(value)}" for name, value in table.items())]
    return "\n".join(lines) + "\n"
