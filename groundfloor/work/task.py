"""A task: a function by name, what it is given, the files it needs, and how much it may take. Runs nothing."""

import os
from collections.abc import Callable
from contextlib import AbstractContextManager, ExitStack, nullcontext
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Generic, Protocol, TypeVar

from groundfloor.disk.reading import UnfitError, open_plain
from groundfloor.errors import UnreadableError
from groundfloor.files import absent, reason

R = TypeVar("R")


@dataclass(frozen=True, slots=True)
class Limits:
    """What one task may take: seconds of CPU time and MB of memory; None: as much as there is."""

    seconds: float | None = None
    memory_mb: int | None = None


class File(Protocol):
    """A file that a task needs."""

    @property
    def name(self) -> str:
        """What it is called where the task runs; its ending tells what it is."""
        ...

    def here(self) -> AbstractContextManager[Path]:
        """A path to it in a process of this machine; UnreadableError where it cannot be had."""
        ...

    def size(self) -> int:
        """How many bytes are to be sent for it, about; 0 where it cannot be had."""
        ...

    def content(self) -> bytes:
        """Its bytes, to be sent to another machine; UnreadableError where it cannot be had."""
        ...


@dataclass(frozen=True, slots=True)
class DiskFile:
    """A file of this machine, sent to another where it has no more than `most` bytes."""

    path: Path
    most: int = 1024**3

    @property
    def name(self) -> str:
        """The file's own."""
        return self.path.name

    def here(self) -> AbstractContextManager[Path]:
        """The path itself, whether there is such a file or not: the function says what it makes of it."""
        return nullcontext(self.path)

    def size(self) -> int:
        """As the system tells it."""
        try:
            return self.path.stat().st_size
        except OSError:
            return 0

    def content(self) -> bytes:
        """UnreadableError for what is no plain file, or too large."""
        try:
            with open_plain(self.path) as stream:
                size = os.fstat(stream.fileno()).st_size
                if size > self.most:
                    raise UnreadableError(f"a file of {size:,} bytes; at most {self.most:,}")
                return stream.read(self.most)
        except UnfitError as error:
            raise UnreadableError("a folder, not a file" if self.path.is_dir() else str(error)) from error
        except FileNotFoundError as error:
            raise UnreadableError(absent(self.path)) from error
        except OSError as error:
            raise UnreadableError(f"cannot be read: {reason(error)}") from error


@dataclass(frozen=True, slots=True)
class Shared(DiskFile):
    """A file that many tasks need: sent once, and kept where they run. `digest` is the SHA-256 of its bytes."""

    digest: str = ""

    def size(self) -> int:
        """Nothing, as it is sent once."""
        return 0


@dataclass(frozen=True, slots=True)
class Task(Generic[R]):
    """`function(argument, *paths)`, with the path of each of its files; the function is one that a module has by name.

    The argument and the result are pickled. The function imports what it needs, keeps nothing that it is not given and
    writes nothing but its result: another machine may do it, or several one after the other where some are lost.
    """

    function: Callable[..., R]
    argument: Any
    files: tuple[File, ...] = ()
    limits: Limits = Limits()

    def __post_init__(self) -> None:
        if self.function.__module__ == "__main__":
            raise TypeError(f"{self.function.__qualname__}: of the main module, which no other process has by name")


def carry_out(call: tuple[Callable[..., Any], Any, tuple[File, ...]]) -> Any:
    """What a task is, done in this process; without a limit."""
    function, argument, files = call
    with ExitStack() as stack:
        return function(argument, *(stack.enter_context(file.here()) for file in files))
