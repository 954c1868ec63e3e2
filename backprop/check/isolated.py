"""Workbooks checked each in a process of its own. What checking needs is imported there, and only there."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from backprop.check.findings import FileReport
from backprop.spreadsheet.limits import DEFAULT
from groundfloor.errors import InputError, LostError, TooSlowError
from groundfloor.work.engine import Engine
from groundfloor.work.store import Store, digest_of, found_or_done
from groundfloor.work.task import DiskFile, Limits, Task

if TYPE_CHECKING:
    from backprop.network.network import Network

LIMITS = Limits(seconds=300.0, memory_mb=1_500)  # of the process that checks a file
A_JOB = 16  # files of one job of Slurm


def check_files(
    files: Sequence[Path], network: "Network | None", engine: Engine | None = None, store: Path | None = None
) -> Iterator[FileReport]:
    """The reports, in order, each with a limit on time and memory; without an engine one after the other.

    Without a network the workbooks may be of any model. BackpropError for a network whose workbooks are not checked.
    In a folder `store` each report is kept by the hash of its file as soon as it is there, and found there the next
    time; files of the same bytes are checked once then. FileError where it cannot be written.
    """
    if network is not None:
        from backprop.check.proof.model import refuse_unchecked

        refuse_unchecked(network)
    kept = None if store is None else Store(store, FileReport, "any" if network is None else network.model_dump_json())
    keys = [(digest_of(file) if kept else None) or f"file {number}" for number, file in enumerate(files)]
    tasks: dict[str, Task[FileReport]] = {}
    for key, file in zip(keys, files, strict=True):
        tasks.setdefault(key, Task(_check, network, (DiskFile(file, DEFAULT.file_bytes),), LIMITS))
    found: dict[str, FileReport | InputError] = {}
    shown = 0
    for digest, result in found_or_done(tasks, kept, engine, a_job=A_JOB, keep=_is_of):
        found[digest] = result
        while shown < len(files) and keys[shown] in found:
            yield _placed(found[keys[shown]], files[shown])
            shown += 1


def _is_of(digest: str, report: FileReport) -> bool:
    """Whether it is about those bytes: a file may be changed while it waits."""
    return report.sha256 == digest and report.verdict != "too_slow"


def _placed(result: FileReport | InputError, file: Path) -> FileReport:
    return failed(str(file), result) if isinstance(result, InputError) else replace(result, file=str(file))


def failed(file: str, error: InputError) -> FileReport:
    """The report on a file whose check came to no end."""
    about_it = not isinstance(error, TooSlowError | LostError)
    return FileReport(file, None, "unreadable" if about_it else "too_slow", None, str(error))


def _check(network: "Network | None", file: Path) -> FileReport:
    from backprop.check.check import check_any_file

    return check_any_file(file, network)
