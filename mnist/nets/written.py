"""Layers as tables of names and values, the form in which they are kept: {"type": "Conv2d", "channels": 8, ...}."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import MISSING, fields

from pydantic import JsonValue, TypeAdapter, ValidationError

from groundfloor.text import did_you_mean, quoted, shortened
from groundfloor.validation import first_error
from mnist.errors import NetworkError
from mnist.nets.layers import TYPES, Layer

_KINDS = {name: kind for kind, name in TYPES.items()}
_WRITTEN = {"take": "from", "others": "with"}  # fields that are words of Python
_PLACE = ("name", "take")  # of every layer
_FIELDS = {word: field for field, word in _WRITTEN.items()}


def write_layers(layers: Sequence[Layer]) -> tuple[dict[str, JsonValue], ...]:
    """A table for each layer, without the values that are its defaults."""
    return tuple(map(_table, layers))


def _table(layer: Layer) -> dict[str, JsonValue]:
    table: dict[str, JsonValue] = {"type": TYPES[type(layer)]}
    for field in fields(layer):
        value = getattr(layer, field.name)
        if field.default is MISSING or value != field.default:
            table[_WRITTEN.get(field.name, field.name)] = list(value) if isinstance(value, tuple) else value
    return table


def read_layers(tables: Sequence[Mapping[str, object]], where: str) -> tuple[Layer, ...]:
    """The layers of such tables; NetworkError, beginning with `where`, names the layer and what is wrong with it."""
    return tuple(_layer(table, f"{where}: layer {number}") for number, table in enumerate(tables, 1))


def _layer(table: Mapping[str, object], where: str) -> Layer:
    name = table.get("type")
    kind = _KINDS.get(name) if isinstance(name, str) else None
    if kind is None:
        meant = did_you_mean(name, _KINDS) if isinstance(name, str) else ""
        raise NetworkError(f"{where}: type {quoted(name)} is unknown; {meant}One of: {', '.join(_KINDS)}")
    values = {key: value for key, value in table.items() if key != "type"}
    own = [field.name for field in fields(kind) if field.name not in _PLACE]
    known = [_WRITTEN.get(field, field) for field in (*own, *_PLACE)]
    for key in values:
        if key not in known:
            raise NetworkError(f"{where} ({name}): {shortened(key, 80)} is not known; it takes {', '.join(known)}")
    try:
        named = {_FIELDS.get(key, key): _one(key, value) for key, value in values.items()}
        layer: Layer = TypeAdapter(kind).validate_json(json.dumps(named), strict=True)
    except ValidationError as error:
        raise NetworkError(f"{where} ({name}): {first_error(error, _place)}") from error
    except TypeError as error:  # a date, which JSON has no word for
        raise NetworkError(f"{where} ({name}): {error}") from error
    return layer


def _one(key: str, value: object) -> object:
    """A single name for a list of one."""
    return [value] if key == "with" and isinstance(value, str) else value


def _place(location: tuple[int | str, ...]) -> str:
    return ".".join(_WRITTEN.get(str(part), str(part)) for part in location)
