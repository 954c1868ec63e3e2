"""The words that every form of a report shares."""

from dataclasses import replace

import pytest

from backprop.check.findings import FileReport, TableReport
from backprop.check.report.phrases import (
    NAMED,
    kind_line,
    kind_name,
    passed_over_line,
    quantity_name,
    short_names,
    table_line,
    verdict_line,
)

CORRECT = FileReport("b.xlsx", "11", "correct", "eight-weight")


@pytest.mark.parametrize(
    ("table", "expected"),
    [
        (
            TableReport("η = 2", 5, 6, 6, "rows", {}, 2.0, None, 1),
            "η = 2: 1 epoch, row 6, η = 2, 1 cell checked",
        ),
        (
            TableReport("S", 1, 2, 27, "columns", {}, None, None, 9),
            "S: 26 epochs, columns B to AA, learning rate not found, 9 cells checked",
        ),
    ],
)
def test_a_table_is_one_line(table: TableReport, expected: str) -> None:
    assert table_line(table) == expected


@pytest.mark.parametrize(
    ("files", "expected"),
    [
        ((), ("", [])),
        (("a.xlsx",), ("", ["a.xlsx"])),
        (("b/a.xlsx",), ("b", ["a.xlsx"])),
        (("b/a.xlsx", "bc/a.xlsx"), ("", ["b/a.xlsx", "bc/a.xlsx"])),
        (("b/c/a.xlsx", "b/c/d/a.xlsx", "b/e.xlsx"), ("b", ["c/a.xlsx", "c/d/a.xlsx", "e.xlsx"])),
        (("/b/a.xlsx", "c.xlsx"), ("", ["/b/a.xlsx", "c.xlsx"])),
    ],
)
def test_names_leave_out_the_folder_that_all_share(files: tuple[str, ...], expected: tuple[str, list[str]]) -> None:
    assert short_names([replace(CORRECT, file=file) for file in files]) == expected


def test_lines_of_counts() -> None:
    assert verdict_line([CORRECT]) == "1 file: 1 correct"
    assert kind_line([CORRECT]) == "0 findings"


def test_names_of_quantities_and_kinds() -> None:
    assert (quantity_name("dE_dw3"), quantity_name("a_h1"), quantity_name("eta")) == ("∂E/∂w3", "a_h1", "η")
    assert kind_name("wrong_reference") == "wrong reference"


def test_files_passed_over_are_counted_and_the_first_of_them_named() -> None:
    assert passed_over_line(["b.ods", "c.xls", "d.csv"]) == "3 files passed over: b.ods, c.xls, d.csv"
    assert passed_over_line(["a.csv"]) == "1 file passed over: a.csv"
    assert passed_over_line(["a.csv"] * (NAMED + 2)).endswith("a.csv, a.csv and 2 more")
