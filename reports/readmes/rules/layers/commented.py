"""Sizes that comments behind layers of code tell, one a line, against the layers: model.add(Conv2D(16, 3)) # 24."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from reports.readmes.proof.evidence import Evidence
from reports.readmes.proof.findings import Finding, Judgements, Kind
from reports.readmes.reading.layers.code import constructed, constructs, inside

_KERAS = re.compile(r"(?<![\w.])(?:\w+\.)*(?P<name>Conv(?:olution)?2D|(?:Max|Average)Pool(?:ing)?2D)\(")
_KEEPS = re.compile(r"\b(?:add|BatchNorm\w*|Dropout\w*|Activation|\w*ReLU|Softmax|Sequential|nn\.Module|Input)\b\(?")
_NEW = re.compile(r"=\s*(?:\w+\.)*Sequential\(\s*\)")
_ENDS = re.compile(r"\w+\(|^\s*(?:def|class|return)\b|[{}]")
_INPUT = re.compile(r"\b(?:input_shape\s*=\s*|Input\(\s*(?:shape\s*=\s*)?)\(\s*(?P<side>\d{1,3})\s*,\s*(?P=side)\s*,")
_SIZE = re.compile(
    r"^\W*(?:(?:output|out|size|o/p)\b\W*(?:size\b\W*)?)?(?P<side>\d{1,3})(?:\s*[x×*]\s*(?P=side)(?:\s*[x×*]\s*\d{1,4})?)?\W*$",
    re.IGNORECASE,
)
LEAST = 3  # sizes that are right


@dataclass(frozen=True, slots=True)
class Step:
    """A layer of known kernel, stride and padding, and the size that its comment tells."""

    line: int
    kernel: int
    stride: int
    padding: int
    same: bool
    told: int | None

    def after(self, side: int) -> int:
        """The side of the picture that it leaves; below 1 where the picture is too small for it."""
        return -(-side // self.stride) if self.same else (side + 2 * self.padding - self.kernel) // self.stride + 1


def check_commented(evidence: Evidence) -> Judgements:
    """Every size behind a layer, in code in which most follow from the one before and its successor agrees."""
    for block in evidence.document.of_kind("fence"):
        for side, steps in _chains(evidence.document.lines[block.first : block.last - 1], block.first + 1):
            yield from _judge(side, steps)


def _judge(side: int | None, steps: Sequence[Step]) -> Judgements:
    right, odd, wrong = 0, 0, []
    for at, step in enumerate(steps):
        expected = step.after(side) if side is not None else None
        side = expected if step.told is None else step.told
        if step.told is None or expected is None:
            continue
        if step.told == expected:
            right += 1
        elif _goes_on(steps[at + 1 :], step.told) is False and _goes_on(steps[at + 1 :], expected) is not False:
            wrong.append((step, expected))
            side = expected
        else:
            odd += 1
    if right < max(LEAST, 2 * (odd + len(wrong))):
        return
    yield from (None for _ in range(right))
    for step, expected in wrong:
        yield Finding(
            step.line, Kind.SHAPE, f"a size of {step.told}", f"{expected}",
            "the layer makes it of the size before, and the layers behind it go on from it",
        )  # fmt: skip


def _goes_on(steps: Sequence[Step], side: int) -> bool | None:
    """Whether the next size that is told follows from this one; None where none is and all layers have room."""
    for step in steps:
        side = step.after(side)
        if side < 1 or step.told is not None:
            return side == step.told
    return None


def _chains(lines: Sequence[str], first: int) -> Iterator[tuple[int | None, list[Step]]]:
    """Layers that follow each other, with the size of the picture that goes into the first."""
    steps: list[Step] = []
    side: int | None = None
    for number, line in enumerate(lines, first):
        code, _, note = line.partition("#")
        if match := _INPUT.search(code):
            if steps:
                yield side, steps
            steps, side = [], int(match["side"])
        step = _step(code, note, number)
        if step is not None:
            steps.append(step)
        elif _NEW.search(code) or _ENDS.search(_KEEPS.sub(" ", code)):
            if steps:
                yield side, steps
            steps, side = [], None
    if steps:
        yield side, steps


def _step(code: str, note: str, number: int) -> Step | None:
    told = _SIZE.match(note)
    size = int(told["side"]) if told else None
    if constructs(code):
        values = constructed(code)
        known = values is not None and values["d"] == 1
        return Step(number, values["k"], values["s"], values["p"], False, size) if known and values else None
    match = _KERAS.search(code)
    given = inside(code, match.end()) if match else None
    if match is None or given is None:
        return None
    named = dict(part.split("=", 1) for part in map(_squeezed, given) if "=" in part)
    plain = [part for part in map(_squeezed, given) if "=" not in part]
    pool = "Pool" in match["name"]
    own = plain if pool else plain[1:]
    kernel = _number(named.get("pool_size" if pool else "kernel_size", own[0] if own else "2" if pool else ""))
    sides = 1 if pool or len(own) < 2 or not own[1].isdigit() or "strides" in named or own[0] != own[1] else 2
    stride = _number(named.get("strides", named.get("subsample", own[sides] if len(own) > sides else "")))
    if kernel is None or {"dilation_rate", "data_format"} & set(named):
        return None
    same = "same" in named.get("padding", named.get("border_mode", own[-1] if own else "")).lower()
    return Step(number, kernel, stride or (kernel if pool else 1), 0, same, size)


def _squeezed(part: str) -> str:
    return re.sub(r"\s", "", part)


def _number(text: str) -> int | None:
    """3 of 3 and (3,3)."""
    match = re.fullmatch(r"\(?(\d{1,2})(?:,\1)?,?\)?", text)
    return int(match[1]) or None if match else None
