"""Real workbooks by strangers: the points that they lose are those of the mistakes that are known to be in them."""

import json
from collections import defaultdict
from collections.abc import Callable
from pathlib import Path

import pytest

from backprop.classroom.grading.asked import task_of_rubric
from backprop.classroom.grading.points import points_of
from backprop.classroom.grading.rubric import load_rubric
from backprop.classroom.judging.judged import Judged
from backprop.classroom.parts import Part

HIDDEN, OUTPUT = {f"∂E/∂w{n}" for n in range(1, 5)}, {f"∂E/∂w{n}" for n in range(5, 9)}
PARTS = (dict.fromkeys(HIDDEN, Part.HIDDEN_GRADIENTS) | dict.fromkeys(OUTPUT, Part.OUTPUT_GRADIENTS)
         | {f"w{n}": Part.UPDATES for n in range(1, 9)}
         | dict.fromkeys(("h1", "a_h1", "h2", "a_h2", "o1", "a_o1", "o2", "a_o2"), Part.FORWARD)
         | dict.fromkeys(("E1", "E2", "E_total"), Part.LOSS))  # fmt: skip
SHARES = {Part.HIDDEN_GRADIENTS: 1 / 4, Part.OUTPUT_GRADIENTS: 1 / 4, Part.UPDATES: 1 / 8, Part.FORWARD: 1 / 8,
          Part.LOSS: 1 / 3}  # fmt: skip


def expected_loss(workbook: dict) -> dict[Part, float]:
    """The share of each part that the first table's known mistakes cost."""
    table = workbook["tables"][0]
    lost: dict[Part, float] = defaultdict(float)
    for finding in workbook["findings"]:
        if finding["sheet"] != table["sheet"] or finding["role"] not in PARTS:
            continue
        part = PARTS[finding["role"]]
        first = int("".join(filter(str.isdigit, finding["range"].split(":")[0])))
        in_first_row = first <= table["first_row"] + (part is Part.UPDATES)
        lost[part if in_first_row else Part.FILLED_DOWN] += SHARES[part] if in_first_row else 1 / len(PARTS)
    return dict(lost)


def test_points_agree_with_the_known_mistakes(stranger_workbooks: Path, judged_stranger: Callable[[Path], Judged]):
    rubric = load_rubric()
    for workbook in json.loads((stranger_workbooks / "expected.json").read_text(encoding="utf-8")):
        judged = judged_stranger(stranger_workbooks / workbook["file"])
        points = points_of(judged, rubric, task_of_rubric(rubric))
        lost = {part.part: 1 - part.points / part.maximum for part in points.parts if part.points < part.maximum}
        if workbook["verdict"] == "not_this_network":
            assert points.parts == (), workbook["file"]
        elif workbook["verdict"] == "incomplete":
            assert set(lost) == {Part.FILLED_DOWN}
        else:
            assert lost == pytest.approx(expected_loss(workbook), abs=1e-9), workbook["file"]
            assert not points.review, workbook["file"]
