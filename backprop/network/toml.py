"""The description of a network as TOML, as one would write it by hand; it reads back as the same network."""

from collections.abc import Iterable

from backprop.network.description import Description
from backprop.network.layer import Layer
from backprop.network.network import Network
from groundfloor.toml import toml_value


def network_toml(network: Network) -> str:
    """The text, with what has its default left out."""
    one_sample = network.samples == 1
    lines = [
        f'name = "{network.name}"',
        f"title = {toml_value(network.title)}",
        f"inputs = {toml_value(network.inputs[0] if one_sample else network.inputs)}",
        f"targets = {toml_value(network.targets[0] if one_sample else network.targets)}",
        f'loss = "{network.loss}"',
    ]
    for name, table in (("training", network.training), ("notation", network.notation)):
        if fields := list(_changed(table)):
            lines += ["", f"[{name}]", *fields]
    for layer in network.layers:
        lines += ["", "[[layers]]", *_layer(layer)]
    return "\n".join(lines) + "\n"


def _layer(layer: Layer) -> Iterable[str]:
    yield f'activation = "{layer.activation}"'
    yield from ("weights = [", *(f"    {toml_value(row)}," for row in layer.weights), "]")
    if layer.biases is not None:
        yield f"biases = {toml_value(layer.biases)}"
    if layer.shared_bias is not None:
        yield f"shared_bias = {toml_value(layer.shared_bias)}"


def _changed(table: Description) -> Iterable[str]:
    for name, field in type(table).model_fields.items():
        if (value := getattr(table, name)) != field.default:
            yield f"{name} = {toml_value(value)}"
