"""A corrected copy of a README: the findings that a replacement corrects, and nothing else."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from groundfloor.files import write_file
from reports.errors import OutputError
from reports.readmes.proof.findings import FileReport, Finding
from reports.readmes.reading.files import Source, blanked, read_source


@dataclass(frozen=True, slots=True)
class Fixed:
    """Where a corrected copy lies, and how many findings it corrects and leaves."""

    file: Path
    corrected: int
    left: int


def check_target(target: Path | None, files: Sequence[Path]) -> None:
    """OutputError where the copies of several files would become one."""
    if target is not None and len(files) > 1 and not target.is_dir():
        raise OutputError(f"{target}: not a folder; the copies of {len(files)} files need one")


def write_corrected(report: FileReport, target: Path, force: bool = False) -> Fixed | None:
    """Write the corrected copy to a file, or into a folder; None, and nothing written, where nothing can be corrected.

    FileError where the target exists, unless it is forced. The README itself may be the target only so.
    """
    source = Path(report.file)
    file = target / source.name if target.is_dir() else target
    text, count = corrected(read_source(source), report.findings)
    if not count:
        return None
    if not force and file.exists() and file.samefile(source):
        raise OutputError(f"{file}: is the README itself; --force overwrites it")
    write_file(file, text, force=force)
    return Fixed(file, count, len(report.findings) - count)


def corrected(source: Source, findings: Sequence[Finding]) -> tuple[str, int]:
    """The text with every edit made, and how many were. Line ends stay."""
    lines = list(source.lines)
    edits = {(edit.line, edit.column): edit for finding in findings if (edit := finding.edit) is not None}
    made = 0
    for _, edit in sorted(edits.items(), reverse=True):
        line = lines[edit.line - 1]
        if blanked(line[edit.column : edit.column + len(edit.old)]) == edit.old:
            lines[edit.line - 1] = line[: edit.column] + edit.new + line[edit.column + len(edit.old) :]
            made += 1
    return source.with_lines(lines), made
