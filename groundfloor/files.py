"""Writing files whole or not at all: into a temporary place beside the target, to the disk, then put in place by name.

Where nothing is forced, nothing is replaced, also not what another process wrote in the meantime.
"""

import contextlib
import errno
import os
import shutil
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

from groundfloor.disk.exchange import exchange
from groundfloor.disk.scratch import ASIDE, BeingWrittenError, scratch
from groundfloor.errors import InputError
from groundfloor.text import nearest, shown


class FileError(InputError):
    """A file or folder that cannot be written, or that is there already."""


def refuse_existing(*files: Path | None) -> None:
    """FileError for the first that is there already: also a folder, and a link that leads nowhere."""
    for file in files:
        if file is None or not (file.exists() or file.is_symlink()):
            continue
        if file.is_dir():
            raise FileError(f"{file}: is a folder; a file's name is needed")
        raise FileError(f"{file} exists; --force overwrites it")


@contextlib.contextmanager
def writing(file: Path, *, force: bool = False) -> Iterator[Path]:
    """A path beside `file` to write to; when the block ends without an error, it is `file`.

    The path lies in a temporary folder, where more may be written that is not kept. FileError where the file cannot be
    written, where another process is just writing it, and where it exists unless that is forced; a folder is never
    replaced.
    """
    if not force or file.is_dir():
        refuse_existing(file)
    with _told(file):
        parent = file.parent
        if not parent.is_dir():
            raise FileError(f"{parent}: {'is a file, not a folder' if parent.exists() else absent(parent, 'folder')}")
        with scratch(file) as folder:
            new = folder / f"new{file.suffix}"
            yield new
            _to_disk(new)
            _put(new, file, force)
            _to_disk(parent)


def write_file(file: Path, content: bytes | str, *, force: bool = False) -> None:
    """Write a file, text as UTF-8, as `writing` does."""
    with writing(file, force=force) as new:
        new.write_bytes(content.encode() if isinstance(content, str) else content)


def write_files(folder: Path, contents: Mapping[str, bytes]) -> None:
    """Write files under `folder`, whose relative names are given, all or none; existing ones are replaced.

    All are written aside first; then they are put in place, the first last, so that a reader who finds the first finds
    all. Folders are made as needed, and removed again where nothing is written. FileError names what failed.
    """
    targets = {folder / name: content for name, content in contents.items()}
    for file in targets:
        if file.is_dir():
            raise FileError(f"{file}: is a folder; a file is to be written by that name")
    parents = {each for file in targets for each in (file.parent, *file.parent.parents)}
    made = sorted((each for each in parents if not each.exists()), reverse=True)
    beside: dict[Path, Path] = {}  # folder of targets -> where they are written first
    aside: dict[Path, Path] = {}
    try:
        with _told(folder), contextlib.ExitStack() as scratches:
            for file, content in targets.items():
                file.parent.mkdir(parents=True, exist_ok=True)
                if file.parent not in beside:
                    beside[file.parent] = scratches.enter_context(scratch(file))
                aside[file] = beside[file.parent] / file.name
                aside[file].write_bytes(content)
                _to_disk(aside[file])
            for file in reversed(targets):
                aside[file].replace(file)
            for parent in beside:
                _to_disk(parent)
    finally:
        for parent in made:
            with contextlib.suppress(OSError):  # it holds what was written
                parent.rmdir()


@contextlib.contextmanager
def replacing_folder(folder: Path) -> Iterator[Path]:
    """An empty folder beside `folder` to fill; when the block ends without an error, it is `folder`, an older one gone.

    At each moment the old or the new one is there; on a system that cannot exchange two names, a process that is killed
    between two renames leaves the old one aside, and the next start brings it back. FileError where it cannot be
    written, and where another process is just writing it.
    """
    with _told(folder):
        folder.parent.mkdir(parents=True, exist_ok=True)
        with scratch(folder) as temporary:
            new, old = temporary / "new", temporary / ASIDE
            new.mkdir()
            yield new
            for file in new.rglob("*"):
                _to_disk(file)
            _to_disk(new)
            if not exchange(new, folder):
                if folder.exists():
                    folder.rename(old)
                try:
                    new.rename(folder)
                except OSError:
                    if old.exists():
                        old.rename(folder)
                    raise
            _to_disk(folder.parent)


def check_writable(path: Path) -> None:
    """FileError unless something can be made by that name, its folders too; leaves no trace."""
    above = path.absolute().parent
    while not above.exists():
        above = above.parent
    if not above.is_dir():
        raise FileError(f"{path}: {above} is a file, not a folder")
    try:
        with scratch(above / path.name):
            pass
    except BeingWrittenError:
        return  # so it can be written
    except OSError as error:
        raise FileError(f"{path}: cannot be written ({reason(error)} in {above})") from error


def absent(path: Path, kind: str = "file or folder") -> str:
    """What to say of a path that is not there: which folder on its way is missing, and the nearest name beside that."""
    parts = path.parts
    for length in range(1, len(parts) + 1):
        step = Path(*parts[:length])
        if not step.exists():
            break
    if step == path:
        what = f"no such {kind}"
    else:
        what = f"there is no folder {step}" if not step.parent.is_file() else f"{step.parent} is a file, not a folder"
    folders = step != path or kind == "folder"  # nothing else will do there
    close = nearest_beside(step, Path.is_dir if folders else Path.exists)
    return f"{what}; did you mean {shown(step.parent / close)}?" if close else what


def nearest_beside(path: Path, fits: Callable[[Path], bool] = Path.exists) -> str | None:
    """The name beside that of the path, of what `fits`, that it is likely a misspelling of; None where none is."""
    try:
        return nearest(path.name, [entry.name for entry in path.parent.iterdir() if fits(entry)])
    except OSError:
        return None


def reason(error: OSError) -> str:
    """Why, in the system's words; a full disk is called that."""
    if isinstance(error, BeingWrittenError):
        return str(error)
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return "the disk is full"
    return error.strerror or str(error) or type(error).__name__


@contextlib.contextmanager
def _told(path: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise FileError(f"{path}: cannot be written ({reason(error)})") from error


def _put(new: Path, file: Path, force: bool) -> None:
    if force:
        new.replace(file)
        return
    try:
        os.link(new, file)  # unlike a rename, never replaces
    except FileExistsError:
        refuse_existing(file)
        raise
    except OSError:  # a file system without hard links
        refuse_existing(file)
        shutil.move(new, file)


def _to_disk(path: Path) -> None:
    """Ask the system to write it out; where folders cannot be opened, Windows, only files."""
    try:
        descriptor = os.open(path, os.O_RDONLY)
    except PermissionError:
        return
    try:
        os.fsync(descriptor)
    except OSError as error:
        if error.errno not in (errno.EINVAL, errno.EBADF):  # what some file systems say of a folder
            raise
    finally:
        os.close(descriptor)
