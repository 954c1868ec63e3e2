"""The printed `epoch` function, compiled over any numbers."""

from collections.abc import Callable, Mapping
from typing import Any

Functions = Mapping[str, Any]


def compile_epoch(source: str, functions: Functions) -> Callable[..., Any]:
    """The function of a source that the NumPy printer gave, over any numbers that `functions` (exp, where, ...) take.

    What is executed holds names and numbers of the derivation only: no text from a file of somebody else's.
    """
    namespace: dict[str, Any] = {}
    exec(compile(source, "<epoch>", "exec"), namespace)
    namespace.update(functions)
    epoch: Callable[..., Any] = namespace["epoch"]
    return epoch
