"""Equivalent rewritings: the same numbers, said otherwise. None of them may raise an alarm.

A kind changes a program and says whether it found a place; most change one part of the expressions of one quantity.
"""

from collections.abc import Callable

from benchmarks.any_model.programs.program import Program
from benchmarks.any_model.rewritings.local import LOCAL, Draw, locally
from benchmarks.any_model.rewritings.structure import copied, helper, percent, rounded_base

REWRITINGS: dict[str, Callable[[Program, Draw], bool]] = {
    **{name: locally(swap) for name, swap in LOCAL.items()},
    "helper cells": helper,
    "copies": copied,
    "percent": percent,
    "2.718 for e": rounded_base,
}
