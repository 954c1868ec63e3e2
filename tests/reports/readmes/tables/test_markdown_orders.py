"""Markdown tables of layers whose shapes tell the channels first or last, by crosses or in brackets."""

import pytest

from reports.readmes.proof.findings import Kind

ROWS = (("Conv2d", 9, 18, 90), ("BatchNorm2d", 9, 18, 18), ("Conv2d", 12, 16, 984), ("MaxPool2d", 12, 8, 0))
ROWS += (("Conv2d", 10, 6, 1_090),)
SHAPES = {
    "first": "{c}×{s}×{s}",
    "last": "{s}×{s}×{c}",
    "last, by letters": "{s}x{s}x{c}",
    "listed": "[{c}, {s}, {s}]",
    "with a batch": "[-1, {c}, {s}, {s}]",
}


def table(shape, counts=None, typed=False):
    head = "| Layer | Type | Output Shape | Parameters |" if typed else "| Layer | Output Shape | Params |"
    lines = [head, "| --- " * head.count(" | ") + "| --- |"]
    for at, (kind, channels, side, count) in enumerate(ROWS):
        name = f"layer{at} | {kind}" if typed else kind
        lines.append(f"| {name} | {SHAPES[shape].format(c=channels, s=side)} | {(counts or {}).get(at, count):,} |")
    return "\n".join(lines) + "\n\nTotal parameters: 2,182\n"


@pytest.mark.parametrize("typed", [False, True])
@pytest.mark.parametrize("shape", SHAPES)
def test_the_channels_are_the_side_unlike_the_others(check, shape, typed):
    report = check(table(shape, typed=typed))

    assert report.findings == ()
    assert report.checked[Kind.PARAMETERS] == len(ROWS)
    wrong = check(table(shape, {1: 36}, typed))
    assert [(finding.line, finding.kind) for finding in wrong.findings] == [(4, Kind.PARAMETERS)]
