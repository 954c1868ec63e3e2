"""Samples from CSV and workbooks: what is read as what, and a line for what is not."""

import io
from zipfile import ZIP_DEFLATED, ZipFile

import openpyxl
import pytest

from backprop.derivation.derive import derive
from backprop.network.load import load_network
from backprop.workbook.write import write_workbook
from tests.backprop.explorer.own.conftest import Ask, PageError

FILES = "explorer_files.js"
XOR = [{"inputs": list(map(float, pair)), "targets": [float(pair[0] != pair[1])]} for pair in ("00", "01", "10", "11")]


@pytest.mark.parametrize(
    "text",
    [
        "0,0,0\n0,1,1\n1,0,1\n1,1,0\n",
        "x,y,t\r\n0,0,0\r\n0,1,1\r\n1,0,1\r\n1,1,0",
        "\ufeffx;y;t\n0;0,0;0\n0;1,0;1\n1;0;1,0\n1;1;0\n",
        "x\ty\tt\n0\t0\t0\n\n0\t1\t1\n1\t0\t1\n1\t1\t0\n\n",
        '"x","a ""b"", c","t"\n"0",0,0\n0,"1",1\n 1, 0, 1\n1e0,+1.0,.0\n',
    ],
)
def test_samples_are_read_however_they_are_cut(text: str, ask: Ask) -> None:
    assert ask(FILES, "read", text)["samples"] == XOR


def test_headings_and_classes_are_told_from_numbers(ask: Ask) -> None:
    found = ask(FILES, "read", "length,width,kind\n5,1,oak\n3,2,elm\n4,3,ash\n3,1,oak\n", {"scale": "unit"})
    assert found["columns"] == [
        ["length", "number", []],
        ["width", "number", []],
        ["kind", "text", ["ash", "elm", "oak"]],
    ]
    assert [sample["targets"] for sample in found["samples"]] == [[0, 0, 1], [0, 1, 0], [1, 0, 0], [0, 0, 1]]
    assert [sample["inputs"] for sample in found["samples"]] == [[1, 0], [0, 0.5], [0.5, 1], [0, 0]]


def test_two_classes_are_one_number(ask: Ask) -> None:
    found = ask(FILES, "read", "1,no\n2,yes\n3,no\n", {"scale": "standard"})
    assert [sample["targets"] for sample in found["samples"]] == [[0], [1], [0]]
    assert [sample["inputs"][0] for sample in found["samples"]] == pytest.approx([-(1.5**0.5), 0, 1.5**0.5])


@pytest.mark.parametrize(
    ("scale", "inputs", "targets"),
    [("none", [2, 4, 6], [5, 5, 5]), ("unit", [0, 0.5, 1], [0, 0, 0]), ("signed", [-1, 0, 1], [-1, -1, -1])],
)
def test_columns_are_scaled_each_by_itself(scale: str, inputs: list[float], targets: list[float], ask: Ask) -> None:
    found = ask(FILES, "read", "2,5\n4,5\n6,5\n", {"scale": scale, "targetScale": scale})["samples"]
    assert ([sample["inputs"][0] for sample in found], [sample["targets"][0] for sample in found]) == (inputs, targets)


@pytest.mark.parametrize(("headed", "count"), [(True, 2), (False, 3), (None, 3)])
def test_whether_the_first_row_is_headings_can_be_said(headed: bool | None, count: int, ask: Ask) -> None:
    found = ask(FILES, "read", "1,2\n3,4\n5,6\n", {"headed": headed})
    assert len(found["samples"]) == count


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "there is nothing in it"),
        ("x,y\n", "there is a row of headings, and no sample below it"),
        ("1,2,3\n4,5\n", "row 2 has 2 values, row 1 has 3 values"),
        ("x,t\n1,2\n3,\n", "row 3, column 2 (t) is empty"),
        ("x,t\n1,2\nabc,4\n", "row 3, column 1 (x): “abc” is no number"),
        ("x,t\n1,2\nNaN,4\n", "row 3, column 1 (x): “NaN” is no number"),
        ("1,2\n3,1e999\n", "row 2, column 2 (column 2): “1e999” is no number"),
        ('1,"2\n3,4\n', 'a quote that begins with "2'),
        ("PK\x03\x04\x00\x00", "no text: CSV is needed, or a workbook as .xlsx"),
        ("x\n" + "\n".join(f"name {number}" for number in range(30)), "and no one of 20 classes at most"),
    ],
)
def test_what_is_wrong_is_said_in_a_line(text: str, said: str, ask: Ask) -> None:
    with pytest.raises(PageError) as error:
        ask(FILES, "read", text)
    assert said in str(error.value)
    assert "\n" not in str(error.value)


def test_a_million_rows_are_refused_at_once(ask: Ask) -> None:
    with pytest.raises(PageError, match=r"about 1,000,00. rows; at most 10,000 samples: take a part of them"):
        ask(FILES, "readMany", 1_000_000, "0.25,0.5,1")


def saved(*sheets: tuple[str, list[list[object]]]) -> bytes:
    workbook = openpyxl.Workbook()
    workbook.remove(workbook.active)
    for title, rows in sheets:
        sheet = workbook.create_sheet(title)
        for row in rows:
            sheet.append(row)
    buffer = io.BytesIO()
    workbook.save(buffer)
    return buffer.getvalue()


def test_a_workbook_gives_the_table_of_each_sheet(ask: Ask) -> None:
    book = saved(
        ("Notes & more", [["A title"], [], [None, "x", "kind"], [None, 0.5, "a <b>"], [None, -2e-7, "c"]]),
        ("Data", [[1, 2], [3, True]]),
    )
    assert ask(FILES, "sheets", book) == {
        "Notes & more": [["x", "kind"], ["0.5", "a <b>"], ["-2e-07", "c"]],
        "Data": [["1", "2"], ["3", "1"]],
    }


def test_samples_of_our_own_workbook_are_read_back(ask: Ask, tmp_path) -> None:
    write_workbook(derive(load_network("xor")), tmp_path / "xor.xlsx", [0.1], 2)
    rows = ask(FILES, "sheets", (tmp_path / "xor.xlsx").read_bytes())["Samples"]
    assert rows[0] == ["sample", "i1", "i2", "t1"]
    assert [list(map(float, row)) for row in rows[1:]] == [[1, 0, 0, 0], [2, 0, 1, 1], [3, 1, 0, 1], [4, 1, 1, 0]]


def archive(**parts: bytes) -> bytes:
    buffer = io.BytesIO()
    with ZipFile(buffer, "w", ZIP_DEFLATED, compresslevel=9) as file:
        for name, content in parts.items():
            file.writestr(name.replace("__", "/"), content)
    return buffer.getvalue()


BOOK = b'<workbook><sheets><sheet name="a" sheetId="1" r:id="rId1"/></sheets></workbook>'
RELATIONS = b'<Relationships><Relationship Id="rId1" Target="worksheets/sheet1.xml"/></Relationships>'


@pytest.mark.parametrize(
    ("sheet", "said"),
    [
        (b" " * 80_000_000, "the workbook unpacks to more than 60,000,000 bytes; it is not read"),
        (b'<!DOCTYPE x [<!ENTITY a "b">]><worksheet/>', "the workbook declares a DOCTYPE; it is not read"),
        (b'<sheetData><row r="99999999999"/></sheetData>', "a row is numbered 99999999999"),
        (b"<row/>" + b"<c><v>1</v></c></row><row>" * 10_002, "10,002 rows; at most 10,000 samples"),
    ],
)
def test_a_crafted_workbook_is_refused_in_a_line(sheet: bytes, said: str, ask: Ask) -> None:
    parts = {"xl__workbook.xml": BOOK, "xl___rels__workbook.xml.rels": RELATIONS, "xl__worksheets__sheet1.xml": sheet}
    with pytest.raises(PageError) as error:
        ask(FILES, "sheets", archive(**parts))
    assert said in str(error.value)


@pytest.mark.parametrize("cut", [10, 60, 200, -30])
def test_a_damaged_workbook_is_refused_in_a_line(cut: int, ask: Ask) -> None:
    with pytest.raises(PageError, match=r"no workbook: \.xlsx is needed, or CSV|the workbook is damaged"):
        ask(FILES, "sheets", saved(("a", [[1]]))[:cut])
