"""Networks from a few words instead of a file: by the sizes of their layers, or by changing one that exists."""

import random
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, Literal

from backprop.errors import NetworkError
from backprop.functions.losses import LOSSES
from backprop.functions.names import spelled
from backprop.network.load import describe_network
from backprop.network.network import MOST_WEIGHTS, Network

MOST_NEURONS = 10_000  # of a layer
Biases = Literal["none", "neuron", "layer", "threshold"]


@dataclass(frozen=True, slots=True)
class Changes:
    """What differs from the network one starts with; None leaves it as it is."""

    activation: str | None = None  # of every layer, as far as the loss lets the output layer have it
    output_activation: str | None = None
    loss: str | None = None
    biases: Biases | None = None  # with initial value 0
    inputs: Sequence[Sequence[float]] | None = None
    targets: Sequence[Sequence[float]] | None = None
    own: tuple[tuple[str, Any], ...] = ()  # reduction and input_gradient of Network
    training: tuple[tuple[str, Any], ...] = ()  # fields of Training
    notation: tuple[tuple[str, str], ...] = ()  # fields of Notation


def parse_sizes(text: str) -> tuple[int, ...]:
    """2,3,2: inputs, neurons of each layer; NetworkError names what is not a size."""
    sizes = []
    for part in text.split(","):
        try:
            size = int(part)
        except ValueError:
            raise NetworkError(f"layers {text}: '{part}' is not a whole number; for example 2,3,2") from None
        if not 1 <= size <= MOST_NEURONS:
            raise NetworkError(f"layers {text}: {size:,} neurons in a layer; 1 to {MOST_NEURONS:,} allowed")
        sizes.append(size)
    if len(sizes) < 2:
        raise NetworkError(f"layers {text}: inputs and at least one layer needed, for example 2,3,2")
    weights = sum(before * after for before, after in pairwise(sizes))
    if weights > MOST_WEIGHTS:
        raise NetworkError(f"layers {text}: {weights:,} weights; at most {MOST_WEIGHTS:,}")
    return tuple(sizes)


def parse_samples(text: str, what: str) -> tuple[tuple[float, ...], ...]:
    """0.05,0.1 or, for several samples, 0,0;0,1;1,0;1,1."""
    rows = []
    for row in text.split(";"):
        try:
            rows.append(tuple(float(part) for part in row.split(",")))
        except ValueError:
            raise NetworkError(f"{what} {row}: numbers needed, for example 0.05,0.1 or 0,0;0,1;1,0;1,1") from None
    return tuple(rows)


def make_fields(sizes: Sequence[int], seed: int = 0) -> dict[str, Any]:
    """A sigmoid network of these sizes; weights uniform in ±1/sqrt(incoming), rounded so that a sheet reads well."""
    draw = random.Random(seed)

    def row(incoming: int) -> list[float]:
        return [round(draw.uniform(-1, 1) * incoming**-0.5, 2 if incoming <= 16 else 4) for _ in range(incoming)]

    layers = [
        {"activation": "sigmoid", "weights": [row(incoming) for _ in range(size)]} for incoming, size in pairwise(sizes)
    ]
    return {
        "name": "network-" + "-".join(map(str, sizes)) if len(sizes) < 12 else "network",
        "title": "-".join(map(str, sizes)) if len(sizes) < 12 else f"{len(sizes) - 1} layers",
        "inputs": [[round(0.05 * (1 + number % 20), 2) for number in range(sizes[0])]],
        "targets": [[(0.01, 0.99)[number % 2] for number in range(sizes[-1])]],
        "loss": "half_squared_error",
        "layers": layers,
    }


def change_network(fields: dict[str, Any], changes: Changes, origin: str) -> Network:
    """The network of these fields with the changes; NetworkError where they do not fit together."""
    layers = [dict(layer) for layer in fields["layers"]]
    loss = spelled(changes.loss) if changes.loss else fields["loss"]
    required = LOSSES[loss].activation if loss in LOSSES else None
    if changes.activation:
        for layer in layers:
            layer["activation"] = changes.activation
    if changes.output_activation:
        layers[-1]["activation"] = changes.output_activation
    elif changes.activation or changes.loss:
        layers[-1]["activation"] = required or layers[-1]["activation"]
    if changes.biases:
        for layer in layers:
            layer.pop("biases", None)
            layer.pop("shared_bias", None)
            layer.pop("thresholds", None)
            if changes.biases in ("neuron", "threshold"):
                kind = "biases" if changes.biases == "neuron" else "thresholds"
                layer[kind] = [0.0] * len(layer["weights"])
            elif changes.biases == "layer":
                layer["shared_bias"] = 0.0
    used = {entry for layer in layers for row in (*layer["weights"], layer.get("biases") or ()) for entry in row}
    targets = changes.targets
    if targets is None and loss in LOSSES and loss != fields["loss"]:
        given = fields.get("targets") or [[]]
        targets = [LOSSES[loss].fitting(row or [0.5] * len(layers[-1]["weights"])) for row in given]
    changed = {
        **fields,
        **dict(changes.own),
        "shared": {name: value for name, value in fields.get("shared", {}).items() if name in used},
        "title": f"{fields['title']}{_changes_in_words(changes)}",
        "loss": loss,
        "layers": layers,
        "inputs": changes.inputs or fields["inputs"],
        "targets": targets or fields["targets"],
        "training": {**fields.get("training", {}), **dict(changes.training)},
        "notation": {**fields.get("notation", {}), **dict(changes.notation)},
    }
    return describe_network(changed, origin)


def _changes_in_words(changes: Changes) -> str:
    """What a title says of the changes."""
    words = [changes.activation, changes.output_activation, changes.loss]
    words += [str(value) for name, value in changes.training if name in ("optimiser", "schedule", "batch")]
    spoken = [word.replace("_", " ").replace("-", " ") for word in words if word]
    return f": {', '.join(spoken)}" if spoken else ""
