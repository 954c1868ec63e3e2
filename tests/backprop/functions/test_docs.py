"""docs/networks.md names every row; its table of activations is written from them (`--renew-golden` writes it anew)."""

import re

import pytest
import sympy

from backprop.derivation.functions import local_derivative
from backprop.functions.activations import ACTIVATIONS
from backprop.functions.function import Activation, Function
from backprop.functions.losses import LOSSES
from backprop.functions.optimisers import OPTIMISERS
from backprop.functions.schedules import SCHEDULES
from backprop.printers.text import TextPrinter
from tests.conftest import ROOT

PAGE = ROOT / "docs" / "networks.md"
HEAD = "| `activation` | a | ∂a/∂z | |\n| --- | --- | --- | --- |\n"


def table_row(row: Activation) -> str:
    names = " ".join([f"`{row.name}`", *(f"(`{alias}`)" for alias in row.aliases)])
    if row.function is None:
        return f"| {names} | e^(z − max)/Σ e^(z − max) | with its loss: a − t | {row.about} |"
    if isinstance(row.function.slope, Function):
        slope = row.function.slope.text_definition
    else:
        slope = TextPrinter().doprint(local_derivative(row.name, sympy.Symbol("z"), sympy.Symbol("a")))
    cells = [names, row.function.text_definition or "z", slope, row.about]
    return f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in cells)} |"


def test_the_table_of_activations_is_that_of_their_rows(request: pytest.FixtureRequest) -> None:
    table = HEAD + "\n".join(map(table_row, ACTIVATIONS.values())) + "\n"
    page = PAGE.read_text(encoding="utf-8")
    if request.config.getoption("--renew-golden"):
        page = re.sub(r"\| `activation` \|.*?\n(?!\|)", lambda _: table, page, count=1, flags=re.DOTALL)
        PAGE.write_text(page, encoding="utf-8")
    assert f"\n{table}\n" in page


@pytest.mark.parametrize("name", [*LOSSES, *OPTIMISERS, *(name for name in SCHEDULES if name != "constant")])
def test_every_other_row_has_its_line(name: str) -> None:
    assert f"\n| `{name}` | " in PAGE.read_text(encoding="utf-8")
