"""Rows that Keras' `model.summary()` prints: plain under Keras 2, in boxes under Keras 3, names cut or wrapped."""

import re

from reports.readmes.reading.rows import Row, whole

# As PyTorch calls them, which has channels first and counts no running means.
TYPES = {
    "Conv2D": "Conv2d",
    "DepthwiseConv2D": "Conv2d",
    "BatchNormalization": "BatchNormalization",
    "MaxPooling2D": "MaxPool2d",
    "AveragePooling2D": "AvgPool2d",
    "GlobalAveragePooling2D": "GlobalPool2d",
    "GlobalMaxPooling2D": "GlobalPool2d",
    "Dense": "Linear",
    "Flatten": "Flatten",
    "Dropout": "Dropout",
    "SpatialDropout2D": "Dropout",
    "GaussianNoise": "Identity",
    "Activation": "Identity",
    "ReLU": "ReLU",
    "LeakyReLU": "LeakyReLU",
    "ELU": "ELU",
    "Softmax": "Softmax",
    "Add": "Identity",
    "Multiply": "Identity",
}

_SHAPE = r"\[?(?P<shape>\(None(?:,\s*\d{1,9}){0,4},?\)|multiple|\?|\((?:None|\d+)[^()]{0,80}\))\]?"
_COUNT = r"(?P<count>\d[\d,]*)(?![.\d])"
_PLAIN = re.compile(rf"^\W*(?P<name>[\w/.-]{{1,80}}) \((?P<type>[A-Z]\w{{0,60}}|)\)?\s+{_SHAPE}\s+{_COUNT}")
_BOXED = re.compile(
    rf"^\s*[│|]\s*(?P<name>[\w/.-]{{1,80}})(?: \((?P<type>[A-Z]\w{{0,60}})\))?\s*[│|]\s*{_SHAPE}\s*[│|]\s*{_COUNT}"
)
_WRAPPED = re.compile(r"^\s*[│|]\s*\((?P<type>[A-Z]\w{0,60})\)\s*[│|]")
_SIDES = re.compile(r"\(None((?:,\s*\d+)+),?\)")


def keras_rows(lines: tuple[str, ...]) -> dict[int, Row]:
    """The rows by their lines, from 1."""
    rows: dict[int, Row] = {}
    for number, line in enumerate(lines, 1):
        if "(None" not in line and "multiple" not in line and "?" not in line:
            continue
        match = _PLAIN.match(line) or _BOXED.match(line)
        if match is None:
            continue
        wrapped = _WRAPPED.match(lines[number]) if match["type"] is None and number < len(lines) else None
        name = _completed(wrapped["type"] if wrapped else match["type"] or "", match["name"])
        sides = _SIDES.fullmatch(match["shape"])
        *rest, channels = (int(side) for side in re.findall(r"\d+", sides[1])) if sides else (0,)
        known = TYPES.get(name, name)
        rows[number] = Row(
            number, known if sides else "", None, (channels, *rest) if sides else (), whole(match["count"]),
            match["count"], match.span("count"), match["shape"], match.span("shape"), style="keras",
            label=f"{match['name']} ({name})",
        )  # fmt: skip
    return rows


def _completed(cut: str, layer: str) -> str:
    """The type of which the beginning is printed: the only one, or the one after which Keras names such a layer."""
    usual = re.sub(r"_\d+$", "", layer).replace("_", "")
    possible = [type_name for type_name in TYPES if type_name.startswith(cut)]
    named = [type_name for type_name in possible if type_name.lower() == usual]
    return named[0] if named else possible[0] if len(possible) == 1 else cut
