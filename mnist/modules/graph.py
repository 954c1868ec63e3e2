"""A module as a graph of operations, made by torch.export and kept as JSON: what runs where its code must not.

torch.export's own files are not read here: torch.export.load unpickles what a file gives as its example inputs and
evaluates its texts as expressions, so that a file can hold code that runs.
"""

import logging
import warnings
from collections.abc import Mapping
from typing import Annotated, Any, Literal

import torch
from pydantic import Field, JsonValue
from torch import Tensor, nn

from mnist.modules.operations import operation_name
from mnist.modules.weights import shared_names
from mnist.runs.model import Model

Name = Annotated[str, Field(min_length=1, max_length=500)]
MOST_CONSTANTS = 1_000_000  # numbers


class GraphError(Exception):
    """Why a module cannot be kept as a graph, in a few words."""


class Step(Model):
    """One operation. An argument is a number, text, truth value, None, a list of arguments, or an object of one entry.

    {"value": n}: what step n gave; {"tensor": n}: a parameter, buffer or constant; {"torch": "float32"}: a type;
    {"device": null}: that of the images; {"number": "-inf"}: a number that JSON has no word for.
    """

    name: Name
    operation: Name
    arguments: tuple[JsonValue, ...]
    named: dict[str, JsonValue] = Field(default_factory=dict)


class Constant(Model):
    """A tensor that is neither parameter nor in the weights."""

    dtype: str
    shape: tuple[int, ...]
    values: tuple[float | int | bool, ...]


class Parameter(Model):
    """A parameter by the name under which the weights hold it, in the module's own order."""

    name: Name
    trained: bool


class Graph(Model):
    """graph.json: a module in training and in use. `shared` are further names of a parameter or buffer."""

    version: Literal[1] = 1
    input: Name
    parameters: tuple[Parameter, ...]
    buffers: tuple[Name, ...]
    shared: dict[Name, Name] = Field(default_factory=dict)
    constants: dict[Name, Constant] = Field(default_factory=dict)
    training: tuple[Step, ...]
    training_gives: Name
    evaluation: tuple[Step, ...]
    evaluation_gives: Name


def export(module: nn.Module, images: Tensor) -> Graph:
    """The graph of a module for batches like `images`, of any size; GraphError says what stands in the way.

    Changes nothing of the module but its mode.
    """
    shared = shared_names(module)
    trained = {name: parameter.requires_grad for name, parameter in module.named_parameters()}
    programs = [exported(module.train(training), images) for training in (True, False)]
    (training, training_gives, images_name), (evaluation, evaluation_gives, _) = (
        _steps(program, shared) for program in programs
    )
    constants = {name: _constant(name, tensor) for each in programs for name, tensor in each.constants.items()}
    return Graph(
        parameters=tuple(Parameter(name=name, trained=value) for name, value in trained.items()),
        buffers=tuple(name for name in module.state_dict() if name not in trained and name not in shared),
        shared=shared,
        constants=constants,
        input=images_name,
        training=training,
        training_gives=training_gives,
        evaluation=evaluation,
        evaluation_gives=evaluation_gives,
    )


def exported(module: nn.Module, images: Tensor, *, any_number: bool = True) -> torch.export.ExportedProgram:
    """torch's graph of the module in its mode, for any number of images or only for that of `images`; GraphError."""
    shapes = ({0: torch.export.Dim("images")},) if any_number else None
    before = logging.root.manager.disable
    logging.disable(logging.CRITICAL)  # torch logs what it then raises
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return torch.export.export(module, (images,), dynamic_shapes=shapes)
    except Exception as error:  # torch raises many kinds, mostly with pages of text
        raise GraphError(f"torch.export raised {type(error).__name__}") from error
    finally:
        logging.disable(before)


def _steps(program: torch.export.ExportedProgram, shared: Mapping[str, str]) -> tuple[tuple[Step, ...], str, str]:
    """(steps, the name of what is given, the name of the images)."""
    tensors: dict[str, str] = {}
    inputs = []
    for spec in program.graph_signature.input_specs:
        if spec.target is None:
            inputs.append(spec.arg.name)
        else:
            tensors[spec.arg.name] = shared.get(spec.target, spec.target)
    steps = []
    for node in program.graph.nodes:
        if node.op == "call_function":
            operation = operation_name(node.target)
            if operation is None:
                raise GraphError(f"it uses {node.target}, which a kept graph may not use")
            arguments = tuple(_written(argument, tensors) for argument in node.args)
            named = {name: _written(argument, tensors) for name, argument in node.kwargs.items()}
            steps.append(Step(name=node.name, operation=operation, arguments=arguments, named=named))
        elif node.op not in {"placeholder", "output"}:
            raise GraphError(f"it holds a {node.op}, {node.target}")
    (given,) = program.graph.output_node().args[0]
    (image_name,) = inputs
    return tuple(steps), given.name, image_name


def _written(argument: Any, tensors: Mapping[str, str]) -> JsonValue:
    """An argument as JSON."""
    match argument:
        case torch.fx.Node():
            return {"tensor": tensors[argument.name]} if argument.name in tensors else {"value": argument.name}
        case None | bool() | int() | str():
            return argument
        case float():
            return argument if abs(argument) < float("inf") else {"number": repr(argument)}
        case list() | tuple():
            return [_written(each, tensors) for each in argument]
        case torch.device():
            return {"device": None}
        case torch.dtype() | torch.layout() | torch.memory_format():
            return {"torch": str(argument).removeprefix("torch.")}
    raise GraphError(f"an argument is a {type(argument).__name__}, which a kept graph cannot hold")


def _constant(name: str, tensor: object) -> Constant:
    if not isinstance(tensor, Tensor):
        raise GraphError(f"its constant {name} is a {type(tensor).__name__}")
    if tensor.numel() > MOST_CONSTANTS:
        raise GraphError(f"its constant {name} holds {tensor.numel():,} numbers; at most {MOST_CONSTANTS:,} are kept")
    if tensor.dtype.is_complex or not bool(torch.isfinite(tensor).all()):
        raise GraphError(f"its constant {name} holds numbers that are not finite and real")
    values = tuple(tensor.detach().flatten().tolist())
    return Constant(dtype=str(tensor.dtype).removeprefix("torch."), shape=tuple(tensor.shape), values=values)
