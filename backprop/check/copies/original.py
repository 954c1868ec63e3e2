"""The checked workbook, opened to be copied: only the very file that the report is on."""

import hashlib
from pathlib import Path
from zipfile import BadZipFile, ZipFile

from backprop.check.copies.ods.workbook import OpenDocumentCopy
from backprop.check.copies.workbook import WorkbookCopy
from backprop.check.copies.xlsx.workbook import ExcelCopy
from backprop.check.findings import FileReport
from backprop.spreadsheet.package.kinds import is_opendocument
from backprop.spreadsheet.package.parts import PartsError, check_target
from groundfloor.errors import UnreadableError


def open_copy(file: Path, report: FileReport, target: Path, force: bool) -> WorkbookCopy:
    """A copy to change, once it is sure that the report is on this very file and that a copy may be written."""
    check_target(file, target, force)
    if report.verdict == "unreadable":
        raise PartsError(f"{file}: could not be read: {report.message}")
    try:
        content = file.read_bytes()
    except OSError as error:
        raise PartsError(f"{file}: cannot be opened ({error.strerror or error})") from error
    if report.sha256 is not None and hashlib.sha256(content).hexdigest() != report.sha256:
        raise PartsError(f"{file}: has changed since it was checked")
    try:
        with ZipFile(file) as archive:
            other = is_opendocument(archive)
    except (UnreadableError, BadZipFile) as error:
        raise PartsError(f"{file}: cannot be opened ({error})") from error
    return OpenDocumentCopy(file) if other else ExcelCopy(file)
