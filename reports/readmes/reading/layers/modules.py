"""Networks as PyTorch prints them, a module a line: (conv1): Conv2d(1, 16, kernel_size=(3, 3), stride=(1, 1))."""

import re
from collections.abc import Iterator

from reports.readmes.reading.document import Document, plain

_MODULE = re.compile(r"^\s*[│├└─|]*\s*\((?P<name>[\w.]{1,40})\):\s*(?P<type>[A-Za-z_]\w*)\((?P<rest>.*)$")
_CONV = re.compile(r"(\d+),\s*(\d+),\s*kernel_size=\(?(\d+)(?:,\s*(\d+))?\)?(?P<rest>.*)")
_LINEAR = re.compile(r"in_features=(\d+),\s*out_features=(\d+)(?P<rest>.*)")
_NORM = re.compile(r"(\d+)(?P<rest>.*)")
_GROUPS = re.compile(r"groups=(\d+)")
_WITHOUT = re.compile(
    r"(?:ReLU\w*|LeakyReLU|ELU|GELU|SiLU|Hardswish|Sigmoid|Tanh|(?:Log)?[Ss]oftmax|Dropout\w*|MaxPool\w*|AvgPool\w*|"
    r"AdaptiveAvgPool\w*|AdaptiveMaxPool\w*|Flatten|Identity|Upsample|ZeroPad\w*)$"
)
LEAST = 3  # modules
FAR = 3  # lines without a module inside a network: brackets that close


def module_totals(document: Document) -> Iterator[tuple[int, int, int]]:
    """The first and last line and the parameters of each printed network of which every module is understood."""
    counts: list[int | None] = []
    first = last = 0
    for number, raw in enumerate(document.lines, 1):
        match = _MODULE.match(plain(raw)) if "):" in raw else None
        if match is None:
            if counts and (number > last + FAR or number in document.headings or re.match(r"\s*[A-Za-z]\w*\($", raw)):
                yield from _whole(first, last, counts)
                counts = []
            continue
        if not counts:
            first = number
        last = number
        counts.append(_count(match["type"], match["rest"]))
    yield from _whole(first, last, counts)


def _whole(first: int, last: int, counts: list[int | None]) -> Iterator[tuple[int, int, int]]:
    known = [count for count in counts if count is not None]
    total = sum(known)
    if len(known) == len(counts) >= LEAST and total:
        yield first, last, total


def _count(kind: str, rest: str) -> int | None:
    """The parameters of one module without those inside it; None where it is not known."""
    if not rest.rstrip().endswith(")"):
        return 0 if not rest.strip() else None  # a module that shows its children
    has_bias = "bias=False" not in rest
    if kind == "Conv2d" and (match := _CONV.match(rest)):
        inside, out, high = int(match[1]), int(match[2]), int(match[3])
        groups = _GROUPS.search(match["rest"])
        return out * (inside // int(groups[1] if groups else 1)) * high * int(match[4] or high) + out * has_bias
    if kind == "Linear" and (match := _LINEAR.match(rest)):
        return int(match[1]) * int(match[2]) + int(match[2]) * has_bias
    if re.fullmatch(r"BatchNorm[123]d", kind) and (match := _NORM.match(rest)):
        return 0 if "affine=False" in rest else 2 * int(match[1])
    if kind == "GroupNorm" and (match := re.match(r"\d+,\s*(\d+)", rest)):
        return 0 if "affine=False" in rest else 2 * int(match[1])
    return 0 if _WITHOUT.match(kind) else None
