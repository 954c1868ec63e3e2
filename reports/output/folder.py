"""The files of a report, written all or none; those of others in the same folder stay as they are."""

from collections.abc import Mapping
from pathlib import Path

from groundfloor.files import check_writable, write_files
from reports.errors import OutputError
from reports.output.mark import MARK

TEXTS = {".md", ".html", ".pdf"}  # which hold the mark; pictures and others are ours where a text beside them is
MARKED_WITHIN = 400  # bytes from either end of a file of ours


def check_folder(folder: Path) -> None:
    """OutputError where `folder` is a file, FileError where nothing can be written into it."""
    if folder.exists() and not folder.is_dir():
        raise OutputError(f"{folder}: is a file; a report is a folder")
    check_writable(folder / "README.md")


def write(files: Mapping[str, bytes], folder: Path, force: bool = False) -> None:
    """Write all files or none, the first last; OutputError where a file of others would be lost."""
    texts = [folder / name for name in ("README.md", "report.html", "report.pdf")]
    for name in sorted(files, key=lambda name: Path(name).suffix not in TEXTS):
        file = folder / name
        own = file.suffix in TEXTS
        if not force and (file.exists() or file.is_symlink()) and not any(map(_is_ours, [file] if own else texts)):
            raise OutputError(f"{file}: exists and is not from reports build; --force overwrites it")
    write_files(folder, files)


def _is_ours(file: Path) -> bool:
    """Whether the file has the mark near its beginning or, a PDF, at its end."""
    try:
        content = file.read_bytes()
    except OSError:
        return False
    return MARK.encode() in content[:MARKED_WITHIN] + content[-MARKED_WITHIN:]
