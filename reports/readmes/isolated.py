"""READMEs checked in a process of its own, with the limits of workbooks on each. What that needs is imported there."""

from collections.abc import Iterator, Sequence
from pathlib import Path

from groundfloor.errors import UnreadableError
from groundfloor.process.isolate import Processes
from groundfloor.work.task import Limits
from reports.errors import ReportsError
from reports.readmes.proof.findings import FileReport

LIMITS = Limits(seconds=300.0, memory_mb=1_500)  # as those of `backprop check`


def lint_files(
    files: Sequence[Path], runs: Path | None, select: Sequence[str], ignore: Sequence[str]
) -> Iterator[FileReport]:
    """The reports, in order, as `lint` makes them; ReportsError for a file that takes more than LIMITS, too."""
    processes = Processes()
    try:
        for file in files:
            try:
                yield processes.call(_lint, (file, runs, select, ignore), LIMITS.seconds, LIMITS.memory_mb)
            except UnreadableError as error:
                raise ReportsError(f"{file}: {error}") from error
    finally:
        processes.stop()


def _lint(given: tuple[Path, Path | None, Sequence[str], Sequence[str]]) -> FileReport:
    from reports.readmes.lint import lint

    file, runs, select, ignore = given
    return lint(file, runs, select=select, ignore=ignore)
