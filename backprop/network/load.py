"""Networks by name or from TOML: those that come with the package, a file, a text, a table of fields."""

import difflib
import tomllib
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from backprop.errors import NetworkError
from backprop.network.network import Network, rows

DEFAULT_NETWORK = "eight-weight"


def presets() -> dict[str, Path]:
    """The networks that come with the package, by name."""
    packaged = Path(__file__).parents[1] / "networks"  # inside a wheel; in a checkout the folder stands at the top
    folder = packaged if packaged.is_dir() else Path(__file__).parents[2] / "networks"
    return {file.stem: file for file in sorted(folder.glob("*.toml"))}


def load_network(name_or_path: str) -> Network:
    """The preset of that name, or the network in that TOML file."""
    file = presets().get(name_or_path)
    if file is None:
        file = Path(name_or_path)
        if file.suffix != ".toml":
            close = difflib.get_close_matches(name_or_path, presets(), n=1)
            hint = f"did you mean '{close[0]}'? " if close else ""
            raise NetworkError(
                f"network '{name_or_path}' is unknown; {hint}One of: {', '.join(presets())}, or a .toml file"
            )
    return parse_network(_read(file), str(file))


def parse_network(text: str, origin: str) -> Network:
    """The network that TOML text describes; `origin` names the text in errors."""
    try:
        fields = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise NetworkError(f"{origin}: not TOML: {error}") from error
    return describe_network(fields, origin)


def describe_network(fields: dict[str, Any], origin: str) -> Network:
    """The network of these fields; NetworkError names the first that is wrong."""
    try:
        return Network.model_validate(fields)
    except ValidationError as error:
        first = error.errors()[0]
        place = list(first["loc"])
        if len(place) > 1 and place[0] in ("inputs", "targets") and rows(fields[place[0]]) is not fields[place[0]]:
            del place[1]  # one sample without brackets around it
        where = ".".join(str(part + 1) if isinstance(part, int) else part for part in place)
        message = first["msg"].removeprefix("Value error, ")
        found = f" (found {str(first['input'])[:60]!r})" if first["type"] not in ("value_error", "missing") else ""
        raise NetworkError(f"{origin}: {f'{where}: ' if where else ''}{message}{found}") from error


def _read(file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "not UTF-8 text"
        raise NetworkError(
            f"{file}: {reason}; a network is a TOML file like networks/{DEFAULT_NETWORK}.toml"
        ) from error
