"""What a terminal shows of a check: every finding, at 80 columns, nothing of a file obeyed; elsewhere whole lines."""

import io
from collections.abc import Sequence
from dataclasses import replace

import pytest
from rich.console import Console

from backprop.check.findings import FileReport, Finding, Kind, Note, TableReport
from backprop.check.report.terminal import FINDINGS_SHOWN, print_reports

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


def shown(
    reports: Sequence[FileReport], width: int = 80, colour: bool = False, terminal: bool = True,
    passed_over: Sequence[str] = (),
) -> str:  # fmt: skip
    stream = io.StringIO()
    system = "truecolor" if colour else None
    console = Console(file=stream, width=width, force_terminal=terminal, color_system=system)
    print_reports(reports, console, passed_over)
    return "\n".join(line.rstrip() for line in stream.getvalue().split("\n"))


@pytest.mark.parametrize("terminal", [True, False])
def test_a_file_is_told_with_its_tables_findings_formulas_and_effect(terminal: bool) -> None:
    assert shown([MISTAKES], terminal=terminal) == (
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
    assert text.count(written) == 2 * 14
    assert text.count(written.replace("/", "")) == 2 * 2  # a file, also in the summary


def test_only_the_first_findings_and_notes_are_listed_and_the_rest_counted() -> None:
    notes = tuple(Note("Sheet1", f"A{number}", "header", "lies") for number in range(1, 12))
    many = FileReport("a.xlsx", "00", "mistakes", None, "", (), (SLIP,) * (FINDINGS_SHOWN + 1), notes)
    text = shown([many])
    assert text.count("∂E/∂w3") == FINDINGS_SHOWN
    assert "  … and 1 finding more (all in --json)" in text
    assert "  note: Sheet1 A8: lies\n  … and 3 notes more (all in --json)\n" in text


def test_what_goes_to_a_file_is_neither_wrapped_nor_padded_nor_cut() -> None:
    long = "=" + "+".join(f"A{row}" for row in range(1, 1_200))
    area = ",".join(f"A{row}" for row in range(1, 200))
    finding = replace(SLIP, formula=long, should_be=f"{long}+B1", explanation="reads " * 50, range=area)
    stream = io.StringIO()
    reports = [replace(MISTAKES, file=f"{'folder/' * 40}{name}.xlsx", findings=(finding,)) for name in "ab"]
    print_reports(reports, Console(file=stream, width=80))
    lines = stream.getvalue().splitlines()
    assert lines.count(f"    is         {long}") == 2
    assert lines.count(f"    should be  {long}+B1") == 2
    assert lines.count("  " + "reads " * 50) == 2
    assert lines.count(f"  error  Sheet1 {area}  ∂E/∂w3  wrong reference") == 2
    assert [line for line in lines if "a.xlsx" in line and line.startswith("│")] == [
        "│ a.xlsx │ ✗ mistakes │      1 │      – │ 2,040 │"
    ]


def test_a_terminal_gets_the_beginning_of_a_long_formula() -> None:
    text = shown([replace(MISTAKES, findings=(replace(LATENT, formula=f"={'A1+' * 2_000}A1"),))])
    assert "… (6,003 characters)" in " ".join(text.split())


def test_files_passed_over_are_named_at_the_end() -> None:
    text = shown([CORRECT], passed_over=["b.ods", "c\x1b.xls"])
    assert text.endswith("\n2 files passed over: b.ods, c\\x1b.xls\n")
