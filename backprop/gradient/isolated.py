"""A workbook differentiated in a process of its own. What that needs is imported there, and only there."""

import math

from backprop.errors import BackpropError
from backprop.gradient.gradient import Gradient, Question
from groundfloor.errors import UnreadableError
from groundfloor.process.isolate import run_isolated

SECONDS, MEMORY_MB = 300.0, 3_000  # of the process that reads the file


def differentiate(question: Question) -> Gradient:
    """The answer, with a limit on time and memory; BackpropError names what is wrong with the file or the question."""
    steps, eta = question.steps, question.eta
    if steps is not None and steps < 1:
        raise BackpropError(f"descend: {steps} steps; at least 1")
    if not (math.isfinite(eta) and eta > 0):
        raise BackpropError(f"eta: {eta:g}; a learning rate is above 0")
    try:
        return run_isolated(_differentiate, question, seconds=SECONDS, memory_mb=MEMORY_MB)
    except UnreadableError as error:
        raise BackpropError(f"{question.file}: {error}") from error


def _differentiate(question: Question) -> Gradient:
    from backprop.gradient.differentiate import answer

    return answer(question)
