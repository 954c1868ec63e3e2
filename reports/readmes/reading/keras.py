"""Rows that Keras' `model.summary()` prints: plain, or under Keras 3 in boxes, names and shapes cut or wrapped."""

import re
from collections.abc import Iterator

from reports.readmes.reading.rows import Row, whole

# As PyTorch calls them, which has channels first and counts no running means.
TYPES = {
    "Conv1D": "Conv1d",
    "Conv2D": "Conv2d",
    "Conv3D": "Conv3d",
    "Conv2DTranspose": "Conv2DTranspose",
    "DepthwiseConv2D": "Conv2d",
    "SeparableConv2D": "SeparableConv2D",
    "BatchNormalization": "BatchNormalization",
    "MaxPooling1D": "MaxPool1d",
    "MaxPooling2D": "MaxPool2d",
    "AveragePooling2D": "AvgPool2d",
    "GlobalAveragePooling1D": "GlobalAveragePooling1D",
    "GlobalMaxPooling1D": "GlobalMaxPooling1D",
    "GlobalAveragePooling2D": "GlobalPool2d",
    "GlobalMaxPooling2D": "GlobalPool2d",
    "Dense": "Linear",
    "Embedding": "Embedding",
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
_NAME = r"(?P<name>[\w/.-]{1,80}…?)"
_PLAIN = re.compile(rf"^\W*{_NAME} \((?P<type>[A-Z]\w{{0,60}}|)\)?[\s|]+{_SHAPE}[\s|]+{_COUNT}")
_TYPE = re.compile(r"\((?P<type>[A-Z]\w{0,60})(?:…|\))")
_BOX = re.compile(r"^\s*[│|](?P<cells>.*?)[│|]?\s*$")  # where the page was narrower, the right side is cut off
_RULE = re.compile(r"^\s*[├┡╞┝|+][─━═╇┼╪╈+|-]+")
_SIDES = re.compile(r"\(None((?:,\s*\d+)+),?\)")
_TITLE = re.compile(r'^\W*Model: "(\w+)"')
_FEEDS = re.compile(r"\bConnected to\b", re.IGNORECASE)


def keras_rows(lines: tuple[str, ...]) -> dict[int, Row]:
    """The rows by their lines, from 1."""
    rows: dict[int, Row] = {}
    told = False  # whether the model is of Keras' own classes, so that every step has a row
    for number, line in enumerate(lines, 1):
        if title := _TITLE.search(line):
            told = title[1].startswith(("sequential", "functional", "model"))
        told |= _FEEDS.search(line) is not None
        if "(None" not in line and "multiple" not in line and "?" not in line:
            continue
        row = _plain(number, line) or _boxed(number, lines, told)
        if row is not None:
            rows[number] = row
    return rows


def _plain(number: int, line: str) -> Row | None:
    match = _PLAIN.match(line)
    if match is None:
        return None
    return _row(
        number, match["name"], match["type"] or "", match["shape"], match.span("shape"), match["count"],
        match.span("count"), True,
    )  # fmt: skip


def _boxed(number: int, lines: tuple[str, ...], told: bool) -> Row | None:
    """A row of a box, its cells perhaps over several lines."""
    first = list(_cells(lines[number - 1]))
    if len(first) < 3 or not re.fullmatch(r"\d[\d,]*", first[2][0]):
        return None
    texts = [text for text, _ in first[:2]]
    if not texts[1].startswith(("(", "[", "multiple", "?")):
        return None
    for line in lines[number : number + 4]:
        more = list(_cells(line))
        if len(more) != len(first) or _RULE.match(line) or more[2][0]:
            break
        texts = [f"{text} {further}".strip() for text, (further, _) in zip(texts, more, strict=False)]
    named = re.match(_NAME, texts[0])
    typed = _TYPE.search(texts[0])
    shape = re.fullmatch(_SHAPE, texts[1])
    if named is None or shape is None:
        return None
    column = first[1][1]
    wrapped = texts[1] != first[1][0]
    span = (column, column + len(first[1][0] if wrapped else texts[1]))
    return _row(
        number, named["name"], typed["type"] if typed else "", shape["shape"], span, first[2][0],
        (first[2][1], first[2][1] + len(first[2][0])), told,
    )  # fmt: skip


def _cells(line: str) -> Iterator[tuple[str, int]]:
    """The cells between the sides of a box, each with its column."""
    match = _BOX.match(line)
    start = match.start("cells") if match else 0
    for cell in re.split("[│|]", match["cells"]) if match else ():
        yield cell.strip(), start + len(cell) - len(cell.lstrip())
        start += len(cell) + 1


def _row(
    number: int, name: str, typed: str, shape: str, shape_span: tuple[int, int], count: str,
    count_span: tuple[int, int], chained: bool,
) -> Row:  # fmt: skip
    type_name = _completed(typed, name)
    sides = _SIDES.fullmatch(shape)
    *rest, channels = (int(side) for side in re.findall(r"\d+", sides[1])) if sides else (0,)
    return Row(
        number, TYPES.get(type_name, type_name) if sides else "", None, (channels, *rest) if sides else (),
        whole(count), count, count_span, shape, shape_span, style="keras", label=f"{name} ({type_name})",
        chained=chained,
    )  # fmt: skip


def _completed(cut: str, layer: str) -> str:
    """The type of which the beginning is printed: the only one, or the one after which Keras names such a layer."""
    usual = re.sub(r"_\d+$", "", layer).replace("_", "")
    possible = [type_name for type_name in TYPES if type_name.startswith(cut)]
    named = [type_name for type_name in possible if type_name.lower() == usual]
    return named[0] if named else possible[0] if len(possible) == 1 else cut
