"""Layers as tables of names and values, the form in which they are kept: {"type": "Conv2d", "channels": 8, ...}."""

from collections.abc import Mapping, Sequence
from dataclasses import MISSING, fields

from pydantic import JsonValue, TypeAdapter, ValidationError

from groundfloor.text import did_you_mean
from groundfloor.validation import first_error
from mnist.errors import NetworkError
from mnist.nets.layers import TYPES, Layer

_KINDS = {name: kind for kind, name in TYPES.items()}


def write_layers(layers: Sequence[Layer]) -> tuple[dict[str, JsonValue], ...]:
    """A table for each layer, without the values that are its defaults."""
    return tuple(
        {"type": TYPES[type(layer)]}
        | {
            field.name: getattr(layer, field.name)
            for field in fields(layer)
            if field.default is MISSING or getattr(layer, field.name) != field.default
        }
        for layer in layers
    )


def read_layers(tables: Sequence[Mapping[str, object]], where: str) -> tuple[Layer, ...]:
    """The layers of such tables; NetworkError, beginning with `where`, names the layer and what is wrong with it."""
    return tuple(_layer(table, f"{where}: layer {number}") for number, table in enumerate(tables, 1))


def _layer(table: Mapping[str, object], where: str) -> Layer:
    name = table.get("type")
    kind = _KINDS.get(name) if isinstance(name, str) else None
    if kind is None:
        meant = did_you_mean(name, _KINDS) if isinstance(name, str) else ""
        raise NetworkError(f"{where}: type {name!r} is unknown; {meant}One of: {', '.join(_KINDS)}")
    values = {key: value for key, value in table.items() if key != "type"}
    known = [field.name for field in fields(kind)]
    for key in values:
        if key not in known:
            raise NetworkError(f"{where} ({name}): {key} is not known; it takes {', '.join(known) or 'nothing'}")
    try:
        layer: Layer = TypeAdapter(kind).validate_python(values)
    except ValidationError as error:
        raise NetworkError(f"{where} ({name}): {first_error(error)}") from error
    return layer
