"""Parts without headings: what one run tells is not held against another."""

import pytest

from reports.readmes.proof.findings import Kind

PARTS = [
    ("1. Model with Batch Norm\n    - {0}\n", "2. Model with Group Norm\n    - {1}\n"),
    ("        Phase 1: a light model\n                {0}\n", "        Phase2: a bigger model\n                {1}\n"),
    ("Step 1: without dropout\n- {0}\n", "Step 2: with dropout\n- {1}\n"),
    ("**Batch norm**\n- {0}\n", "**Layer norm**\n- {1}\n"),
    ("Plain network:\n- {0}\n", "Deeper network:\n- {1}\n"),
]


@pytest.mark.parametrize("parts", PARTS)
def test_parts_of_a_section_may_tell_different_runs(check, parts):
    text = "## Results\n\n" + "\n".join(parts).format("Test accuracy: 98.72%", "Test accuracy: 99.35%")
    assert not check(text).findings


def test_two_accuracies_of_one_part_are_one_too_many(check):
    text = "## Results\n\n1. Of the run\n    - Test accuracy: 98.72%\n    - Test accuracy: 99.35%\n"
    assert [(finding.kind, finding.line) for finding in check(text).findings] == [(Kind.ACCURACY, 5)]
