"""A corrected copy of a README: the findings that a replacement mends, and nothing else."""

import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from reports.errors import OutputError
from reports.readmes.proof.findings import FileReport, Finding
from reports.readmes.reading.files import Source, read_source


@dataclass(frozen=True, slots=True)
class Fixed:
    """Where a corrected copy lies, and how many findings it mends and leaves."""

    file: Path
    mended: int
    left: int


def fix(report: FileReport, target: Path, force: bool = False) -> Fixed | None:
    """Write the corrected copy to a file, or into a folder; None, and nothing written, where nothing can be mended.

    OutputError where the target exists, unless it is forced. The README itself may be the target only so.
    """
    source = Path(report.file)
    file = target / source.name if target.is_dir() else target
    text, mended = corrected(read_source(source), report.findings)
    if not mended:
        return None
    if file.exists() and not force:
        what = "is the README itself" if file.samefile(source) else "exists"
        raise OutputError(f"{file}: {what}; --force overwrites it")
    temporary = file.with_name(f".{file.name}.{os.getpid()}")
    try:
        temporary.write_bytes(text.encode())
        temporary.replace(file)
    except OSError as error:
        raise OutputError(f"{file}: cannot be written ({error.strerror or error})") from error
    finally:
        temporary.unlink(missing_ok=True)
    return Fixed(file, mended, len(report.findings) - mended)


def corrected(source: Source, findings: Sequence[Finding]) -> tuple[str, int]:
    """The text with every edit made, and how many were. Line ends stay."""
    lines = list(source.lines)
    edits = {(edit.line, edit.column): edit for finding in findings if (edit := finding.edit) is not None}
    made = 0
    for _, edit in sorted(edits.items(), reverse=True):
        line = lines[edit.line - 1]
        if line[edit.column : edit.column + len(edit.old)] == edit.old:
            lines[edit.line - 1] = line[: edit.column] + edit.new + line[edit.column + len(edit.old) :]
            made += 1
    return source.with_lines(lines), made
