"""A program under construction: values that torch computes alongside, so that shapes and what never changes are known.

What does not depend on the image is computed once, here, and becomes a tensor of the program or nothing at all.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from pydantic import JsonValue
from torch import Tensor

from mnist.errors import RunError
from mnist.page.program import Program, Step, packed

MOST_NUMBERS = 10_000_000  # in the page's tensors: 40 MB, a third more as text


class OperationError(Exception):
    """What the page has no kernel for, in a few words."""


@dataclass(frozen=True, slots=True)
class Value:
    """What a step gives: torch's tensor for the image that is traced, and the number of the program's value.

    `at` is None where it does not depend on the image.
    """

    tensor: Tensor
    at: int | None = None

    @property
    def shape(self) -> tuple[int, ...]:
        """Of the tensor."""
        return tuple(self.tensor.shape)


class Builder:
    """Collects steps and tensors."""

    def __init__(self) -> None:
        self._steps: list[Step] = []
        self._tensors: list[NDArray[np.float32] | NDArray[np.int32]] = []
        self._known: dict[tuple[object, ...], int] = {}
        self._count = 0

    def emit(
        self,
        kernel: str,
        inputs: Sequence[Value],
        result: Tensor,
        label: str | None = None,
        **settings: JsonValue,
    ) -> Value:
        """Add a step, whose result torch gives as `result`."""
        numbers = tuple(self._number(value) for value in inputs)
        self._steps.append(Step(kernel, numbers, tuple(result.shape), settings, label))
        return Value(result, len(self._steps))

    def moved(self, value: Value, function: Callable[[Tensor], Tensor], *, fill: float = 0.0) -> Value:
        """The value's numbers in other places; `function` is what moves them, with 0 where it brings in `fill`.

        Tried on a tensor of places: none moved is no step at all, places in even strides are a view, others a list.
        """
        flat = value.tensor.reshape(-1)
        numbers = torch.arange(1, flat.numel() + 1, dtype=torch.float64).reshape(value.tensor.shape)
        places = function(numbers).round().long()
        moved = torch.cat([flat.new_tensor([fill]), flat])[places]
        if value.at is None:
            return Value(moved)
        if torch.equal(places.reshape(-1), numbers.reshape(-1).long()):
            return Value(moved, value.at)
        strides = _strides(places)
        if strides is not None:
            first = int(places.reshape(-1)[0]) - 1
            return self.emit("view", [value], moved, first=first, strides=list(strides))
        at = self._keep(places.reshape(-1).to(torch.int32).numpy())
        self._steps.append(Step("take", (self._number(value), at), tuple(moved.shape), {"fill": fill}))
        return Value(moved, len(self._steps))

    def program(self, image: tuple[int, int, int], gives: Value) -> Program:
        """All of it."""
        shapes = tuple(tuple(each.shape) for each in self._tensors)
        return Program(image, tuple(self._steps), shapes, packed(self._tensors), self._number(gives))

    def _number(self, value: Value) -> int:
        if value.at is not None:
            return value.at
        return self._keep(np.array(value.tensor.detach().to(torch.float32).numpy(), np.float32, order="C", ndmin=1))

    def _keep(self, numbers: NDArray[np.float32] | NDArray[np.int32]) -> int:
        key = (numbers.shape, numbers.dtype.kind, numbers.tobytes())
        if key not in self._known:
            self._count += numbers.size
            if self._count > MOST_NUMBERS:
                raise RunError(f"its network needs more than {MOST_NUMBERS:,} numbers; a page holds at most as many")
            self._tensors.append(numbers)
            self._known[key] = -len(self._tensors)
        return self._known[key]


@dataclass(frozen=True, slots=True)
class Operation:
    """One operation of the graph: torch's own, its arguments by name, tensors as values, and what torch gives."""

    overload: Any
    arguments: Mapping[str, Any]
    given: Any

    def __getitem__(self, name: str) -> Any:
        """An argument; None where the operation has none of that name."""
        return self.arguments.get(name)

    @property
    def first(self) -> Value:
        """What it works on: the first argument."""
        value = next(iter(self.arguments.values()))
        if not isinstance(value, Value):
            raise OperationError("on several tensors")
        return value

    def on(self, tensor: Tensor) -> Any:
        """What torch gives for another first argument; OperationError where a further one depends on the image."""
        further = list(self.arguments.items())[1:]
        if any(value.at is not None for _, value in further if isinstance(value, Value)):
            raise OperationError("by what the image decides")
        plain = {name: value.tensor if isinstance(value, Value) else value for name, value in further}
        return self.overload(tensor, **plain)


def _strides(places: Tensor) -> tuple[int, ...] | None:
    """How far apart neighbours along each axis are, where that is the same everywhere."""
    if not places.numel() or int(places.min()) < 1:
        return None
    first = places.reshape(-1)[0]
    strides, rebuilt = [], first.clone()
    for axis, size in enumerate(places.shape):
        step = int(places.select(axis, 1).reshape(-1)[0] - first) if size > 1 else 0
        strides.append(step)
        ways = [1] * places.ndim
        ways[axis] = size
        rebuilt = rebuilt + step * torch.arange(size).reshape(ways)
    return tuple(strides) if torch.equal(rebuilt, places) else None
