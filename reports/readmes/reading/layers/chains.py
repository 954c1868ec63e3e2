"""Lists of layers that tell the size that each leaves: "- Conv1: 16 filters, 3x3 kernel -> 26x26", a line a layer."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from reports.readmes.reading.document import Document, plain
from reports.readmes.reading.layers.code import constructs

_LAYER = re.compile(r"^\W*(?:\d+[.)]\s*)?(?:[\w ]{0,24}\W{1,3})?(?P<kind>conv\w*|max[ -]?pool\w*)\b", re.IGNORECASE)
_KERNEL = re.compile(r"(?<![\d×x])([1357]|2)\s*[x×]\s*\1(?!\s*[x×\d])")
_OUT = re.compile(
    r"(?:→|->|=>|\bout(?:put)?\b[\s:=]*)\s*\(?(?P<side>\d{1,3})\s*[x×]\s*(?P=side)(?:\s*[x×]\s*\d{1,4})?\)?\W*$",
    re.IGNORECASE,
)
_STRIDE = re.compile(r"\bstrides?\s*(?:of|[:=])?\s*(\d)\b|\bs\s*=\s*(\d)\b", re.IGNORECASE)
_IN = re.compile(r"\binput\b.{0,40}?(?<![\d×x])(?P<side>\d{2,3})\s*[x×]\s*(?P=side)\b", re.IGNORECASE)
FAR = 3  # lines between two layers
LONGEST = 160  # letters


@dataclass(frozen=True, slots=True)
class Sized:
    """A layer: its line, the size that it leaves, and the sizes that it may leave of a size that goes in."""

    line: int
    side: int
    kernel: int
    stride: int | None
    pool: bool

    def after(self, side: int) -> set[int]:
        """Without padding and with padding of half the kernel; pooling may round either way."""
        step = self.stride or (self.kernel if self.pool else 1)
        if self.pool:
            return {(side - self.kernel) // step + 1, -(-side // step)}
        return {(side - self.kernel) // step + 1, (side - 1) // step + 1}


def read_chains(document: Document) -> Iterator[tuple[int | None, list[Sized]]]:
    """Each such list, with the size of its input where the line above tells it."""
    layers: list[Sized] = []
    side: int | None = None
    for number, raw in enumerate(document.lines, 1):
        line = plain(raw)
        if len(line) > LONGEST or constructs(line):
            continue
        layer, kernel, out = _LAYER.match(line), _KERNEL.search(line), _OUT.search(line)
        if layers and (number - layers[-1].line > FAR or number in document.headings):
            yield side, layers
            layers, side = [], None
        if layer and kernel and out:
            stride = _STRIDE.search(line)
            told = int(next(group for group in stride.groups() if group)) if stride else None
            pool = "pool" in layer["kind"].lower()
            layers.append(Sized(number, int(out["side"]), int(kernel[1]), told, pool))
        elif layers and re.search(r"\bconv|\bpool|\bstride|\bflatten|\bgap\b|\blinear\b", line, re.IGNORECASE):
            yield side, layers
            layers, side = [], None
        elif not layers and (match := _IN.search(line)):
            side = int(match["side"])
    yield side, layers
