"""Rows that torchinfo's `summary()` prints: a tree of modules, of which those without branches compute."""

import re
from dataclasses import replace

from reports.readmes.reading.rows import Row, whole

_NAME = re.compile(
    r"^(?P<tree>[│├└─|+\s]*)(?P<label>(?P<type>[A-Za-z_]\w{0,60})(?: \([\w.]{0,60}\))?(?:: \d{1,4}(?:-\d{1,4})?)?)\s*$"
)
_CELL = re.compile(r"\[[\d, ]*\]|[^\s\[]\S*(?: [^\s\[]\S*)*")  # a wide shape leaves one blank beside it
_SHAPE = re.compile(r"\[\s*\d+(?:\s*,\s*\d+){1,4}\s*\]")
_COUNT = re.compile(r"\(?(\d[\d,]*)\)?")
_CELL_END = re.compile(r"(?:\d|--|\))\s*$")
_PLANE = re.compile(r"(?:Conv|ConvTranspose|BatchNorm|InstanceNorm|MaxPool|AvgPool|AdaptiveAvgPool|AdaptiveMaxPool)2d")
_KERNEL = re.compile(r"\[(\d{1,2}), (\d{1,2})\]")


def torchinfo_rows(lines: tuple[str, ...]) -> tuple[dict[int, Row], set[int]]:
    """The rows that compute or have parameters of their own, by their lines, from 1; and lines that may be others."""
    rows: dict[int, Row] = {}
    unread: set[int] = set()
    head: list[str] = []
    tree: list[tuple[int, Row]] = []
    for number, line in enumerate(lines, 1):
        if "Layer (type:" in line or "Layer (type (var_name)" in line:
            rows |= _computing(tree)
            tree = []
            head = [match[0] for match in _CELL.finditer(line)]
        elif {"Output Shape", "Param #"} <= {*head} and (row := _row(number, line, head)) is not None:
            tree.append(row)
        elif line.lower().lstrip().startswith("total params"):
            head = []
        elif head and re.search(r"[A-Za-z_]", line) and (_CELL_END.search(line) or "[" in line):
            unread.add(number)
    return rows | _computing(tree), unread


def _row(number: int, line: str, head: list[str]) -> tuple[int, Row] | None:
    """The depth of a row in the tree, and the row."""
    first = re.search(r"[A-Za-z_]", line)
    cells = list(_CELL.finditer(line, first.start())) if first else []
    if first is None or len(cells) != len(head):
        return None
    name = _NAME.match(line[: cells[0].end()])
    shape, count = (cells[head.index(column)] for column in ("Output Shape", "Param #"))
    counted = _COUNT.fullmatch(count[0])
    if name is None or (counted is None and count[0] not in ("--", "(recursive)")):
        return None
    has_shape = _SHAPE.fullmatch(shape[0]) is not None
    dims = tuple(int(side[:9]) for side in re.findall(r"\d+", shape[0])) if has_shape else ()
    batched = not (len(dims) == 3 and _PLANE.fullmatch(name["type"]))
    given = cells[head.index("Input Shape")][0] if "Input Shape" in head else ""
    kernel = _KERNEL.fullmatch(cells[head.index("Kernel Shape")][0]) if "Kernel Shape" in head else None
    text, start = (counted[1], count.start() + counted.start(1)) if counted else (count[0], count.start())
    row = Row(
        number, name["type"] if has_shape and count[0] != "(recursive)" else "", None,
        dims[batched:],
        whole(text) if counted else 0, text, (start, start + len(text)), shape[0], shape.span(),
        (int(kernel[1]), int(kernel[2])) if kernel else None, "torchinfo", name["label"],
        tuple(int(side[:9]) for side in re.findall(r"\d+", given)) if _SHAPE.fullmatch(given) else (),
        batched=batched,
    )  # fmt: skip
    return len(name["tree"]), row


def _computing(tree: list[tuple[int, Row]]) -> dict[int, Row]:
    """The leaves of the tree; of what has branches, only what has parameters besides theirs, its type forgotten."""
    rows: dict[int, Row] = {}
    for at, (depth, row) in enumerate(tree):
        if at + 1 == len(tree) or tree[at + 1][0] <= depth:
            rows[row.line] = row
        elif row.count:
            rows[row.line] = replace(row, type="", shape=())
    return rows
