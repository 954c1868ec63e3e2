"""What the scan refuses of OpenDocument spreadsheets, what it lets pass; how little it takes, and reading after it."""

import contextlib
import time
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given
from hypothesis import strategies as st

from backprop.spreadsheet.book import Book
from backprop.spreadsheet.limits import Limits
from backprop.spreadsheet.read import read_workbook
from backprop.spreadsheet.scan import scan_workbook
from groundfloor.errors import UnreadableError
from groundfloor.process.isolate import run_isolated
from tests.backprop.spreadsheet.crafted import pack
from tests.backprop.spreadsheet.ods.crafted import ALLOWED, CELL, CHART, REFUSED, cell, document, of_rows, parts, row
from tests.backprop.spreadsheet.refusals import assert_little_memory, assert_refused, build_all
from tests.examples import drawn
from tests.speed import slowness


@pytest.fixture(scope="module")
def refused(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    return build_all(REFUSED, tmp_path_factory.mktemp("crafted"), ".ods")


@pytest.mark.parametrize("name", REFUSED)
def test_a_crafted_file_is_refused_in_one_line_and_little_time(name: str, refused: dict[str, Path]) -> None:
    assert_refused(refused[name], REFUSED[name][1], seconds=3)


def test_crafted_files_take_little_memory(refused: dict[str, Path]) -> None:
    assert_little_memory(REFUSED, refused)


@pytest.mark.parametrize("name", ALLOWED)
def test_an_odd_but_proper_spreadsheet_passes_and_is_read_in_no_time(name: str, tmp_path: Path) -> None:
    build, notes = ALLOWED[name]
    build(tmp_path / "odd.ods")
    start = time.process_time()
    assert scan_workbook(tmp_path / "odd.ods") == notes
    book = read_workbook(tmp_path / "odd.ods")
    assert time.process_time() - start < 3 * slowness()
    assert book.sheets
    assert all(len(column.rows) <= 1 for sheet in book.sheets.values() for column in sheet.columns.values())


def read_after_scan(file: Path) -> Book:
    scan_workbook(file)
    return read_workbook(file)


def test_the_most_that_is_allowed_is_read_within_the_limits_of_a_check(tmp_path: Path) -> None:
    of_rows(row(cell(0.5, repeated=4), repeated=999_000))(tmp_path / "most.ods")
    book = run_isolated(read_after_scan, tmp_path / "most.ods", seconds=60, memory_mb=1_500)
    assert isinstance(book, Book)
    assert book.sheets["One"].value(999_000, 4) == 0.5


@pytest.mark.parametrize(
    ("limits", "message"),
    [
        (Limits(cells=3), r"4 cells so far; at most 3 in a workbook$"),
        (Limits(rows=1), r"2 rows so far; at most 1 in a workbook$"),
        (Limits(columns=0), r"1 column formats so far; at most 0 in a workbook$"),
        (Limits(tags=5), r"\d+ tags so far; at most 5 in a workbook$"),
        (Limits(depth=5), r"elements are nested more than 5 deep$"),
        (Limits(points=1), r"2 chart points so far; at most 1 in a workbook$"),
    ],
    ids=lambda value: None if isinstance(value, str) else "",
)
def test_a_limit_can_be_set(limits: Limits, message: str, tmp_path: Path) -> None:
    rows = "<table:table-column/>" + row(cell(1, repeated=2)) + row(cell() + cell())
    inside = parts(document(f'<table:table table:name="One">{rows}</table:table>'))
    pack(inside | {CHART: document(row("<table:table-cell/>"), part="chart")})(tmp_path / "small.ods")
    with pytest.raises(UnreadableError, match=message):
        scan_workbook(tmp_path / "small.ods", limits)
    scan_workbook(tmp_path / "small.ods", Limits(cells=4, rows=2, columns=1, points=2))


def test_what_is_empty_costs_nothing_and_what_holds_something_what_it_stands_for(tmp_path: Path) -> None:
    of_rows(row(cell(repeated=16_384), repeated=1_048_000))(tmp_path / "empty.ods")
    assert scan_workbook(tmp_path / "empty.ods", Limits(cells=1, rows=1)) == ()
    of_rows(row(CELL + cell(repeated=16_383), repeated=1_000))(tmp_path / "full.ods")
    assert scan_workbook(tmp_path / "full.ods", Limits(cells=1_001, rows=1_000)) == ()
    with pytest.raises(UnreadableError, match=r"1,001 cells so far; at most 1,000"):
        scan_workbook(tmp_path / "full.ods", Limits(cells=1_000))


def test_a_file_of_another_kind_of_document_is_refused_when_it_is_read(tmp_path: Path) -> None:
    pack(parts(document("", part="text")))(tmp_path / "text.ods")
    with pytest.raises(UnreadableError, match="an OpenDocument file that holds no spreadsheet"):
        read_after_scan(tmp_path / "text.ods")


@drawn(150, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_a_file_with_changed_bytes_is_refused_or_passes_and_raises_nothing_else(
    tmp_path: Path, data: st.DataObject
) -> None:
    file = tmp_path / "changed.ods"
    pack(parts())(file)
    content = bytearray(file.read_bytes())
    for place, value in data.draw(
        st.lists(st.tuples(st.integers(0, len(content) - 1), st.integers(0, 255)), min_size=1, max_size=8)
    ):
        content[place] = value
    file.write_bytes(content[: data.draw(st.integers(0, len(content)))] if data.draw(st.booleans()) else content)
    with contextlib.suppress(UnreadableError):
        scan_workbook(file)
