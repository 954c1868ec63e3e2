"""Shapes in the comments of a forward pass, against the layers that the same code constructs."""

import re
from collections.abc import Iterator

from reports.readmes.proof.evidence import Evidence
from reports.readmes.proof.findings import Finding, Judgements, Kind

_CONSTRUCTED = re.compile(
    r"self\.(?P<name>\w+)\s*=\s*nn\.(?P<type>Conv2d|Linear)\(\s*(?:in_\w+\s*=\s*)?\w+\s*,\s*(?:out_\w+\s*=\s*)?(?P<out>\d+)\b"
)
_ASSIGNED = re.compile(r"self\.(?P<name>\w+)\s*=")
_STEP = re.compile(r"^\s*(?P<to>\w+)\s*=\s*(?P<code>[^#]*)(?:#\s*(?P<note>.*))?$")
_SHAPE = re.compile(
    r"(?:^|(?:->|→)\s*|[:=]\s*)(?P<shape>[\[(]\s*(?P<batch>batch(?:_size)?|bs?|n|-1|none|\d+)\s*,\s*(?P<channels>\d{1,5})\s*"
    r"(?P<sides>,\s*\w+\s*,\s*\w+\s*)?[\])])\s*$",
    re.IGNORECASE,
)
_CALLED = re.compile(r"(?:self|F|torch|nn\.functional)\.(\w+)\(|\.(\w+)\(")
_KEEPS = re.compile(r"\w*(?:relu|gelu|silu|elu|tanh|sigmoid|act|pool|gap|drop|norm|bn)\w*", re.IGNORECASE)
_TO_ONE = re.compile(r"\bgap\b|adaptive_\w+\([^()]*,\s*(?:1|\(\s*1\s*,\s*1\s*\))\s*\)")
_OTHER = re.compile(r"[-+*/@]|\bcat\b|\[")


def check_comments(evidence: Evidence) -> Judgements:
    """Every shape behind a line of a forward pass whose channels the code tells."""
    for block in evidence.document.of_kind("fence"):
        lines = list(enumerate(evidence.document.lines[block.first - 1 : block.last], block.first))
        yield from _judge(lines)


def _judge(lines: list[tuple[int, str]]) -> Judgements:
    outputs = dict(_outputs(lines))
    channels: int | None = None  # of what the line before gives
    name, flat = "", False
    for number, line in lines:
        step = _STEP.match(line)
        if step is None:
            channels = channels if not line.strip() else None
            continue
        code, note, to = step["code"], step["note"] or "", step["to"]
        before = channels if re.search(rf"\b{re.escape(name)}\b", code) else None
        channels = _after(code, outputs, before, flat)
        flat = _TO_ONE.search(code) is not None
        name = to
        shape = _SHAPE.search(note)
        if shape is None or channels is None:
            continue
        if shape["sides"] is None and ("flatten" not in code or shape["batch"].isdigit()):
            continue  # of a picture it may be the height and the width
        told = int(shape["channels"])
        start, end = (at - shape.start("shape") for at in shape.span("channels"))
        right = shape["shape"][:start] + str(channels) + shape["shape"][end:]
        yield None if told == channels else Finding(
            number, Kind.SHAPE, shape["shape"], right, f"the layer that the code calls has {channels} outputs"
        )  # fmt: skip


def _outputs(lines: list[tuple[int, str]]) -> Iterator[tuple[str, int]]:
    """The channels or features that each layer gives whose name stands for it alone."""
    assigned = [match["name"] for _, line in lines for match in _ASSIGNED.finditer(line)]
    for _, line in lines:
        match = _CONSTRUCTED.search(line)
        if match and assigned.count(match["name"]) == 1:
            yield match["name"], int(match["out"])


def _after(code: str, outputs: dict[str, int], before: int | None, flat: bool) -> int | None:
    """The channels behind a line of code; None where more is done than layers and functions that keep them."""
    called = [first or second for first, second in _CALLED.findall(code)]
    layers = [name for name in called if name in outputs]
    others = [name for name in called if name not in outputs]
    if not called or _OTHER.search(re.sub(r"\([^()]*\)$|=\s*-?\d+|,\s*-?\d+", "", code)):
        return None
    if flat and others == ["flatten"] and not layers:
        return before
    if not all(_KEEPS.fullmatch(name) for name in others):
        return None
    return outputs[layers[0]] if len(layers) == 1 else before if not layers else None
