"""A disk that is full somewhere in the middle of a writer: the old is there, one line says why, nothing else stays.

As root on Linux the disk is a small tmpfs whose free space is drawn; else no file may grow past a drawn size.
"""

import os
import random
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from benchmarks.campaign.forked import forked
from benchmarks.campaign.kill.writers import OUT, WRITERS, strays

PAGE = 4096  # bytes
LARGE = "size=512m"


@dataclass(slots=True)
class Score:
    """What came of the full disks of a writer."""

    writer: str
    tries: int = 0
    full: int = 0  # of them ended for want of room
    seconds: float = 0.0
    faults: list[str] = field(default_factory=list)


def can_mount() -> bool:
    """Whether this process may have a disk of its own."""
    return sys.platform == "linux" and os.geteuid() == 0 and shutil.which("mount") is not None and _mounts()


def fill(name: str, count: int, seed: int, *, mounted: bool | None = None) -> Score:
    """Write the new over the old so often, each time with too little room or nearly so."""
    score, begun = Score(name), time.perf_counter()
    writer, draw = WRITERS[name], random.Random(f"{seed} disk {name}")
    mounted = can_mount() if mounted is None else mounted
    with tempfile.TemporaryDirectory(prefix="campaign-") as place:
        folder = Path(place)
        writer.prepare(folder)
        (folder / OUT).mkdir()
        with _disk(folder / OUT) if mounted else _limited(folder / OUT) as allow:
            sizes = {}
            for version in (0, 1):
                _empty(folder / OUT)
                _written(name, folder, version)
                sizes[version] = _size(folder / OUT)
            larger = max(sizes, key=lambda version: sizes[version])
            _written(name, folder, 1 - larger)
            for _ in range(count):
                if writer.removes:
                    _empty(folder / OUT)
                old = writer.look(folder)
                free = draw.randrange(1, sizes[larger]) if draw.random() < 0.7 else PAGE * draw.randrange(3)
                status, told = _tried(name, folder, larger, allow(free))
                score.tries += 1
                score.full += status != 0
                score.faults += _wrong(status, told, old if status and not writer.removes else None, folder, name)
                allow(None)()
                if status == 0 or score.faults:
                    _written(name, folder, 1 - larger)
                if score.faults:
                    break
    score.seconds = time.perf_counter() - begun
    return score


def one_line(status: int, told: str, *, ends: tuple[int, ...] = (2,)) -> Iterator[str]:
    """What is wrong with how a command ended: it must say so in one line."""
    lines = told.strip().splitlines()
    own = [line for line in lines if line.startswith(("backprop: ", "mnist: ", "reports: "))]
    if status not in (*ends, 0):
        yield f"ends with {status}: {lines[-1:]}"
    elif "Traceback" in told or (status == 2 and own != lines[-1:]):
        yield f"ends with {status} and {len(lines)} lines: {lines[-2:]}"


def _wrong(status: int, told: str, old: dict[str, str] | None, folder: Path, name: str) -> Iterator[str]:
    yield from one_line(status, told)
    if status and not any(word in told for word in ("the disk is full", "File too large")):
        yield f"does not say that the disk is full: {told.strip()[-200:]}"
    try:
        found = WRITERS[name].look(folder)
    except Exception as error:
        yield f"cannot be read: {type(error).__name__}: {error}"
        return
    if old is not None and (lost := [each for each in old if each not in found]):
        yield f"{lost[0]} is gone"
    if left := strays(folder):
        yield f"{left[0]} is left"


def _tried(name: str, folder: Path, version: int, before: Callable[[], None]) -> tuple[int, str]:
    errors = folder / "errors.txt"
    status = forked(lambda: WRITERS[name].write(folder, version), errors=errors, before=before)
    return status, errors.read_text(encoding="utf-8", errors="replace")


def _written(name: str, folder: Path, version: int) -> None:
    errors = folder / "errors.txt"
    if status := forked(lambda: WRITERS[name].write(folder, version), errors=errors):
        raise ValueError(
            f"{name}: version {version} ends with {status} when there is room: {errors.read_text()[-300:]}"
        )


@contextmanager
def _disk(folder: Path) -> Iterator[Callable[[int | None], Callable[[], None]]]:
    """A disk of its own mounted there, and what gives it so many free bytes, or None for plenty."""
    subprocess.run(["mount", "-t", "tmpfs", "-o", LARGE, "campaign", folder], check=True)

    def allow(free: int | None) -> Callable[[], None]:
        used = _size(folder)
        size = LARGE if free is None else f"size={used + free}"
        subprocess.run(["mount", "-o", f"remount,{size}", folder], check=True)
        return lambda: None

    try:
        yield allow
    finally:
        subprocess.run(["umount", "-l", folder], check=True)


@contextmanager
def _limited(_: Path) -> Iterator[Callable[[int | None], Callable[[], None]]]:
    def allow(free: int | None) -> Callable[[], None]:
        def limit() -> None:
            import resource

            if free is not None:
                most = free + 500  # what is said of it is written, too
                resource.setrlimit(resource.RLIMIT_FSIZE, (most, most))

        return limit if free is not None else lambda: None

    yield allow


def _empty(folder: Path) -> None:
    for path in folder.iterdir():
        shutil.rmtree(path) if path.is_dir() else path.unlink()


def _size(folder: Path) -> int:
    """Bytes in whole pages, as a tmpfs counts them."""
    return sum(-(-path.lstat().st_size // PAGE) * PAGE for path in folder.rglob("*") if path.is_file())


def _mounts() -> bool:
    with tempfile.TemporaryDirectory() as folder:
        command = ["mount", "-t", "tmpfs", "-o", "size=64k", "campaign", folder]
        if subprocess.run(command, capture_output=True, check=False).returncode:
            return False
        subprocess.run(["umount", folder], check=True)
        return True
