"""The description of a network as TOML, as one would write it by hand; it reads back as the same network."""

from collections.abc import Iterable

from backprop.functions.losses import LOSSES
from backprop.network.description import Description
from backprop.network.layer import Layer
from backprop.network.network import Network
from groundfloor.toml import toml_key, toml_value


def network_toml(network: Network) -> str:
    """The text, with what has its default left out."""
    one_sample = network.samples == 1
    lines = [
        f'name = "{network.name}"',
        f"title = {toml_value(network.title)}",
        f"inputs = {toml_value(network.inputs[0] if one_sample else network.inputs)}",
    ]
    if LOSSES[network.loss].takes_targets:
        lines.append(f"targets = {toml_value(network.targets[0] if one_sample else network.targets)}")
    lines.append(f'loss = "{network.loss}"')
    lines += _changed(network, ("reduction", "input_gradient"))
    if network.shared:
        lines += [
            "",
            "[shared]",
            *(f"{toml_key(name)} = {toml_value(value)}" for name, value in network.shared.items()),
        ]
    for name, table in (("training", network.training), ("notation", network.notation)):
        if fields := list(_changed(table, type(table).model_fields)):
            lines += ["", f"[{name}]", *fields]
    for layer in network.layers:
        lines += ["", "[[layers]]", *_layer(layer)]
    return "\n".join(lines) + "\n"


def _layer(layer: Layer) -> Iterable[str]:
    yield f'activation = "{layer.activation}"'
    if layer.inputs is not None:
        yield f"inputs = {toml_value(layer.inputs)}"
    yield from ("weights = [", *(f"    {toml_value(row)}," for row in layer.weights), "]")
    if layer.biases is not None:
        yield f"biases = {toml_value(layer.biases)}"
    if layer.thresholds is not None:
        yield f"thresholds = {toml_value(layer.thresholds)}"
    if layer.shared_bias is not None:
        yield f"shared_bias = {toml_value(layer.shared_bias)}"


def _changed(table: Description, names: Iterable[str]) -> Iterable[str]:
    for name in names:
        if (value := getattr(table, name)) != type(table).model_fields[name].default:
            yield f"{name} = {toml_value(value)}"
