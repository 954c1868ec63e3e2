"""Workbooks checked each in a process of its own. What checking needs is imported there, and only there."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from backprop.check.findings import FileReport
from groundfloor.errors import InputError, TooSlowError
from groundfloor.process.isolate import map_isolated

if TYPE_CHECKING:
    from backprop.network.network import Network

SECONDS, MEMORY_MB = 300.0, 1_500  # of the process that checks a file


def check_files(files: Sequence[Path], network: "Network | None", jobs: int = 1) -> Iterator[FileReport]:
    """The reports, in order, each with a limit on time and memory.

    Without a network the workbooks may be of any model. BackpropError for a network whose workbooks are not checked.
    """
    if network is not None:
        from backprop.check.proof.model import refuse_unchecked

        refuse_unchecked(network)
    arguments = [(file, network) for file in files]
    for (file, _), result in map_isolated(_check, arguments, jobs=jobs, seconds=SECONDS, memory_mb=MEMORY_MB):
        yield _failed(file, result) if isinstance(result, InputError) else result


def _failed(file: Path, error: InputError) -> FileReport:
    slow = isinstance(error, TooSlowError)
    return FileReport(str(file), None, "too_slow" if slow else "unreadable", None, str(error))


def _check(argument: "tuple[Path, Network | None]") -> FileReport:
    from backprop.check.check import check_any_file

    return check_any_file(*argument)
