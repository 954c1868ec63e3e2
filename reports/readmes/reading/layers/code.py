"""A layer as a line of code constructs it, and the sizes of its picture that a comment beside it tells."""

import re

_CONSTRUCTED = re.compile(
    r"\b(?P<name>Conv2d|MaxPool2d|AvgPool2d)\((?![^#\n()]{0,60}?(?:→|->|\d\s*[x×]\s*\d))"  # as code, not as words
)
_POSITIONS = {
    "Conv2d": ("in", "out", "k", "s", "p", "d"),
    "MaxPool2d": ("k", "s", "p"),
    "AvgPool2d": ("k", "s", "p"),
}
_NAMES = {
    "in_channels": "in", "out_channels": "out", "kernel_size": "k", "stride": "s", "padding": "p", "dilation": "d",
    "kernel": "k",
}  # fmt: skip
_CHANNELS = re.compile(r"(\d{1,5})(?:\s*\*?\s*[a-z_]\w*)?")  # 16, and 16 * width, as of every layer
_SHAPE = r"\[?\(?(\d{1,4}(?:\s*[x×*]\s*\d{1,4}){0,2})\)?\]?"
_LABELLED = re.compile(
    rf"\bin(?:put)?(?:[ _]?size)?\b\s*[:=-]*\s*{_SHAPE}(?![\d.]).{{0,12}}?"
    rf"\bout(?:put)?(?:[ _]?size)?\b\s*[:=-]*\s*{_SHAPE}"
    r"(?![\d.]|\s*(?:channels?|filters?|maps?)\b)",
    re.IGNORECASE,
)
_THROUGH = re.compile(rf"(?<![\w.]){_SHAPE}\s*(?:→|->|-->|=>|➔|➜)\s*{_SHAPE}(?![\d.])")
_MORE = re.compile(r"\b(?:pool\w*|after|flatten\w*|strid\w*|crop\w*|pad\w*)\b", re.IGNORECASE)


def constructed(line: str) -> dict[str, int] | None:
    """The kernel, stride, padding and dilation of the one layer that the code of a line constructs.

    None where there is none or more than one, or where an argument is no number; sides that differ are no number.
    """
    code = line.partition("#")[0]
    found = list(_CONSTRUCTED.finditer(code))
    arguments = inside(code, found[0].end()) if len(found) == 1 else None
    if arguments is None:
        return None
    name, values = found[0]["name"], {}
    for at, argument in enumerate(arguments):
        key, named, value = argument.partition("=")
        position = _POSITIONS[name][at] if at < len(_POSITIONS[name]) else ""
        letter = _NAMES.get(key.strip(), "") if named else position
        given = (value if named else argument).strip()
        if letter in ("in", "out") and (channels := _CHANNELS.fullmatch(given)):
            values[letter] = int(channels[1])
        elif letter in ("k", "s", "p", "d"):
            side = re.fullmatch(r"\(?\s*(\d{1,3})(?:\s*,\s*\1\s*)?\s*\)?", given)
            if side is None:
                return None
            values[letter] = int(side[1])
        elif named and key.strip() == "ceil_mode" and given != "False":
            return None
    if "k" not in values or values.get("s") == 0:
        return None
    return {"s": 1 if name == "Conv2d" else values["k"], "p": 0, "d": 1} | values


def constructs(line: str) -> bool:
    """Whether a line of code constructs such a layer."""
    return _CONSTRUCTED.search(line.partition("#")[0]) is not None


def told_sizes(line: str) -> tuple[int, int] | None:
    """The sides of the pictures that go in and come out, as the comment of a line of code tells them."""
    code, _, comment = line.partition("#")
    match = _LABELLED.search(comment) or _THROUGH.search(comment)
    if match is None or ("Conv2d" in code and _MORE.search(comment)):
        return None
    single = match.re is _LABELLED
    sides = [_side(group, single) for group in match.groups()]
    return (sides[0], sides[1]) if sides[0] and sides[1] else None


def _side(text: str, single: bool) -> int | None:
    """The side of 28, 28x28, 28x28x1 or 1x28x28; of a single number only where it is called a size."""
    parts = [int(part) for part in re.split(r"\s*[x×*]\s*", text)]
    match parts:
        case [side]:
            return side if single else None
        case [high, wide]:
            return high if high == wide else None
        case [first, second, third]:
            return second if second in (first, third) else None
    return None


def inside(code: str, start: int) -> list[str] | None:
    """The arguments between brackets; None where they do not end in the line."""
    depth, begin, arguments = 1, start, []
    for at in range(start, len(code)):
        depth += (code[at] in "([") - (code[at] in ")]")
        if depth == 0 or (depth == 1 and code[at] == ","):
            arguments.append(code[begin:at])
            begin = at + 1
        if depth == 0:
            return [argument for argument in arguments if argument.strip()]
    return None
