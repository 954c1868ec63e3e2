"""A path that is not what is needed, said as it is: missing, with the nearest name beside it, or of the other kind."""

from collections.abc import Callable
from pathlib import Path

from groundfloor.files import nearest_beside


def folder_fault(path: Path, needed: str) -> str | None:
    """Why the path is no folder; None where it is one. `needed` ends the sentence."""
    if path.is_dir():
        return None
    if path.exists():
        return f"{path}: is a file; {needed}"
    return f"{path}: no such folder; {_nearest(path, Path.is_dir)}{needed}"


def file_fault(path: Path, needed: str) -> str | None:
    """Why the path is no file; None where it is one. `needed` ends the sentence."""
    if path.is_dir():
        return f"{path}: is a folder; {needed}"
    return None if path.exists() else f"{path}: no such file; {_nearest(path, Path.is_file)}{needed}"


def _nearest(path: Path, fits: Callable[[Path], bool]) -> str:
    name = nearest_beside(path, fits)
    return f"did you mean {name}? " if name else ""
