"""One forward pass of a module, watched: which layers are called, in which order, on what, and what it costs.

Multiply-adds are counted operation by operation with torch's own formulas (torch.utils.flop_counter), so that what a
module computes by itself, with a parameter or a function, is counted too.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from torch import Tensor, nn
from torch.utils._python_dispatch import TorchDispatchMode
from torch.utils.flop_counter import flop_registry

from mnist.tables.fields import Seen, behind, named, start

# What functions are called in a table, where no module calls them.
FUNCTIONS = {
    "relu": "ReLU", "silu": "SiLU", "gelu": "GELU", "leaky_relu": "LeakyReLU", "elu": "ELU", "hardswish": "Hardswish",
    "sigmoid": "Sigmoid", "tanh": "Tanh", "_prelu_kernel": "PReLU", "_softmax": "Softmax",
    "_log_softmax": "LogSoftmax", "max_pool2d_with_indices": "MaxPool2d", "avg_pool2d": "AvgPool2d",
    "max_pool1d": "MaxPool1d", "avg_pool1d": "AvgPool1d", "_adaptive_avg_pool2d": "AdaptiveAvgPool2d",
    "adaptive_max_pool2d": "AdaptiveMaxPool2d", "mean": "mean", "sum": "sum", "native_batch_norm": "BatchNorm2d",
    "native_layer_norm": "LayerNorm", "native_group_norm": "GroupNorm", "add": "add", "mul": "multiply",
    "cat": "concatenate", "mm": "matrix product", "addmm": "matrix product", "bmm": "matrix product",
    "baddbmm": "matrix product", "convolution": "Conv2d",
}  # fmt: skip
_TWO = {"add", "mul"}  # shown only where both sides are computed from the input


@dataclass(slots=True)
class Call:
    """One call of a layer, or of a function where `module` is None."""

    type: str
    module: nn.Module | None
    name: str
    inputs: list[Tensor] = field(default_factory=list)
    output: Tensor | None = None
    source: int | None = None  # the call whose output the first input is
    seen: Seen | None = None  # what the output sees of the image
    multiply_adds: int = 0
    window: dict[str, Any] = field(default_factory=dict)  # a function's arguments, by name


class Trace(TorchDispatchMode):  # type: ignore[no-untyped-call]
    """The calls of a forward pass in the order in which they end, what each tensor sees, and which call made it."""

    def __init__(self, inputs: Sequence[Tensor]) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self.calls: list[Call] = []
        self.seen: dict[int, Seen] = {}
        self.maker: dict[int, int | None] = {id(tensor): None for tensor in inputs}
        self._kept: list[Any] = list(inputs)  # so that no id is given twice
        self._active: list[Call] = []
        for tensor in inputs:
            self._see(tensor, start(tensor.shape))

    def __torch_dispatch__(
        self, func: Any, types: Any, args: Sequence[Any] = (), kwargs: Mapping[str, Any] | None = None
    ) -> Any:
        """Compute, and note what came of what."""
        out = func(*args, **(kwargs or {}))
        self._kept.append((args, out))
        inputs = [tensor for tensor in tensors(args) if id(tensor) in self.maker]
        outputs = [tensor for tensor in tensors([out]) if isinstance(tensor, Tensor)]
        counted = flop_registry.get(func._overloadpacket)
        products = int(counted(*args, **(kwargs or {}), out_val=out)) // 2 if counted is not None else 0
        if self._active:
            self._active[-1].multiply_adds += products
        if not inputs or not outputs:
            return out
        seen = [self.seen[id(tensor)] for tensor in inputs if id(tensor) in self.seen]
        sees = [behind(func, args, seen, tensor) if len(seen) == len(inputs) else None for tensor in outputs]
        maker = self._made(func, args, inputs, outputs[0], products, sees[0])
        for tensor, new in zip(outputs, sees, strict=True):
            self.maker[id(tensor)] = maker
            self._see(tensor, new)
        return out

    def begin(self, call: Call) -> None:
        """Operations belong to the call from now on."""
        call.source = self._source(call.inputs)
        self._active.append(call)

    def end(self, output: Any) -> None:
        """The innermost call has ended with that output."""
        call = self._active.pop()
        found = tensors([output])
        if found:
            call.output, call.seen = found[0], self.seen.get(id(found[0]))
            for tensor in found:
                self.maker[id(tensor)] = len(self.calls)
        self._kept.append(output)
        self.calls.append(call)

    def _made(
        self,
        func: Any,
        args: Sequence[Any],
        inputs: Sequence[Tensor],
        output: Tensor,
        products: int,
        seen: Seen | None,
    ) -> int | None:
        """The call that an output is of: a function's own, or the one that its only input is of."""
        name = func._schema.name.removeprefix("aten::").removesuffix("_")
        shown = FUNCTIONS.get(name)
        if not self._active and shown and (name not in _TWO or len(inputs) > 1):
            source = self._source(inputs)
            self.calls.append(Call(shown, None, "", list(inputs), output, source, seen, products, named(func, args)))
            return len(self.calls) - 1
        return self._source(inputs)

    def _source(self, inputs: Sequence[Tensor]) -> int | None:
        """The one call that all the inputs are of; None where they are of several, or the network's own."""
        makers = {self.maker.get(id(tensor)) for tensor in inputs}
        return makers.pop() if len(makers) == 1 else None

    def _see(self, tensor: Tensor, seen: Seen | None) -> None:
        if seen is None:
            self.seen.pop(id(tensor), None)
        else:
            self.seen[id(tensor)] = seen


def tensors(values: Any) -> list[Tensor]:
    """Every tensor in lists, tuples and dictionaries, in order."""
    if isinstance(values, Tensor):
        return [values]
    if isinstance(values, Mapping):
        values = list(values.values())
    if isinstance(values, list | tuple):
        return [tensor for value in values for tensor in tensors(value)]
    return []
