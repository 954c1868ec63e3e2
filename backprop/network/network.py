"""The description of a network: loaded from TOML and validated. Knows no calculus and imports no sympy."""

import difflib
import re
import tomllib
from itertools import chain
from pathlib import Path
from typing import Annotated, Any, Literal, get_args

from pydantic import AfterValidator, BeforeValidator, Field, ValidationError, model_validator

from backprop.errors import NetworkError
from backprop.network.description import Description, Number, Vector
from backprop.network.training import Training

Activation = Literal[
    "identity", "sigmoid", "tanh", "relu", "leaky_relu", "elu", "softplus", "gelu", "swish", "softmax"
]  # fmt: skip
Loss = Literal["half_squared_error", "mean_squared_error", "binary_cross_entropy", "softmax_cross_entropy"]

DEFAULT_NETWORK = "eight-weight"
MOST_WEIGHTS = 100_000
MOST_SAMPLES = 10_000
SUMS_TO_ONE = 1e-9

SPELLINGS = {
    "linear": "identity",
    "silu": "swish",
    "half_squared": "half_squared_error",
    "mse": "mean_squared_error",
    "mean_squared": "mean_squared_error",
    "bce": "binary_cross_entropy",
    "cross_entropy": "softmax_cross_entropy",
}
REQUIRED_ACTIVATION = {"binary_cross_entropy": "sigmoid", "softmax_cross_entropy": "softmax"}
FORMULA_STARTS = ("=", "+", "-", "@")  # a spreadsheet reads text that begins so as a formula


def spelled(value: Any) -> Any:
    """An activation or loss as this package writes it: half-squared, mse and silu are understood too."""
    if not isinstance(value, str):
        return value
    name = value.strip().lower().replace("-", "_")
    return SPELLINGS.get(name, name)


def _known(what: str, names: tuple[str, ...]) -> BeforeValidator:
    """Refuses a name that is not one of these, with the nearest."""

    def check(value: Any) -> Any:
        name = spelled(value)
        if name in names or not isinstance(name, str):
            return name
        close = difflib.get_close_matches(name, [*names, *SPELLINGS], n=1)
        hint = f"did you mean {close[0]}? " if close else ""
        raise ValueError(f"{what} '{value[:60]}' is unknown; {hint}One of: {', '.join(names)}")

    return BeforeValidator(check)


def _rows(value: Any) -> Any:
    """One sample may be written without the brackets around it."""
    one_sample = isinstance(value, list | tuple) and not any(isinstance(row, list | tuple) for row in value)
    return (value,) if one_sample else value


def _text(value: str) -> str:
    if value.startswith(FORMULA_STARTS):
        raise ValueError(f"begins with '{value[0]}', which a spreadsheet reads as a formula")
    return value


Rows = Annotated[tuple[Vector, ...], BeforeValidator(_rows), Field(min_length=1, max_length=MOST_SAMPLES)]


def _pattern(value: str) -> str:
    if not re.fullmatch(r"\w*\{\}\w*", value, re.ASCII):
        raise ValueError(f"'{value}': letters, digits and _ around one {{}} are allowed, for example net_{{}}")
    return value


NamePattern = Annotated[str, Field(max_length=40), AfterValidator(_pattern)]


class Notation(Description):
    """How the two quantities of a neuron are named; {} stands for the neuron: net_{} gives net_h1."""

    sum: NamePattern = "{}"
    activation: NamePattern = "a_{}"

    @model_validator(mode="after")
    def _apart_and_no_cells(self) -> "Notation":
        if self.sum == self.activation:
            raise ValueError(f"'{self.sum}' names both the sum and the activation of a neuron")
        for field in self.model_fields_set:
            name = getattr(self, field).replace("{}", "h1")
            if re.fullmatch(r"[A-Za-z]{1,3}[0-9]+", name) and name != "h1":
                raise ValueError(f"{field} '{getattr(self, field)}' gives names like {name}, which is a cell's address")
            if not re.fullmatch(r"[A-Za-z]\w*", name):
                raise ValueError(f"{field} '{getattr(self, field)}' gives names like {name}; a letter comes first")
        return self


class Layer(Description):
    """A fully connected layer: z_j = sum_k weights[j][k] * incoming_k + bias_j, a_j = activation(z_j)."""

    activation: Annotated[Activation, _known("activation", get_args(Activation))]
    weights: Annotated[tuple[Vector, ...], Field(min_length=1)]  # (neurons, incoming)
    biases: Vector | None = None  # one a neuron
    shared_bias: Number | None = None  # one for the whole layer

    @property
    def size(self) -> int:
        """Number of neurons."""
        return len(self.weights)

    @property
    def bias_values(self) -> tuple[float, ...]:
        """The layer's biases: one a neuron, a single shared one, or none."""
        if self.shared_bias is not None:
            return (self.shared_bias,)
        return self.biases or ()


class Network(Description):
    """A fully connected network: its samples, its initial weights, how it is trained and how it is written."""

    name: str = Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9_-]{0,63}$")
    title: Annotated[str, Field(max_length=200), BeforeValidator(_text)]
    inputs: Rows  # (samples, inputs)
    targets: Rows  # (samples, outputs)
    loss: Annotated[Loss, _known("loss", get_args(Loss))]
    layers: Annotated[tuple[Layer, ...], Field(min_length=1)]
    training: Training = Training()
    notation: Notation = Notation()

    @model_validator(mode="after")
    def _sizes_agree(self) -> "Network":
        incoming = len(self.inputs[0])
        for position, layer in enumerate(self.layers, 1):
            for neuron, row in enumerate(layer.weights, 1):
                if len(row) != incoming:
                    raise ValueError(f"layer {position}, neuron {neuron} has {len(row)} weights; {incoming} needed")
            if layer.biases is not None and layer.shared_bias is not None:
                raise ValueError(f"layer {position} has biases and a shared_bias; one of them at most")
            if layer.biases is not None and len(layer.biases) != layer.size:
                raise ValueError(f"layer {position} has {len(layer.biases)} biases for {layer.size} neurons")
            incoming = layer.size
        if len(self.inputs) != len(self.targets):
            raise ValueError(f"{len(self.inputs)} samples of inputs, {len(self.targets)} of targets; as many needed")
        for number, (inputs, targets) in enumerate(zip(self.inputs, self.targets, strict=True), 1):
            where = f"sample {number}: " if len(self.inputs) > 1 else ""
            if len(inputs) != len(self.inputs[0]):
                raise ValueError(f"{where}{len(inputs)} inputs; {len(self.inputs[0])} needed")
            if len(targets) != incoming:
                raise ValueError(f"{where}{len(targets)} targets for {incoming} output neurons; as many needed")
        if len(self.weights) > MOST_WEIGHTS:
            raise ValueError(f"{len(self.weights):,} weights; at most {MOST_WEIGHTS:,}")
        return self

    @model_validator(mode="after")
    def _loss_fits(self) -> "Network":
        last = self.layers[-1].activation
        needed = REQUIRED_ACTIVATION.get(self.loss)
        if needed and last != needed:
            raise ValueError(f"loss {self.loss} needs {needed} in the output layer; it has {last}")
        if last == "softmax" and needed != "softmax":
            raise ValueError(f"softmax in the output layer needs loss softmax_cross_entropy; it is {self.loss}")
        for position, layer in enumerate(self.layers[:-1], 1):
            if layer.activation == "softmax":
                raise ValueError(f"layer {position} is softmax; only the output layer can be")
        if last == "softmax" and self.layers[-1].size == 1:
            raise ValueError("softmax of one neuron is always 1; two are needed, or sigmoid")
        for number, row in enumerate(self.targets, 1):
            where = f"sample {number}: targets {', '.join(map(repr, row))}"
            if needed and not all(0 <= target <= 1 for target in row):
                raise ValueError(f"{where}; {self.loss} takes targets from 0 to 1")
            if needed == "softmax" and abs(sum(row) - 1) > SUMS_TO_ONE:
                raise ValueError(f"{where}; {self.loss} takes targets that add up to 1")
        return self

    @property
    def weights(self) -> tuple[float, ...]:
        """All weights in the order of their names w1, w2, ...: layer by layer, neuron by neuron."""
        return tuple(weight for layer in self.layers for row in layer.weights for weight in row)

    @property
    def biases(self) -> tuple[float, ...]:
        """All biases in the order of their names b1, b2, ...: layer by layer."""
        return tuple(chain.from_iterable(layer.bias_values for layer in self.layers))

    @property
    def sizes(self) -> tuple[int, ...]:
        """Inputs, then the neurons of each layer: (2, 2, 2)."""
        return (len(self.inputs[0]), *(layer.size for layer in self.layers))

    @property
    def samples(self) -> int:
        """Number of samples."""
        return len(self.inputs)

    @property
    def batch(self) -> int:
        """Samples in one epoch: all of them, or 1 where they take turns."""
        return self.samples if self.training.batch == "full" else 1

    @property
    def plain(self) -> bool:
        """Whether it is gradient descent at a constant rate on one sample, without biases."""
        return self.samples == 1 and not self.biases and not self.training.constants(1)


def presets() -> dict[str, Path]:
    """The networks that come with the package, by name."""
    packaged = Path(__file__).parents[1] / "networks"  # inside a wheel; in a checkout the folder stands at the top
    folder = packaged if packaged.is_dir() else Path(__file__).parents[2] / "networks"
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
        fields = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise NetworkError(f"{origin}: not TOML: {error}") from error
    return describe_network(fields, origin)


def describe_network(fields: dict[str, Any], origin: str) -> Network:
    """The network of these fields; NetworkError names the first that is wrong."""
    try:
        return Network.model_validate(fields)
    except ValidationError as error:
        first = error.errors()[0]
        place = list(first["loc"])
        if len(place) > 1 and place[0] in ("inputs", "targets") and _rows(fields[place[0]]) is not fields[place[0]]:
            del place[1]  # one sample without brackets around it
        where = ".".join(str(part + 1) if isinstance(part, int) else part for part in place)
        message = first["msg"].removeprefix("Value error, ")
        found = f" (found {str(first['input'])[:60]!r})" if first["type"] not in ("value_error", "missing") else ""
        raise NetworkError(f"{origin}: {f'{where}: ' if where else ''}{message}{found}") from error


def activations() -> tuple[str, ...]:
    """Every activation by its name."""
    return get_args(Activation)


def losses() -> tuple[str, ...]:
    """Every loss by its name."""
    return get_args(Loss)


def _read(file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "not UTF-8 text"
        raise NetworkError(
            f"{file}: {reason}; a network is a TOML file like networks/{DEFAULT_NETWORK}.toml"
        ) from error
