"""Every stored value of every sheet, which previewers show, against what a spreadsheet engine computes anew."""

from pathlib import Path

import numpy as np
import openpyxl
import pytest

from backprop.derivation.derive import derive
from backprop.epochs.trace import Trace, run_trace
from backprop.network.load import load_network, presets
from backprop.workbook.sheets import loss
from backprop.workbook.write import write_workbook
from tests.backprop.conftest import Values, Written, read_values, recalculate_with_ironcalc

FORMULAS = 900  # each of these workbooks has more


def assert_stored_values_are_recalculated(file: Path, computed: Values | None = None) -> None:
    """IronCalc computes every sheet, so none is left out; `computed` is what it gave."""
    stored, computed = read_values(file), computed or recalculate_with_ironcalc(file)
    checked = 0
    for sheet in openpyxl.load_workbook(file):
        for cell in (cell for row in sheet.iter_rows() for cell in row if cell.data_type == "f"):
            ours, theirs = stored[sheet.title].get(cell.coordinate), computed[sheet.title][cell.coordinate]
            if isinstance(ours, float):  # differences of nearly equal numbers
                near = abs(ours - theirs) <= max(1e-12 * abs(theirs), 1e-16)
                assert near, (sheet.title, cell.coordinate, cell.value, ours, theirs)
            else:
                assert ours == theirs, (sheet.title, cell.coordinate, cell.value)
            checked += 1
    assert checked > FORMULAS


def test_the_default_workbooks_stored_values_are_recalculated(default_workbook: tuple[Path, Trace]) -> None:
    assert_stored_values_are_recalculated(default_workbook[0])


@pytest.mark.parametrize(("name", "form"), [*((name, "closed") for name in sorted(presets())), ("xor", "steps")])
def test_stored_values_of_every_preset_are_recalculated(name: str, form, written: Written) -> None:
    assert_stored_values_are_recalculated(written(load_network(name), form=form))


@pytest.mark.parametrize(("place", "reached"), [(0, 1), (6, 7), (11, 12), (None, "not reached")])
def test_a_loss_is_reached_in_the_first_epoch_that_has_it_or_less(
    place: int | None, reached: int | str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    derivation = derive(load_network("mazur"))
    losses = run_trace(derivation, [0.5], 12).column("E_total")[0]
    assert (np.diff(losses) < 0).all()
    monkeypatch.setattr(loss, "CHOSEN_LOSS", losses[-1] / 2 if place is None else float(losses[place]))
    write_workbook(derivation, tmp_path / "a.xlsx", [0.5], 12)
    assert read_values(tmp_path / "a.xlsx")["Loss"]["E7"] == reached
