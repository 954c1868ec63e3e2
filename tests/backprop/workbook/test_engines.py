"""The workbook recalculated by engines nobody here wrote, against the NumPy trace."""

import re
from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest
from hypothesis import Phase, given
from hypothesis import strategies as st

from backprop.derivation.derive import Derivation, derive
from backprop.epochs.trace import Trace, run_trace
from backprop.network.network import Network
from backprop.workbook.layout import network_sheet, rate_sheet
from backprop.workbook.write import write_workbook
from tests.backprop.conftest import Values, edit_part, recalculate_with_ironcalc
from tests.backprop.networks import any_networks, only_those_that_fit
from tests.backprop.tables import worst_difference
from tests.examples import drawn


def loss_table(values: Values) -> list[list[object]]:
    return [[values["Loss"][f"{letter}{row}"] for letter in "BCDE"] for row in range(7, 13)]


def expected_loss_table(trace: Trace, chosen: float = 0.1) -> list[list[object]]:
    rows: list[list[object]] = []
    for rate, losses in zip(trace.learning_rates, trace.column("E_total").tolist(), strict=True):
        reached = next((epoch for epoch, loss in enumerate(losses, 1) if loss <= chosen), "not reached")
        rows.append([f"η = {rate:g}", pytest.approx(losses[0]), pytest.approx(losses[-1]), reached])
    return rows


def test_every_cell_recalculated_by_ironcalc_equals_the_trace(
    default_workbook: tuple[Path, Trace], eight_weight: Derivation
) -> None:
    file, trace = default_workbook
    values = recalculate_with_ironcalc(file)
    assert worst_difference(values, trace, rate_sheet(eight_weight, 100, "closed")) <= 1e-15
    assert loss_table(values) == expected_loss_table(trace)
    headings = [values["Loss"][f"{letter}6"] for letter in "BCDE"]
    assert headings == ["learning rate", "first loss", "last loss", "epochs to the chosen loss"]


@pytest.fixture(scope="module")
def edited(default_workbook: tuple[Path, Trace], tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """The default workbook with a wrong cached value, and with another learning rate."""
    file, folder = default_workbook[0], tmp_path_factory.mktemp("edited")
    edits = {
        "planted": ("sheet2", r'(<c r="J9".*?<v>)[^<]*', r"\g<1>777"),
        "changed": ("sheet4", r'(<c r="C2"[^>]*><v>)0.5<', r"\g<1>0.37<"),
    }
    for name, (sheet, pattern, new) in edits.items():
        edit_part(file, folder / f"{name}.xlsx", f"xl/worksheets/{sheet}.xml", partial(re.sub, pattern, new))
    return {name: folder / f"{name}.xlsx" for name in edits}


@pytest.fixture(scope="module")
def by_libreoffice(
    default_workbook: tuple[Path, Trace],
    edited: dict[str, Path],
    libreoffice_together: Callable[[list[Path]], dict[str, Values]],
) -> dict[str, Values]:
    return libreoffice_together([default_workbook[0], *edited.values()])


def test_every_cell_recalculated_by_libreoffice_equals_the_trace(
    default_workbook: tuple[Path, Trace], eight_weight: Derivation, by_libreoffice: dict[str, Values]
) -> None:
    file, trace = default_workbook
    values = by_libreoffice[file.stem]
    assert worst_difference(values, trace, rate_sheet(eight_weight, 100, "closed")) <= 1e-12
    assert loss_table(values) == expected_loss_table(trace)


def test_libreoffice_here_does_not_believe_cached_values(
    default_workbook: tuple[Path, Trace], by_libreoffice: dict[str, Values]
) -> None:
    _, trace = default_workbook
    assert by_libreoffice["planted"]["η = 0.1"]["J9"] == pytest.approx(trace.column("h1")[0, 3], rel=1e-12)


def test_a_changed_learning_rate_changes_the_whole_table(
    eight_weight: Derivation, edited: dict[str, Path], by_libreoffice: dict[str, Values]
) -> None:
    trace = run_trace(eight_weight, [0.37], 100)
    layout = rate_sheet(eight_weight, 100, "closed")
    for values, tolerance in (
        (by_libreoffice["changed"], 1e-12),
        (recalculate_with_ironcalc(edited["changed"]), 1e-15),
    ):
        assert worst_difference({"η = 0.37": values["η = 0.5"]}, trace, layout) <= tolerance
        assert values["Loss"]["B9"] == "η = 0.37"
        assert values["Loss"]["D9"] == pytest.approx(trace.column("E_total")[0, -1])


@pytest.mark.parametrize("name", ["i1", "t2", "w3", "w8"])
def test_a_changed_input_target_or_weight_changes_every_sheet(
    default_workbook: tuple[Path, Trace], eight_weight: Derivation, tmp_path: Path, name: str
) -> None:
    cell = network_sheet(eight_weight).cells[name].replace("$", "").removeprefix("Network!")
    changed = tmp_path / "changed.xlsx"
    edit_part(
        default_workbook[0],
        changed,
        "xl/worksheets/sheet1.xml",
        lambda xml: re.sub(rf'(<c r="{cell}"[^>]*><v>)[^<]*', r"\g<1>0.625", xml),
    )
    values = recalculate_with_ironcalc(changed)
    trace = run_trace(derive(changed_network(eight_weight.network, name, 0.625)), epochs=100)
    assert worst_difference(values, trace, rate_sheet(eight_weight, 100, "closed")) <= 1e-15


def changed_network(network: Network, name: str, value: float) -> Network:
    data = network.model_dump()
    number = int(name[1:]) - 1
    if name[0] == "w":
        layers = [[list(row) for row in layer["weights"]] for layer in data["layers"]]
        layers[number // 4][number % 4 // 2][number % 2] = value
        for layer, weights in zip(data["layers"], layers, strict=True):
            layer["weights"] = weights
    else:
        key = "inputs" if name[0] == "i" else "targets"
        data[key] = [value if position == number else old for position, old in enumerate(data[key][0])]
    return Network.model_validate(data)


@given(network=any_networks(), form=st.sampled_from(["closed", "steps"]))
@drawn(8, phases=[Phase.reuse, Phase.generate])  # seconds each: none to shrink a failure
def test_whole_workbooks_of_random_networks_recalculate_to_their_trace(
    tmp_path_factory: pytest.TempPathFactory, network: Network, form
) -> None:
    file = tmp_path_factory.mktemp("random") / "random.xlsx"
    derivation = derive(network)
    with only_those_that_fit():
        write_workbook(derivation, file, [0.1, 0.3], 4, form)
    trace = run_trace(derivation, [0.1, 0.3], 4, form)
    values = recalculate_with_ironcalc(file)
    assert worst_difference(values, trace, rate_sheet(derivation, 4, form), of_row=1e-3) <= 1e-12
