"""Copies of OpenDocument spreadsheets made by hand: what repeats itself, what is missing, what a cell may hold."""

from collections.abc import Callable, Mapping
from pathlib import Path

import pytest
from lxml import etree

from backprop.check.copies.annotated import write_annotated
from backprop.check.copies.corrected import Correction, write_corrected
from backprop.spreadsheet.ods.markup import COLUMNS_REPEATED, FORMATTING, OFFICE, ROWS_REPEATED, STYLE, TEXT, tag
from backprop.spreadsheet.package.parts import PartsError
from backprop.spreadsheet.read import read_workbook
from tests.backprop.check.copies.copies import finding, parts_of, report
from tests.backprop.check.copies.ods.read_back import CELLS, PINK, comments, content, fills, notes, rows
from tests.backprop.conftest import read_values
from tests.backprop.spreadsheet.crafted import pack
from tests.backprop.spreadsheet.ods.crafted import NAMESPACES, cell, document, of_tables, parts, row, table
from tests.backprop.spreadsheet.ods.test_read import formula


@pytest.fixture
def made(tmp_path: Path) -> Callable[..., Path]:
    def make(inside: str, styles: str = "") -> Path:
        of_tables(table(inside, "Sheet"), styles)(tmp_path / "made.ods")
        return tmp_path / "made.ods"

    return make


def marked(file: Path, *areas: str, **changes: object) -> Path:
    target = file.with_name("marked.ods")
    write_annotated(file, report(file, *(finding(area, **changes) for area in areas)), target, force=True)
    return target


def corrected(file: Path, formulas: Mapping[str, str]) -> tuple[Path, Correction]:
    target = file.with_name("fixed.ods")
    found = [finding(area, should_be=text) for area, text in formulas.items()]
    return target, write_corrected(file, report(file, *found), target, force=True)


def laid_out(file: Path) -> list[tuple[int, list[tuple[int, bool, str | None]]]]:
    """Each row of the only sheet: how often it stands for itself; of its cells how often, whether filled, the value."""
    coloured = {name for name, colour in fills(file).items() if colour == PINK}
    return [
        (
            int(line.get(ROWS_REPEATED, "1")),
            [
                (
                    int(each.get(COLUMNS_REPEATED, "1")),
                    each.get(tag("style-name")) in coloured,
                    each.get(tag("value", OFFICE)),
                )
                for each in line.iterchildren(*CELLS)
            ],
        )
        for line in rows(file)
    ]


def test_what_repeats_itself_is_taken_apart_around_the_cell(made: Callable[..., Path]) -> None:
    file = made(row(cell(1) + cell(2, repeated=5) + cell(repeated=16_378), repeated=4) + row(cell(), repeated=1_000))
    line = [(1, False, "1"), (5, False, "2"), (16_378, False, None)]
    assert laid_out(marked(file, "C3")) == [
        (2, line),
        (1, [(1, False, "1"), (1, False, "2"), (1, True, "2"), (3, False, "2"), (16_378, False, None)]),
        (1, line),
        (1_000, [(1, False, None)]),
    ]
    assert laid_out(marked(file, "B1", "F4", "A7")) == [
        (1, [(1, False, "1"), (1, True, "2"), (4, False, "2"), (16_378, False, None)]),
        (2, line),
        (1, [(1, False, "1"), (4, False, "2"), (1, True, "2"), (16_378, False, None)]),
        (2, [(1, False, None)]),
        (1, [(1, True, None)]),
        (997, [(1, False, None)]),
    ]


def test_cells_and_rows_that_are_missing_are_made(made: Callable[..., Path]) -> None:
    file = made(row(cell(1)) + row(cell(2)))
    copy = marked(file, "D1", "B5")
    assert laid_out(copy) == [
        (1, [(1, False, "1"), (2, False, None), (1, True, None)]),
        (1, [(1, False, "2")]),
        (2, [(1, False, None)]),
        (1, [(1, False, None), (1, True, None)]),
    ]
    assert read_workbook(copy).sheets["Sheet"].value(2, 1) == 2


def test_a_filled_cell_keeps_its_style_or_that_of_its_row_or_column(made: Callable[..., Path]) -> None:
    def style(name: str, inside: str) -> str:
        family = 'style:family="table-cell" style:parent-style-name="P"'
        return f'<style:style style:name="{name}" {family}>{inside}</style:style>'

    bold = '<style:text-properties fo:font-weight="bold"/>'
    framed = '<style:table-cell-properties fo:border="1pt solid #000000" fo:background-color="#ffffff"/>'
    columns = '<table:table-column table:number-columns-repeated="2" table:default-cell-style-name="ce2"/>'
    columns = f"<table:table-column/>{columns}"
    own = ' table:style-name="ce1"'
    inside = row(cell(1, more=own) + cell(2) + cell(3, more=' table:style-name="Common"') + cell(4))
    inside += row(cell(5) + cell(6)).replace("table-row>", 'table-row table:default-cell-style-name="ce1">', 1)
    copy = marked(made(columns + inside, style("ce1", bold) + style("ce2", framed)), "A1:D1", "B2")
    root = etree.fromstring(content(copy))
    styles = {each.get(tag("name", STYLE)): each for each in root.iter(tag("style", STYLE))}
    names = [each.get(tag("style-name")) for line in rows(copy) for each in line]
    found = [None if name is None else styles[name] for name in names]
    assert found[4] is None
    parents = [None if each is None else each.get(tag("parent-style-name", STYLE)) for each in found]
    assert parents == ["P", "P", "Common", "Default", None, "P"]
    weights = [each is not None and each.find(tag("text-properties", STYLE)) is not None for each in found]
    assert weights == [True, False, False, False, False, True]
    properties = found[1].find(tag("table-cell-properties", STYLE))  # type: ignore[union-attr]
    assert dict(properties.attrib) == {  # type: ignore[union-attr]
        tag("border", FORMATTING): "1pt solid #000000",
        tag("background-color", FORMATTING): PINK,
    }
    assert names[0] == names[5]
    assert fills(copy)["ce2"] == "#ffffff"


def test_a_comment_that_is_there_keeps_its_words_and_spaces_are_kept(made: Callable[..., Path]) -> None:
    note = "<office:annotation><dc:creator>me</dc:creator><text:p>my own</text:p></office:annotation><text:p>9</text:p>"
    copy = marked(made(row(cell(9, text=note) + cell(8))), "A1", "B1", explanation="two  spaces", should_be="=A1   +1")
    assert notes(rows(copy)[0])[0][0] == "my own"
    assert len(notes(rows(copy)[0])) == 2
    assert content(copy).count(b">backprop check<") == 1
    spaces = [space.get(tag("c", TEXT)) for part in rows(copy) for space in part.iter(tag("s", TEXT))]
    assert spaces == ["1", "2"] * 2
    assert content(copy).count(b'style:name="checkedBold"') == 1
    again = marked(copy.rename(copy.with_name("once.ods")), "B1")
    assert content(again).count(b'style:name="checkedBold"') == 1
    assert len(notes(rows(again)[0])[1]) == 8


@pytest.mark.parametrize(
    "old",
    [
        cell(1, "of:=[.A1]*3"),
        cell(1),
        cell(),
        '<table:table-cell office:value-type="string" office:string-value="x"><text:p>x</text:p></table:table-cell>',
        '<table:table-cell office:value-type="boolean" office:boolean-value="true"/>',
        '<table:table-cell office:value-type="string" office:string-value="" calcext:value-type="error"/>',
        cell(1, "of:=1", more=' table:number-matrix-columns-spanned="1" table:number-matrix-rows-spanned="1"'),
    ],
)
def test_a_cell_of_any_kind_becomes_the_right_formula_with_its_value(old: str, made: Callable[..., Path]) -> None:
    copy, result = corrected(made(row(cell(2) + old) + row(cell(1, "of:=[.B1]+1"))), {"B1": "=A1*MAX(A1,5)"})
    assert (result.cells, result.recalculated) == (1, 2)
    (new,) = (each for each in rows(copy)[0] if each.get(tag("formula")))
    assert new.get(tag("formula")) == "of:=[.A1]*MAX([.A1];5)"
    assert (new.get(tag("value-type", OFFICE)), new.get(tag("value", OFFICE))) == ("float", "10")
    assert [line.text for line in new] == ["10"]
    assert not {tag("string-value", OFFICE), tag("boolean-value", OFFICE), tag("number-matrix-rows-spanned")} & set(
        new.attrib
    )
    assert read_workbook(copy).sheets["Sheet"].value(2, 1) == 11


def test_a_percentage_stays_one_and_what_cannot_be_computed_loses_its_value(made: Callable[..., Path]) -> None:
    percent = cell(1, "of:=[.A1]").replace('"float"', '"percentage"')
    unknown = cell(4, "of:=COM.MICROSOFT.IFS([.B1]>0;1)", text="<text:p>4</text:p>")
    copy, result = corrected(made(row(cell(0.5) + percent + unknown)), {"B1": "=A1/2"})
    assert (result.recalculated, result.without_value) == (1, 1)
    _, new, lost = rows(copy)[0]
    assert (new.get(tag("value-type", OFFICE)), new.get(tag("value", OFFICE))) == ("percentage", "0.25")
    assert dict(lost.attrib) == {tag("formula"): "of:=COM.MICROSOFT.IFS([.B1]>0;1)"}
    assert len(lost) == 0


def test_a_cell_of_an_array_formula_is_left(made: Callable[..., Path]) -> None:
    spans = ' table:number-matrix-columns-spanned="2" table:number-matrix-rows-spanned="1"'
    file = made(row(cell(2) + cell(2, "of:=[.A1]*{1;2}", more=spans) + cell(4)))
    copy, result = corrected(file, {"C1": "=A1"})
    assert (result.cells, len(result.left)) == (0, 1)
    assert parts_of(copy) == parts_of(file)


def test_a_formula_that_repeats_itself_stays_in_its_first_cell(made: Callable[..., Path]) -> None:
    copy = marked(made(row(cell(2, "of:=1+1", repeated=3), repeated=2)), "B1", "A2")
    book = read_workbook(copy)
    found = {place: formula(book, "Sheet", *place) for place in ((r, c) for r in (1, 2) for c in (1, 2, 3))}
    assert {place for place, text in found.items() if text} == {(1, 1)}


@pytest.mark.parametrize("encoding", ["utf-16", "us-ascii"])
def test_content_in_another_encoding_is_written_as_utf_8(encoding: str, tmp_path: Path) -> None:
    text = document(table(row(cell(1, text="<text:p>one</text:p>")), "Sheet")).replace("UTF-8", encoding)
    pack(parts(text.encode(encoding)))(tmp_path / "made.ods")
    copy = marked(tmp_path / "made.ods", "A1", explanation="∂ and η")
    assert b"UTF-8" in content(copy)[:60]
    assert "∂ and η" in notes(rows(copy)[0])[0]


def test_prefixes_of_one_s_own_and_styles_that_are_missing(tmp_path: Path) -> None:
    text = document(table(row(cell(1)), "Sheet"))
    for old, new in (("<table:", "<t:"), ("/table:", "/t:"), (" table:", " t:"), ("xmlns:table=", "xmlns:t=")):
        text = text.replace(old, new)
    text = text.replace("<office:automatic-styles></office:automatic-styles>", "")
    pack(parts(text))(tmp_path / "made.ods")
    assert laid_out(marked(tmp_path / "made.ods", "A1")) == [(1, [(1, True, "1")])]
    pack(parts(text.replace("<office:body>", "<office:automatic-styles/><office:body>")))(tmp_path / "made.ods")
    assert laid_out(marked(tmp_path / "made.ods", "A1")) == [(1, [(1, True, "1")])]


def test_a_file_in_excel_s_own_formulas_gets_the_name_of_the_other_language(tmp_path: Path) -> None:
    text = document(table(row(cell(3) + cell(7, "msoxl:=A1*2") + cell(1, "msoxl:=B1+1")), "Sheet"))
    pack(parts(text.replace(f' xmlns:of="{NAMESPACES["of"]}"', "")))(tmp_path / "made.ods")
    copy, result = corrected(tmp_path / "made.ods", {"B1": "=A1*3"})
    assert (result.cells, result.recalculated) == (1, 2)
    assert etree.fromstring(content(copy)).nsmap["of"] == NAMESPACES["of"]
    book = read_workbook(copy)
    assert [formula(book, "Sheet", 1, column) for column in (2, 3)] == ["A1*3", "B1+1"]
    assert [book.sheets["Sheet"].value(1, column) for column in (2, 3)] == [9, 10]


@pytest.mark.parametrize(("area", "sheet"), [("A1", "None such"), ("nowhere!", "Sheet")])
def test_a_report_that_does_not_fit_is_refused(area: str, sheet: str, made: Callable[..., Path]) -> None:
    file = made(row(cell(1)))
    with pytest.raises(PartsError, match=r"has no sheet 'None such'|'nowhere!' is not a range of cells"):
        write_annotated(file, report(file, finding(area, sheet)), file.with_name("copy.ods"))
    assert [path.name for path in file.parent.iterdir()] == ["made.ods"]


def test_without_findings_every_part_is_copied_and_the_same_report_gives_the_same_bytes(
    made: Callable[..., Path],
) -> None:
    file = made(row(cell(1)))
    assert parts_of(marked(file)) == parts_of(file)
    first = marked(file, "A1").read_bytes()
    assert marked(file, "A1").read_bytes() == first


def test_libreoffice_opens_a_copy_whose_rows_were_taken_apart(
    made: Callable[..., Path], converted: Callable[[list[Path], str], list[Path]]
) -> None:
    inside = row(cell(1) + cell(2, repeated=5) + cell(repeated=16_378), repeated=4)
    file = made(inside + row(cell(7, "of:=[.B2]+5")) + row(cell(repeated=16_384), repeated=1_048_571))
    areas = ("C2", "A4", "H1", "XFD2", "B900", "C9000")
    before, after = converted([file, marked(file, *areas)], "xlsx")
    assert read_values(after)["Sheet"] == read_values(before)["Sheet"]
    assert len(read_values(before)["Sheet"]) == 25
    notes = {place: text for place, text in comments(after).items() if "multiplies by a_h1" in text}
    assert notes.keys() == set(areas)
