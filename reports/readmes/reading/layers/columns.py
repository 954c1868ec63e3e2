"""The columns of a table of receptive fields, by their heads, and the numbers of its rows."""

import re
from collections.abc import Iterator, Sequence

from reports.readmes.reading.layers.parts import described_layers

_COLUMNS = {
    "k": r"k|kern[ea]l(?:[ _]?size)?(?:\s*/\s*\w+)?|filter(?:[ _]?size)?",
    "p": r"p|pad(?:ding)?",
    "s": r"s|strides?",
    "d": r"d|dilation",
    "n_in": r"n[ _]?in|size in|in(?:put)?(?:[ _-]?size)?(?: in)?|input (?:image )?size|n_\{?in\}?|"
    r"in(?:put)?[ _-](?:dim\w*|image|shape|resolution|feature map)",
    "n": r"n[ _]?out|size out|out(?:put)?(?:[ _-]?size)?|n_\{?out\}?|output (?:image )?size|"
    r"out(?:put)?[ _-](?:dim\w*|image|shape|resolution|feature map)",
    "r_in": r"rf[ _]?in|r[ _]?in|input rf|r_\{?in\}?|rf \(?in\)?",
    "r": r"rf[ _]?out|r[ _]?out|(?:(?:cumulative|total|global|current|new) )?(?:rf|receptive[ _]?fields?)"
    r"(?: size| calculation)?|r|output rf|r_\{?out\}?|rf \(?out\)?|receptive[ _]?field[ _]?out",
    "j_in": r"j(?:ump)?[ _]?\(?in\)?",
    "j": r"j(?:ump)?[ _]?\(?out\)?|j(?:ump)?",
}
_TOGETHER = re.compile(r"[kpsd](?:\s*[,/]\s*[kpsd]){1,3}")  # one column of several numbers: k,p,s
_NOTE = re.compile(r"\s*\((?:hxw|h x w|h×w|rf|k|s|p|r|j)\)$")
_SIDE = re.compile(r"(\d{1,4})(?:\s*[xX×*]\s*\1)?(?:\s*[xX×*]\s*\d+)*")
_KERNEL = re.compile(r"\(?\s*(\d{1,2})\s*[x×*]\s*\1\s*[x×*]\s*\d{1,4}\b.{0,12}")  # with its channels: (3x3x1)x8
_CHANNELS_FIRST = re.compile(r"\d{1,4}\s*[xX×*]\s*(\d{1,4})\s*[xX×*]\s*\1(?!\s*[xX×*])")
_RESULT = re.compile(r".*[=→]\s*(?=\d)")  # 3 + (7 − 1) · 1 = 9
_STRIDED = re.compile(r"\bs(?:tride)?s?\s*[=:]?\s*[1-4]\b|\bstrides?\s+of\s+[1-4]\b|pool", re.IGNORECASE)
_POOLED = re.compile(r"\b(?:max|avg|average)?[ _-]?pool", re.IGNORECASE)
LONGEST = 200  # letters
WIDEST = 11  # of a kernel that is not told
_LETTER = re.compile(r"\b([kspd])\s*=\s*(\d{1,2})\b", re.IGNORECASE)


def named(header: Sequence[str]) -> dict[str, int]:
    """The columns by what they hold; one that two names fit belongs to neither."""
    columns: dict[str, int] = {}
    titles = [_NOTE.sub("", title.strip(" .*").lower()).strip() for title in header]
    for name, pattern in _COLUMNS.items():
        places = [at for at, title in enumerate(titles) if re.fullmatch(pattern, title)]
        if len(places) == 1:
            columns[name] = places[0]
    return columns


def numbers(header: Sequence[str], row: Sequence[str]) -> dict[str, int]:
    """The numbers of a row by their letters: of its columns, of a column of several, of what a note calls k=3."""
    found = dict(_of_columns(named(header), row))
    for title, cell in zip(header, row, strict=False):
        together = title.strip(" .*").lower()
        if _TOGETHER.fullmatch(together):
            found |= _of_together(together, cell)
    if "k" not in found:
        noted = {letter.lower(): int(number) for letter, number in _LETTER.findall(" ".join(row))}
        found |= noted if "k" in noted else {}
    if "k" not in found and "k" not in named(header):
        others = [cell for at, cell in enumerate(row) if at not in named(header).values()]
        sizes = [cell for cell in others if _SIDE.fullmatch(cell) and not cell.isdecimal()]
        found |= _described(others) or (_described([" ".join(others)]) if len(sizes) < 2 else {})
        found |= _implied(found, row) if "k" not in found else {}
    if "k" in found and "s" not in found and any(_POOLED.search(cell) for cell in row):
        found["s"] = found["k"]
    return found


def _implied(found: dict[str, int], row: Sequence[str]) -> dict[str, int]:
    """The kernel that a row leaves untold, by its sizes or its fields: n_in + 2p - n + 1, 1 + (r - r_in) / j_in."""
    if not {"n_in", "n", "s", "p", "r_in", "r", "j_in"} <= found.keys() or not found["j_in"] or found["n"] < 1:
        return {}
    grows = found["r"] - found["r_in"]
    if found["s"] <= 1:
        k = found["n_in"] + 2 * found["p"] - found["n"] + 1
    elif any(_POOLED.search(cell) for cell in row) and not found["p"] and found["n_in"] == found["s"] * found["n"]:
        k = found["s"]
    else:
        k = 1 + grows // found["j_in"] if grows % found["j_in"] == 0 else 0
    return {"k": k} if 1 <= k <= WIDEST else {}


def with_stride(found: dict[str, int], before: dict[str, int]) -> dict[str, int]:
    """With the stride that the sizes make certain, where a row has a kernel and tells none."""
    n_in, n, k = found.get("n_in", before.get("n")), found.get("n"), found.get("k")
    if k is None or n_in is None or n is None or "s" in found or "d" in found:
        return found
    if n in (n_in + 2 * p - k + 1 for p in range(k // 2 + 1)):
        return found | {"s": 1}
    return found  # a smaller size may be the work of a pooling that the row leaves untold


def _described(row: Sequence[str]) -> dict[str, int]:
    """The kernel, and the stride where it is told, of the one layer that the words of a row name."""
    named_layers = [
        (layers[0], _STRIDED.search(text) is not None)
        for text in row
        if len(text) <= LONGEST and (layers := described_layers(text, None)) and len(layers) == 1
    ]
    if len(named_layers) != 1:
        return {}
    ((layer, strided),) = named_layers
    known = {"k", "s", "d"} if strided else {"k", "d"}
    return {letter: number for letter, number in layer.items() if letter in known and (letter != "d" or number > 1)}


def _of_columns(columns: dict[str, int], row: Sequence[str]) -> Iterator[tuple[str, int]]:
    for name, at in columns.items():
        text = _RESULT.sub("", row[at]) if at < len(row) else ""
        match = _CHANNELS_FIRST.fullmatch(text) or _SIDE.fullmatch(text)
        if name == "k":
            match = _SIDE.fullmatch(text) or _KERNEL.fullmatch(text)
        if match:
            yield name, int(match[1])


def _of_together(title: str, cell: str) -> dict[str, int]:
    letters = re.split(r"\s*[,/]\s*", title)
    if re.search(r"\bdil", cell, re.IGNORECASE):
        return {}  # the kernel may be told with its holes or without
    values = re.match(r"\s*(\d{1,2})\s*" + r"[,/]\s*(\d{1,2})\s*" * (len(letters) - 1), cell)
    if values is None:
        return {}
    return {letter: int(value) for letter, value in zip(letters, values.groups(), strict=True)}
