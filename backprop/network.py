"""The description of a network: loaded from TOML and validated. Knows no calculus and imports no sympy."""

import difflib
import tomllib
from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from backprop.errors import NetworkError

Number = Annotated[float, Field(allow_inf_nan=False)]
Vector = Annotated[tuple[Number, ...], Field(min_length=1)]

DEFAULT_NETWORK = "eight-weight"


class _Model(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Layer(_Model):
    """A fully connected layer: z_j = sum_k weights[j][k] * incoming_k, a_j = activation(z_j)."""

    activation: Literal["sigmoid"]
    weights: Annotated[tuple[Vector, ...], Field(min_length=1)]  # (neurons, incoming)

    @property
    def size(self) -> int:
        """Number of neurons."""
        return len(self.weights)


class Network(_Model):
    """A fully connected network with one sample: its inputs, its targets and its initial weights."""

    name: str = Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9_-]{0,63}$")
    title: str = Field(max_length=200)
    inputs: Vector
    targets: Vector
    loss: Literal["half_squared_error"]
    layers: Annotated[tuple[Layer, ...], Field(min_length=1)]

    @model_validator(mode="after")
    def _sizes_agree(self) -> "Network":
        incoming = len(self.inputs)
        for position, layer in enumerate(self.layers, 1):
            for neuron, row in enumerate(layer.weights, 1):
                if len(row) != incoming:
                    raise ValueError(f"layer {position}, neuron {neuron} has {len(row)} weights; {incoming} needed")
            incoming = layer.size
        if len(self.targets) != incoming:
            raise ValueError(f"{len(self.targets)} targets for {incoming} output neurons; as many needed")
        return self

    @property
    def weights(self) -> tuple[float, ...]:
        """All weights in the order of their names w1, w2, ...: layer by layer, neuron by neuron."""
        return tuple(weight for layer in self.layers for row in layer.weights for weight in row)

    @property
    def sizes(self) -> tuple[int, ...]:
        """Inputs, then the neurons of each layer: (2, 2, 2)."""
        return (len(self.inputs), *(layer.size for layer in self.layers))


def presets() -> dict[str, Path]:
    """The networks that come with the package, by name."""
    packaged = Path(__file__).parent / "networks"  # inside a wheel; in a checkout the folder stands at the top
    folder = packaged if packaged.is_dir() else Path(__file__).parent.parent / "networks"
    return {file.stem: file for file in sorted(folder.glob("*.toml"))}


def load_network(name_or_path: str) -> Network:
    """The preset of that name, or the network in that TOML file."""
    file = presets().get(name_or_path)
    if file is None:
        file = Path(name_or_path)
        if file.suffix != ".toml":
            close = difflib.get_close_matches(name_or_path, presets(), n=1)
            hint = f"did you mean '{close[0]}'? " if close else ""
            raise NetworkError(
                f"network '{name_or_path}' is unknown; {hint}One of: {', '.join(presets())}, or a .toml file"
            )
    return parse_network(_read(file), str(file))


def parse_network(text: str, origin: str) -> Network:
    """The network that TOML text describes; `origin` names the text in errors."""
    try:
        return Network.model_validate(tomllib.loads(text))
    except tomllib.TOMLDecodeError as error:
        raise NetworkError(f"{origin}: not TOML: {error}") from error
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(part + 1) if isinstance(part, int) else part for part in first["loc"])
        message = first["msg"].removeprefix("Value error, ")
        found = f" (found {str(first['input'])[:60]!r})" if first["type"] not in ("value_error", "missing") else ""
        raise NetworkError(f"{origin}: {f'{where}: ' if where else ''}{message}{found}") from error


def _read(file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "not UTF-8 text"
        raise NetworkError(
            f"{file}: {reason}; a network is a TOML file like networks/{DEFAULT_NETWORK}.toml"
        ) from error
