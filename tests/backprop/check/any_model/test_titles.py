"""Titles over and beside numbers."""

from hypothesis import given
from hypothesis import strategies as st

from backprop.check.any_model.mistakes.titles import Region, _fits, nearest

regions = st.builds(
    Region, st.just("Sheet1"), st.integers(1, 12), st.integers(1, 6), st.integers(1, 2), st.integers(1, 2)
)


@given(regions, st.lists(regions, max_size=12))
def test_thenearest_block_that_fits_is_found_without_looking_at_all(region: Region, others: list[Region]) -> None:
    others.sort(key=lambda other: (other.top, other.left))
    fitting = [other for other in others if _fits(region, other)]
    expected = min(fitting, key=lambda o: (abs(o.top - region.top), abs(o.left - region.left)), default=None)
    found = nearest(region, others)
    assert (found is None) == (expected is None)
    if found is not None and expected is not None:
        assert (found.top, found.left) == (expected.top, expected.left)


def test_of_derivatives_titled_alike_those_with_the_other_sign_are_wrong(report):
    cells = {"A1": "Z", "B1": "X", "C1": "Y", "D1": "dz/dx", "E1": "dz/dy"}
    for at in range(2, 7):
        cells |= {f"A{at}": f"=B{at}*B{at}-(C{at}*C{at})", f"B{at}": at - 3.5, f"C{at}": 1.5 * at - 4}
        cells |= {f"D{at}": f"=2*B{at}", f"E{at}": f"=C{at}*2"}
    found = report(cells)
    assert [(finding.range, finding.should_be) for finding in found.findings] == [("E2:E6", "=-C2*2")]
    right = report(cells | {f"E{at}": f"=-2*C{at}" for at in range(2, 7)})
    assert (right.verdict, right.proof.right) == ("correct", 10)


def test_values_less_their_mean_are_no_training(report):
    cells = {f"A{at}": 0.7 * at - 2 for at in range(2, 8)} | {"A1": "x", "B1": "centred", "A9": "=AVERAGE(A2:A7)"}
    assert report(cells | {f"B{at}": f"=A{at}-A$9" for at in range(2, 8)}).verdict == "no_derivatives"
