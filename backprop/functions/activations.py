"""All activations by name, and the functions that they, losses and their derivatives are."""

from collections.abc import Iterator

from backprop.functions.classic import CLASSIC, SOFTMAX
from backprop.functions.errors import HUBER
from backprop.functions.function import Activation, Function
from backprop.functions.rectified import RECTIFIED
from backprop.functions.smooth import SMOOTH

ACTIVATIONS: dict[str, Activation] = {row.name: row for row in (*CLASSIC, *RECTIFIED, *SMOOTH, SOFTMAX)}


def _with_slopes() -> Iterator[Function]:
    for function in (*(row.function for row in ACTIVATIONS.values()), HUBER):
        if function is not None:
            yield function
            if isinstance(function.slope, Function):
                yield function.slope


FUNCTIONS: dict[str, Function] = {function.name: function for function in _with_slopes()}


def spellings(language: str) -> dict[str, str]:
    """Every function's spelling in that language: excel, textbook, numpy, javascript, latex or text."""
    return {function.name: spelling for function in FUNCTIONS.values() if (spelling := getattr(function, language))}


def definitions(language: str) -> dict[str, str]:
    """The lines that explain the functions, in latex or text, an activation before its derivative."""
    lines = {}
    for function in FUNCTIONS.values():
        if right := getattr(function, f"{language}_definition"):
            left = getattr(function, language).format("z", all="z")
            lines[function.name] = f"{left} = {right}"
    return lines
