"""Values and derivatives of a graph's nodes, over many states at once in NumPy, or to many digits in mpmath."""

from collections.abc import Iterable, Iterator, Mapping
from heapq import heapify, heappop, heappush
from typing import Any

import numpy as np
from numpy.typing import NDArray

from backprop.calculus.primitives import PRIMITIVES
from backprop.calculus.tape import CELL, FREE, NUMBER, Tape, reached
from backprop.spreadsheet.arithmetic import ARITHMETIC_ERRORS, EXACT, MPMATH, NUMPY, Arithmetic
from backprop.spreadsheet.formula import NotComputableError

States = NDArray[np.float64]  # one number a state
Edge = tuple[int, Any, bool]  # what a node takes, the derivative by it, and whether that is finite in every state


class Evaluation:
    """The values of nodes where some are given: free ones, and cells that are taken as free.

    In NumPy each value is an array over the states; what has no value is NaN there, and in mpmath too.
    """

    def __init__(self, tape: Tape, given: Mapping[int, Any], arithmetic: Arithmetic = NUMPY) -> None:
        self.tape, self.given, self.arithmetic = tape, dict(given), arithmetic
        self.values: dict[int, Any] = dict(given)
        self._edges: dict[int, tuple[Edge, ...]] = {}

    def value(self, node: int) -> Any:
        """The value of a node."""
        if node not in self.values:
            self.compute([node])
        return self.values[node]

    def compute(self, wanted: Iterable[int]) -> None:
        """Compute these nodes and what they take."""
        values, tape = self.values, self.tape
        pending = [node for node in wanted if node not in values]
        open_: set[int] = set()
        while pending:
            node = pending.pop()
            if node in values or node in open_:
                continue
            open_.add(node)
            pending += tape.takes[node]
        with np.errstate(all="ignore"):
            for node in sorted(open_):
                values[node] = self._one(node)

    def _one(self, node: int) -> Any:
        tape, arithmetic, kind = self.tape, self.arithmetic, self.tape.kinds[node]
        if kind == CELL:
            return self.values[tape.takes[node][0]]
        if kind in (NUMBER, FREE):
            if arithmetic is MPMATH:
                exact = tape.exact(node)
                return EXACT.mpf(tape.stored[node]) if exact is None else arithmetic.number(exact)
            return np.float64(tape.stored[node])
        arguments = [self.values[taken] for taken in tape.takes[node]]
        try:
            return PRIMITIVES[kind].value(arithmetic, *arguments)
        except (*ARITHMETIC_ERRORS, NotComputableError, TypeError):
            return EXACT.nan

    def derivatives(self, of: Mapping[int, Any]) -> dict[int, Any]:
        """Σ weight · ∂node/∂x of the nodes of `of`, with their weights, by every x below them: reverse mode.

        A cell that was given is taken as free: nothing is followed below it.
        """
        self.compute(of)
        given, edges = self.given, self._edges
        adjoints: dict[int, Any] = dict(of)
        pending = [-node for node in of]  # the last node first, whose adjoint is then whole
        heapify(pending)
        with np.errstate(all="ignore"):
            while pending:
                node = -heappop(pending)
                if node in given:
                    continue
                adjoint = adjoints[node]
                if node not in edges:
                    edges[node] = tuple(self._found_edges(node))
                for taken, partial, is_finite in edges[node]:
                    part = adjoint * partial if is_finite else self._product(adjoint, partial)
                    if taken in adjoints:
                        adjoints[taken] = adjoints[taken] + part
                    else:
                        adjoints[taken] = part
                        heappush(pending, -taken)
        return adjoints

    def below(self, nodes: Iterable[int]) -> set[int]:
        """The nodes and what they take, down to what is given."""
        given, takes = self.given, self.tape.takes
        return reached(nodes, lambda node: () if node in given else takes[node])

    def _found_edges(self, node: int) -> Iterator[Edge]:
        takes, kinds = self.tape.takes[node], self.tape.kinds
        for taken, partial in zip(takes, self._partials(node) if takes else (), strict=True):
            if partial is not None and kinds[taken] != NUMBER:
                yield taken, partial, self.arithmetic is NUMPY and bool(np.isfinite(partial).all())

    def _partials(self, node: int) -> tuple[Any, ...]:
        kind, takes = self.tape.kinds[node], self.tape.takes[node]
        try:
            arguments = [self.values[taken] for taken in takes]
            return PRIMITIVES[kind].partials(self.arithmetic, self.values[node], *arguments)
        except (*ARITHMETIC_ERRORS, NotComputableError, TypeError):
            return (EXACT.nan,) * len(takes)

    def _product(self, adjoint: Any, partial: Any) -> Any:
        """Nothing comes through a branch that is not taken, be its slope finite or not."""
        if self.arithmetic is NUMPY:
            return np.where(adjoint == 0, 0.0, adjoint * partial)
        return adjoint if adjoint == 0 else adjoint * partial
