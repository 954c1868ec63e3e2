"""What a check leaves as files: a markdown report, a page, marked and corrected copies. Nothing is half-written."""

import os
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path

from backprop.check.copies.annotated import annotate
from backprop.check.copies.corrected import Fixed, fix
from backprop.check.findings import FileReport
from backprop.check.report.markdown import to_markdown
from backprop.check.report.page import to_html
from backprop.check.report.phrases import count, visible
from backprop.errors import BackpropError


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
            write_text(file, render(reports), force)
            yield f"written: {visible(str(file))}"
    wrong = [(Path(report.file).resolve(), report) for report in reports if report.findings]
    common = os.path.commonpath([file.parent for file, _ in wrong]) if wrong else ""
    for file, report in wrong:
        name = file.relative_to(common)
        if annotated is not None:
            target = _place(annotated, name)
            annotate(file, report, target, force)
            yield f"marked: {visible(str(target))}"
        if fixed is not None:
            target = _place(fixed, name)
            yield f"corrected: {visible(str(target))}: {_summary(fix(file, report, target, force))}"


def _summary(corrected: Fixed) -> str:
    """40 formulas, 40 values, 2 values not computed (...), 1 finding left to correct by hand."""
    parts = [count(corrected.cells, "formula"), count(corrected.recalculated, "value")]
    if corrected.without_value:
        parts.append(f"{count(corrected.without_value, 'value')} not computed (a spreadsheet does it on opening)")
    if corrected.left:
        parts.append(f"{count(len(corrected.left), 'finding')} left to correct by hand")
    return ", ".join(parts)


def refuse_existing(*files: Path | None) -> None:
    """Say before a long check that its report would overwrite a file."""
    for file in files:
        if file is not None and file.exists():
            raise BackpropError(f"{file} exists; --force overwrites it")


def write_text(file: Path, text: str, force: bool) -> None:
    """A text file, whole or not at all."""
    if not force:
        refuse_existing(file)
    try:
        with tempfile.TemporaryDirectory(prefix=f".{file.name}.", dir=file.parent) as folder:
            new = Path(folder) / "new"
            new.write_text(text, encoding="utf-8")
            new.replace(file)
    except OSError as error:
        raise BackpropError(f"{file}: cannot be written ({error.strerror or error})") from error


def _place(folder: Path, name: Path) -> Path:
    target = folder / name
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise BackpropError(f"{target.parent}: cannot be made ({error.strerror or error})") from error
    return target
