"""A notebook as a text: its markdown, and what its cells printed, as a README would hold them."""

import json
import re
from dataclasses import dataclass
from pathlib import Path

from groundfloor.disk.reading import read_plain
from groundfloor.errors import UnreadableError
from reports.readmes.reading.files import Source, split_lines

SUFFIX = ".ipynb"
MAX_BYTES = 64_000_000  # pictures included
_PICTURE = re.compile(r"(data:[\w/+.-]{1,60};base64,)[A-Za-z0-9+/=]+")


@dataclass(frozen=True, slots=True)
class Notebook:
    """The text, for each of its lines the cell, from 1, and what the cells of code hold."""

    source: Source
    places: tuple[int, ...]
    code: str


def read_notebook(file: Path) -> Notebook:
    """The text and the code; UnreadableError where it is no notebook."""
    try:
        notebook = json.loads(read_plain(file, MAX_BYTES))
    except OSError as error:
        raise UnreadableError(f"{file}: cannot be read ({error.strerror or error})") from error
    except (ValueError, RecursionError) as error:
        raise UnreadableError(f"{file}: no notebook: not readable as JSON ({error})") from error
    cells = notebook.get("cells") if isinstance(notebook, dict) else None
    if not isinstance(cells, list):
        raise UnreadableError(f"{file}: no notebook: it has no cells")
    lines: list[str] = []
    places: list[int] = []
    for number, cell in enumerate(cells, 1):
        shown = _shown(cell) if isinstance(cell, dict) else []
        lines += shown
        places += [number] * len(shown)
    code = [_text(cell.get("source")) for cell in cells if isinstance(cell, dict) and cell.get("cell_type") == "code"]
    return Notebook(split_lines("\n".join(lines), file), (*places, len(cells)), "\n".join(code))


def _shown(cell: dict[str, object]) -> list[str]:
    """The lines of a cell that a reader takes for text; what a program wrote over, as a progress bar does, is gone."""
    if cell.get("cell_type") == "markdown":
        return [*_text(cell.get("source")).splitlines(), ""]
    outputs = cell.get("outputs")
    lines: list[str] = []
    for output in outputs if isinstance(outputs, list) else ():
        if isinstance(output, dict):
            data = output.get("data")
            text = _text(output.get("text") or (data.get("text/plain") if isinstance(data, dict) else ""))
            lines += [line.rstrip("\r").rpartition("\r")[2] for line in text.split("\n")]
    return ["```", *lines, "```", ""] if any(map(str.strip, lines)) else []


def _text(value: object) -> str:
    """A text, which notebooks keep as one or as a list of lines, without the pictures in it."""
    if isinstance(value, list):
        value = "".join(part for part in value if isinstance(part, str))
    return _PICTURE.sub(r"\1", value) if isinstance(value, str) else ""
