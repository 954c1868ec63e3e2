"""What pydantic says of a description, as one line in this project's words, with the value found."""

from collections.abc import Callable
from typing import Any

from pydantic import ValidationError

from groundfloor.text import quoted, shortened

_SAID: dict[str, Callable[[dict[str, Any]], str]] = {  # pydantic's kind of error, with its context, in our words
    "missing": lambda _: "is missing",
    "extra_forbidden": lambda _: "is not known here",
    "int_parsing": lambda _: "a whole number is needed",
    "int_type": lambda _: "a whole number is needed",
    "int_from_float": lambda _: "a whole number is needed",
    "float_parsing": lambda _: "a number is needed",
    "float_type": lambda _: "a number is needed",
    "finite_number": lambda _: "a finite number is needed",
    "bool_parsing": lambda _: "true or false is needed",
    "bool_type": lambda _: "true or false is needed",
    "string_type": lambda _: "a text is needed",
    "string_pattern_mismatch": lambda _: "has another form than is needed",
    "greater_than": lambda c: f"a number above {c['gt']:g} is needed",
    "greater_than_equal": lambda c: f"at least {c['ge']:g} is needed",
    "less_than": lambda c: f"a number below {c['lt']:g} is needed",
    "less_than_equal": lambda c: f"at most {c['le']:g} is needed",
    "literal_error": lambda c: f"one of {c['expected']} is needed",
    "enum": lambda c: f"one of {c['expected']} is needed",
    "tuple_type": lambda _: "a list is needed",
    "list_type": lambda _: "a list is needed",
    "dict_type": lambda _: "a table of names and values is needed",
    "model_type": lambda _: "a table of names and values is needed",
    "model_attributes_type": lambda _: "a table of names and values is needed",
    "too_short": lambda c: f"{c['actual_length']} given, at least {c['min_length']} needed",
    "too_long": lambda c: f"{c['actual_length']} given, at most {c['max_length']} allowed",
    "json_invalid": lambda c: f"is not JSON ({c['error']})",
}
_VALUE_SAYS_NOTHING = {"missing", "value_error", "too_short", "too_long", "json_invalid"}


def first_error(error: ValidationError, place: Callable[[tuple[int | str, ...]], str] | None = None) -> str:
    """`where: what is needed (found value)` of the first error; `place` names a location, by default joined by dots."""
    first = error.errors()[0]
    where = (place or dotted)(first["loc"])
    found = "" if first["type"] in _VALUE_SAYS_NOTHING else f" (found {quoted(first['input'])})"
    return f"{where}: {said(first)}{found}" if where else f"{said(first)}{found}"


def said(first: Any) -> str:
    """What one of pydantic's errors says, without where and without the value."""
    words = _SAID.get(first["type"])
    if words is not None:
        return words(first.get("ctx", {}))
    return str(first["msg"]).removeprefix("Value error, ")


def dotted(location: tuple[int | str, ...]) -> str:
    """layers.1.weights.2: positions are counted from 1."""
    return ".".join(str(part + 1) if isinstance(part, int) else shortened(part, 80) for part in location)
