"""What a terminal shows of a check: every finding, at 80 columns, nothing of a file obeyed."""

import io
from collections.abc import Sequence
from dataclasses import replace

import pytest
from rich.console import Console

from backprop.check.findings import FileReport, Finding, Kind, Note, TableReport
from backprop.check.report.terminal import (
    COMPARED,
    FINDINGS_SHOWN,
    differences,
    kind_line,
    print_reports,
    quantity,
    short_names,
    shorten,
    table_line,
    verdict_line,
    visible,
)

TABLE = TableReport("Sheet1", 32, 33, 100, "rows", {"w1": "E"}, 1.0, "G31", 2_040)
SLIP = Finding(
    "Sheet1", "Z33", "Z33:Z100", "dE_dw3", Kind.WRONG_REFERENCE, "error",
    "=(R33-A33)*J33*(1-J33)*C33", "=(R33-A33)*L33*(1-L33)*C33",
    "multiplies by a_h1·(1 − a_h1) (column J); should be a_h2·(1 − a_h2) (column L)",
    "the loss of the last epoch is off by 6.1e-08",
)  # fmt: skip
LATENT = Finding("Sheet1", "V33", "V33", "E2", Kind.WRONG_REFERENCE, "latent", "=A33", None, "reads t1 for t2")
MISTAKES = FileReport("a.xlsx", "00", "mistakes", "eight-weight", "", (TABLE,), (SLIP, LATENT))
CORRECT = FileReport("b.xlsx", "11", "correct", "eight-weight", "", (TABLE,))
BROKEN = FileReport("c.xls", None, "unreadable", None, "an old Excel file (.xls); save it as .xlsx")


def shown(reports: Sequence[FileReport], width: int = 80, colour: bool = False) -> str:
    stream = io.StringIO()
    system = "truecolor" if colour else None
    print_reports(reports, Console(file=stream, width=width, force_terminal=colour, color_system=system))
    return "\n".join(line.rstrip() for line in stream.getvalue().split("\n"))


def test_a_file_is_told_with_its_tables_findings_formulas_and_effect() -> None:
    assert shown([MISTAKES]) == (
        "✗ mistakes  a.xlsx\n"
        "  Sheet1: 68 epochs, rows 33 to 100, η = 1 (G31), 2,040 cells checked\n"
        "\n"
        "  error  Sheet1 Z33:Z100  ∂E/∂w3  wrong reference\n"
        "  multiplies by a_h1·(1 − a_h1) (column J); should be a_h2·(1 − a_h2) (column L)\n"
        "    is         =(R33-A33)*J33*(1-J33)*C33\n"
        "    should be  =(R33-A33)*L33*(1-L33)*C33\n"
        "    effect     the loss of the last epoch is off by 6.1e-08\n"
        "\n"
        "  latent  Sheet1 V33  E2  wrong reference\n"
        "  reads t1 for t2\n"
        "    is  =A33\n"
        "\n"
    )


def test_the_difference_between_the_formulas_stands_out() -> None:
    text = shown([MISTAKES], colour=True)
    assert "\x1b[1;4;31mJ33\x1b[0m*(1-\x1b[1;4;31mJ33\x1b[0m)" in text
    assert "\x1b[1;4;32mL33\x1b[0m*(1-\x1b[1;4;32mL33\x1b[0m)" in text


def test_several_files_end_in_a_table_of_verdicts_and_counts() -> None:
    two = replace(MISTAKES, findings=(SLIP, SLIP, LATENT))
    lines = shown([two, CORRECT, BROKEN]).splitlines()
    assert "! unreadable  c.xls" in lines
    assert "  an old Excel file (.xls); save it as .xlsx" in lines
    assert [line.split() for line in lines if line.startswith("│")] == [
        ["│", "a.xlsx", "│", "✗", "mistakes", "│", "2", "│", "1", "│", "2,040", "│"],
        ["│", "b.xlsx", "│", "✓", "correct", "│", "–", "│", "–", "│", "2,040", "│"],
        ["│", "c.xls", "│", "!", "unreadable", "│", "–", "│", "–", "│", "–", "│"],
    ]
    assert lines[-2:] == ["3 files: 1 correct, 1 mistakes, 1 unreadable", "3 findings: 3 wrong reference"]


def test_one_file_ends_without_a_summary() -> None:
    assert "1 file" not in shown([CORRECT])


@pytest.mark.parametrize("width", [60, 80, 200])
def test_no_line_is_wider_than_the_console(width: int) -> None:
    long = FileReport(f"{'folder/' * 40}x.xlsx", "00", "mistakes", None, "", (TABLE,), (SLIP,) * 3)
    lines = shown([long] * 73, width).splitlines()
    assert max(map(len, lines)) <= width
    assert sum("∂E/∂w3" in line for line in lines) == 73 * 3
    table = "".join(line.split("│")[1].strip() for line in lines if line.startswith("│"))
    assert table == f"{'x.xlsx' * 73}"


def test_nothing_of_a_file_is_markup_or_reaches_the_terminal_as_control() -> None:
    evil = "[red]x[/red]\x1b]0;owned\x07\n\u202e[link=x]y\ud800"
    finding = Finding(evil, "A1", evil, evil, Kind.SIGN, "error", evil, evil, evil, evil)
    table = TableReport(evil, None, 1, 1, "rows", {}, None, evil, 0)
    notes = (Note(evil, evil, evil, evil),)
    reports = [FileReport(evil.replace("/", ""), None, "mistakes", evil, evil, (table,), (finding,), notes)] * 2
    text = shown(reports, 2_000)
    assert not set("\x1b\x07\u202e\ud800") & set(text)
    written = r"[red]x[/red]\x1b]0;owned\x07\n\u202e[link=x]y\ud800"
    assert text.count(written) == 2 * 13
    assert text.count(written.replace("/", "")) == 2 * 2  # a file, also in the summary


def test_only_the_first_findings_and_notes_are_listed_and_the_rest_counted() -> None:
    notes = tuple(Note("Sheet1", f"A{number}", "header", "lies") for number in range(1, 12))
    many = FileReport("a.xlsx", "00", "mistakes", None, "", (), (SLIP,) * (FINDINGS_SHOWN + 1), notes)
    text = shown([many])
    assert text.count("∂E/∂w3") == FINDINGS_SHOWN
    assert "  … and 1 finding more (all in --json)" in text
    assert "  note: Sheet1 A8: lies\n  … and 3 notes more (all in --json)\n" in text


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


def test_words() -> None:
    assert (quantity("dE_dw3"), quantity("a_h1"), quantity("eta")) == ("∂E/∂w3", "a_h1", "η")
    assert visible("a\tb\u200bη") == r"a\tb\u200bη"
    assert shorten("x" * 12, 10) == f"{'x' * 10}… (12 characters)"


def test_differences_are_whole_references_and_never_spaces() -> None:
    left, right = differences("=$J33 * A33", "=$L33+1*A33")
    assert left == [("=", False), ("$J33", True), (" * A33", False)]
    assert right == [("=", False), ("$L33+1", True), ("*A33", False)]


@pytest.mark.parametrize(
    ("formula", "should_be"), [("=A1", "=EXP(B2)*(1-C3)"), (f"={'+A1' * COMPARED}", f"={'+A2' * COMPARED}")]
)
def test_formulas_with_little_in_common_or_too_long_show_no_differences(formula: str, should_be: str) -> None:
    assert differences(formula, should_be) == ([(formula, False)], [(should_be, False)])
