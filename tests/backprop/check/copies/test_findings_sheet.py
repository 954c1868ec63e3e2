"""The first sheet of an annotated copy: what it says, where its links lead, and that nothing moves because of it."""

import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import openpyxl
import pytest
from lxml import etree
from openpyxl.chart import Reference, ScatterChart, Series
from openpyxl.comments import Comment
from openpyxl.styles import Color, Font, PatternFill
from openpyxl.workbook.defined_name import DefinedName

from backprop.check.check import check_any_file
from backprop.check.copies import findings_sheet
from backprop.check.copies.annotated import write_annotated
from backprop.check.copies.findings_sheet import COLUMNS, FOLLOWS, NAME, TITLE
from backprop.check.findings import DerivativeReport, Finding, Proof
from backprop.spreadsheet.read import read_workbook
from tests.backprop.check.copies.copies import finding, new_schema_errors, parts_of, report
from tests.backprop.conftest import edit_part, read_values, recalculate_with_ironcalc
from tests.backprop.spreadsheet.crafted import pack
from tests.backprop.spreadsheet.ods.crafted import cell, document, parts, row, table
from tests.conftest import ROOT

ODD = "it's η = 0.5 & <more>"
HEADINGS = [heading for heading, _ in COLUMNS]


def links(file: Path) -> list[str]:
    """Where the cells of the first sheet lead."""
    return [cell.hyperlink.location for line in openpyxl.load_workbook(file)[NAME] for cell in line if cell.hyperlink]


@pytest.fixture
def bound(tmp_path: Path) -> Path:
    """A workbook in which sheets are told by their number: local names, print areas, titles, the one that shows."""
    workbook = openpyxl.Workbook()
    for name in ("First", ODD, "Hidden"):
        sheet = workbook.active if name == "First" else workbook.create_sheet()
        sheet.title = name
        for number in range(1, 6):
            sheet.append([number, f"=A{number}*rate"])
        sheet.defined_names["rate"] = DefinedName("rate", attr_text=f"'{name.replace(chr(39), chr(39) * 2)}'!$A$2")
        sheet.print_area, sheet.print_title_rows = "A1:B3", "1:1"
    chart = ScatterChart()
    chart.series.append(Series(Reference(sheet, min_col=2, min_row=1, max_row=5), title="loss"))
    workbook["First"].add_chart(chart, "D2")
    workbook.create_chartsheet("Curve").add_chart(ScatterChart())
    workbook["Hidden"].sheet_state = "hidden"
    workbook.active = 1
    for name in ("First", ODD):
        workbook[name].sheet_view.tabSelected = True
    file = tmp_path / "bound.xlsx"
    workbook.save(file)
    return file


def annotated(file: Path, *findings: Finding, name: str = "copy", **changes: object) -> Path:
    target = file.with_name(f"{name}{file.suffix}")
    write_annotated(file, replace(report(file, *findings), **changes), target, force=True)  # type: ignore[arg-type]
    return target


def table_of(file: Path, name: str = NAME) -> list[dict[str, str]]:
    """The rows below the headings, by heading."""
    rows = [[cell.value or "" for cell in line] for line in openpyxl.load_workbook(file)[name].iter_rows()]
    head = rows.index(HEADINGS)
    return [dict(zip(HEADINGS, line, strict=True)) for line in rows[head + 1 :]]


def test_the_first_sheet_says_what_the_report_says(bound: Path, schemas: Path) -> None:
    findings = (
        finding("B2:B4,B1", ODD, effect="the loss is 0.3 too small"),
        finding("B5", "First", severity="latent", quantity="E_total", formula=None, should_be=None),
    )
    copy = annotated(bound, *findings, message="8 of 9 cells proven")
    sheet = openpyxl.load_workbook(copy).worksheets[0]
    above = [line[0].value for line in sheet.iter_rows(max_row=6)]
    assert above[:4] == [
        TITLE,
        "✗ mistakes. 2 findings: 2 wrong reference.",
        "8 of 9 cells proven",
        findings_sheet.WRONG,
    ]
    assert above[4] == findings_sheet.LATENT
    texts = findings[0].explanation
    assert [list(line.values()) for line in table_of(copy)] == [
        [ODD, "B2:B4, B1", "∂E/∂w3", "wrong reference", texts, "=A1*J33", "=A1*L33", "the loss is 0.3 too small"],
        ["First", "B5", "E_total", "wrong reference (latent)", texts, "", "", ""],
    ]
    assert [cell.data_type for line in sheet.iter_rows() for cell in line if cell.value] == ["s"] * 26
    assert new_schema_errors(bound, copy, schemas) == []


def test_each_link_leads_to_the_cells(bound: Path) -> None:
    copy = annotated(bound, finding("B2:B4,B1", ODD), finding("B5", "First"))
    assert links(copy) == ["'it''s η = 0.5 & <more>'!B2:B4", "'First'!B5"]


def test_names_print_areas_and_charts_stay_with_their_sheets(bound: Path) -> None:
    before, after = openpyxl.load_workbook(bound), openpyxl.load_workbook(annotated(bound, finding("B2", ODD)))
    assert after.sheetnames == [NAME, *before.sheetnames]
    for old in before.worksheets:
        new = after[old.title]
        assert (new.defined_names["rate"].value, new.sheet_state) == (old.defined_names["rate"].value, old.sheet_state)
        assert (new.print_area, new.print_title_rows) == (old.print_area, old.print_title_rows)
        assert len(new._charts) == len(old._charts)
    assert not after[NAME].defined_names
    assert [len(sheet._charts) for sheet in after.chartsheets] == [1]


def test_other_engines_compute_the_copy_as_the_workbook_and_follow_its_links(
    bound: Path, converted: Callable[[list[Path], str], list[Path]]
) -> None:
    copy = annotated(bound, finding("B2", ODD))
    before, after = converted([bound, copy], "xlsx")
    computed = read_values(after)
    for values in (computed, recalculate_with_ironcalc(copy)):
        assert [values[sheet]["B3"] for sheet in ("First", ODD, "Hidden")] == [6, 6, 6]
        assert values[NAME]["A1"] == TITLE
    assert {name: computed[name] for name in read_values(before)} == read_values(before)
    assert links(after) == links(copy)


def test_the_copy_is_opened_at_the_findings_and_no_other_sheet_is_selected_with_them(bound: Path) -> None:
    copy = annotated(bound, finding("B2", "Hidden"))
    workbook = openpyxl.load_workbook(copy)
    assert workbook.active.title == NAME
    assert [sheet.title for sheet in workbook if sheet.sheet_view.tabSelected] == [NAME]
    old, new = parts_of(bound), parts_of(copy)
    for part in ("xl/worksheets/sheet1.xml", "xl/worksheets/sheet2.xml"):  # not marked: nothing else has changed
        assert new[part] == old[part].replace(b' tabSelected="1"', b"")


def test_every_window_shows_the_findings(bound: Path, tmp_path: Path) -> None:
    source = tmp_path / "two.xlsx"
    edit_part(bound, source, "xl/workbook.xml", lambda xml: re.sub("(<workbookView [^>]*/>)", r"\1\1", xml))
    parts = parts_of(annotated(source, finding("B2", ODD)))
    assert re.findall(b'activeTab="([0-9]+)"', parts["xl/workbook.xml"]) == [b"0", b"0"]
    sheet = next(part for part in parts.values() if TITLE.encode() in part)
    assert re.findall(b'workbookViewId="([0-9]+)"', sheet) == [b"0", b"1"]


def test_what_was_marked_is_marked_again_without_a_second_sheet(bound: Path) -> None:
    first = annotated(bound, finding("B2", ODD), finding("B5", "First"), name="1")
    again = annotated(first, finding("B3", "Hidden"), name="2")
    assert openpyxl.load_workbook(again).sheetnames == openpyxl.load_workbook(first).sheetnames
    assert [line["cells"] for line in table_of(again)] == ["B3"]


@pytest.mark.parametrize("saved", [False, True])
def test_marks_of_an_earlier_copy_go_and_the_cells_look_as_before(
    saved: bool, bound: Path, tmp_path: Path, schemas: Path
) -> None:
    workbook = openpyxl.load_workbook(bound)
    sheet = workbook["First"]
    sheet["B2"].fill, sheet["B2"].font = PatternFill("solid", fgColor="FFFFF2CC"), Font(bold=True)
    sheet["B4"].fill = PatternFill("solid", fgColor=Color(theme=4, tint=0.5))
    sheet["B3"].comment, sheet["A1"].comment = Comment("mine", "me"), Comment("mine too", "me")
    workbook.save(tmp_path / "own.xlsx")
    latent = finding("B4", "First", severity="latent")
    first = annotated(tmp_path / "own.xlsx", finding("B2:B3", "First"), latent, finding("B5", "Hidden"), name="1")
    if saved:
        openpyxl.load_workbook(first).save(first)
    again = annotated(first, finding("B5", "First"), name="2")
    before, after = openpyxl.load_workbook(tmp_path / "own.xlsx"), openpyxl.load_workbook(again)
    for name in ("First", "Hidden"):
        for place in ("B2", "B3", "B4"):
            assert repr(after[name][place].fill.fgColor) == repr(before[name][place].fill.fgColor)
            assert after[name][place].font.b == before[name][place].font.b
    assert after["First"]["B5"].fill.fgColor.rgb == "FFFF8CC6"
    assert after["Hidden"]["B5"].fill.fill_type is None
    comments = {cell.coordinate: cell.comment.text for line in after["First"] for cell in line if cell.comment}
    assert comments.keys() == {"A1", "B3", "B5"}
    assert comments["A1"] == "mine too"
    assert comments["B3"].startswith("mine")
    drawings = [part for name, part in parts_of(again).items() if name.endswith(".vml")]
    assert sum(len(re.findall(rb"<\w+:shape ", part)) for part in drawings) == 3
    assert new_schema_errors(first, again, schemas) == []


def test_it_is_known_again_after_another_program_has_saved_it_and_it_was_moved(bound: Path, tmp_path: Path) -> None:
    workbook = openpyxl.load_workbook(annotated(bound, finding("B2", ODD)))
    workbook.move_sheet(NAME, 2)
    workbook.save(tmp_path / "saved.xlsx")  # with its texts among the shared ones
    again = annotated(tmp_path / "saved.xlsx", finding("B3", "First"), name="again")
    names = openpyxl.load_workbook(again).sheetnames
    assert (names.count(NAME), names.index(NAME)) == (1, 2)
    assert openpyxl.load_workbook(again).active.title == NAME
    assert [line["cells"] for line in table_of(again)] == ["B3"]


@pytest.mark.parametrize("text", ["mine", None, 7])
def test_a_sheet_of_that_name_that_is_not_ours_stays(text: object, bound: Path, tmp_path: Path) -> None:
    workbook = openpyxl.load_workbook(bound)
    workbook.create_sheet("findings")["A1"] = "in small letters"
    workbook.create_sheet(f"{NAME} 2")["A1"] = text
    workbook.save(tmp_path / "own.xlsx")
    copy = openpyxl.load_workbook(annotated(tmp_path / "own.xlsx", finding("B3", "First")))
    assert copy.sheetnames[0] == f"{NAME} 3"
    assert copy[f"{NAME} 2"]["A1"].value == text


def test_many_findings_are_listed_up_to_a_limit(bound: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(findings_sheet, "MOST_LISTED", 2)
    copy = annotated(bound, *(finding(f"B{number}", "First") for number in range(1, 6)))
    assert [line["sheet"] for line in table_of(copy)] == ["First", "First", "… and 3 findings more"]


def test_cells_that_only_follow_are_named_apart(bound: Path) -> None:
    right = [
        DerivativeReport("First", area, "L", "B1", 1, status)
        for area, status in (("A1", "right"), ("A2:A3", "follows"))
    ]
    copy = annotated(bound, finding("B5", "First"), proof=Proof(3, 2, 0, 0, 0, tuple(right)))
    assert [(line["sheet"], line["cells"]) for line in table_of(copy)[1:]] == [
        ("", ""), (FOLLOWS, ""), ("First", "A2:A3"),
    ]  # fmt: skip


def test_what_a_stranger_wrote_stays_text(bound: Path) -> None:
    copy = annotated(bound, finding("B2", "First", explanation="<b>&\x0b\n=1+1", should_be='=HYPERLINK("x")'))
    line = table_of(copy)[0]
    assert (line["what is wrong"], line["should be"]) == ("<b>&\\x0b\\n=1+1", '=HYPERLINK("x")')
    formula = next(
        cell for line in openpyxl.load_workbook(copy)[NAME].iter_rows() for cell in line if "HYPER" in str(cell.value)
    )
    assert (formula.data_type, formula.quotePrefix) == ("s", True)


@pytest.mark.parametrize("name", ["slip.xlsx", "matrix.xlsx"])
def test_the_check_of_a_copy_finds_what_it_found_before(name: str, tmp_path: Path) -> None:
    file, copy = ROOT / "docs" / name, tmp_path / name
    checked = check_any_file(file, None)
    write_annotated(file, checked, copy)
    again = check_any_file(copy, None)
    assert checked.findings
    assert replace(again, file=checked.file, sha256=checked.sha256) == checked


# -- OpenDocument -----------------------------------------------------------------------------------------------------


@pytest.fixture
def spreadsheet(tmp_path: Path) -> Path:
    """One whose settings name the sheet that shows, with changes that are kept."""
    tracked = (
        '<table:tracked-changes><table:insertion table:type="row" table:position="3" table:table="0"/>'
        '<table:cell-content-change><table:cell-address table:column="1" table:row="2" table:table="1"/>'
        "</table:cell-content-change></table:tracked-changes>"
    )
    text = document(
        table(row(cell(1) + cell(2)), "Sheet") + table(row(cell(3)), ODD.replace("&", "&amp;").replace("<", "&lt;"))
    )
    text = text.replace("<office:spreadsheet>", f"<office:spreadsheet>{tracked}")
    settings = '<s xmlns:config="c"><config:config-item config:name="ActiveTable">Sheet</config:config-item></s>'
    pack(parts(text) | {"settings.xml": settings.encode()})(tmp_path / "made.ods")
    return tmp_path / "made.ods"


def test_an_opendocument_copy_has_the_same_sheet_first_and_shows_it(spreadsheet: Path) -> None:
    copy = annotated(spreadsheet, finding("A1", ODD))
    book = read_workbook(copy)
    assert list(book.sheets) == [NAME, "Sheet", ODD]
    assert book.sheets[NAME].value(1, 1) == TITLE
    assert b">Findings<" in parts_of(copy)["settings.xml"]
    root = etree.fromstring(parts_of(copy)["content.xml"])
    links = [link.get("{http://www.w3.org/1999/xlink}href") for link in root.iter("{*}a")]
    assert links == ["#'it''s η = 0.5 & <more>'.A1"]


def test_kept_changes_of_an_opendocument_copy_go_on_to_mean_their_sheets(spreadsheet: Path) -> None:
    once = annotated(spreadsheet, finding("A1", ODD), name="1")
    for copy in (once, annotated(once, finding("B1"), name="2")):  # moved once, whatever is annotated again
        text = parts_of(copy)["content.xml"]
        assert re.findall(rb' table:table="(\d)"', text) == [b"1", b"2"]
        assert list(read_workbook(copy).sheets) == [NAME, "Sheet", ODD]
        assert b'table:row="2"' in text
