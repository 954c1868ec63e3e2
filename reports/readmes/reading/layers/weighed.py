"""Layers with their channels, and often their parameters, in words and code: "Conv: 8→16, 3×3 (1,168 params)"."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Literal

from reports.readmes.reading.document import Document, plain
from reports.readmes.reading.rows import whole

Type = Literal["conv", "linear", "norm"]

_TYPES: dict[Type, re.Pattern[str]] = {
    "norm": re.compile(r"^\W*(?:\w+\s*[:=]\s*)?(?:nn\.)?batch[ -]?norm\w*", re.IGNORECASE),
    "conv": re.compile(r"\bconv\w*", re.IGNORECASE),
    "linear": re.compile(r"\b(?:linear|dense|fully[ -]connected|fc)\w*", re.IGNORECASE),
}
_OTHER = re.compile(
    r"depthwise|pointwise|separabl|group|transpos|deconv|lstm|gru|attention|embed|residual|shortcut|skip|squeeze|"
    r"inception|dw[ _-]?conv|blocks?\b|\btotal\b|\blayers\b|\bper\b|\beach\b|\bconvs\b",
    re.IGNORECASE,
)
_NODE = re.compile(r"\[\"(?P<text>[^\"\]\n]{1,200})\"\]")  # of a drawing in mermaid
_THROUGH = re.compile(r"(?<![\d×x.,→>])(\d{1,5})\s*(?:→|->|➔|➜)\s*(\d{1,5})(?!\d|\s*[x×→]|\s*->|[.,]\d)")
_CALLED = re.compile(
    r"(?:Conv2d|Linear)\(\s*(?:in_\w+\s*=\s*)?(\d{1,5})\s*,\s*(?:out_\w+\s*=\s*)?(\d{1,5})\b(?P<rest>[^#\n]{0,120})"
)
_OF = re.compile(
    r"\b(?P<of>\d{1,5})\s*(?:channels|features|maps)\b|norm\w*\s*[(:]\s*(?P<told>\d{1,5})\b", re.IGNORECASE
)
_KERNEL = re.compile(
    r"(?<![\d×x.,→>])([1-9])\s*[x×]\s*\1(?!\s*[x×→\d]|\s*->)|\bk(?:ernel)?(?:_?size)?\s*[=:]?\s*\(?([1-9])\b",
    re.IGNORECASE,
)
_ARGUMENT = re.compile(r"^\s*,\s*(?:kernel_size\s*=\s*)?\(?\s*([1-9])(?!\d)(?:\s*,\s*\1\s*\))?")
_COUNT = re.compile(
    r"(?<![\d.,])(?P<before>\d[\d,]*)\s*(?:params?|parameters)\b(?!\s*[:=])"
    r"|\b(?:params?|parameters)\s*[:=]\s*(?P<after>\d[\d,]*)(?![\d.]|\s*[kKmM]\b)",
    re.IGNORECASE,
)
_COUNT_BELOW = re.compile(
    r"^\W*(?:params?|parameters)\s*[:=]\s*(?P<count>\d[\d,]*)(?![\d.]|\s*[kKmM]\b)", re.IGNORECASE
)
_SPLIT = re.compile(
    r"\(\s*(?P<weights>\d[\d,]*)\s*(?:weights?|gamma)\s*\+\s*(?P<biases>\d[\d,]*)\s*(?:bias(?:es)?|beta)\b",
    re.IGNORECASE,
)
_TOTAL = re.compile(r"\W*total\s+(?:params?|parameters)\W{1,6}(?P<count>\d[\d,]*)\W*$", re.IGNORECASE)
_NORMS = re.compile(
    r"\W*batch[ -]?norm\w*(?:\s+layers?)?\W{1,6}(?P<count>\d[\d,]*)\s*(?:params?|parameters)?\W*$", re.IGNORECASE
)
_NORMED = re.compile(r"\bbn\b|batch[ -]?norm|\bnorm\b", re.IGNORECASE)
_SEVERAL = re.compile(r"(?<![\d×x])[2-9]\s*[x×]\s*(?=[A-Za-z(])|[^\d\s]\s*[x×]\s*[2-9]\b")
LONGEST = 300  # letters of a line
MOST = 500  # layers
NEAR = 2  # lines from a layer to its normalisation
FAR = 12  # lines between two layers of one network


@dataclass(frozen=True, slots=True)
class Weighed:
    """A layer: what goes in and comes out, its kernel where it is told, and the parameters that it is said to have."""

    line: int
    type: Type
    inside: int
    out: int
    kernel: int | None = None
    told: str = ""
    bias: bool | None = None  # where code tells
    normed: bool = False  # a batch normalisation is named beside it
    plain: bool = True  # not depthwise, grouped and the like
    split: tuple[int, int] | None = None  # its weights and biases, where they are told apart

    @property
    def weights(self) -> int:
        """Without biases; at least so many where the kernel is not told."""
        if not self.plain:
            return 0
        return self.inside * self.out * (self.kernel or 1) ** 2 if self.type == "conv" else self.inside * self.out

    @property
    def counts(self) -> set[int]:
        """The numbers of parameters that it can have; none where that is not certain."""
        if self.type == "norm":
            return {2 * self.out} if self.split else {2 * self.out, 4 * self.out}
        if not self.plain or (self.type == "conv" and self.kernel is None):
            return set()
        made = {None: {self.weights, self.weights + self.out}, True: {self.weights + self.out}, False: {self.weights}}
        return {number + extra for number in made[self.bias] for extra in ((0, 2 * self.out) if self.normed else (0,))}


def read_weighed(document: Document) -> Iterator[list[Weighed]]:
    """The layers of each part of the text, in order."""
    layers: list[Weighed] = []
    rows = {block.first for block in document.of_kind("row")}
    for number, raw in enumerate(document.lines, 1):
        if number in rows or len(raw) > LONGEST:
            continue
        line = plain(raw)
        below = _COUNT_BELOW.match(line)
        if below and layers and layers[-1].type != "norm" and not layers[-1].told and number == layers[-1].line + 1:
            layers[-1] = replace(layers[-1], line=number, told=below["count"].rstrip(","))
            continue
        nodes = [match["text"] for match in _NODE.finditer(line)]
        for text in nodes or [line]:
            layer = _norm_of(number, text, layers) or _read(number, text)
            if layer is None:
                continue
            if layers and (number > layers[-1].line + FAR or len(layers) >= MOST):
                yield layers
                layers = []
            layers.append(layer)
    if layers:
        yield layers


def _norm_of(number: int, text: str, layers: Sequence[Weighed]) -> Weighed | None:
    """A normalisation with its parameters right below the layer whose channels it has."""
    counted, split = _COUNT.search(text), _SPLIT.search(text)
    near = bool(layers) and number <= layers[-1].line + NEAR and layers[-1].type != "norm"
    if not near or counted is None or split is None or not _TYPES["norm"].search(text):
        return None
    told = (counted["before"] or counted["after"]).rstrip(",")
    return Weighed(
        number, "norm", 0, layers[-1].out, told=told, split=(whole(split["weights"]), whole(split["biases"]))
    )  # fmt: skip


def is_chained(layers: Sequence[Weighed]) -> bool:
    """Whether each takes what the one before it gives, from a picture of one or three channels on."""
    through = [layer for layer in layers if layer.type != "norm"]
    if not through or through[0].inside not in (1, 3) or through[0].type != "conv":
        return False
    for before, after in pairwise(through):
        area, rest = divmod(after.inside, before.out)
        flat = after.type == "linear" and before.type == "conv" and area == round(area**0.5) ** 2
        if rest or (area != 1 and not flat):
            return False
    return True


def _read(number: int, text: str) -> Weighed | None:
    words = text.partition("#")[0]
    found = [kind for kind, pattern in _TYPES.items() if pattern.search(words)]
    if not found or (len(found) > 1 and found[0] != "norm") or _SEVERAL.search(words):
        return None
    kind = found[0]
    counted = _COUNT.search(text)
    told = (counted["before"] or counted["after"]).rstrip(",") if counted and len(_COUNT.findall(text)) == 1 else ""
    if kind == "norm":
        of = _OF.search(words)
        return Weighed(number, kind, 0, int(of["of"] or of["told"]), told=told) if of and told else None
    called = _CALLED.search(words)
    through = _THROUGH.findall(words)
    if called is None and (len(through) != 1 or len(_TYPES[kind].findall(words)) > 1):
        return None
    if called and (len(_CALLED.findall(words)) > 1 or through):
        return None
    inside, out = (int(called[1]), int(called[2])) if called else (int(side) for side in through[0])
    rest = called["rest"] if called else ""
    sides = {int(a or b) for a, b in _KERNEL.findall(words)}
    argument = _ARGUMENT.match(rest)
    kernel = int(argument[1]) if argument else sides.pop() if len(sides) == 1 else None
    compact = rest.replace(" ", "")
    bias = None if called is None or "bias=" in compact.replace("bias=False", "") else "bias=False" not in compact
    return Weighed(
        number, kind, inside, out, kernel, told, bias, _NORMED.search(text) is not None, _OTHER.search(text) is None
    ) if inside and out else None  # fmt: skip


def told_total(document: Document, layers: Sequence[Weighed]) -> tuple[int, str] | None:
    """The line of the total that stands right behind the layers, and the number as it stands."""
    return _behind(document, layers, _TOTAL)


def told_norms(document: Document, layers: Sequence[Weighed]) -> tuple[int, str] | None:
    """The same of the sum of all normalisations."""
    return _behind(document, layers, _NORMS)


def _behind(document: Document, layers: Sequence[Weighed], form: re.Pattern[str]) -> tuple[int, str] | None:
    last = layers[-1].line
    for number in range(last + 1, min(last + FAR, len(document.lines)) + 1):
        match = form.match(plain(document.lines[number - 1]))
        if match:
            return number, match["count"]
    return None


def counted(layers: Iterable[Weighed]) -> int:
    """The sum of what the layers are said to have."""
    return sum(whole(layer.told) for layer in layers if layer.told)


def mended(layers: Iterable[Weighed]) -> int:
    """The sum of what they have, those that are said to have another number too; of two that one may have, the less."""
    return sum(
        whole(layer.told) if whole(layer.told) in layer.counts or not layer.counts else min(layer.counts)
        for layer in layers if layer.told
    )  # fmt: skip
