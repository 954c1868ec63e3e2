"""What the scan before opening refuses, lets pass and notes; how little it takes."""

import contextlib
import dataclasses
import os
from pathlib import Path

import openpyxl
import pytest
from hypothesis import HealthCheck, given
from hypothesis import strategies as st

from backprop.epochs.trace import Trace
from backprop.spreadsheet.limits import Limits
from backprop.spreadsheet.scan import scan_workbook
from groundfloor.errors import UnreadableError
from tests.backprop.spreadsheet.crafted import pack, parts, sheet, with_sheet
from tests.backprop.spreadsheet.crafted_archives import ARCHIVES
from tests.backprop.spreadsheet.crafted_contents import ALLOWED, CONTENTS
from tests.backprop.spreadsheet.refusals import assert_little_memory, assert_refused, build_all
from tests.examples import drawn

REFUSED = ARCHIVES | CONTENTS


@pytest.fixture(scope="module")
def refused(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    return build_all(REFUSED, tmp_path_factory.mktemp("crafted"), ".xlsx")


@pytest.mark.parametrize("name", REFUSED)
def test_a_crafted_file_is_refused_in_one_line_and_little_time(name: str, refused: dict[str, Path]) -> None:
    assert_refused(refused[name], REFUSED[name][1], seconds=5)


def test_crafted_files_take_little_memory(refused: dict[str, Path]) -> None:
    assert_little_memory(REFUSED, refused)


@pytest.mark.parametrize("name", ALLOWED)
def test_an_odd_but_proper_workbook_passes(name: str, tmp_path: Path) -> None:
    build, notes = ALLOWED[name]
    build(tmp_path / "odd.xlsx")
    assert notes == scan_workbook(tmp_path / "odd.xlsx")


def test_our_own_workbook_passes(default_workbook: tuple[Path, Trace]) -> None:
    assert scan_workbook(default_workbook[0]) == ()


def test_a_workbook_saved_by_openpyxl_passes(tmp_path: Path) -> None:
    workbook = openpyxl.Workbook()
    workbook.active.append([1, "=A1*2", "text"])
    workbook.active.merge_cells("A3:C5")
    workbook.save(tmp_path / "saved.xlsx")
    assert scan_workbook(tmp_path / "saved.xlsx") == ()


def test_workbooks_of_strangers_pass(stranger_workbooks: Path) -> None:
    files = sorted(stranger_workbooks.glob("*.xlsx"))
    assert files
    for file in files:
        assert set(scan_workbook(file)) <= {"links to other workbooks, which were not opened"}


@pytest.mark.parametrize(
    ("limits", "message"),
    [
        (Limits(file_bytes=100), r"^a file of [\d,]+ bytes; at most 100$"),
        (Limits(parts=4), r"^a zip archive of 5 parts; at most 4$"),
        (Limits(total_bytes=999), r"bytes when unpacked; at most 999$"),
        (Limits(cells=3), r"4 cells so far; at most 3 in a workbook$"),
        (Limits(rows=1), r"2 rows so far; at most 1 in a workbook$"),
        (Limits(columns=0), r"1 column formats so far; at most 0 in a workbook$"),
        (Limits(tags=5), r"\d+ tags so far; at most 5 in a workbook$"),
        (Limits(depth=3), r"elements are nested more than 3 deep$"),
        (Limits(comments=0), r"1 comments so far; at most 0 in a workbook$"),
        (Limits(calculation_steps=0), r"1 calculation steps so far; at most 0 in a workbook$"),
    ],
    ids=lambda value: None if isinstance(value, str) else "",
)
def test_a_limit_can_be_set(limits: Limits, message: str, tmp_path: Path) -> None:
    rows = '<row r="1"><c r="A1"/><c r="B1"/></row><row r="2"><c r="A2"/><c r="B2"/></row>'
    inside = parts(sheet=sheet(rows, before='<cols><col min="1" max="2"/></cols>', after="<comment/>"))
    inside["xl/calcChain.xml"] = '<calcChain><c r="A1"/></calcChain>'
    pack({name: text for name, text in inside.items() if limits.calculation_steps == 0 or "calc" not in name})(
        tmp_path / "small.xlsx"
    )
    with pytest.raises(UnreadableError, match=message):
        scan_workbook(tmp_path / "small.xlsx", limits)


def test_limits_add_up_over_sheets(tmp_path: Path) -> None:
    inside = parts() | {"xl/worksheets/sheet2.xml": sheet()}
    pack(inside)(tmp_path / "two.xlsx")
    assert scan_workbook(tmp_path / "two.xlsx", Limits(cells=2)) == ()
    with pytest.raises(UnreadableError, match=r"^part 'xl/worksheets/sheet2\.xml': 2 cells so far; at most 1"):
        scan_workbook(tmp_path / "two.xlsx", Limits(cells=1))


def test_a_calculation_chain_is_not_counted_as_cells_but_a_sheet_after_it_is(tmp_path: Path) -> None:
    inside = parts() | {"xl/calcChain.xml": '<calcChain><c r="A1"/><c r="A2"/></calcChain>'}
    pack(inside)(tmp_path / "chain.xlsx")
    with pytest.raises(UnreadableError, match=r"1 cells so far; at most 0"):
        scan_workbook(tmp_path / "chain.xlsx", Limits(cells=0))
    assert scan_workbook(tmp_path / "chain.xlsx", Limits(cells=1, calculation_steps=2)) == ()


def test_every_limit_is_positive_and_large_enough_for_six_rates_of_10000_epochs() -> None:
    limits = dataclasses.asdict(Limits())
    assert all(value > 0 for value in limits.values())
    assert limits["cells"] > 6 * 10_000 * 32
    assert limits["points"] > 2 * (6 * 10_000 * 2 + 6 * 10_000 * 2)


def test_what_is_not_a_plain_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UnreadableError, match=r"^no such file or folder$"):
        scan_workbook(tmp_path / "missing.xlsx")
    with pytest.raises(UnreadableError, match=r"^a folder, not a file$"):
        scan_workbook(tmp_path)
    with pytest.raises(UnreadableError, match=r"^a damaged zip archive|^cannot be read|null"):
        scan_workbook(Path("a\0b"))


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="this system has no named pipes")
def test_a_pipe_that_would_never_end_is_refused(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.xlsx")
    with pytest.raises(UnreadableError, match=r"^not a plain file$"):
        scan_workbook(tmp_path / "pipe.xlsx")


@drawn(150, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_a_file_with_changed_bytes_is_refused_or_passes_and_raises_nothing_else(
    tmp_path: Path, data: st.DataObject
) -> None:
    file = tmp_path / "changed.xlsx"
    with_sheet()(file)
    content = bytearray(file.read_bytes())
    for place, value in data.draw(
        st.lists(st.tuples(st.integers(0, len(content) - 1), st.integers(0, 255)), min_size=1, max_size=8)
    ):
        content[place] = value
    file.write_bytes(content[: data.draw(st.integers(0, len(content)))] if data.draw(st.booleans()) else content)
    with contextlib.suppress(UnreadableError):
        scan_workbook(file)
