"""Titles over and beside numbers."""

from hypothesis import given
from hypothesis import strategies as st

from backprop.check.any_model.mistakes.titles import Region, _fits, _nearest

regions = st.builds(
    Region, st.just("Sheet1"), st.integers(1, 12), st.integers(1, 6), st.integers(1, 2), st.integers(1, 2)
)


@given(regions, st.lists(regions, max_size=12))
def test_the_nearest_block_that_fits_is_found_without_looking_at_all(region: Region, others: list[Region]) -> None:
    others.sort(key=lambda other: (other.top, other.left))
    fitting = [other for other in others if _fits(region, other)]
    expected = min(fitting, key=lambda o: (abs(o.top - region.top), abs(o.left - region.left)), default=None)
    found = _nearest(region, others)
    assert (found is None) == (expected is None)
    if found is not None and expected is not None:
        assert (found.top, found.left) == (expected.top, expected.left)
