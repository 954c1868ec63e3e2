"""An act in a fork of this process, which has imported everything: quick to start, free to be ended or hemmed in."""

import contextlib
import os
import signal
import sys
import traceback
from collections.abc import Callable
from pathlib import Path

LONGEST = 600  # seconds of an act that is left alone


def forked(
    act: Callable[[], None],
    *,
    until: Callable[[], None] | None = None,
    errors: Path | None = None,
    output: int | None = None,
    before: Callable[[], None] = lambda: None,
) -> int:
    """Run it; its exit status, -9 where it was killed, which happens once `until` is over, if that is given.

    What it says on standard error is in `errors`; its standard output goes to the descriptor `output`. `before` is
    called in the fork: limits, other rights, another environment.
    """
    sys.stdout.flush()
    child = os.fork()
    if child == 0:
        status = 1
        try:
            _streams(errors, output)
            signal.alarm(LONGEST)
            before()
            act()
            status = 0
        except SystemExit as ended:
            status = ended.code if isinstance(ended.code, int) else int(ended.code is not None)
        except BaseException:
            traceback.print_exc()
        finally:
            for stream in (sys.stdout, sys.stderr):
                with contextlib.suppress(OSError):
                    stream.flush()
            os._exit(status)
    if until is not None:
        until()
        os.kill(child, signal.SIGKILL)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


def _streams(errors: Path | None, output: int | None) -> None:
    nothing = os.open(os.devnull, os.O_RDWR)
    told = nothing if errors is None else os.open(errors, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    for number, to in ((0, nothing), (1, nothing if output is None else output), (2, told)):
        os.dup2(to, number)
    sys.stdout, sys.stderr = os.fdopen(1, "w", encoding="utf-8"), os.fdopen(2, "w", encoding="utf-8")


def import_everything() -> None:
    """What the commands import late, now, so that no fork does it again."""
    import reports.commands.app
    import reports.report  # noqa: F401
