"""The checked workbook, opened to be copied: only the very file that the report is on."""

import hashlib
from pathlib import Path

from backprop.check.findings import FileReport
from backprop.spreadsheet.xlsx.parts import Parts, PartsError, check_target


def open_parts(file: Path, report: FileReport, target: Path, force: bool) -> Parts:
    """The file's parts, once it is sure that the report is on this very file and that a copy may be written."""
    check_target(file, target, force)
    if report.verdict == "unreadable":
        raise PartsError(f"{file}: could not be read: {report.message}")
    try:
        content = file.read_bytes()
    except OSError as error:
        raise PartsError(f"{file}: cannot be opened ({error.strerror or error})") from error
    if report.sha256 is not None and hashlib.sha256(content).hexdigest() != report.sha256:
        raise PartsError(f"{file}: has changed since it was checked")
    return Parts(file)
