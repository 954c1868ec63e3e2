"""A network as the page runs it: steps over numbered values, each of one kernel, and the numbers that they need.

Knows neither torch nor a page. A step's inputs are numbers of values, 0 the image and n + 1 what step n gives, or
-1, -2, ... the tensors in their order. All numbers are float32, for one image, without the batch's axis where that
makes no difference to their order.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from pydantic import JsonValue


@dataclass(frozen=True, slots=True)
class Step:
    """One kernel of kernels.js, what it reads and the shape of what it gives; `label` where a reader is shown it."""

    kernel: str
    inputs: tuple[int, ...]
    shape: tuple[int, ...]
    settings: Mapping[str, JsonValue]
    label: str | None = None


@dataclass(frozen=True, slots=True)
class Program:
    """`words` are the tensors one behind the other, 32 bits a number: float32, or int32 where a kernel says so."""

    image: tuple[int, int, int]  # channels, height, width
    steps: tuple[Step, ...]
    tensors: tuple[tuple[int, ...], ...]  # the shape of each
    words: NDArray[np.uint32]
    gives: int

    def settings(self) -> dict[str, object]:
        """All but the words, as the page reads it."""
        return {
            "image": self.image,
            "gives": self.gives,
            "tensors": self.tensors,
            "steps": [
                {
                    "kernel": step.kernel,
                    "inputs": step.inputs,
                    "shape": step.shape,
                    **{name: _finite(setting) for name, setting in step.settings.items()},
                    **({"label": step.label} if step.label else {}),
                }
                for step in self.steps
            ],
        }


def _finite(setting: JsonValue) -> JsonValue:
    """JSON has no infinity; 1e39 is one as float32."""
    return math.copysign(1e39, setting) if isinstance(setting, float) and math.isinf(setting) else setting


def packed(tensors: Sequence[NDArray[np.float32] | NDArray[np.int32]]) -> NDArray[np.uint32]:
    """The tensors one behind the other."""
    return np.concatenate([np.zeros(0, np.uint32), *(each.ravel().view(np.uint32) for each in tensors)])
