"""A claim on a path: one process has it, and it ends with that process, however that ends.

It is a lock that the system holds on a hidden file beside the path, .NAME.lock, for as long as the process lives; the
file is removed when the claim is given up, and one that a killed process left behind claims nothing. On a file system
without locks nothing is claimed.
"""

import contextlib
import os
from pathlib import Path
from types import TracebackType
from typing import Self

from groundfloor.disk.lock import LockedError, lock, same_file
from groundfloor.errors import InputError
from groundfloor.files import FileError, reason


class ClaimedError(InputError):
    """Another process, or another part of this one, has the claim."""


class Claim:
    """A claim that is held until it is given up, or its block ends, or the process does."""

    def __init__(self, lock: Path, descriptor: int, made: list[Path]) -> None:
        self._lock, self._made = lock, made
        self._descriptor: int | None = descriptor

    def give_up(self) -> None:
        """Let others have it; folders that were made for it go, if they are empty."""
        if self._descriptor is None:
            return
        with contextlib.suppress(OSError):
            self._lock.unlink()
        os.close(self._descriptor)
        self._descriptor = None
        _remove(self._made)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.give_up()

    def __del__(self) -> None:
        self.give_up()


def claim(path: Path) -> Claim:
    """Claim a path, whether it exists or not; ClaimedError at once where it is taken, FileError where it cannot be."""
    file = path.absolute().with_name(f".{path.absolute().name}.lock")
    made = [folder for folder in (file.parent, *file.parent.parents) if not folder.exists()]
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        while True:
            descriptor = os.open(file, os.O_RDWR | os.O_CREAT, 0o644)
            try:
                lock(descriptor)
                if same_file(descriptor, file):
                    return Claim(file, descriptor, made)
            except BaseException:
                os.close(descriptor)
                raise
            os.close(descriptor)  # it was given up, and removed, between the opening and the lock
    except LockedError:
        raise ClaimedError(f"{path}: another process is writing it; wait for it, or name another place") from None
    except OSError as error:
        _remove(made)
        raise FileError(f"{path}: cannot be written ({reason(error)} in {file.parent})") from error


def _remove(folders: list[Path]) -> None:
    for folder in folders:
        with contextlib.suppress(OSError):  # it holds what was written
            folder.rmdir()
