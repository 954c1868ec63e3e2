"""Functions run in other processes: results, errors, limits, and that no process is left behind."""

import contextlib
import os
import signal
import subprocess
import sys
import textwrap
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from backprop.errors import NetworkError
from backprop.spreadsheet.scan import scan_workbook
from groundfloor.errors import LostError, TooSlowError, UnreadableError
from groundfloor.process import isolate
from groundfloor.process.isolate import Processes, _Worker, run_isolated
from tests.processes import started

DEEDS = '''
"""What a worker is made to do; a module, because a worker imports the function it is given."""
import os, signal, sys, time
from backprop.errors import BackpropError, NetworkError
from groundfloor.process.isolate import doing

class AwkwardError(BackpropError):
    def __init__(self, thing, *, why):
        super().__init__(f"{thing}: {why}")

def double(x): return 2 * x
def process(_): return os.getpid()
def complain(text): raise NetworkError(text)
def complain_awkwardly(_): raise AwkwardError("cell A1", why="odd")
def stumble(_): raise KeyError("secret")
def leave(code): os._exit(code)
def die(number): os.kill(os.getpid(), number); time.sleep(9)
def fill(bytes): return len(bytearray(bytes))
def descend(depth): return descend(depth + 1)
def hang(_): time.sleep(60)
def doze(seconds): time.sleep(seconds); return seconds
def spin_on_record(folder):
    open(f"{folder}/{os.getpid()}.begun", "x").close()
    spin(None)
def work(steps):
    for step in steps: doing(step)
    spin(None)
def spin(_):
    if hasattr(signal, "SIGALRM"): signal.signal(signal.SIGALRM, signal.SIG_IGN)
    while True: pass
def chatter(text):
    print(text); sys.stdout.flush(); os.write(1, b"noise")
    return sys.stdin.read() + text
def nothing_to_pickle(_): return lambda: 0
'''


@pytest.fixture
def deeds(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    (tmp_path / "deeds.py").write_text(DEEDS)
    monkeypatch.syspath_prepend(tmp_path)
    import deeds  # type: ignore[import-not-found]

    yield deeds
    del sys.modules["deeds"]


def run(function, argument, seconds: float = 20, memory_mb: int = 512):
    return run_isolated(function, argument, seconds=seconds, memory_mb=memory_mb)


def test_a_result_comes_back(deeds) -> None:
    assert run(deeds.double, 21) == 42
    assert run(deeds.process, None) != os.getpid()


def test_an_error_of_ours_comes_back_as_it_is(deeds) -> None:
    with pytest.raises(NetworkError, match=r"^layer 2 is odd$"):
        run(deeds.complain, "layer 2 is odd")
    with pytest.raises(UnreadableError, match=r"^there is no folder /nowhere$"):
        run(scan_workbook, Path("/nowhere/at/all.xlsx"))


def test_an_error_of_ours_that_cannot_travel_keeps_its_message(deeds) -> None:
    with pytest.raises(UnreadableError, match=r"^cell A1: odd$"):
        run(deeds.complain_awkwardly, None)


def test_any_other_error_is_one_line_with_its_traceback_as_a_note(deeds) -> None:
    with pytest.raises(UnreadableError, match=r"^could not be read: KeyError: 'secret'\n") as caught:
        run(deeds.stumble, None)
    assert str(caught.value) == "could not be read: KeyError: 'secret'"
    assert "in stumble" in caught.value.__notes__[0]


@pytest.mark.parametrize(
    ("deed", "argument", "message"),
    [
        ("leave", 3, r"^the process that read it died \(exit status 3\)$"),
        ("leave", 0, r"^the process that read it died \(exit status 0\)$"),
        ("descend", 0, r"^nested too deeply to be read$"),
        ("nothing_to_pickle", None, r"^could not be read: \w+: Can't pickle"),
    ],
)
def test_a_failed_process_is_one_line(deeds, deed: str, argument: object, message: str) -> None:
    with pytest.raises(UnreadableError, match=message):
        run(getattr(deeds, deed), argument)


@pytest.mark.skipif(os.name == "nt", reason="Windows has no signals and no limit on memory")
@pytest.mark.parametrize("number", ["SIGKILL", "SIGSEGV"])
def test_a_killed_process_is_one_line(deeds, number: str) -> None:
    with pytest.raises(UnreadableError, match=rf"^the process that read it died \({number}\)$"):
        run(deeds.die, getattr(signal, number))


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux limits a process's memory")
def test_too_much_memory_is_one_line(deeds) -> None:
    assert run(deeds.fill, 100 * 1024**2, memory_mb=300) == 100 * 1024**2
    with pytest.raises(UnreadableError, match=r"^needs more than 300 MB of memory$"):
        run(deeds.fill, 400 * 1024**2, memory_mb=300)


needs_cpu_limit = pytest.mark.skipif(not hasattr(signal, "setitimer"), reason="only Unix limits CPU time")


@needs_cpu_limit
@pytest.mark.parametrize(
    ("deed", "argument", "message"),
    [
        ("spin", None, r"^takes longer than 0\.3 s$"),
        ("hang", None, r"^takes longer than 3 s by the clock$"),
        ("work", ["reading", "proving sheet 2"], r"^takes longer than 0\.3 s, while proving sheet 2$"),
    ],
)
def test_too_much_time_is_one_line_and_ends_the_process(deeds, deed: str, argument: object, message: str) -> None:
    start = time.monotonic()
    with pytest.raises(TooSlowError, match=message):
        run(getattr(deeds, deed), argument, seconds=0.3)
    assert time.monotonic() - start < 15


@needs_cpu_limit
def test_a_function_that_waits_may_take_longer_than_one_that_computes(deeds) -> None:
    assert run(deeds.doze, 0.8, seconds=0.3) == 0.8


def test_what_was_done_before_is_not_told_of_the_next_call(deeds) -> None:
    worker = _Worker(memory_mb=512)
    with pytest.raises(TooSlowError, match=r"while counting$"):
        worker.call(deeds.work, ["counting"], 0.2)
    with pytest.raises(TooSlowError, match=r"0\.2 s$"):
        worker.call(deeds.spin, None, 0.2)
    worker.stop()


def test_the_clock_starts_with_the_function(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "late.py").write_text("import time\ntime.sleep(0.5)\ndef double(x): return 2 * x")
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.setattr(isolate, "_CODE", f"import time; time.sleep(0.5); {isolate._CODE}")
    import late  # type: ignore[import-not-found]

    assert run(late.double, 21, seconds=0.4) == 42


def test_a_process_that_does_not_start_is_one_line(deeds, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(isolate, "_CODE", "import time; time.sleep(60)")
    monkeypatch.setattr(isolate, "START_SECONDS", 0.3)
    with pytest.raises(UnreadableError, match=r"^was not read: a process for it did not start within 0\.3 s$"):
        run(deeds.double, 21)


def test_what_the_function_prints_or_reads_does_not_disturb(deeds, capfd: pytest.CaptureFixture[str]) -> None:
    assert run(deeds.chatter, "x" * 100_000) == "x" * 100_000
    assert capfd.readouterr() == ("", "")


def test_modules_in_the_working_folder_are_not_imported(deeds, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "files").mkdir()
    for name in ("pickle", "signal", "backprop"):
        (tmp_path / "files" / f"{name}.py").write_text("raise SystemExit(7)")
    monkeypatch.chdir(tmp_path / "files")
    assert run(deeds.double, 1) == 2


def test_a_function_without_a_name_is_the_callers_mistake() -> None:
    with pytest.raises((AttributeError, TypeError), match=r"(?i)pickle"):
        run(lambda _: 0, None)


def test_a_process_serves_calls_until_it_fails_or_another_limit_is_asked_for(deeds) -> None:
    processes = Processes()
    first = processes.call(deeds.process, None, 20, 512)
    with pytest.raises(NetworkError):
        processes.call(deeds.complain, "", 20, 512)
    assert processes.call(deeds.process, None, 20, 512) == first
    with pytest.raises(UnreadableError):
        processes.call(deeds.stumble, None, 20, 512)
    second = processes.call(deeds.process, None, 20, 512)
    third = processes.call(deeds.process, None, None)
    assert len({first, second, third}) == 3
    assert children(os.getpid()) != []
    processes.stop()
    assert children(os.getpid()) == []


@pytest.mark.skipif(os.name == "nt", reason="Windows has no signals")
def test_a_death_that_no_file_can_be_blamed_for_is_a_loss(deeds) -> None:
    processes = Processes()
    try:
        with pytest.raises(LostError, match=r"^the process that did it died \(SIGKILL\)$"):
            processes.call(deeds.die, signal.SIGKILL, None)
        with pytest.raises(LostError, match=r"^the process that did it died \(SIGTERM\)$"):
            processes.call(deeds.die, signal.SIGTERM, 20, 512)
        with pytest.raises(UnreadableError, match=r"^failed: KeyError: 'secret'\n"):
            processes.call(deeds.stumble, None, None)
    finally:
        processes.stop()


def test_a_process_may_be_idle_for_longer_than_a_call_may_take_and_starts_no_more_when_stopped(deeds) -> None:
    worker = _Worker(memory_mb=512)
    first = worker.call(deeds.process, None, 0.9)
    time.sleep(2.3)
    assert worker.call(deeds.process, None, 0.9) == first
    worker.stop()
    with pytest.raises(UnreadableError, match=r"^was not read: interrupted$"):
        worker.call(deeds.process, None, 0.9)


def children(parent: int) -> list[str]:
    """The processes, also dead ones, that were started from here and serve functions."""
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            status = (folder / "stat").read_text().rpartition(")")[2].split()
            command = (folder / "cmdline").read_text()
        except OSError:
            continue
        if int(status[1]) == parent and ("isolate" in command or status[0] == "Z"):
            found.append(command)
    return found


SCRIPT = """
    import sys, deeds
    from groundfloor.work.completed import completed
    from groundfloor.work.local_engine import LocalEngine
    from groundfloor.work.task import Limits, Task
    print("ready", flush=True)
    limits = Limits(float(sys.argv[1]), 512)
    with LocalEngine(2) as engine:
        for _ in completed([Task(deeds.spin_on_record, sys.argv[2], (), limits)] * 9, engine): pass
"""


@contextlib.contextmanager
def script(folder: Path, seconds: float) -> Iterator[subprocess.Popen[bytes]]:
    """A plain script whose two processes compute for ever; it leads a group of its own."""
    (folder / "script.py").write_text(textwrap.dedent(SCRIPT))
    with started(
        folder / "script.py",
        seconds,
        folder,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == b"ready\n"
        wait_until(lambda: len(list(folder.glob("*.begun"))) == 2)
        yield process


def wait_until(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 20
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.05)


@pytest.mark.skipif(not Path("/proc").is_dir(), reason="this system does not list processes as files")
@pytest.mark.parametrize("to", ["the caller alone", "the whole group, as Ctrl-C does"])
def test_an_interrupt_ends_a_script_without_a_guard_and_its_processes(deeds, tmp_path: Path, to: str) -> None:
    with script(tmp_path, seconds=50) as process:
        send = os.kill if to == "the caller alone" else os.killpg
        send(process.pid, signal.SIGINT)
        assert process.wait(timeout=60) != 0
        assert process.stderr is not None
        assert process.stderr.read().strip().endswith(b"KeyboardInterrupt")
        wait_until(lambda: all_dead(process.pid))


@pytest.mark.skipif(not Path("/proc").is_dir(), reason="this system does not list processes as files")
def test_processes_whose_caller_was_killed_end_by_themselves(deeds, tmp_path: Path) -> None:
    with script(tmp_path, seconds=50) as process:
        process.kill()
        process.wait()
        assert not all_dead(process.pid)
        wait_until(lambda: all_dead(process.pid))


def all_dead(group: int) -> bool:
    """No process of the group lives; nobody may be there to collect the dead ones."""
    for file in Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(OSError):
            status = file.read_text().rpartition(")")[2].split()
            if int(status[2]) == group and status[0] != "Z":
                return False
    return True
