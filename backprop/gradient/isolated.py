"""A workbook differentiated in a process of its own. What that needs is imported there, and only there."""

from collections.abc import Sequence
from pathlib import Path

from backprop.errors import BackpropError
from backprop.gradient.gradient import Gradient
from groundfloor.errors import UnreadableError
from groundfloor.isolate import run_isolated

SECONDS, MEMORY_MB = 300.0, 3_000  # of the process that reads the file


def differentiate(file: Path, of: str, by: Sequence[str], *, check: bool = True) -> Gradient:
    """∂of/∂cell of each cell of `by`, with a limit on time and memory.

    BackpropError names what is wrong with the file or the cells; without `check` no central differences are computed.
    """
    try:
        return run_isolated(_differentiate, (file, of, tuple(by), check), seconds=SECONDS, memory_mb=MEMORY_MB)
    except UnreadableError as error:
        raise BackpropError(f"{file}: {error}") from error


def _differentiate(question: tuple[Path, str, tuple[str, ...], bool]) -> Gradient:
    from backprop.gradient.differentiate import gradient_of

    return gradient_of(*question)
