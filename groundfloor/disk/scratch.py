"""Places for what is half-written: each is one process's, and what a dead process left is removed by the next start.

Beside a target NAME it is the hidden folder .NAME.part, which the process that writes NAME holds locked, so that a
second one is told so; the system drops the lock however the process ends. Where the system has no locks on folders,
Windows and some network drives, nobody is refused and nothing of others is removed.
"""

import contextlib
import os
import shutil
import stat
import tempfile
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from groundfloor.disk.lock import LockedError, lock, same_file

SUFFIX = ".part"
OURS = "writing-"  # what we put into such a folder; nothing else in it is ever removed
ASIDE = "aside"  # in there, an older folder on its way out, which comes back if the new one never came


class BeingWrittenError(OSError):
    """Another process, or another part of this one, writes the same target."""


@contextlib.contextmanager
def scratch(target: Path) -> Iterator[Path]:
    """An empty folder on the file system of `target`, gone when the block ends; BeingWrittenError where one is in use.

    What dead processes left in the target's folder is removed first.
    """
    _clear_beside(target.parent.absolute())
    outer = target.with_name(f".{target.name}{SUFFIX}")
    held = _hold(outer)
    try:
        _clear(outer, held)
        with tempfile.TemporaryDirectory(prefix=OURS, dir=outer, ignore_cleanup_errors=True) as folder:
            yield Path(folder)
    finally:
        with contextlib.suppress(OSError):  # no lock: another process may be in it
            outer.rmdir()
        if held is not None:
            os.close(held)


@contextlib.contextmanager
def temporary_folder(kind: str) -> Iterator[Path]:
    """An empty folder among the system's temporary ones; those of that kind that dead processes left are removed."""
    prefix = f"backprop-workbook-{kind}-"
    above = Path(tempfile.gettempdir())
    for left in above.glob(f"{prefix}*"):
        _remove_dead(left)
    while True:
        with tempfile.TemporaryDirectory(prefix=prefix, dir=above, ignore_cleanup_errors=True) as name:
            held = _opened(Path(name))
            try:
                if held is not None:
                    lock(held)
                    if not same_file(held, name):  # taken for a dead one's, before it was locked
                        continue
                yield Path(name)
                return
            except LockedError:  # a moment ago, by who clears
                continue
            finally:
                if held is not None:
                    os.close(held)


def _hold(outer: Path) -> int | None:
    """The folder, made if it is not there, open and locked; None where this system does not lock folders."""
    while True:
        with contextlib.suppress(FileExistsError):
            outer.mkdir(mode=0o700)
        try:
            found = outer.lstat()
        except FileNotFoundError:  # removed by who has just written
            continue
        if not stat.S_ISDIR(found.st_mode) or (hasattr(os, "geteuid") and found.st_uid != os.geteuid()):
            raise PermissionError(f"{outer} is in the way")
        descriptor = _opened(outer)
        if descriptor is None:
            return None
        try:
            locked = lock(descriptor)
            if locked and same_file(descriptor, outer):
                return descriptor
        except LockedError:
            os.close(descriptor)
            raise BeingWrittenError("another process is writing it") from None
        os.close(descriptor)
        if not locked:
            return None


def _opened(folder: Path) -> int | None:
    """The folder itself, never what a link leads to; None where folders cannot be opened, or it is gone."""
    try:
        return os.open(folder, os.O_RDONLY | getattr(os, "O_DIRECTORY", 0) | getattr(os, "O_NOFOLLOW", 0))
    except OSError:
        return None


@cache  # once a process: many files are written into one folder
def _clear_beside(folder: Path) -> None:
    with contextlib.suppress(OSError):
        for entry in os.scandir(folder):
            if entry.name.startswith(".") and entry.name.endswith(SUFFIX) and entry.is_dir(follow_symlinks=False):
                _remove_dead(Path(entry.path))


def _remove_dead(folder: Path) -> None:
    """Remove such a folder of this user's unless a living process holds it."""
    descriptor = _opened(folder)
    if descriptor is None:
        return
    try:
        if os.fstat(descriptor).st_uid != os.geteuid() or not lock(descriptor):
            return
        if folder.name.endswith(SUFFIX):
            _clear(folder, descriptor)
            folder.rmdir()
        else:
            shutil.rmtree(folder, ignore_errors=True)
    except (LockedError, OSError):
        return
    finally:
        os.close(descriptor)


def _clear(outer: Path, held: int | None) -> None:
    """Remove what a dead process left in a folder that this one holds; a folder that it had taken away comes back."""
    if held is None:
        return
    target = outer.with_name(outer.name.removeprefix(".").removesuffix(SUFFIX))
    for left in outer.glob(f"{OURS}*"):
        if (left / ASIDE).exists() and not target.exists():
            (left / ASIDE).rename(target)
        shutil.rmtree(left, ignore_errors=True)
