"""Other hardships of a command: what it may not do, what is not there, who stops listening, odd terminals."""

import fcntl
import os
import pty
import re
import struct
import subprocess
import sys
import tempfile
import termios
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from benchmarks.campaign.forked import forked
from benchmarks.campaign.fuzz.bases import ROOT
from benchmarks.campaign.kill.writers import OUT, WRITERS, command, strays
from benchmarks.campaign.life.disk import one_line

FEW = ("workbook", "explore", "report", "fix", "import")  # of the writers
NARROW = 40  # columns
_DRAWN = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]|\r")
PRINTED: tuple[tuple[object, ...], ...] = (
    ("backprop", "networks"), ("backprop", "derive", "xor"), ("backprop", "trace", "xor", "--epochs", 200),
    ("backprop", "check", ROOT / "docs" / "matrix.xlsx"), ("mnist", "table", ROOT / "runs" / "seeds"),
    ("mnist", "summary", "tiny"), ("reports", "lint", ROOT / "docs" / "claims.md"),
)  # fmt: skip
# As they are for machines, or for a file: as wide as their lines.
WIDE = {"derive", "trace", "lint"}


def suffer(name: str) -> tuple[int, list[str]]:
    """How many commands were tried, and what was wrong."""
    found = list(HARDSHIPS[name]())
    return len(found), [fault for faults in found for fault in faults]


def _written(before: Callable[[Path], Callable[[], None]], says: str | None) -> Iterator[list[str]]:
    """Each writer where `before` has made it hard; with `says` it must be refused in a line that says so."""
    for name in FEW:
        with tempfile.TemporaryDirectory(prefix="campaign-") as place:
            folder = Path(place)
            (folder / OUT).mkdir()
            WRITERS[name].prepare(folder)
            hard = before(folder)
            errors = folder / "errors.txt"
            status = forked(lambda: WRITERS[name].write(folder, 0), errors=errors, before=hard)  # noqa: B023
            left = strays(folder)
            if (folder / OUT).is_mount():
                subprocess.run(["umount", folder / OUT], check=True)
            told = errors.read_text(encoding="utf-8", errors="replace")
            faults = [f"{name} {fault}" for fault in one_line(status, told)]
            if says is None and (status != 0 or (told and "Traceback" in told)):
                faults.append(f"{name} ends with {status}: {told.strip()[-200:]}")
            if says is not None and (status != 2 or says not in told):
                faults.append(f"{name} ends with {status}, not of {says!r}: {told.strip()[-200:]}")
            yield faults + [f"{name} leaves {each}" for each in left]


def _read_only() -> Iterator[list[str]]:
    def before(folder: Path) -> Callable[[], None]:
        if os.geteuid() == 0:  # who may write everywhere: a mount that nobody may write to
            subprocess.run(["mount", "-t", "tmpfs", "-o", "ro,size=64k", "campaign", folder / OUT], check=True)
        else:
            (folder / OUT).chmod(0o500)
        return lambda: None

    yield from _written(before, "Read-only file system" if os.geteuid() == 0 else "Permission denied")


def _no_home() -> Iterator[list[str]]:
    def hard() -> None:
        for name in ("XDG_CACHE_HOME", "XDG_CONFIG_HOME", "MPLCONFIGDIR"):
            os.environ.pop(name, None)
        os.environ["HOME"] = "/proc/no-home"

    yield from _written(lambda _: hard, None)


def _no_temporary_folder() -> Iterator[list[str]]:
    def hard() -> None:
        os.environ["TMPDIR"] = "/proc/no-tmp"
        tempfile.tempdir = None

    yield from _written(lambda _: hard, None)


def _clock_backwards() -> Iterator[list[str]]:
    def hard() -> None:
        now, hours = time.time, iter(range(10**9))
        time.time = lambda: now() - 3_600 * next(hours)

    yield from _written(lambda _: hard, None)


def _two_at_once() -> Iterator[list[str]]:
    """The second, begun while the first writes, ends well or in one line; what is there afterwards is whole."""
    for name in FEW:
        with tempfile.TemporaryDirectory(prefix="campaign-") as place:
            folder = Path(place)
            (folder / OUT).mkdir()
            WRITERS[name].prepare(folder)
            faults: list[str] = []

            def both(folder: Path = folder, name: str = name) -> None:
                second = folder / "second.txt"
                child = os.fork()
                if child == 0:
                    os._exit(forked(lambda: WRITERS[name].write(folder, 0), errors=second))
                WRITERS[name].write(folder, 0)

            status = forked(both, errors=folder / "first.txt")
            time.sleep(3)  # for the second, which may end later
            for number, told in ((status, "first.txt"), (0, "second.txt")):
                text = (folder / told).read_text(encoding="utf-8") if (folder / told).exists() else ""
                faults += [f"{name} {fault}" for fault in one_line(number if number in (0, 2) else 2, text)]
            WRITERS[name].look(folder)
            yield faults


def _closed_pipe() -> Iterator[list[str]]:
    """The reader has seen enough after ten bytes."""
    for words in PRINTED:
        reading, writing = os.pipe()
        with tempfile.TemporaryDirectory(prefix="campaign-") as place:
            errors = Path(place) / "errors.txt"
            child_reads = os.fork()
            if child_reads == 0:
                os.close(writing)
                os.read(reading, 10)
                os._exit(0)
            os.close(reading)
            status = forked(lambda: command(*words), errors=errors, output=writing)  # noqa: B023
            os.close(writing)
            os.waitpid(child_reads, 0)
            told = errors.read_text(encoding="utf-8", errors="replace")
            yield (
                [f"{' '.join(map(str, words))} ends with {status}: {told[-200:]}"]
                if told or status not in (0, 1)
                else []
            )


def _narrow() -> Iterator[list[str]]:
    """A terminal of forty columns: no line is wider, but for what is meant for files."""
    for words in PRINTED:
        ours, theirs = pty.openpty()
        fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 40, NARROW, 0, 0))

        def hard() -> None:
            os.environ.pop("COLUMNS", None)
            os.environ["TERM"] = "xterm"

        read = bytearray()
        child = os.fork()
        if child == 0:
            os.close(ours)
            os._exit(forked(lambda: command(*words), output=theirs, before=hard))  # noqa: B023
        os.close(theirs)
        while True:
            try:
                block = os.read(ours, 65_536)
            except OSError:
                break
            if not block:
                break
            read += block
        status = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
        os.close(ours)
        lines = [_DRAWN.sub("", line) for line in read.decode("utf-8", "replace").split("\n")]
        wide = [line for line in lines if len(line) > NARROW and words[1] not in WIDE]
        faults = [f"{' '.join(map(str, words))} ends with {status}"] if status not in (0, 1) else []
        yield faults + [f"{words[0]} {words[1]}: {len(line)} columns: {line[:60]}" for line in wide[:1]]


def _c_locale() -> Iterator[list[str]]:
    """Python told that nothing but ASCII can be shown, into a file."""
    environment = {
        **os.environ,
        "LC_ALL": "C",
        "PYTHONUTF8": "0",
        "PYTHONCOERCECLOCALE": "0",
        "PYTHONIOENCODING": "ascii",
    }
    for words in PRINTED[:4]:
        line = [sys.executable, "-m", *map(str, words)]
        done = subprocess.run(line, env=environment, capture_output=True, check=False, cwd=ROOT)
        yield [f"{' '.join(line[2:])} ends with {done.returncode}: {done.stderr[-200:]!r}"] if done.stderr else []


HARDSHIPS: dict[str, Callable[[], Iterator[list[str]]]] = {
    "read-only folder": _read_only,
    "no home": _no_home,
    "no TMPDIR": _no_temporary_folder,
    "clock backwards": _clock_backwards,
    "two at once": _two_at_once,
    "closed pipe": _closed_pipe,
    "40 columns": _narrow,
    "C locale": _c_locale,
}
