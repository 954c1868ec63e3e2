"""Functions of one number, applied to each: activations and the rest. Their formulas are in kernels.js."""

from collections.abc import Callable

from torch import Tensor

from mnist.page.build import Builder, Operation, OperationError, Value

Lower = Callable[[Builder, Operation], Value]

# kernels.js has a function of this name; the operation's arguments that it takes, in order; what a reader calls it
_PLAIN: dict[str, tuple[tuple[str, ...], str | None]] = {
    "relu": ((), "ReLU"),
    "relu6": ((), "ReLU6"),
    "leaky_relu": (("negative_slope",), "Leaky ReLU"),
    "elu": (("alpha", "scale", "input_scale"), "ELU"),
    "celu": (("alpha",), "CELU"),
    "selu": ((), "SELU"),
    "silu": ((), "SiLU"),
    "mish": ((), "Mish"),
    "hardswish": ((), "Hardswish"),
    "hardsigmoid": ((), "Hardsigmoid"),
    "hardtanh": (("min_val", "max_val"), "Hardtanh"),
    "hardshrink": (("lambd",), "Hardshrink"),
    "softshrink": (("lambd",), "Softshrink"),
    "softplus": (("beta", "threshold"), "Softplus"),
    "threshold": (("threshold", "value"), "Threshold"),
    "log_sigmoid": ((), "Log-sigmoid"),
    "sigmoid": ((), "Sigmoid"),
    "tanh": ((), "Tanh"),
    "abs": ((), None),
    "atan": ((), None),
    "ceil": ((), None),
    "cos": ((), None),
    "erf": ((), None),
    "exp": ((), None),
    "floor": ((), None),
    "log": ((), None),
    "log1p": ((), None),
    "neg": ((), None),
    "reciprocal": ((), None),
    "rsqrt": ((), None),
    "sign": ((), None),
    "sin": ((), None),
    "sqrt": ((), None),
    "square": ((), None),
    "tan": ((), None),
}


def each(
    build: Builder, name: str, value: Value, given: Tensor, settings: tuple[float, ...] = (), label: str | None = None
) -> Value:
    """A function of kernels.js on each number."""
    return build.emit("each", [value], given, label, name=name, settings=list(settings))


def _plain(name: str, taken: tuple[str, ...], label: str | None) -> Lower:
    def lower(build: Builder, operation: Operation) -> Value:
        settings = tuple(float(operation[argument]) for argument in taken)
        return each(build, name, operation.first, operation.given, settings, label)

    return lower


def _gelu(build: Builder, operation: Operation) -> Value:
    name = "gelu" if operation["approximate"] == "none" else "gelu_tanh"
    return each(build, name, operation.first, operation.given, label="GELU")


def _clamp(build: Builder, operation: Operation) -> Value:
    low, high = operation["min"], operation["max"]
    if isinstance(low, Value) or isinstance(high, Value):
        raise OperationError("between tensors")
    limits = (-1e39 if low is None else float(low), 1e39 if high is None else float(high))
    return each(build, "hardtanh", operation.first, operation.given, limits, "Clamp")


def _rrelu(build: Builder, operation: Operation) -> Value:
    if operation["training"]:
        raise OperationError("that is random in use, too,")
    slope = (float(operation["lower"]) + float(operation["upper"])) / 2
    return each(build, "leaky_relu", operation.first, operation.given, (slope,), "RReLU")


def _prelu(build: Builder, operation: Operation) -> Value:
    value = operation.first
    inner = value.tensor[0, 0].numel() if value.tensor.ndim > 1 else value.tensor.numel()
    return build.emit("prelu", [value, operation["weight"]], operation.given, "PReLU", inner=inner)


OPERATORS: dict[str, Lower] = {
    **{name: _plain(name, *rest) for name, rest in _PLAIN.items()},
    "gelu": _gelu,
    "clamp": _clamp,
    "clamp_min": _clamp,
    "clamp_max": _clamp,
    "rrelu": _rrelu,
    "prelu": _prelu,
}
