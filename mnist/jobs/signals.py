"""Signals while something runs that must be ended, or not be ended, in order."""

import contextlib
import signal
import threading
from collections.abc import Callable, Iterator
from types import FrameType


@contextlib.contextmanager
def on_signal(handler: Callable[[int, FrameType | None], object] | signal.Handlers, *numbers: int) -> Iterator[None]:
    """Handles the signals so, and as before afterwards; in a thread, which gets none, nothing changes."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = [(number, signal.signal(number, handler)) for number in numbers]
    try:
        yield
    finally:
        for number, earlier in before:
            signal.signal(number, earlier)


def interruptible() -> contextlib.AbstractContextManager[None]:
    """SIGTERM is what Ctrl-C is: a KeyboardInterrupt."""
    return on_signal(signal.default_int_handler, signal.SIGTERM)


def uninterrupted() -> contextlib.AbstractContextManager[None]:
    """Neither Ctrl-C nor SIGTERM is heard; for the moment in which a record is written."""
    return on_signal(signal.SIG_IGN, signal.SIGINT, signal.SIGTERM)
