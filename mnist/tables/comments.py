"""What a layer does, in a few words: the comments column of a parameter table. No torch."""

from collections.abc import Sequence

from mnist.tables.table import Shape, Window, size

_PLAIN = {
    "ReLU": "negative values become 0",
    "SiLU": "x / (1 + exp(-x)), a ReLU without the corner",
    "GELU": "x · Φ(x), a ReLU without the corner",
    "LeakyReLU": "negative values are made small",
    "PReLU": "negative values times a learnt factor",
    "ELU": "negative values bend towards -1",
    "Hardswish": "x · ReLU6(x + 3) / 6",
    "ReLU6": "between 0 and 6",
    "Sigmoid": "1 / (1 + exp(-x))",
    "Tanh": "between -1 and 1",
    "Softmax": "shares that sum to 1",
    "LogSoftmax": "logarithms of shares that sum to 1",
    "add": "sums, value by value",
    "multiply": "products, value by value",
    "concatenate": "one behind the other",
    "matrix product": "a product of matrices",
    "Identity": "nothing",
}


def comment(
    type: str,  # noqa: A002  the record's own name for it
    before: Shape,
    after: Shape,
    window: Window | None = None,
    *,
    groups: int = 1,
    affine: bool = True,
    rate: float | None = None,
) -> str:
    """A comment on a layer of that type between two shapes; empty where nothing is known of the type."""
    kind = type.rstrip("123d")
    if type in _PLAIN:
        return _PLAIN[type]
    if kind.startswith("Lazy"):
        kind = kind[4:]
    match kind:
        case "Conv" | "ConvTranspose" if window is not None and len(before) > 1:
            return _convolution(kind, before, after, window, groups)
        case "BatchNorm" | "InstanceNorm" | "SyncBatchNorm":
            how = "normalises, scales and shifts each of" if affine else "normalises each of"
            return f"{how} {before[0]} channels" + ("" if affine else ", without parameters")
        case "GroupNorm" | "LayerNorm" | "RMSNorm":
            return f"normalises{', scales and shifts' if affine else ''} each sample by itself"
        case "MaxPool" | "AvgPool" | "LPPool" if window is not None:
            return _pool(kind, before, after, window)
        case "AdaptiveAvgPool" | "AdaptiveMaxPool":
            if size(after[1:]) == 1:
                verb = "averages" if "Avg" in kind else "keeps the largest of"
                return f"{verb} each channel over all of its {_sides(before[1:])} pixels"
            verb = "averages parts" if "Avg" in kind else "keeps the largest of parts"
            return f"{verb}: {_sides(before[1:])} to {_sides(after[1:])}"
        case "Dropout" | "AlphaDropout" | "FeatureAlphaDropout" if rate is not None:
            what = "channels" if type.endswith("2d") else "values"
            return f"while training, drops {rate:.0%} of the {what} at random"
        case "Flatten":
            return f"{_sides(before)} in one line"
        case "Linear" if before and after:
            return f"weighs {before[-1]} values for each of {after[-1]}"
        case "Embedding" if after:
            return f"looks up {after[-1]} numbers"
        case "LSTM" | "GRU" | "RNN" if after:
            return f"goes through a sequence, {after[-1]} numbers a step"
    return ""


def _convolution(kind: str, before: Shape, after: Shape, window: Window, groups: int) -> str:
    kernel, sides, channels = _sides(window.kernel), _sides(before[1:]), before[0]
    if kind == "ConvTranspose":
        return f"{kernel} kernel, transposed: {sides} to {_sides(after[1:])}; {after[0]} channels out"
    if size(window.kernel) == 1 and groups == 1 and size(window.stride) == 1:
        return f"mixes {channels} channels into {after[0]}, pixel by pixel"
    stride, dilation = max(window.stride), max(window.dilation)
    how = f", padded by {_one(window.padding)}" if any(window.padding) else ""
    how += {1: "", 2: ", at every 2nd pixel", 3: ", at every 3rd pixel"}.get(stride, f", at every {stride}th pixel")
    how += f", its values {dilation} pixels apart" if dilation > 1 else ""
    if groups > 1:
        how += ", each channel by itself" if groups == channels else f", in {groups} groups of channels"
    return f"{kernel} kernel over {sides}×{channels}{how}; {after[0]} channels out"


def _pool(kind: str, before: Shape, after: Shape, window: Window) -> str:
    average = kind == "AvgPool"
    if average and size(after[1:]) == 1 and tuple(before[1:]) == tuple(window.kernel):
        return f"averages each channel over all of its {_sides(before[1:])} pixels"
    square = "square" if len(window.kernel) == 2 else "stretch"
    how = f", every {_one(window.stride)} pixels" if window.stride != window.kernel else ""
    verb = "averages each" if average else "keeps the largest of each"
    return f"{verb} {_sides(window.kernel)} {square}{how}: {_sides(before[1:])} to {_sides(after[1:])}"


def _sides(shape: Sequence[int]) -> str:
    return "×".join(map(str, shape))


def _one(sides: Shape) -> str:
    """One number where all sides have the same."""
    return str(sides[0]) if len(set(sides)) == 1 else _sides(sides)
