"""Receptive fields told by their letters, "r_in: 1, n_in: 28, s: 1, r_out: 3", or by names, a line each."""

import re
from collections.abc import Iterator, Sequence

from reports.readmes.reading.document import Document, plain
from reports.readmes.reading.layers.code import constructed
from reports.readmes.reading.layers.listed import LONGEST, Step

_PAIR = re.compile(
    r"(?<![\w.])(?P<letter>[rnj]|rf|jump|[kspd]|kernel|stride|padding|dilation)(?:_?(?P<side>in|out))?\s*[:=]\s*"
    r"(?P<value>\d{1,4})(?:\s*[x×]\s*(?P=value))?(?![\d.x×])",
    re.IGNORECASE,
)
_NAMED = re.compile(
    r"^[\s*+\-•\d.)]*(?:(?P<k>kernel|filter)|(?P<s>stride)|(?P<p>padding)|(?P<d>dilation)|(?P<n_in>input)|(?P<n>output)|"
    r"(?P<r>rec\w{1,5}ve[ _-]?field|rf))(?:[ _-]?(?:size|shape|out))?(?:\s*\(\w{1,10}\))?\s*(?:[:=]|[-–](?=\s))\s*"
    r"\(?(?P<value>\d{1,4})(?:\s*[x×,]\s*(?P=value))?\)?(?:\s*[x×]\s*\d{1,4})?\W*$",
    re.IGNORECASE,
)
_SQUARE = re.compile(r"(?<![\d×x])(?P<kernel>\d)\s*[x×]\s*(?P=kernel)(?!\s*[x×\d])")
_KERNELS = re.compile(r"\bkernels?\b|\bfilters?\b", re.IGNORECASE)
_POOL = re.compile(r"pool", re.IGNORECASE)
_GLOBAL = re.compile(r"\bglobal|\badaptive|\bgap\b", re.IGNORECASE)
_NAMES = ("k", "s", "p", "d", "n_in", "n", "r")
NEAR = 8  # lines between two names
_LETTERS = {"rf": "r", "jump": "j", "kernel": "k", "stride": "s", "padding": "p", "dilation": "d"}
FAR = 2  # lines from such a line to the code of its layer
APART = 20  # lines between two layers of one network
LEAST = 4  # letters
MOST = 500  # layers
WIDEST = 10  # of a kernel that sizes make certain


def read_keyed(document: Document) -> Iterator[list[Step]]:
    """Each run of such lines, the kernel of each told by itself or by the code below it."""
    steps: list[Step] = []
    last = 0
    for number, raw in enumerate(document.lines, 1):
        found = _letters(plain(raw)) if len(raw) <= LONGEST and len(steps) < MOST else {}
        if not {"r", "n_in"} <= found.keys() or len(found) < LEAST:
            continue
        if steps and number - last > APART:
            yield steps
            steps = []
        layer = {} if "k" in found else _below(document, number)
        found = {letter: layer[letter] for letter in ("k", "s", "p", "d") if letter in layer} | found
        if "k" not in found or "s" not in found:
            if steps:
                yield steps
            steps = []
            continue
        steps.append(Step(number, found))
        last = number
    if steps:
        yield steps


def read_named(document: Document) -> Iterator[list[Step]]:
    """Each run of layers that have a line for the kernel, one for the stride, one for the field, and others."""
    steps: list[Step] = []
    layer: dict[str, int] = {}
    last = above = 0  # lines of the name before, and of the layer before
    for number, raw in enumerate(document.lines, 1):
        match = _NAMED.match(plain(raw)) if len(raw) <= LONGEST else None
        if match is None or len(steps) >= MOST:
            continue
        letter = next(name for name in _NAMES if match[name])
        if last and number - last > NEAR:
            if steps:
                yield steps
            steps, layer = [], {}
            above = number - 1 - FAR
        layer = {} if letter == "k" else layer
        layer[letter] = int(match["value"])
        if letter == "r":
            layer = _implied(layer, document.lines[max(above, 0) : number - 1]) | layer
            above = number
        last = number
        if letter == "r" and {"k", "s"} <= layer.keys():
            steps.append(Step(number, layer))
            layer = {}
        elif letter == "r" and steps:  # of a layer that is not understood
            yield steps
            steps, layer = [], {}
    if steps:
        yield steps


def _implied(layer: dict[str, int], lines: Sequence[str]) -> dict[str, int]:
    """Kernel and stride of a layer that tells its sizes: by its title, and by what the sizes leave possible."""
    n_in, n = layer.get("n_in", 0), layer.get("n", 0)
    text = "\n".join(line for line in lines if not _NAMED.match(plain(line)))
    if not n or "s" in layer or "d" in layer or _GLOBAL.search(text):
        return {}
    if _POOL.search(text):
        return {"k": n_in // n, "s": n_in // n, "p": 0} if n_in in (2 * n, 3 * n) and "k" not in layer else {}
    told = [int(m["kernel"]) for line in text.split("\n") if _KERNELS.search(line) for m in _SQUARE.finditer(line)]
    ks = {layer["k"]} if "k" in layer else {*told[:1]} if told else {n_in + 2 * layer.get("p", 0) - n + 1}
    k = ks.pop()
    fits = n == n_in + 2 * layer.get("p", 0) - k + 1 or ("p" not in layer and told and n == n_in)
    return {"k": k, "s": 1} if fits and (1 if told else 2) <= k < WIDEST else {}


def _letters(line: str) -> dict[str, int]:
    found: dict[str, int] = {}
    for match in _PAIR.finditer(line):
        letter = _LETTERS.get(match["letter"].lower(), match["letter"].lower())
        found.setdefault(f"{letter}_in" if (match["side"] or "").lower() == "in" else letter, int(match["value"]))
    return found


def _below(document: Document, number: int) -> dict[str, int]:
    for line in (document.lines[number - 1], *document.lines[number : number + FAR]):
        layer = constructed(line)
        if layer is not None:
            return layer
    return {}
