"""The printed function of an epoch or a step, compiled over any numbers."""

from collections.abc import Callable, Mapping
from typing import Any

from backprop.derivation.equation import EPOCH, STEP

Functions = Mapping[str, Any]


def compile_epoch(source: str, functions: Functions) -> Callable[..., Any]:
    """The function of a source that the NumPy printer gave, over any numbers that `functions` (exp, where, ...) take.

    What is executed holds names and numbers of the derivation only: no text from a file of somebody else's.
    """
    namespace: dict[str, Any] = {}
    exec(compile(source, "<epoch>", "exec"), namespace)
    namespace.update(functions)
    return printed_function(namespace)


def printed_function(namespace: Mapping[str, Any]) -> Callable[..., Any]:
    """The function among what the printed source defines: an epoch, or a step where an epoch has several."""
    function: Callable[..., Any] = namespace[EPOCH if EPOCH in namespace else STEP]
    return function
