"""Which files a check is asked for: those named, the workbooks of folders, and what lies there unchecked."""

import glob
from collections.abc import Sequence
from pathlib import Path

CHECKED = (".xlsx", ".xlsm", ".ods")
OTHERS = (".xls", ".xlsb", ".fods", ".csv", ".tsv", ".numbers", ".gnumeric")  # hold tables, but are not read


def find_files(paths: Sequence[str]) -> list[Path]:
    """Files as they are, folders for the workbooks below them, patterns for what they match; each once, in order.

    What does not exist stays in the list, so that the report on it says so.
    """
    files: list[Path] = []
    for path in paths:
        if Path(path).is_dir():
            files += _below(Path(path), CHECKED)
        elif Path(path).exists() or not any(sign in path for sign in "*?["):
            files.append(Path(path))
        else:
            files += sorted(Path(match) for match in glob.glob(path, recursive=True))  # noqa: PTH207 - absolute patterns
    return list(dict.fromkeys(files))


def files_passed_over(paths: Sequence[str]) -> list[Path]:
    """The spreadsheets of other kinds below the folders among the paths, which nobody named and nothing checks."""
    folders = [Path(path) for path in paths if Path(path).is_dir()]
    return list(dict.fromkeys(file for folder in folders for file in _below(folder, OTHERS)))


def _below(folder: Path, endings: Sequence[str]) -> list[Path]:
    files = (file for file in folder.rglob("*") if file.suffix.lower() in endings and not file.is_dir())
    return sorted(file for file in files if not file.name.startswith(("~$", ".~lock.")))  # of Excel and LibreOffice
