"""The parameter table of any torch module, from one forward pass on zeros that leaves the module as it was."""

import contextlib
import copy
import inspect
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn.parameter import UninitializedBuffer, UninitializedParameter

from groundfloor.text import one_line
from mnist.errors import MnistError
from mnist.tables.comments import comment
from mnist.tables.table import ParameterTable, Row, Shape, Window, assemble
from mnist.tables.trace import Call, Trace, tensors

_HOLDERS = (nn.ParameterList, nn.ParameterDict)  # never called: their parameters are those of the module around them
_PARAMETRISED = "parametrizations"  # of torch.nn.utils.parametrize, likewise
_WHOLE = (nn.MultiheadAttention,)  # computes with a module that it does not call

Inputs = Sequence[int] | Sequence[Any] | Mapping[str, Any]


def summarise_module(module: nn.Module, inputs: Inputs = (1, 28, 28), name: str = "") -> ParameterTable:
    """One row for each call of a layer, unnumbered rows for functions, and the totals.

    `inputs` is the shape of one sample without the batch; a list or tuple of such shapes, or a dictionary of them,
    where forward takes several inputs (a dictionary goes in as keywords where forward has parameters of these names,
    else as one argument). In place of a shape may stand a tensor, with its batch, as indices need. Computed in
    evaluation mode on a copy, so that the module, lazy or not, stays as it is. A parameter is counted where it is first
    used; one that this pass does not use has a row too. MnistError where the pass fails.
    """
    if not isinstance(module, nn.Module):
        raise MnistError(f"{one_line(repr(module)[:60])}: is no torch.nn.Module")
    model = _copied(module)
    places = [parameter for parameter in model.parameters() if not isinstance(parameter, UninitializedParameter)]
    numbers = next((one for one in places if one.is_floating_point()), torch.zeros(()))
    given = _given(inputs, numbers)
    arguments, keywords = _arguments(model, given)
    first = tensors([given])
    trace = _watched(model, arguments, keywords, first)
    shapes = [_shape(tensor) for tensor in first]
    return assemble(_rows(model, trace), shapes, name or type(module).__name__)


def _watched(model: nn.Module, arguments: Sequence[Any], keywords: Mapping[str, Any], inputs: list[Tensor]) -> Trace:
    trace = Trace(inputs)
    for path, part in model.named_modules():
        if _is_layer(part, path):
            part.register_forward_pre_hook(_before(trace, path), with_kwargs=True)
            part.register_forward_hook(lambda _module, _inputs, output, trace=trace: trace.end(output))
    with _plain(), torch.no_grad():
        try:
            with trace:
                output = model(*arguments, **keywords)
        except Exception as error:  # a stranger's forward raises what it likes
            said = one_line(error) or "no message"
            shapes = ", ".join(str(tuple(tensor.shape)) for tensor in inputs)
            raise MnistError(
                f"{type(model).__name__}: forward fails on {shapes}: {type(error).__name__}: {said[:200]}"
            ) from error
    if not tensors([output]) and not isinstance(output, Tensor) and not hasattr(output, "__dict__"):
        raise MnistError(f"{type(model).__name__}: forward gives {type(output).__name__}, no tensor")
    return trace


def _before(trace: Trace, path: str) -> Any:
    def begin(module: nn.Module, inputs: Any, keywords: Any) -> None:
        trace.begin(Call(type(module).__name__, module, path, tensors([inputs, keywords])))

    return begin


@contextlib.contextmanager
def _plain() -> Iterator[None]:
    """Recurrent layers and attention compute in steps that can be counted, not in one."""
    onednn = torch.backends.mkldnn.set_flags(False)[0]  # type: ignore[no-untyped-call]
    fast = torch.backends.mha.get_fastpath_enabled()
    torch.backends.mha.set_fastpath_enabled(False)
    try:
        with torch.nn.attention.sdpa_kernel(torch.nn.attention.SDPBackend.MATH):
            yield
    finally:
        torch.backends.mkldnn.set_flags(onednn)  # type: ignore[no-untyped-call]
        torch.backends.mha.set_fastpath_enabled(fast)


def _rows(model: nn.Module, trace: Trace) -> list[Row]:
    counted: dict[int, str] = {}  # the label of the row that counts a parameter
    called: set[int] = set()
    rows: list[Row] = []
    number = 0
    for call in trace.calls:
        number += call.module is not None
        rows.append(_row(call, number, counted, called))
    for path, part in model.named_modules():
        own = [one for one in _own(part) if id(one) not in counted]
        if own and not isinstance(part, _HOLDERS):
            number += 1
            label = f"{type(part).__name__}-{number}"
            used = id(part) in called or not _is_layer(part, path)
            said = "parameters of its own" if used else "not called in this pass"
            rows.append(_parameters(part, path, number, own, said))
            counted |= {id(one): label for one in own}
    return rows


def _row(call: Call, number: int, counted: dict[int, str], called: set[int]) -> Row:
    module = call.module
    before = _shape(call.inputs[0]) if call.inputs else ()
    after = () if call.output is None else _shape(call.output)
    own, again = [], None
    if module is not None:
        own = [one for one in _own(module) if id(one) not in counted]
        again = next((counted[id(one)] for one in _own(module) if id(one) in counted), None)
        called.add(id(module))
        counted |= {id(one): f"{call.type}-{number}" for one in own}
    window, groups = _window(call)
    said = comment(
        call.type,
        before,
        after,
        window,
        groups=groups,
        affine=bool(getattr(module, "affine", getattr(module, "elementwise_affine", module is not None))),
        rate=getattr(module, "p", None),
    )
    return Row(
        number=None if module is None else number,
        type=call.type,
        kernel="×".join(map(str, window.kernel)) if window else "",
        output_shape=after,
        parameters=sum(one.numel() for one in own),
        receptive_field=max(call.seen.field) if call.seen is not None else None,
        comment="; ".join(filter(None, (said, _again(again), _frozen(own)))),
        multiply_adds=call.multiply_adds,
        name=call.name,
        input_shape=before,
        source=call.source,
        window=window,
        fields=call.seen.field if call.seen is not None else (),
        jumps=call.seen.jump if call.seen is not None else (),
        groups=groups,
        bias=getattr(module, "bias", None) is not None,
        trainable=sum(one.numel() for one in own if one.requires_grad),
        tensors=tuple(tuple(one.shape) for one in own),
    )


def _parameters(module: nn.Module, path: str, number: int, own: Sequence[Tensor], said: str) -> Row:
    """A row of parameters that no row of a call counts."""
    return Row(
        number=number,
        type=type(module).__name__,
        kernel="",
        output_shape=(),
        parameters=sum(one.numel() for one in own),
        receptive_field=None,
        comment="; ".join(filter(None, (said, _frozen(own)))),
        multiply_adds=0,
        name=path,
        trainable=sum(one.numel() for one in own if one.requires_grad),
        tensors=tuple(tuple(one.shape) for one in own),
    )


def _again(label: str | None) -> str:
    return f"the weights of {label} again" if label else ""


def _frozen(own: Sequence[Tensor]) -> str:
    frozen = sum(one.numel() for one in own if not one.requires_grad)
    if not frozen:
        return ""
    return "frozen" if frozen == sum(one.numel() for one in own) else f"{frozen:,} parameters frozen"


def _window(call: Call) -> tuple[Window | None, int]:
    """Kernel, stride, padding and dilation of a convolution or a pooling; the groups of a convolution."""
    source: Any = call.module if call.module is not None else call.window
    get = source.get if isinstance(source, dict) else lambda name, default=None: getattr(source, name, default)
    weight = call.window.get("weight")
    kernel = list(weight.shape[2:]) if weight is not None and call.type.startswith("Conv") else get("kernel_size")
    if kernel is None or call.output is None or not call.inputs:
        return None, 1
    axes = len(kernel) if isinstance(kernel, list | tuple) and len(kernel) > 1 else call.output.dim() - 2
    if axes < 1:
        return None, 1

    def each(value: Any, default: int) -> Shape:
        if value is None or value == [] or isinstance(value, str):
            return (default,) * axes
        values = (value,) if isinstance(value, int) else tuple(value)
        return values * axes if len(values) == 1 else values

    sides = each(kernel, 1)
    padding = get("padding", 0)
    dilation = each(get("dilation"), 1)
    if padding == "same":
        padding = tuple(step * (side - 1) // 2 for side, step in zip(sides, dilation, strict=True))
    stride = get("stride")
    strides = sides if stride is None or stride == [] else each(stride, 1)
    window = Window(kernel=sides, stride=strides, padding=each(padding, 0), dilation=dilation)
    return window, int(get("groups", 1) or 1)


def _is_layer(module: nn.Module, path: str) -> bool:
    """Whether a module is a row of its own: it has no modules in it that are called.

    The whole network is looked into, what functions it calls, unless it is one of torch's own layers.
    """
    inside = [name for name, part in module.named_children() if not isinstance(part, _HOLDERS)]
    alone = isinstance(module, _WHOLE) or not [name for name in inside if name != _PARAMETRISED]
    return alone and bool(path or type(module).__module__.startswith("torch.nn."))


def _own(module: nn.Module) -> list[Tensor]:
    """The parameters that belong to a module itself."""
    if isinstance(module, _WHOLE):
        return list(module.parameters())
    own: list[Tensor] = list(module.parameters(recurse=False))
    for name, part in module.named_children():
        if isinstance(part, _HOLDERS) or name == _PARAMETRISED:
            own += part.parameters()
    return [one for one in own if not isinstance(one, UninitializedParameter)]


def _copied(module: nn.Module) -> nn.Module:
    lazy = (tensor for tensor in module.buffers() if isinstance(tensor, UninitializedBuffer))
    made: dict[int, Any] = {id(tensor): type(tensor)() for tensor in lazy}  # which copy.deepcopy cannot copy
    try:
        return copy.deepcopy(module, made).eval()
    except Exception as error:  # a stranger's module may hold what cannot be copied
        raise MnistError(f"{type(module).__name__}: cannot be copied: {one_line(error)[:200]}") from error


def _given(inputs: Any, like: Tensor) -> Any:
    """Zeros in place of every shape, a batch of one, in the kind of numbers and on the device that `like` has."""
    if isinstance(inputs, Tensor):
        return inputs
    if isinstance(inputs, Mapping):
        return {name: _given(value, like) for name, value in inputs.items()}
    if isinstance(inputs, list | tuple) and inputs:
        if all(isinstance(side, int) and side > 0 for side in inputs):
            return torch.zeros(1, *inputs, dtype=like.dtype, device=like.device)
        if not any(isinstance(side, int | float) for side in inputs):
            return tuple(_given(value, like) for value in inputs)
    raise MnistError(f"input {one_line(inputs)[:60]}: a shape such as (1, 28, 28) is needed, each side 1 or more")


def _arguments(model: nn.Module, given: Any) -> tuple[Sequence[Any], Mapping[str, Any]]:
    if isinstance(given, Tensor):
        return [given], {}
    if isinstance(given, Mapping):
        names = inspect.signature(model.forward).parameters
        takes_any = any(one.kind is inspect.Parameter.VAR_KEYWORD for one in names.values())
        return ([], given) if takes_any or set(given) <= set(names) else ([given], {})
    return list(given), {}


def _shape(tensor: Tensor) -> Shape:
    """Without the batch."""
    shape = tuple(tensor.shape)
    return shape[1:] if len(shape) > 1 else shape
