"""The description of a network as TOML, as one would write it by hand; it reads back as the same network."""

from collections.abc import Iterable
from typing import Any

from backprop.network.description import Description
from backprop.network.layer import Layer
from backprop.network.network import Network


def network_toml(network: Network) -> str:
    """The text, with what has its default left out."""
    one_sample = network.samples == 1
    lines = [
        f'name = "{network.name}"',
        f"title = {_value(network.title)}",
        f"inputs = {_value(network.inputs[0] if one_sample else network.inputs)}",
        f"targets = {_value(network.targets[0] if one_sample else network.targets)}",
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
    yield from ("weights = [", *(f"    {_value(row)}," for row in layer.weights), "]")
    if layer.biases is not None:
        yield f"biases = {_value(layer.biases)}"
    if layer.shared_bias is not None:
        yield f"shared_bias = {_value(layer.shared_bias)}"


def _changed(table: Description) -> Iterable[str]:
    for name, field in type(table).model_fields.items():
        if (value := getattr(table, name)) != field.default:
            yield f"{name} = {_value(value)}"


def _value(value: Any) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, str):
        escaped = "".join(
            f"\\u{ord(character):04x}" if not character.isprintable() and ord(character) < 0x10000 else character
            for character in value.replace("\\", "\\\\").replace('"', '\\"')
        )
        return f'"{escaped}"'
    if isinstance(value, tuple):
        return f"[{', '.join(map(_value, value))}]"
    return repr(value)
