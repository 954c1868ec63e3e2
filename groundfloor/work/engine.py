"""What does the work: an executor as concurrent.futures has it, chosen by three options."""

import os
from collections.abc import Callable
from concurrent.futures import Future
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Any, Protocol

from groundfloor.errors import InputError


class Engine(AbstractContextManager["Engine"], Protocol):
    """An Executor that also tells how much it takes. Its block ends with all processes and connections gone."""

    here: bool  # its processes are this machine's and see its files
    several: bool  # a submission costs so much that it is to hold several short tasks

    def submit(self, function: Callable[..., Any], /, *arguments: Any, **keywords: Any) -> Future[Any]:
        """As Executor's; the future raises LostError where what ran it is gone."""
        ...

    def slots(self) -> int:
        """How many submissions run at the same time, as of now."""
        ...

    def share(self, digest: str, content: Callable[[], bytes], /) -> Any:
        """What to submit in the place of bytes that many submissions need, of that SHA-256."""
        ...

    def stop(self) -> None:
        """End what is under way and not wanted any more."""
        ...


class NoEngineError(InputError):
    """Where the work was to be done cannot be reached, or is gone for good."""


@dataclass(frozen=True, slots=True)
class Where:
    """Where work is done: by default in `jobs` processes of this machine."""

    jobs: int
    scheduler: str | None = None  # of Dask: tcp://HOST:8786
    slurm: str | None = None  # a partition; "local": submitit's own stand-in for Slurm


def cores() -> int:
    """How many processes this machine runs at once."""
    return os.cpu_count() or 1


def open_engine(where: Where) -> Engine:
    """The engine, to be used as a block. NoEngineError where it cannot be reached, or runs other versions than here."""
    if where.scheduler is not None and where.slurm is not None:
        raise NoEngineError(f"--scheduler {where.scheduler}, --slurm {where.slurm}: one of them at a time")
    if where.scheduler is not None:
        from groundfloor.work.dask_engine import DaskEngine

        return DaskEngine(where.scheduler)
    if where.slurm is not None:
        from groundfloor.work.slurm_engine import SlurmEngine

        return SlurmEngine(where.slurm, where.jobs)
    from groundfloor.work.local_engine import LocalEngine

    return LocalEngine(where.jobs)
