"""Networks by name or from TOML: those that come with the package, a file, a text, a table of fields."""

import re
import tomllib
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from backprop.errors import NetworkError
from backprop.network import DEFAULT_NETWORK
from backprop.network.layer import KINDS
from backprop.network.network import Network, rows
from groundfloor.disk.reading import read_plain
from groundfloor.text import did_you_mean
from groundfloor.toml import read_toml
from groundfloor.validation import dotted, first_error


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
            hint = did_you_mean(name_or_path, presets())
            raise NetworkError(
                f"network '{name_or_path}' is unknown; {hint}One of: {', '.join(presets())}, or a .toml file"
            )
    return parse_network(_read(file), str(file))


def parse_network(text: str, origin: str) -> Network:
    """The network that TOML text describes; `origin` names the text in errors."""
    try:
        fields = read_toml(text)
    except tomllib.TOMLDecodeError as error:
        raise NetworkError(f"{origin}: not TOML: {error}{_digit_missing(text, str(error))}") from error
    return describe_network(fields, origin)


def _digit_missing(text: str, said: str) -> str:
    """What to write for a number like .05 or 5. in the line that the error names."""
    place = re.search(r"at line (\d+)", said)
    line = text.splitlines()[int(place[1]) - 1] if place else ""
    found = re.search(r"(?<![\w.])([-+]?)(\d*)\.(\d*)(?![\w.])", re.sub(r"\d\.\d", "", line))
    if found is None or not (found[2] or found[3]):
        return ""
    whole = f"{found[1]}{found[2] or 0}.{found[3] or 0}"
    return f"; a digit stands on both sides of the point: {found[0]} is written {whole}"


def describe_network(fields: dict[str, Any], origin: str) -> Network:
    """The network of these fields; NetworkError names the first that is wrong."""

    def place(location: tuple[int | str, ...]) -> str:
        field = location[0] if location else None
        if field in ("inputs", "targets") and field in fields and rows(fields[field]) is not fields[field]:
            location = (field, *location[2:])  # one sample, without the brackets around it
        location = tuple(part for part in location if part not in KINDS)
        return dotted(location)

    try:
        return Network.model_validate(fields)
    except ValidationError as error:
        raise NetworkError(f"{origin}: {first_error(error, place)}") from error


def _read(file: Path) -> str:
    try:
        return read_plain(file).decode()
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "not UTF-8 text"
        raise NetworkError(
            f"{file}: {reason}; a network is a TOML file like networks/{DEFAULT_NETWORK}.toml"
        ) from error
