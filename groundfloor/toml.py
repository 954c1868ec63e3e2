"""TOML: a text of somebody else's read, a value written on one line, as one would write it by hand."""

import re
import tomllib
from typing import Any


def read_toml(text: str) -> dict[str, Any]:
    """The table that TOML text describes; TOMLDecodeError also for what is nested too deep, or has endless numbers."""
    try:
        return tomllib.loads(text)
    except RecursionError as error:
        raise tomllib.TOMLDecodeError("nested too deep") from error
    except tomllib.TOMLDecodeError:
        raise
    except ValueError as error:  # what Python refuses to convert
        raise tomllib.TOMLDecodeError("a number has too many digits") from error


def toml_key(name: str) -> str:
    """A key, in quotes unless it is made of plain letters, digits, - and _."""
    return name if re.fullmatch(r"[A-Za-z0-9_-]+", name) else toml_value(name)


def toml_value(value: Any) -> str:
    """A truth value, number, text, list or table; a list may be a tuple, a table is an inline one."""
    match value:
        case bool():
            return str(value).lower()
        case str():
            escaped = "".join(
                f"\\u{ord(character):04x}" if not character.isprintable() and ord(character) < 0x10000 else character
                for character in value.replace("\\", "\\\\").replace('"', '\\"')
            )
            return f'"{escaped}"'
        case list() | tuple():
            return f"[{', '.join(map(toml_value, value))}]"
        case dict():
            return f"{{ {', '.join(f'{toml_key(name)} = {toml_value(each)}' for name, each in value.items())} }}"
    return repr(value)
