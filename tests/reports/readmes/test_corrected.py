"""Corrected copies: several edits of one line, each at the place it had before the others were made."""

import pytest

from reports.errors import OutputError
from reports.readmes.corrected import check_target, corrected
from reports.readmes.proof.findings import Edit, Finding, Kind
from reports.readmes.reading.files import split_lines


def findings(*edits):
    return [Finding(edit.line, Kind.LOG, "found", "expected", "reason", edit) for edit in edits]


@pytest.mark.parametrize("order", [(0, 1, 2), (2, 1, 0), (1, 0, 2)])
def test_edits_of_one_line_that_change_its_length_each_keep_their_place(order):
    edits = [Edit(2, 0, "9", "1,000"), Edit(2, 2, "9", ""), Edit(2, 4, "9", "10")]
    source = split_lines("9 9 9\n9 9 9\r\n9", "README.md")

    text, made = corrected(source, findings(*(edits[at] for at in order)))

    assert (text, made) == ("9 9 9\n1,000  10\r\n9", 3)


def test_an_edit_whose_text_is_not_there_is_not_made_nor_counted():
    source = split_lines("98 %\n", "README.md")

    assert corrected(source, findings(Edit(1, 0, "97", "99"), Edit(1, 1, "98", "99"))) == ("98 %\n", 0)


def test_no_break_spaces_read_as_blanks_and_stay_where_nothing_is_corrected(check):
    text = "Conv2d-1\u00a0[-1,\u00a08, 26, 26]\u00a080\nConv2d-2 [-1, 8, 24,\u00a024]\u00a0548\nTotal params: 664\n"
    source = split_lines(text, "README.md")

    report = check(text)

    assert report.checked == check(text.replace("\u00a0", " ")).checked
    assert corrected(source, report.findings) == (text.replace("548", "584"), 1)
    assert corrected(source, findings(Edit(2, 17, "24, 24", "24, 25"))) == (text.replace("24,\u00a024", "24, 25"), 1)


def test_two_findings_with_the_same_edit_make_it_once():
    source = split_lines("a 98 %\n", "README.md")

    assert corrected(source, findings(Edit(1, 2, "98", "99"), Edit(1, 2, "98", "99"))) == ("a 99 %\n", 1)


def test_a_finding_without_an_edit_changes_nothing():
    source = split_lines("\ufeffa\r\n", "README.md")

    assert corrected(source, [Finding(1, Kind.LOG, "", "", "")]) == ("\ufeffa\r\n", 0)


def test_copies_of_several_files_need_a_folder(tmp_path):
    files = [tmp_path / "a.md", tmp_path / "b.md"]
    check_target(None, files)
    check_target(tmp_path, files)
    check_target(tmp_path / "new.md", files[:1])
    with pytest.raises(OutputError, match=r"new\.md: not a folder; the copies of 2 files need one"):
        check_target(tmp_path / "new.md", files)
