"""Run a function in another process, with a limit on its CPU time and memory. Knows nothing of workbooks.

A worker is this interpreter again: it is told what to call by pickle on its standard input and answers on its standard
output, one call after another, until one of them fails in any way but an error of ours; then another takes its place.
The clock of a call starts when the worker says that the function is about to run: on a busy machine Python's own start
and the imports take longer than many a function may. What is limited is the time that the function computes, so that a
busy machine does not make it too slow; only one that waits for ever is ended by the clock on the wall.
Nothing of the caller's main module is imported, so a plain script can use this without a guard.
"""

import contextlib
import gc
import math
import os
import pickle
import signal
import subprocess
import sys
import threading
import time
import traceback
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any, BinaryIO, TypeVar

from groundfloor.errors import InputError, LostError, TooSlowError, UnreadableError

A = TypeVar("A")
R = TypeVar("R")

_CODE = (
    "import sys; sys.path[:] = sys.argv[2:]; from groundfloor.process.isolate import _serve; _serve(int(sys.argv[1]))"
)
# Threads of a numerical library reserve address space each, and the processes already keep the cores busy.
_ONE_THREAD = {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1", "MKL_NUM_THREADS": "1"}
LOOK_SECONDS = 1.0  # between two looks at whether the caller is still there
START_SECONDS = 120.0  # for Python's start and what the function's module imports; seen: 15 s under load
_TOO_SLOW = -signal.SIGPROF if hasattr(signal, "SIGPROF") else None  # exit status of one that has computed too long
_SENT_AWAY = {-number for name in ("SIGTERM", "SIGHUP") if (number := getattr(signal, name, None))}  # by the system
BY_THE_CLOCK = 10 if hasattr(signal, "setitimer") else 1  # times as long as a call may compute, it may take in all


def run_isolated(function: Callable[[A], R], argument: A, *, seconds: float, memory_mb: int) -> R:
    """`function(argument)`; a function that a module has by name. UnreadableError if it crashes or takes too much.

    The seconds are of CPU time, TooSlowError if they do not suffice; on Windows, which has no limit on CPU time, they
    are by the clock. Python's start and what the function's module imports have START_SECONDS. Memory is limited where
    the system can limit a process's address space, which macOS and Windows cannot.
    """
    processes = Processes()
    try:
        result: R = processes.call(function, argument, seconds, memory_mb)
        return result
    finally:
        processes.stop()


class Processes:
    """Processes that serve calls from any thread: one a call under way, kept for the next call until `stop`."""

    def __init__(self) -> None:
        self._idle: list[_Worker] = []
        self._all: set[_Worker] = set()
        self._lock = threading.Lock()
        self._stopped = False

    def call(
        self, function: Callable[[Any], Any], argument: Any, seconds: float | None, memory_mb: int | None = None
    ) -> Any:
        """`function(argument)` as run_isolated has it. Without a limit on the seconds the function is no judge's of a
        stranger's file: LostError where its process died, which is then not the argument's doing.
        """
        worker = self._take(memory_mb)
        try:
            return worker.call(function, argument, seconds)
        finally:
            with self._lock:
                self._idle.append(worker)

    def stop(self) -> None:
        """End them all; calls under way, and later ones, fail at once."""
        with self._lock:
            self._stopped = True
            workers = list(self._all)
        for worker in workers:
            worker.stop()

    def _take(self, memory_mb: int | None) -> "_Worker":
        """An idle process of that limit, or a new one in the place of an idle one of another."""
        with self._lock:
            worker = next((each for each in reversed(self._idle) if each.memory_mb == memory_mb), None)
            other = self._idle[0] if worker is None and self._idle else None
            if taken := worker or other:
                self._idle.remove(taken)
            if worker is None:
                self._all.discard(other)
                worker = _Worker(memory_mb, self._stopped)
                self._all.add(worker)
        if other is not None:
            other.stop()
        return worker


def doing(what: str) -> None:
    """Tell whoever waits for the function what it does, to be named if it takes too long: "finding the tables"."""
    if _tell is not None:
        _tell(what)


_tell: Callable[[str], None] | None = None  # set in a worker


class _Worker:
    """A process that is started when it is needed, again if it has ended, and never after `stop`."""

    def __init__(self, memory_mb: int | None, stopped: bool = False) -> None:
        self.memory_mb = memory_mb
        self.process: subprocess.Popen[bytes] | None = None
        self.lock = threading.Lock()
        self.stopped = stopped
        self.doing = ""  # what the function said last

    def call(self, function: Callable[[Any], Any], argument: Any, seconds: float | None) -> Any:
        task = pickle.dumps((pickle.dumps((function, argument)), seconds))
        process = self._start()
        with _killed_after(START_SECONDS, process) as late:
            kind, value = self._ask(process, task)
        if late.is_set():
            self._discard()
            raise UnreadableError(f"was not read: a process for it did not start within {START_SECONDS:g} s")
        if kind == "begun":
            self.doing = ""
            with _killed_after(None if seconds is None else BY_THE_CLOCK * seconds, process) as late:
                kind, value = self._answer(process)
        code = 0
        if kind not in ("result", "error") or late.is_set():
            code = self._discard()
        if kind == "result":
            return value
        if kind == "error":
            raise value
        if kind == "memory":
            if self.memory_mb is None:
                raise UnreadableError("needs more memory than there is")
            raise UnreadableError(f"needs more than {self.memory_mb:,} MB of memory")
        if kind == "depth":
            raise UnreadableError("nested too deeply to be read")
        while_doing = f", while {self.doing}" * bool(self.doing)
        if late.is_set() and seconds is not None:
            raise TooSlowError(f"takes longer than {BY_THE_CLOCK * seconds:,g} s by the clock{while_doing}")
        if kind == "dead" and code == _TOO_SLOW and seconds is not None:
            raise TooSlowError(f"takes longer than {seconds:,g} s{while_doing}")
        if kind == "dead" and (seconds is None or code in _SENT_AWAY):
            raise LostError(f"the process that did it died ({_ending(code)}){while_doing}")
        if kind == "dead":
            raise UnreadableError(f"the process that read it died ({_ending(code)})")
        error = UnreadableError(f"{'failed' if seconds is None else 'could not be read'}: {value[0]}")
        error.add_note(value[1])
        raise error

    def stop(self) -> None:
        with self.lock:
            self.stopped = True
        self._discard()

    def _start(self) -> subprocess.Popen[bytes]:
        with self.lock:
            if self.stopped:
                raise UnreadableError("was not read: interrupted")
            if self.process is None:
                self.process = subprocess.Popen(
                    [sys.executable, "-c", _CODE, str(self.memory_mb or 0), *sys.path],
                    stdin=subprocess.PIPE,
                    stdout=subprocess.PIPE,
                    stderr=subprocess.DEVNULL,
                    env=os.environ | _ONE_THREAD,
                )
            return self.process

    def _ask(self, process: subprocess.Popen[bytes], task: bytes) -> tuple[str, Any]:
        """Hand over a task; the first thing that the worker says to it."""
        assert process.stdin is not None
        try:
            process.stdin.write(task)
            process.stdin.flush()
        except (OSError, ValueError):
            return "dead", None
        return self._answer(process)

    def _answer(self, process: subprocess.Popen[bytes]) -> tuple[str, Any]:
        assert process.stdout is not None
        try:
            while True:
                kind, value = pickle.load(process.stdout)
                if kind != "doing":
                    return kind, value
                self.doing = value
        except (EOFError, OSError, ValueError, pickle.UnpicklingError):
            return "dead", None

    def _discard(self) -> int:
        """End the process and wait for it, so that none is left behind; its exit status."""
        with self.lock:
            process, self.process = self.process, None
        if process is None:
            return 0
        process.kill()
        code = process.wait()
        for pipe in (process.stdin, process.stdout):
            with contextlib.suppress(OSError):  # what was written and never taken
                if pipe is not None:
                    pipe.close()
        return code


@contextlib.contextmanager
def _killed_after(seconds: float | None, process: subprocess.Popen[bytes]) -> Iterator[threading.Event]:
    """End the process if what is done meanwhile takes longer; the event tells whether it did. None: no limit."""
    late = threading.Event()
    if seconds is None:
        yield late
        return

    def end() -> None:
        late.set()
        process.kill()

    timer = threading.Timer(seconds, end)
    timer.daemon = True
    timer.start()
    try:
        yield late
    finally:
        timer.cancel()
        timer.join()


def _ending(code: int) -> str:
    if code >= 0:
        return f"exit status {code}"
    with contextlib.suppress(ValueError):
        return signal.Signals(-code).name
    return f"signal {-code}"


def _serve(memory_mb: int) -> None:
    """What a worker does. Whatever the function prints goes nowhere, as its standard streams are taken."""
    if memory_mb:
        _limit_memory(memory_mb)
    gc.set_threshold(100_000)  # a function builds what it keeps: looking through it for cycles was a tenth of its time
    tasks, answers = os.fdopen(os.dup(0), "rb"), os.fdopen(os.dup(1), "wb")
    nothing = os.open(os.devnull, os.O_RDWR)
    os.dup2(nothing, 0)
    os.dup2(nothing, 1)

    def tell(what: str) -> None:
        answers.write(pickle.dumps(("doing", what)))
        answers.flush()

    threading.Thread(target=_end_with_caller, daemon=True).start()
    global _tell  # noqa: PLW0603 - a function deep below tells it, and is not to know who runs it
    _tell = tell
    while True:
        try:
            call, seconds = pickle.load(tasks)
        except EOFError:
            return
        answers.write(_answer(call, partial(_begin, answers, seconds)))
        answers.flush()
        _limit_time(0)


def _end_with_caller() -> None:
    """However the caller ends, what is under way ends too: nobody waits for it any more, and it may have no limit."""
    caller = os.getppid()
    while os.getppid() == caller:
        time.sleep(LOOK_SECONDS)
    os._exit(1)


def _begin(answers: BinaryIO, seconds: float | None) -> None:
    """Tell the caller that the clock runs."""
    _limit_time(seconds or 0)
    answers.write(pickle.dumps(("begun", None)))
    answers.flush()


def _answer(call: bytes, begin: Callable[[], None]) -> bytes:
    try:
        function, argument = pickle.loads(call)  # imports the function's module
        begin()
        return pickle.dumps(("result", function(argument)))
    except MemoryError:
        return pickle.dumps(("memory", None))
    except RecursionError:
        return pickle.dumps(("depth", None))
    except InputError as error:
        return _error(error)
    except Exception as error:
        text = " ".join(str(error).split())[:200]
        return pickle.dumps(("other", (f"{type(error).__name__}: {text}", traceback.format_exc())))


def _error(error: InputError) -> bytes:
    """The error itself if it survives pickling, else its message."""
    try:
        answer = pickle.dumps(("error", error))
        pickle.loads(answer)
        return answer
    except Exception:
        return pickle.dumps(("error", UnreadableError(str(error))))


def _limit_memory(memory_mb: int) -> None:
    try:
        import resource
    except ImportError:
        return
    with contextlib.suppress(ValueError, OSError):  # macOS refuses
        _, hard = resource.getrlimit(resource.RLIMIT_AS)
        most = memory_mb * 1024**2
        resource.setrlimit(resource.RLIMIT_AS, (most if hard == resource.RLIM_INFINITY else min(most, hard), hard))


def _limit_time(seconds: float) -> None:
    """A signal ends a worker that has computed for so long, or that is still there long after; 0 for none."""
    if hasattr(signal, "setitimer"):
        signal.setitimer(signal.ITIMER_PROF, seconds)
        signal.alarm(math.ceil(BY_THE_CLOCK * seconds) + bool(seconds))  # for one whose caller is gone
