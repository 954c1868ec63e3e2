"""The description of a network, validated: its parts fit together. Knows no calculus and imports no sympy."""

import re
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BeforeValidator, Field, model_validator

from backprop.functions.losses import LOSSES
from backprop.functions.names import LossName, spelled
from backprop.network.description import Description, Number, Table, Vector, known
from backprop.network.layer import Layer
from backprop.network.notation import Notation
from backprop.network.training import Training
from backprop.network.wiring import check_shared, check_wiring, first_values
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


def _shared_name(value: str) -> str:
    if not re.fullmatch(r"[^\W\d_]\w{0,39}", value):
        raise ValueError(f"{quoted(value)}: at most 40 letters, digits and _, the first a letter, for example w1")
    return value


Rows = Annotated[tuple[Vector, ...], BeforeValidator(rows), Field(min_length=1, max_length=MOST_SAMPLES)]
Targets = Annotated[tuple[tuple[Number, ...], ...], BeforeValidator(rows), Field(max_length=MOST_SAMPLES)]
SharedName = Annotated[str, AfterValidator(_shared_name)]


class Network(Description):
    """A network: its samples, its initial weights, how it is trained and how it is written."""

    name: Annotated[str, AfterValidator(_name)]
    title: Annotated[str, AfterValidator(_title)]
    inputs: Rows  # (samples, inputs)
    targets: Targets  # (samples, outputs); rows of none where the loss takes none
    loss: Annotated[LossName, known("loss", LOSSES)]
    reduction: Literal["mean", "sum"] = "mean"  # over the samples of an epoch
    input_gradient: bool = False  # the derivatives by the inputs too
    shared: Annotated[dict[SharedName, Number], AfterValidator(Table)] = Field(default_factory=Table)  # used by name
    layers: Annotated[tuple[Layer, ...], Field(min_length=1)]
    training: Training = Training()
    notation: Notation = Notation()

    @model_validator(mode="before")
    @classmethod
    def _no_targets(cls, fields: Any) -> Any:
        """A row of none for each sample, where the loss takes no targets."""
        loss = LOSSES.get(spelled(fields.get("loss"))) if isinstance(fields, dict) else None
        if loss is None or loss.takes_targets or "inputs" not in fields:
            return fields
        if any(rows(fields.get("targets") or ())[0]):
            raise ValueError(f"targets: loss {loss.name} takes none")
        return {**fields, "targets": ((),) * len(rows(fields["inputs"]))}

    @model_validator(mode="after")
    def _sizes_agree(self) -> "Network":
        check_wiring(self)
        check_shared(self)
        outputs = self.layers[-1].size if LOSSES[self.loss].takes_targets else 0
        if len(self.inputs) != len(self.targets):
            raise ValueError(
                f"{len(self.inputs)} samples of inputs but {len(self.targets)} of targets; each needs both"
            )
        for number, (inputs, targets) in enumerate(zip(self.inputs, self.targets, strict=True), 1):
            where = f"sample {number}: " if len(self.inputs) > 1 else ""
            if len(inputs) != len(self.inputs[0]):
                raise ValueError(f"{where}{len(inputs)} inputs; {len(self.inputs[0])} needed")
            if len(targets) != outputs:
                raise ValueError(f"{where}{len(targets)} targets for {outputs} output neurons; one for each is needed")
        if self.samples % self.batch:
            fitting = [size for size in range(1, self.samples + 1) if self.samples % size == 0]
            raise ValueError(
                f"training.batch {self.batch} of {len(self.inputs)} samples: an epoch is a whole number of batches; "
                f"one of {', '.join(map(str, fitting))} is needed"
            )
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
        """All weights in the order of their names w1, w2, ...: layer by layer, neuron by neuron; a shared one once."""
        return first_values([entry for layer in self.layers for row in layer.weights for entry in row], self.shared)

    @property
    def biases(self) -> tuple[float, ...]:
        """All biases in the order of their names b1, b2, ...: layer by layer; a shared one once. Thresholds too."""
        return first_values([entry for layer in self.layers for entry in layer.bias_entries], self.shared)

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
        """Samples in one step: all of them, one, or so many in turn."""
        batch = self.training.batch
        return batch if isinstance(batch, int) else {"full": self.samples, "stochastic": 1}[batch]

    @property
    def steps(self) -> int:
        """Steps of an epoch, which is a pass over all samples."""
        return self.samples // self.batch

    def constants(self, epochs: int) -> dict[str, float]:
        """The constants of the training in a table of so many epochs."""
        return self.training.constants(epochs, self.steps)

    @property
    def plain(self) -> bool:
        """Whether it is gradient descent at a constant rate on one sample, without biases."""
        return self.samples == 1 and not self.biases and not self.training.constants(1)
