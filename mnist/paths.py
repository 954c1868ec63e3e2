"""A path that is not what is needed, said as it is: missing, with the nearest name beside it, or of the other kind."""

from collections.abc import Callable
from pathlib import Path

from groundfloor.text import did_you_mean


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


def _nearest(path: Path, is_of_the_kind: Callable[[Path], bool]) -> str:
    try:
        return did_you_mean(path.name, [entry.name for entry in path.parent.iterdir() if is_of_the_kind(entry)])
    except OSError:
        return ""
