"""What the tests of the command line share: a short training, a folder's files."""

from collections.abc import Callable
from pathlib import Path

Mnist = Callable[..., tuple[int, str, str]]  # exit code, stdout, stderr


def quick(out: str, *more: object) -> tuple[object, ...]:
    size = ("--epochs", 2, "--batch-size", 60, "--threads", 1)
    return "train", "published-18138", "--data", "rendered", *size, "--out", out, *more


def files(folder: Path) -> list[str]:
    return sorted(str(file.relative_to(folder)) for file in folder.rglob("*"))
