"""axe-core, from npm, finds nothing against the page: names, roles, contrast, order."""

from typing import Any

import pytest

from backprop.derivation.derive import derive
from backprop.network.load import load_network
from tests.backprop.explorer.conftest import Open


@pytest.mark.parametrize(
    ("name", "scheme", "width", "chosen"),
    [("xor", "light", 1400, "w1"), ("xor", "dark", 360, None), ("eight-weight", "dark", 1400, None)],
)
def test_axe_finds_nothing(name: str, scheme: str, width: int, chosen: str | None, open_page: Open, axe: str) -> None:
    tab = open_page(derive(load_network(name)), width, 900, color_scheme=scheme, reduced_motion="reduce")
    tab.wait_for_selector("#table tbody tr[aria-current]")
    tab.evaluate("(name) => { explorer.store.go(3, 2); explorer.store.select(name); explorer.store.flush(); }", chosen)
    tab.evaluate(axe)
    found: list[dict[str, Any]] = tab.evaluate("axe.run().then(({violations}) => violations)")
    told = [f"{one['id']} ({one['impact']}): {node['html'][:120]}" for one in found for node in one["nodes"][:3]]
    assert told == []
