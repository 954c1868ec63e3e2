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
