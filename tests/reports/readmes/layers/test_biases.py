"""A total that one bias too many explains."""

from reports.readmes.proof.findings import Kind

TABLE = """\
| Layer | Configuration | Parameters |
| --- | --- | ---: |
| Conv2d | 3→8, k=3 | {} |
| BatchNorm2d | 8 channels | 16 |
| Conv2d | 8→8, k=3 | 576 |
| Conv2d | 8→16, k=1 | 128 |
| Linear | 16→10 | 170 |
| **Total** | | **1,106** |
"""


def test_the_one_layer_with_a_bias_that_the_total_has_not_is_named_and_not_the_total(check):
    assert check(TABLE.format(216)).findings == ()
    assert [(f.line, f.kind, f.expected) for f in check(TABLE.format(224)).findings] == [
        (3, Kind.PARAMETERS, "216 parameters")
    ]
    several = TABLE.format(224).replace("| 576 |", "| 584 |")
    assert [finding.kind for finding in check(several).findings] == [Kind.TOTAL]
