"""Receptive fields and jumps beside the output shapes of a printed table: a jump is the side that went in by the side.

Only of a table whose every size is the one before it or a whole part of it, and whose fields follow from its own jumps:
then what is wrong is the jump alone, as where the stride of a shortcut is counted once more.
"""

from collections.abc import Iterator, Sequence

from reports.readmes.proof.findings import Finding, Kind
from reports.readmes.reading.layers.shaped import Shaped

LEAST = 4  # layers
CERTAIN = 2  # wrong jumps in rows that leave the size as it was
POOLS = (1, 2)  # what a pooling adds, in jumps
Judged = tuple[Shaped, int, Finding | None]  # the layer and the field that it has


def judge_shaped(layers: Sequence[Shaped]) -> Iterator[Judged]:
    """Each row, with the field that it should have; nothing where the table is not closed."""
    steps = list(_steps(layers)) if len(layers) >= LEAST else []
    wrong = [layer for layer, (_, jump) in zip(layers, steps, strict=False) if layer.jump != jump]
    # where the size changes, a pooling by a function may stand before the row
    certain = [layer for layer in wrong if layer.side == layer.side_in]
    if len(steps) != len(layers) or (wrong and len(certain) < CERTAIN):
        return
    field = 1
    for layer, (grows, jump) in zip(layers, steps, strict=True):
        field += grows * jump
        wrong_jump = layer.jump is not None and layer.jump != jump and not layer.parallel
        told = f"receptive field {layer.field}" + (f", jump {layer.jump}" if wrong_jump else "")
        right = f"receptive field {field}" + (f", jump {jump}" if wrong_jump else "")
        yield layer, field, None if layer.field == field and not wrong_jump else Finding(
            layer.line, Kind.RECEPTIVE, told, right,
            f"{field - grows * jump} + {grows} · {jump} = {field}; the sizes make a jump of {jump}",
        )  # fmt: skip


def _steps(layers: Sequence[Shaped]) -> Iterator[tuple[int, int]]:
    """By how many jumps each layer widens the field, and the jump that goes in; fewer where anything is unclear."""
    before, first = 1, layers[0].side
    base = layers[1].jump or 0  # the stride of the first layer
    for layer in layers:
        clear = layer.jump and base and layer.side_in % layer.side == 0 and first % layer.side_in == 0
        if not clear or (layer.parallel and layer.kernel != 1):
            return
        grows, rest = divmod(layer.field - before, layer.jump or 1)
        if rest or grows not in (POOLS if layer.kernel is None else (layer.kernel - 1,)):
            return
        yield grows, base * first // layer.side_in if layer is not layers[0] else 1
        before = layer.field
