"""A lock that the system holds for this process on an open file or folder, and drops when the process ends."""

import errno
import os
from pathlib import Path

_TAKEN = {errno.EWOULDBLOCK, errno.EACCES, errno.EDEADLK}


class LockedError(Exception):
    """Somebody else, or another part of this process, holds it."""


def lock(descriptor: int) -> bool:
    """Lock what is open; LockedError at once where another has it. False on a file system that has no locks."""
    try:
        try:
            import fcntl
        except ImportError:  # Windows
            import msvcrt

            msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)  # type: ignore[attr-defined]
        else:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        if error.errno in _TAKEN:
            raise LockedError from error
        return False
    return True


def same_file(descriptor: int, path: str | Path) -> bool:
    """Whether what is open still lies at the path: between the opening and the lock it may have been removed."""
    try:
        found = Path(path).lstat()
    except FileNotFoundError:
        return False
    opened = os.fstat(descriptor)
    return (found.st_dev, found.st_ino) == (opened.st_dev, opened.st_ino)
