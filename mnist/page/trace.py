"""A trained network as a program: torch's graph of it, gone through once with an image, operation by operation."""

from typing import Any

import torch
from torch import Tensor, fx, nn

from mnist.errors import RunError
from mnist.modules.graph import GraphError, exported
from mnist.page.build import Builder, Operation, OperationError, Value
from mnist.page.operators import OPERATORS
from mnist.page.program import Program
from mnist.runs.data_source import Shape


def to_program(module: nn.Module, image: Shape, classes: int) -> Program:
    """The network in use, for one image; RunError names the operation that the page does not know, or what else is off.

    Changes nothing of the module but its mode.
    """
    drawn = torch.rand(1, *image, generator=torch.Generator().manual_seed(0))
    builder = Builder()
    try:
        with torch.no_grad():
            gives = _walked(exported(module.eval(), drawn, any_number=False), drawn, builder)
    except GraphError as error:
        raise RunError(f"its network makes no graph of operations, which the page needs: {error}") from error
    except OperationError as error:
        raise RunError(f"its network uses {error}, which the page does not know") from error
    if gives.tensor.numel() != classes:
        size = "×".join(map(str, gives.shape))
        raise RunError(f"its network gives {size} for an image; {classes} scores are needed, one for each class")
    return builder.program(image, gives)


def _walked(program: torch.export.ExportedProgram, image: Tensor, builder: Builder) -> Value:
    """What the graph gives, each of its operations added to the builder."""
    held = {**program.state_dict, **program.constants}
    targets = {spec.arg.name: spec.target for spec in program.graph_signature.input_specs}
    real: dict[fx.Node, Any] = {}  # what torch computes: tensors may share their memory, as in the network
    values: dict[fx.Node, Any] = {}
    for node in program.graph.nodes:
        if node.op == "placeholder":
            target = targets[node.name]
            real[node] = image.clone() if target is None else held[target].detach().clone()
            values[node] = Value(image, 0) if target is None else Value(real[node].clone())
        elif node.op == "call_function":
            _add(node, real, values, builder)
        elif node.op != "output":
            raise GraphError(f"it holds a {node.op}, {node.target}")
    given = [values[node] for node in values if node.name in program.graph_signature.user_outputs]
    if len(given) != 1 or not isinstance(given[0], Value):
        raise GraphError(f"it gives {len(program.graph_signature.user_outputs)} things, not one tensor of scores")
    result: Value = given[0]
    return result


def _add(node: fx.Node, real: dict[fx.Node, Any], values: dict[fx.Node, Any], builder: Builder) -> None:
    """Compute the node, and add its operation unless that gives the same for every image."""
    call: Any = node.target
    arguments, named = _looked_up(node.args, values), _looked_up(node.kwargs, values)
    given = real[node] = call(*_looked_up(node.args, real), **_looked_up(node.kwargs, real))
    if given is None:  # what only makes sure of something
        return
    if not isinstance(call, torch._ops.OpOverload):  # one of what an operation gave, or arithmetic of sizes
        values[node] = arguments[0][arguments[1]] if isinstance(arguments[0], list | tuple) else given
        if values[node] is None and node.users:
            raise OperationError(f"part {arguments[1] + 1} of what {node.args[0]} gives")
        return
    if all(values[other].at is None for other in node.all_input_nodes if isinstance(values[other], Value)):
        values[node] = _constant(given)
    else:
        values[node] = _operation(node, call, arguments, named, given, builder)
    if call._schema.is_mutable:
        _overwrite(node, real, values)


def _operation(node: fx.Node, call: Any, arguments: Any, named: Any, given: Any, builder: Builder) -> Any:
    name = call._schema.name.removeprefix("aten::")
    short = name if name.startswith("_") else name.rstrip("_")
    if short not in OPERATORS:
        raise OperationError(f"{name} (step {node.name})")
    taken = {argument.name: argument.default_value for argument in call._schema.arguments}
    taken |= dict(zip(taken, arguments, strict=False)) | named
    try:
        return OPERATORS[short](builder, Operation(call, taken, given))
    except OperationError as error:
        raise OperationError(f"{name} {error} (step {node.name})") from error


def _looked_up(arguments: Any, found: dict[fx.Node, Any]) -> Any:
    return fx.node.map_arg(arguments, found.__getitem__)


def _constant(given: Any) -> Any:
    if isinstance(given, Tensor):
        return Value(given.clone())
    return [_constant(each) for each in given] if isinstance(given, list | tuple) else given


def _overwrite(node: fx.Node, real: dict[fx.Node, Any], values: dict[fx.Node, Any]) -> None:
    """Let what names the memory that an operation in place has written to read what it wrote."""
    new, value = real[node], values[node]
    for other, tensor in real.items():
        if other is node or not isinstance(tensor, Tensor) or not _share(tensor, new):
            continue
        whole = tensor.data_ptr() == new.data_ptr() and tensor.numel() == new.numel()
        if whole and tensor.is_contiguous() and new.is_contiguous():
            values[other] = Value(value.tensor.reshape(tensor.shape), value.at)
        elif any(user > node for user in other.users):
            raise OperationError(f"{node.target} in place on a part of what is read later (step {node.name})")


def _share(one: Tensor, other: Tensor) -> bool:
    return one.untyped_storage().data_ptr() == other.untyped_storage().data_ptr()
