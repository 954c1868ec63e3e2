"""A kept graph as a module: runs its operations one by one. No code of the module's author runs."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import torch
from pydantic import JsonValue
from torch import Tensor, nn

from mnist.errors import RunError
from mnist.modules.graph import Constant, Graph, Step
from mnist.modules.operations import find_operation

_TORCH = {
    name: value
    for name in dir(torch)
    if isinstance(value := getattr(torch, name), torch.dtype | torch.layout | torch.memory_format)
}


@dataclass(frozen=True, slots=True)
class _Value:
    name: str


@dataclass(frozen=True, slots=True)
class _Held:
    name: str


class _ImagesDevice:
    """Stands for the device that the images are on."""


@dataclass(frozen=True, slots=True)
class _Call:
    name: str
    operation: Callable[..., Any]
    arguments: tuple[Any, ...]
    named: dict[str, Any]
    done_with: tuple[str, ...]  # values that no later step reads


class GraphModule(nn.Module):
    """What the graph's author trained, with the same names and order of parameters: (n, ...) images to (n, classes)."""

    def __init__(self, graph: Graph, tensors: Mapping[str, Tensor]) -> None:
        """`tensors` are parameters and buffers by name; RunError where the graph does not fit them or is damaged."""
        super().__init__()
        for parameter in graph.parameters:
            weights = _of(tensors, parameter.name).clone()
            _place(self, parameter.name, nn.Parameter(weights, requires_grad=parameter.trained))
        for name in graph.buffers:
            _place(self, name, _of(tensors, name).clone())
        for name, constant in graph.constants.items():
            _place(self, name, _values(name, constant), persistent=False)
        held = {parameter.name for parameter in graph.parameters} | set(graph.buffers) | set(graph.constants)
        for further, name in graph.shared.items():
            if name not in held:
                raise RunError(f"the graph shares {name}, which it does not hold")
            _place(self, further, _find(self, name))
        self._input = graph.input
        self._modes = {
            True: (_calls(graph.training, graph.training_gives, graph.input, held), graph.training_gives),
            False: (_calls(graph.evaluation, graph.evaluation_gives, graph.input, held), graph.evaluation_gives),
        }

    def forward(self, images: Tensor) -> Tensor:
        """(n, channels, height, width) -> (n, classes)."""
        calls, gives = self._modes[self.training]
        values: dict[str, Any] = {self._input: images}

        def found(argument: Any) -> Any:
            match argument:
                case _Value():
                    return values[argument.name]
                case _Held():
                    return _find(self, argument.name)
                case _ImagesDevice():
                    return images.device
                case list():
                    return [found(each) for each in argument]
            return argument

        for call in calls:
            arguments = [found(argument) for argument in call.arguments]
            named = {name: found(argument) for name, argument in call.named.items()}
            values[call.name] = call.operation(*arguments, **named)
            for name in call.done_with:
                del values[name]
        result: Tensor = values[gives]
        return result


def _calls(steps: Sequence[Step], gives: str, images: str, held: set[str]) -> tuple[_Call, ...]:
    """The steps with their operations; RunError on one that may not be used, or that reads what no step before gave."""
    given = {images}
    read: list[tuple[Step, Callable[..., Any], tuple[Any, ...], dict[str, Any]]] = []
    last: dict[str, int] = {}
    for position, step in enumerate(steps):
        operation = find_operation(step.operation)
        if operation is None:
            raise RunError(f"the graph's step {step.name} uses {step.operation}, which a kept graph may not use")

        def understood(argument: JsonValue, step: Step = step, position: int = position) -> Any:
            if isinstance(argument, list):
                return [understood(each) for each in argument]
            if not isinstance(argument, dict):
                return argument
            match [*argument.items()]:
                case [("value", str(name))] if name in given:
                    last[name] = position
                    return _Value(name)
                case [("tensor", str(name))] if name in held:
                    return _Held(name)
                case [("torch", str(name))] if name in _TORCH:
                    return _TORCH[name]
                case [("device", None)]:
                    return _ImagesDevice()
                case [("number", "inf" | "-inf" | "nan" as number)]:
                    return float(number)
            raise RunError(f"the graph's step {step.name} reads {argument}, which nothing before it gives")

        arguments = tuple(understood(argument) for argument in step.arguments)
        read.append((step, operation, arguments, {key: understood(value) for key, value in step.named.items()}))
        given.add(step.name)
    if gives not in given:
        raise RunError(f"the graph gives {gives}, which is none of its steps")
    ends: dict[int, list[str]] = {}
    for name, position in last.items():
        if name != gives:
            ends.setdefault(position, []).append(name)
    return tuple(
        _Call(step.name, operation, arguments, named, tuple(ends.get(position, ())))
        for position, (step, operation, arguments, named) in enumerate(read)
    )


def _of(tensors: Mapping[str, Tensor], name: str) -> Tensor:
    if name not in tensors:
        raise RunError(f"the graph needs {name}, which the weights do not hold")
    return tensors[name]


def _values(name: str, constant: Constant) -> Tensor:
    dtype = _TORCH.get(constant.dtype)
    if not isinstance(dtype, torch.dtype):
        raise RunError(f"the graph's constant {name} is of type {constant.dtype!r}, which torch does not have")
    try:
        return torch.tensor(constant.values, dtype=dtype).reshape(constant.shape)
    except RuntimeError as error:
        raise RunError(f"the graph's constant {name} has not the numbers for {constant.shape}") from error


def _place(module: nn.Module, name: str, tensor: Tensor, *, persistent: bool = True) -> None:
    """Register under a dotted name, making the modules on the way."""
    *path, last = name.split(".")
    try:
        for part in path:
            if part not in module._modules:
                module.add_module(part, nn.Module())
            module = module.get_submodule(part)
        if isinstance(tensor, nn.Parameter):
            module.register_parameter(last, tensor)
        else:
            module.register_buffer(last, tensor, persistent=persistent)
    except (KeyError, AttributeError) as error:
        raise RunError(f"the graph has a tensor called {name!r}, which no module can have") from error


def _find(module: nn.Module, name: str) -> Tensor:
    path, _, last = name.rpartition(".")
    found: Tensor = getattr(module.get_submodule(path), last)
    return found
