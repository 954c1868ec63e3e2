"""The files of a report, written all or none; those of others in the same folder stay as they are."""

import os
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

from reports.errors import OutputError
from reports.output.mark import MARK

MARKED_WITHIN = 400  # bytes from either end of a file of ours


def check_folder(folder: Path) -> None:
    """OutputError where `folder` cannot become or is not a folder to write in."""
    existing = folder
    while not existing.exists() and existing.parent != existing:
        existing = existing.parent
    if not existing.is_dir():
        raise OutputError(f"{folder}: {existing} is a file; a report is a folder")
    if not os.access(existing, os.W_OK | os.X_OK):
        raise OutputError(f"{folder}: no permission to write in {existing}")


def write(files: Mapping[str, bytes], folder: Path, force: bool = False) -> None:
    """Write all files under temporary names, then rename them, the first last.

    OutputError where a file of others would be lost, or where something fails: then all is as it was before.
    """
    for name in files:
        file = folder / name
        if file.is_dir():
            raise OutputError(f"{file}: a folder; a file of the report goes by that name")
        mine = file if "/" not in name else folder / "README.md"
        if not force and (file.exists() or file.is_symlink()) and not _is_ours(mine):
            raise OutputError(f"{file}: exists and is not from reports build; --force overwrites it")
    targets = {folder / name: content for name, content in files.items()}
    new = [each for file in targets for each in (file.parent, *file.parent.parents) if not each.exists()]
    temporary = {file: file.with_name(f".{file.name}.{os.getpid()}") for file in targets}
    try:
        for file, content in targets.items():
            file.parent.mkdir(parents=True, exist_ok=True)
            temporary[file].write_bytes(content)
        for file in reversed(targets):
            temporary[file].replace(file)
    except OSError as error:
        raise OutputError(f"{error.filename or folder}: not writable ({error.strerror})") from error
    finally:
        for file in temporary.values():
            with suppress(OSError):
                file.unlink(missing_ok=True)
        for each in sorted(set(new), reverse=True):
            with suppress(OSError):  # it holds the report
                each.rmdir()


def _is_ours(file: Path) -> bool:
    """Whether the file has the mark near its beginning or, a PDF, at its end."""
    try:
        content = file.read_bytes()
    except OSError:
        return False
    return MARK.encode() in content[:MARKED_WITHIN] + content[-MARKED_WITHIN:]
