"""What must be the same wherever a task runs, so that its result does not depend on where: versions, and the code."""

import hashlib
import platform
import sys
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from groundfloor.errors import InputError
from groundfloor.version import DISTRIBUTION, distribution_version

Versions = dict[str, str]

PACKAGES = ("numpy", "sympy", "mpmath", "openpyxl", "lxml", "pydantic", "torch", "matplotlib")  # that results rest on
CODE = ("groundfloor", "backprop", "mnist", "reports")


class OtherVersionsError(InputError):
    """A worker runs other versions than this program; nothing is done there."""


@cache
def versions() -> Versions:
    """By name: Python's, ours, those of the packages that results rest on, and a hash of our own code."""
    found = {"Python": platform.python_version(), DISTRIBUTION: distribution_version(), "its code": _code()}
    for package in PACKAGES:
        try:
            found[package] = version(package)
        except PackageNotFoundError:
            found[package] = "none"
    return found


def refuse_others(here: Versions, there: Versions, worker: str = platform.node()) -> None:
    """OtherVersionsError for a worker whose versions are not those of the program that gives it work."""
    differing = [
        f"{name} {there.get(name, 'none')}, here {own}" for name, own in here.items() if there.get(name) != own
    ]
    if differing:
        raise OtherVersionsError(f"worker {worker} has {'; '.join(differing)}: the same are needed everywhere")


def _code() -> str:
    """A hash of every file of our packages, which lie together in a checkout and where a wheel is installed."""
    root = Path(sys.modules["groundfloor"].__file__ or "").parents[1]
    digest = hashlib.sha256()
    for package in CODE:
        for file in sorted((root / package).rglob("*.py")):
            digest.update(f"{file.relative_to(root).as_posix()}\0".encode())
            digest.update(file.read_bytes())
    return digest.hexdigest()[:12]
