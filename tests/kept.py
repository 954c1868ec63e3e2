"""Isolated processes that are kept from test to test: to start one costs more than what most tests ask of it.

A process of groundfloor/process/isolate.py is kept where it is at rest when its caller ends it, and serves the next
caller that would start one of the same limit, search path and environment. That each caller has a process of its own,
and what ends it, is proven in tests/groundfloor, which does without this.
"""

import contextlib
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from groundfloor.errors import LostError
from groundfloor.process import isolate

MOST = 3  # at rest; each has imported what it was asked for, 100 to 300 MB

_resting: list[tuple[object, "subprocess.Popen[bytes]"]] = []


class KeptWorker(isolate._Worker):
    """A worker that takes over a process at rest, and leaves its own to the next."""

    kind: object = None
    busy = False

    def call(self, function: Callable[[Any], Any], argument: Any, seconds: float | None) -> Any:
        with self.lock:
            new = self.process is None
            self.busy = not self.stopped
            if new and self.busy:
                self.kind = (self.memory_mb, tuple(sys.path), environment())
                self.process = _taken(self.kind)
        try:
            if new and self.process is not None:
                with contextlib.suppress(LostError):  # ended meanwhile: another is started
                    super().call(os.chdir, os.getcwd(), None)  # noqa: PTH109 - what a process of its own would have
            return super().call(function, argument, seconds)
        finally:
            self.busy = False

    def stop(self) -> None:
        with self.lock:
            self.stopped = True
            if self.process is not None and not self.busy:
                _resting.append((self.kind, self.process))
                self.process = None
        self._discard()
        while len(_resting) > MOST:
            _end(_resting.pop(0)[1])


def environment() -> frozenset[tuple[str, str]]:
    """What a process inherits and a test may have changed."""
    return frozenset((name, value) for name, value in os.environ.items() if name != "PYTEST_CURRENT_TEST")


def _taken(kind: object) -> "subprocess.Popen[bytes] | None":
    for place, (other, process) in reversed(list(enumerate(_resting))):
        if other == kind:
            del _resting[place]
            return process
    return None


def _end(process: "subprocess.Popen[bytes]") -> None:
    worker = isolate._Worker(None)
    worker.process = process
    worker._discard()


@contextlib.contextmanager
def processes_kept() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(isolate, "_Worker", KeptWorker)
        yield


def end_all() -> None:
    while _resting:
        _end(_resting.pop()[1])
