"""The front door of a package: names that are imported when they are first used, so that importing it stays light."""

import importlib
import sys
from collections.abc import Callable, Mapping
from typing import Any


def lazily(package: str, home: Mapping[str, str]) -> tuple[Callable[[str], Any], Callable[[], list[str]]]:
    """(`__getattr__`, `__dir__`) of a package whose names have their home in these modules, name -> module (PEP 562).

    `__version__` is the distribution's.
    """

    def look_up(name: str) -> Any:
        if name == "__version__":
            from groundfloor.version import distribution_version

            return distribution_version()
        if name not in home:
            from groundfloor.text import did_you_mean

            hint = did_you_mean(name, home)
            raise AttributeError(f"module {package!r} has no {name!r}; {hint}It has: {', '.join(sorted(home))}")
        found = getattr(importlib.import_module(home[name]), name)
        setattr(sys.modules[package], name, found)
        return found

    def names() -> list[str]:
        return sorted({*vars(sys.modules[package]), *home, "__version__"})

    return look_up, names
