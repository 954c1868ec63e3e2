"""The description of a network, validated: its parts fit together. Knows no calculus and imports no sympy."""

import re
from itertools import chain
from typing import Annotated, Any

from pydantic import AfterValidator, BeforeValidator, Field, model_validator

from backprop.functions.losses import LOSSES
from backprop.functions.names import LossName
from backprop.network.description import Description, Vector, known
from backprop.network.layer import Layer
from backprop.network.notation import Notation
from backprop.network.training import Training
from groundfloor.text import quoted

MOST_WEIGHTS = 100_000
MOST_SAMPLES = 10_000
SUMS_TO_ONE = 1e-9
LONGEST_TITLE = 200

FORMULA_STARTS = ("=", "+", "-", "@")  # a spreadsheet reads text that begins so as a formula


def rows(value: Any) -> Any:
    """One sample may be written without the brackets around it."""
    one_sample = isinstance(value, list | tuple) and not any(isinstance(row, list | tuple) for row in value)
    return (value,) if one_sample else value


def _title(value: str) -> str:
    if value.startswith(FORMULA_STARTS):
        raise ValueError(f"begins with '{value[0]}', which a spreadsheet reads as a formula")
    if len(value) > LONGEST_TITLE:
        raise ValueError(f"{len(value):,} characters; at most {LONGEST_TITLE}")
    return value


def _name(value: str) -> str:
    if not re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9_-]{0,63}", value):
        raise ValueError(f"{quoted(value)}: at most 64 letters, digits, - and _, the first a letter or digit")
    return value


Rows = Annotated[tuple[Vector, ...], BeforeValidator(rows), Field(min_length=1, max_length=MOST_SAMPLES)]


class Network(Description):
    """A fully connected network: its samples, its initial weights, how it is trained and how it is written."""

    name: Annotated[str, AfterValidator(_name)]
    title: Annotated[str, AfterValidator(_title)]
    inputs: Rows  # (samples, inputs)
    targets: Rows  # (samples, outputs)
    loss: Annotated[LossName, known("loss", LOSSES)]
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
            raise ValueError(
                f"{len(self.inputs)} samples of inputs but {len(self.targets)} of targets; each needs both"
            )
        for number, (inputs, targets) in enumerate(zip(self.inputs, self.targets, strict=True), 1):
            where = f"sample {number}: " if len(self.inputs) > 1 else ""
            if len(inputs) != len(self.inputs[0]):
                raise ValueError(f"{where}{len(inputs)} inputs; {len(self.inputs[0])} needed")
            if len(targets) != incoming:
                raise ValueError(f"{where}{len(targets)} targets for {incoming} output neurons; one for each is needed")
        if len(self.weights) > MOST_WEIGHTS:
            raise ValueError(f"{len(self.weights):,} weights; at most {MOST_WEIGHTS:,}")
        return self

    @model_validator(mode="after")
    def _loss_fits(self) -> "Network":
        last = self.layers[-1].activation
        loss = LOSSES[self.loss]
        needed = loss.activation
        if needed is not None and last != needed:
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
            if loss.targets_between and not all(loss.targets_between[0] <= t <= loss.targets_between[1] for t in row):
                raise ValueError(f"{where}; {self.loss} takes targets from 0 to 1")
            if loss.targets_among and not all(target in loss.targets_among for target in row):
                raise ValueError(f"{where}; {self.loss} takes targets −1 and 1")
            if loss.targets_add_up and abs(sum(row) - 1) > SUMS_TO_ONE:
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
