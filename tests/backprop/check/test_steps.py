"""Tables whose epochs have several steps, ours of today and those in which each sample was called an epoch."""

import re
from pathlib import Path

import openpyxl
import pytest

from backprop.check.check import check_any_file
from backprop.derivation.derive import derive
from backprop.network.load import load_network
from backprop.network.network import Network
from backprop.workbook.write import write_workbook
from tests.backprop.conftest import edit_part

SHEET, PART = "η = 0.1", "xl/worksheets/sheet3.xml"


def in_steps(**training: object) -> Network:
    xor = load_network("xor")
    return xor.model_copy(update={"training": xor.training.model_copy(update=training)})


def written(folder: Path, network: Network, epochs: int = 5) -> Path:
    file = folder / "steps.xlsx"
    write_workbook(derive(network), file, [0.1], epochs)
    return file


KINDS = {
    "stochastic": {"batch": "stochastic"},
    "batch": {"batch": 2},
    "adam": {"batch": 2, "optimiser": "adam"},
    "schedule by epoch": {"batch": 2, "optimiser": "adam", "schedule": "step", "step_size": 2},
    "schedule by step": {"batch": 1, "optimiser": "sgd", "schedule": "cosine", "schedule_counts": "steps"},
}


@pytest.mark.parametrize("kind", KINDS)
def test_our_own_are_correct_with_and_without_their_network(kind: str, tmp_path: Path) -> None:
    network = in_steps(**KINDS[kind])
    file = written(tmp_path, network)
    for given in (None, network):
        report = check_any_file(file, given)
        assert (report.verdict, report.findings) == ("correct", ())
        assert {"epoch", "step", "E_epoch"} <= report.tables[0].columns.keys() | {"epoch"}


def as_before(file: Path) -> None:
    """The layout of before: no passes, no mean over them, and each step called an epoch."""
    workbook = openpyxl.load_workbook(file)
    sheet = workbook[SHEET]
    column = {cell.value: cell.column for cell in sheet[5]}
    sheet["B5"].value = "epoch"
    for row in range(5, sheet.max_row + 1):
        for left_out in (1, column["E_epoch"]):
            sheet.cell(row, left_out).value = None
    del workbook["Epochs"], workbook["Loss"]
    workbook.save(file)


@pytest.mark.parametrize("kind", ["stochastic", "schedule by step"])
def test_workbooks_that_call_each_sample_an_epoch_are_recognised(kind: str, tmp_path: Path) -> None:
    file = written(tmp_path, in_steps(**KINDS[kind]))
    as_before(file)
    report = check_any_file(file, None)
    assert (report.verdict, report.findings) == ("correct", ())
    assert report.tables[0].last_row == 25


@pytest.mark.parametrize(
    ("quantity", "wrong", "right"),
    [
        (
            "E_epoch",
            r"(({turn}20)*{E_epoch}19+{E_total}20)/{turn}20",
            r"(({turn}20-1)*{E_epoch}19+{E_total}20)/{turn}20",
        ),
        ("epoch", "INT(({step}20-1)/3)+1", "INT(({step}20-1)/2)+1"),
        ("turn", "MOD({step}20,2)+1", "MOD({step}20-1,2)+1"),
        ("step", "{step}19+2", "{step}19+1"),
    ],
)
def test_a_wrong_count_or_mean_is_found_where_it_stands(quantity: str, wrong: str, right: str, tmp_path: Path) -> None:
    network = in_steps(batch=2, optimiser="adam")
    file, planted = written(tmp_path, network, 12), tmp_path / "planted.xlsx"
    heads = {cell.value: cell.column_letter for cell in openpyxl.load_workbook(file)[SHEET][5] if cell.value}
    heads["turn"] = heads["batch"]
    cell = rf'(<c r="{heads[quantity]}20"[^>]*>)<f[^>]*?(/>|>[^<]*</f>)'
    formula = wrong.format(**heads)
    edit_part(file, planted, PART, lambda xml: re.sub(cell, rf"\1<f>{formula}</f>", xml))
    report = check_any_file(planted, network)
    assert report.verdict == "mistakes"
    assert {(finding.sheet, finding.range) for finding in report.findings} == {(SHEET, f"{heads[quantity]}20")}
    assert f"={right.format(**heads)}" in {finding.should_be for finding in report.findings}
