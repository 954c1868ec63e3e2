"""Tables and progress where no terminal is: nothing is wrapped, filled up or obeyed."""

import pytest

from groundfloor.terminal import print_table, progress


def test_a_table_that_is_piped_has_a_line_a_row_and_no_blanks_at_its_end(capsys: pytest.CaptureFixture[str]) -> None:
    print_table(("Name", "n"), [("a" * 200, 1), ("[bold]b\x1b", 10)], left=("Name",))
    lines = capsys.readouterr().out.splitlines()
    assert lines[1] == "a" * 200 + "   1"
    assert lines[2].startswith(r"[bold]b\x1b ")
    assert len(lines) == 3
    assert all(line == line.rstrip() for line in lines)


def test_progress_is_silent_where_nobody_watches(capsys: pytest.CaptureFixture[str]) -> None:
    with progress("rows", 10) as advance:
        advance(10)
    assert capsys.readouterr() == ("", "")
