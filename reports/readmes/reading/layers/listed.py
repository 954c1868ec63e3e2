"""Lists of layers, a line a layer, of which most tell their receptive field: in words, trees, comments and code."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from reports.readmes.reading.document import Document, plain
from reports.readmes.reading.layers.code import constructed, constructs, told_sizes

_LAYER = re.compile(
    r"(?:\b|(?<=_))(?:conv\w*|\w*conv(?:olution)?\d*|depthwise\w*|dilated\w*|max[ -]?pool\w*|avg[ -]?pool\w*|"
    r"average[ -]?pool\w*|pool\w*|transition\w*)(?:\b|(?=_))",
    re.IGNORECASE,
)
_GLOBAL = re.compile(r"\b(?:global|adaptive\w*|gap|upsampl\w*|transposed?|convtranspose\w*)\b", re.IGNORECASE)
_POOL = re.compile(r"pool", re.IGNORECASE)
_KERNEL = re.compile(
    r"(?<![\d.,\[×x*])([12357])\s*[x×]\s*\1(?!\s*[x×\d]|\s*(?:→|->))"
    r"|\bk(?:ernel)?(?:[ _]?size)?\s*[=:]?\s*\(?(\d{1,2})\b"
    r"|\bnn\.Conv2d\(\s*\d+\s*,\s*\d+\s*,\s*\(?(\d{1,2})\b|\b(?:Max|Avg)_?Pool(?:2d)?\(\s*\(?(\d)\b",
    re.IGNORECASE,
)
_STRIDE = re.compile(r"\bs(?:tride)?s?\s*[=:]\s*\(?(\d)\b|\bstrides?\s+(?:of\s+)?(\d)\b", re.IGNORECASE)
_DILATION = re.compile(r"\bd(?:ilation)?\s*[=:]\s*\(?(\d{1,2})\b|\bdilation\s+(?:of\s+)?(\d{1,2})\b", re.IGNORECASE)
_STRIDED, _DILATED = (re.compile(rf"\b{word}\b", re.IGNORECASE) for word in ("strided", "dilated"))
_FIELD = re.compile(
    r"\b(?:rf|rec\w{1,5}ve[ _-]?field)\b(?:\s*(?:out|size|after|is|of))?\s*(?:[:=]|[-–—](?=\s*\d))?\s*"
    r"(?P<chain>\d{1,4}(?:\s*[x×]\s*\d{1,4})?(?:\s*(?:→|->|-->|➔|➜|to)\s*\d{1,4}(?:\s*[x×]\s*\d{1,4})?)*)(?![\d.]|\s*%)",
    re.IGNORECASE,
)
_WRITTEN_OUT = re.compile(  # RF = 1 + (3 - 1) * 1 = 3
    r"(?P<name>\b(?:rf|receptive[ _-]?field)\b[^=:\n]{0,20}[:=])\s*(?:[^=\n|;#]{1,80}=\s*){1,4}(?=\d{1,4}(?!\d))",
    re.IGNORECASE,
)
_UNFINISHED = re.compile(r"\s*(?:[-+*×·−]\s*[\d(]|\()")  # a sum whose result is not told
_AFTER = re.compile(
    r"\b(?P<name>rf|receptive[ _-]?field)\s+(?:after|at|of|for)\s+(?P<layer>[^:\n]{1,40}):\s*(?=\d)", re.IGNORECASE
)
_SEVERAL = re.compile(r"(?<![\d×x])(\d{1,2})\s*[x×]\s*(?=[A-Za-z])")
_OTHER_MODULE = re.compile(r"\bnn\.(?:BatchNorm|Dropout|ReLU|GroupNorm|LayerNorm)\w*\(")
_PLUS = re.compile(r"(?<=\))\s*\+\s*(?=\w*conv)", re.IGNORECASE)  # Conv2d(8→8, k=3, groups=8) + Conv2d(8→16, k=1)
_BESIDE = re.compile(r"\b(?:residual|shortcut|skip)\b(?=.*\b1\s*[x×]\s*1\b)", re.IGNORECASE)  # sees no more
_ARROW = re.compile(r"→|->|-->|➔|➜|\bto\b")
_CHANNELS = re.compile(r"(?<![\d×x.])(\d{1,4})\s*(?:→|->|➔|➜)\s*(\d{1,4})(?!\s*[x×\d.])")
_SWITCHED_OFF = re.compile(r"\s*#[#\s]*(?:[)\]]|nn\.|self\.|\w+\()")  # code that is commented out
_LEAD = re.compile(r"[\s│|├└─+*•#-]*")
APART = 4  # lines between two layers of one list
APART_IN_CODE = 14
LONGEST = 300  # letters of a line
MOST = 500  # layers
PICTURE = (1, 3)  # channels


@dataclass(frozen=True, slots=True)
class Step:
    """A layer: its line, and its numbers by their letters: k, s, p, d, sizes n, fields r and jumps j, in and out."""

    line: int
    cells: dict[str, int]

    def widen(self, field: int, jump: int) -> tuple[int, int]:
        """Field and jump behind the layer, given those before it: r + (k - 1)·d·j and j·s."""
        reach = (self.cells["k"] - 1) * self.cells.get("d", 1)
        return field + reach * jump, jump * self.cells["s"]


def read_listed(document: Document, taken: set[int]) -> Iterator[list[Step]]:
    """Each list; a field that stands alone is of the layer above it, or below where the first one stands so."""
    steps: list[Step] = []
    above: Step | None = None  # a field in a line of its own, right above the layer that comes next
    forward = False
    rows = taken | {block.first for block in document.of_kind("row", "heading")}
    coded = _coded(document)
    for number, raw in enumerate(document.lines, 1):
        line = _shortened(plain(raw)) if len(raw) <= LONGEST else raw
        off = number in coded and _SWITCHED_OFF.match(line)
        if number in rows or len(line) > LONGEST or len(steps) >= MOST or off:
            continue
        layer = _LAYER.search(line) is not None and (not _OTHER_MODULE.search(line) or constructs(line))
        field = find_field(line)
        apart = APART_IN_CODE if number in coded and steps and steps[-1].line in coded else APART
        other = coded.get(number) != coded.get(steps[-1].line) if steps and number in coded and not layer else False
        if steps and (layer or field) and (number - steps[-1].line > apart or other):
            yield steps
            steps, forward = [], False
        if layer and _GLOBAL.search(line):
            if steps:
                yield steps
            steps, forward = [], False
        elif layer and (found := list(_steps(number, line, field))):
            if steps and number in coded and found[0].cells.get("in") in PICTURE:  # another network begins
                yield steps
                steps, forward = [], above is not None
            if above is not None and (forward or not steps) and "r" not in found[-1].cells:
                forward = forward or above.line == number - 1
                if forward and number - above.line < APART:
                    found[-1] = Step(above.line, found[-1].cells | above.cells)
            steps += found
            above = None
        elif layer and steps and (constructs(line) or (_KERNEL.search(line) and not _BESIDE.search(line))):
            # a layer that is not understood
            yield steps
            steps, forward = [], False
        elif field and not _ARROW.search(field["chain"]) and not is_header(document, number):
            sizes = told_sizes(line) if number in coded else None
            told = {"r": _first(field["chain"])} | (dict(zip(("n_in", "n"), sizes, strict=True)) if sizes else {})
            halved = above is not None and above.cells.get("n_in") == 2 * above.cells.get("n", 0)
            if steps and forward and above is not None and halved:  # code elsewhere pools: no layer stands below
                steps.append(Step(above.line, {"k": 2, "s": 2, "d": 1, "pool": 1} | above.cells))
            if forward or not steps:
                above = Step(number, told)
            elif "r" not in steps[-1].cells:
                steps[-1] = Step(number, steps[-1].cells | told)
    if steps:
        yield steps


def is_header(document: Document, number: int) -> bool:
    """Whether the next line stands further in and names a layer: the line tells of several."""
    after = document.lines[number] if number < len(document.lines) else ""
    return _LAYER.search(after) is not None and depth(after) > depth(document.lines[number - 1])


def depth(line: str) -> int:
    """How far in a line stands, its branches and bullets included."""
    match = _LEAD.match(line)
    return match.end() if match else 0


def _shortened(line: str) -> str:
    """The line with the field's result only, where the sum that makes it is written out, or the layer's name is."""
    return _AFTER.sub(
        lambda match: f"{match['layer']} {match['name']}: ", _WRITTEN_OUT.sub(lambda match: f"{match['name']} ", line)
    )


def find_field(line: str) -> re.Match[str] | None:
    """The field that a line tells, or several between arrows."""
    field = _FIELD.search(line)
    return field if field and not _UNFINISHED.match(line, field.end()) else None


def told_field(line: str) -> int | None:
    """The one field that a line tells."""
    field = find_field(_shortened(line))
    return _first(field["chain"]) if field and not _ARROW.search(field["chain"]) else None


def names_layer(line: str) -> bool:
    """Whether it names a layer that has a kernel."""
    return _LAYER.search(line) is not None and _GLOBAL.search(line) is None


def told_layer(number: int, line: str) -> Step | None:
    """The one layer of a line, its field left aside; None where there is none, or one that is not understood."""
    if not names_layer(line):
        return None
    found = list(_steps(number, line, None))
    return found[0] if len(found) == 1 else None


def is_chained(steps: Sequence[Step]) -> bool:
    """Whether the channels prove that no convolution is left out: each takes what the one before it gives."""
    convolutions = [step.cells for step in steps if not step.cells.get("pool")]
    told = all({"in", "out"} <= has.keys() for has in convolutions)
    return (
        told
        and len(convolutions) > 1
        and convolutions[0]["in"] in PICTURE
        and all(before["out"] == after["in"] for before, after in pairwise(convolutions))
    )


def _coded(document: Document) -> dict[int, int]:
    """The lines of listings, in which a layer may take several, and where each begins."""
    return {
        line: block.first
        for block in document.of_kind("fence")
        if any(constructs(line) for line in document.lines[block.first - 1 : block.last])
        for line in range(block.first, block.last + 1)
    }


def _steps(number: int, line: str, field: re.Match[str] | None) -> Iterator[Step]:
    """The layer of a line, or as many equal ones as an arrow or "3x" tells; none where a number is not told."""
    pool = {"pool": 1} if _POOL.search(line.partition("#")[0]) else {}
    if constructs(line):
        layer = constructed(line)
        if layer is not None:
            sizes = told_sizes(line)
            told = {"r": _first(field["chain"])} if field else {}
            yield Step(number, layer | pool | told | (dict(zip(("n_in", "n"), sizes, strict=True)) if sizes else {}))
        return
    described = line if field is None else line[: field.start()] + " " + line[field.end() :]
    kernel = _KERNEL.search(described)
    if kernel is None or _BESIDE.search(line):
        return
    parts = _PLUS.split(described)
    if len(parts) > 1 and field is None and all(_KERNEL.search(part) for part in parts):
        for part in parts:
            yield from _steps(number, part, None)
        return
    k = int(next(group for group in kernel.groups() if group))
    stride, dilation = (_number(pattern.search(line)) for pattern in (_STRIDE, _DILATION))
    if (_STRIDED.search(line) and not stride) or (_DILATED.search(line) and not dilation):
        return
    own = {"k": k, "s": stride or (k if _POOL.search(line) else 1), "d": dilation or 1} | pool
    channels = _CHANNELS.search(described)
    if channels and not pool:
        own |= {"in": int(channels[1]), "out": int(channels[2])}
    chain = [_first(part) for part in _ARROW.split(field["chain"])] if field else []
    several = _SEVERAL.search(line)
    times = int(several[1]) if several else 1
    if len(chain) < 2:
        for each in range(times):
            yield Step(number, own | ({"r": chain[0]} if chain and each == times - 1 else {}))
    elif len(chain) - 1 == times:
        for before, after in pairwise(chain):
            yield Step(number, own | {"r_in": before, "r": after})


def _number(match: re.Match[str] | None) -> int | None:
    return int(next(group for group in match.groups() if group)) if match else None


def _first(text: str) -> int:
    match = re.search(r"\d+", text)
    return int(match[0]) if match else 0
