"""What a check leaves as files: a markdown report, a page, marked and corrected copies. Nothing is half-written."""

import os
from collections.abc import Iterator, Sequence
from pathlib import Path

from backprop.check.copies.annotated import write_annotated
from backprop.check.copies.corrected import Correction, write_corrected
from backprop.check.findings import FileReport
from backprop.check.report.markdown import to_markdown
from backprop.check.report.page import to_html
from groundfloor.files import FileError, reason, write_file
from groundfloor.text import count, shown


def deliver(
    reports: Sequence[FileReport],
    *,
    markdown: Path | None = None,
    page: Path | None = None,
    annotated: Path | None = None,
    fixed: Path | None = None,
    force: bool = False,
) -> Iterator[str]:
    """Write what is asked for; a line on each thing written. Copies keep their place below the files' common folder."""
    for file, render in ((markdown, to_markdown), (page, to_html)):
        if file is not None:
            write_file(file, render(reports), force=force)
            yield f"written: {shown(str(file))}"
    wrong = [(Path(report.file).resolve(), report) for report in reports if report.findings]
    common = os.path.commonpath([file.parent for file, _ in wrong]) if wrong else ""
    for file, report in wrong:
        name = file.relative_to(common)
        if annotated is not None:
            target = _place(annotated, name)
            write_annotated(file, report, target, force)
            yield f"marked: {shown(str(target))}"
        if fixed is not None:
            target = _place(fixed, name)
            yield f"corrected: {shown(str(target))}: {_summary(write_corrected(file, report, target, force))}"


def _summary(corrected: Correction) -> str:
    """40 formulas, 40 values, 2 values not computed (...), 1 finding left to correct by hand."""
    parts = [count(corrected.cells, "formula"), count(corrected.recalculated, "value")]
    if corrected.without_value:
        parts.append(f"{count(corrected.without_value, 'value')} not computed (a spreadsheet does it on opening)")
    if corrected.left:
        parts.append(f"{count(len(corrected.left), 'finding')} left to correct by hand")
    return ", ".join(parts)


def _place(folder: Path, name: Path) -> Path:
    target = folder / name
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise FileError(f"{target.parent}: cannot be made ({reason(error)})") from error
    return target
