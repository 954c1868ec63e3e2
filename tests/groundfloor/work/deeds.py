"""What tasks of the tests do: by name in a module, so that another process can be told."""

import hashlib
import os
import signal
import time
from pathlib import Path

from backprop.errors import NetworkError


def double(number: int) -> int:
    return 2 * number


def process(_: object) -> int:
    return os.getpid()


def do(order: tuple[str, object]) -> object:
    """A deed by its name."""
    name, argument = order
    match name:
        case "double":
            return 2 * argument  # type: ignore[operator]
        case "spin":
            while True:
                pass
        case "hang":
            time.sleep(60)
        case "complain":
            raise NetworkError(str(argument))
        case "stumble":
            raise KeyError("secret")
        case "leave":
            os._exit(1)
    return os.getpid()


def fails_at_first(marks: str) -> str:
    """Its process is killed the first two times, as the files that it leaves tell."""
    attempt = len(list(Path(marks).iterdir()))
    (Path(marks) / str(attempt)).touch()
    if attempt < 2:
        os.kill(os.getpid(), signal.SIGKILL)
    return f"done at attempt {attempt + 1}"


def dies(_: object) -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def digests(prefix: str, *files: Path) -> list[str]:
    return [f"{prefix}{file.name} {hashlib.sha256(file.read_bytes()).hexdigest()[:8]}" for file in files]


def doze(argument: tuple[float, int]) -> int:
    """A number after so many seconds."""
    time.sleep(argument[0])
    return argument[1]


def at_work(argument: tuple[float, int]) -> tuple[int, int]:
    """A number after so many seconds, and the worker whose process this is."""
    time.sleep(argument[0])
    return argument[1], os.getppid()


def ends_its_worker_at_first(marks: str) -> str:
    """The worker whose process this is is killed the first time, and this one then dies too."""
    attempt = len(list(Path(marks).iterdir()))
    (Path(marks) / str(attempt)).touch()
    if attempt == 0:
        os.kill(os.getppid(), signal.SIGKILL)
        time.sleep(60)
    return f"done at attempt {attempt + 1}"
