"""Workbooks checked each in a process of its own. What checking needs is imported there, and only there."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from backprop.check.findings import FileReport
from backprop.spreadsheet.limits import DEFAULT
from groundfloor.errors import InputError, LostError, TooSlowError
from groundfloor.work.completed import in_order
from groundfloor.work.engine import Engine
from groundfloor.work.task import DiskFile, Limits, Task

if TYPE_CHECKING:
    from backprop.network.network import Network

LIMITS = Limits(seconds=300.0, memory_mb=1_500)  # of the process that checks a file
A_JOB = 16  # files of one job of Slurm


def check_files(files: Sequence[Path], network: "Network | None", engine: Engine | None = None) -> Iterator[FileReport]:
    """The reports, in order, each with a limit on time and memory; without an engine one after the other.

    Without a network the workbooks may be of any model. BackpropError for a network whose workbooks are not checked.
    """
    if network is not None:
        from backprop.check.proof.model import refuse_unchecked

        refuse_unchecked(network)
    tasks = [Task(_check, network, (DiskFile(file, DEFAULT.file_bytes),), LIMITS) for file in files]
    results = (result for _, result in in_order(tasks, engine, a_job=A_JOB))
    for file, result in zip(files, results, strict=True):
        yield failed(str(file), result) if isinstance(result, InputError) else replace(result, file=str(file))


def failed(file: str, error: InputError) -> FileReport:
    """The report on a file whose check came to no end."""
    about_it = not isinstance(error, TooSlowError | LostError)
    return FileReport(file, None, "unreadable" if about_it else "too_slow", None, str(error))


def _check(network: "Network | None", file: Path) -> FileReport:
    from backprop.check.check import check_any_file

    return check_any_file(file, network)
