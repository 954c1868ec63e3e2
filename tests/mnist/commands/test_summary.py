"""`mnist summary` in its other forms: JSON, markdown, a workbook."""

import re
from pathlib import Path

import pytest

from mnist.runs.record import Summary
from mnist.tables.table import ParameterTable
from tests.mnist.commands.commands import Mnist


def test_summary_as_json_holds_the_summary_of_the_record(cli: Mnist):
    table = ParameterTable.model_validate_json(cli("summary", "published-10066", "--json")[1])

    assert (table.total, table.recorded().total, type(table.recorded())) == (10_066, 10_066, Summary)


def test_summary_as_markdown_and_workbook(cli: Mnist, tmp_path: Path):
    code, out, _ = cli("summary", "tiny", "--markdown")
    said = cli("summary", "tiny", "--xlsx", "tiny.xlsx")

    assert code == 0
    assert "| MaxPool2d-4 | 2×2 | 8×14×14 | 0 | 6 | 0 | 6.1 KB | keeps the largest of each 2×2 square: 28×28 to" in out
    assert said[:2] == (0, "tiny.xlsx: 21 layers, 3,842 parameters\n")
    assert (tmp_path / "tiny.xlsx").stat().st_size > 5_000


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["--xlsx", "tiny.csv"], r"tiny\.csv: a workbook's name ends in \.xlsx"),
        (["--xlsx", "no/tiny.xlsx"], r"no/tiny\.xlsx: .*no such folder|no: no such folder"),
        (["--json", "--markdown"], r"--json, --markdown and --xlsx: one of them at a time"),
    ],
    ids=str,
)
def test_a_summary_that_cannot_be_written_ends_with_one_line(cli: Mnist, options: list[str], message: str):
    code, out, err = cli("summary", "tiny", *options)

    assert (code, out, err.count("\n")) == (2, "", 1)
    assert re.search(message, err)


MYNET = """
from torch import nn

class Net(nn.Module):
    def __init__(self, width=4):
        super().__init__()
        self.conv = nn.Conv2d(1, width, 3)
        self.line = nn.Linear(width, 10)

    def forward(self, x):
        return self.line(self.conv(x).mean((2, 3)))
"""


def test_a_module_in_a_file_has_its_table(cli: Mnist, tmp_path: Path):
    (tmp_path / "mynet.py").write_text(MYNET)
    code, out, err = cli("summary", "mynet.py:Net", "--arg", "width=6", "--input", "1,20,20")
    markdown = cli("summary", "mynet.py:Net", "--markdown")[1]

    assert (code, err) == (0, "")
    lines = [line.split() for line in out.splitlines()]
    assert lines[1][:8] == ["Conv2d-1", "conv", "3×3", "6×18×18", "60", "3", "17,496", "7.6"]
    assert lines[2][:5] == ["mean", "6", "0", "20", "0"]
    assert "Total parameters:                130" in out
    assert "| Linear-2 | line |  | 10 | 50 | 28 | 40 | 0.0 KB | weighs 4 values for each of 10 |" in markdown
    assert "Recipe" not in out


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["mynet.py:Net", "--input", "28x28"], r"--input 28x28: whole numbers with commas are needed, as in 1,28,28"),
        (["mynet.py:Net", "--input", "2,28,28"], r"Net: forward fails on \(1, 2, 28, 28\): RuntimeError: "),
        (["mynet.py:Nett"], r"Nett"),
    ],
    ids=str,
)
def test_what_cannot_be_summarised_ends_with_one_line(cli: Mnist, tmp_path: Path, arguments: list[str], message: str):
    (tmp_path / "mynet.py").write_text(MYNET)
    code, out, err = cli("summary", *arguments)

    assert (code, out, err.count("\n")) == (2, "", 1)
    assert re.search(message, err)
