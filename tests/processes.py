"""Processes that tests start: each hears Ctrl-C as at a terminal, and none outlives its test."""

import contextlib
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from typing import Any

# A shell starts what runs in its background with SIGINT ignored, and children inherit that.
_HEARING = "import os, signal, sys; signal.signal(signal.SIGINT, signal.SIG_DFL); os.execv(sys.argv[1], sys.argv[1:])"


@contextlib.contextmanager
def started(*command: object, **options: Any) -> Iterator[subprocess.Popen[Any]]:
    """Python with these arguments, leading a group of its own that is killed at the end; `options` are Popen's."""
    arguments = [sys.executable, "-c", _HEARING, sys.executable, *map(str, command)]
    with subprocess.Popen(arguments, start_new_session=True, **options) as process:
        try:
            yield process
        finally:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
