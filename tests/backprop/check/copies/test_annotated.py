"""Annotated copies: wrong cells coloured, findings as comments, everything else as it was."""

import json
import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from zipfile import ZipFile

import openpyxl
import pytest
from lxml import etree
from openpyxl.cell import Cell
from openpyxl.comments import Comment
from openpyxl.styles import Font

from backprop.check.copies import annotated
from backprop.check.copies.annotated import write_annotated
from backprop.check.copies.places import places
from backprop.check.findings import FileReport
from backprop.spreadsheet.package.parts import PartsError
from backprop.spreadsheet.scan import scan_workbook
from backprop.spreadsheet.xlsx.markup import tag
from backprop.spreadsheet.xlsx.styles import entries
from groundfloor.files import FileError
from tests.backprop.check.copies.copies import cells, finding, new_schema_errors, parts_of, report
from tests.backprop.conftest import Values, edit_part

MAY_CHANGE = (
    r"\[Content_Types\]\.xml|xl/(_rels/)?workbook\.xml(\.rels)?|xl/styles\.xml|xl/worksheets/(_rels/)?sheet\d+\.xml(\.rels)?|xl/comments\d+\.xml"
    r"|xl/drawings/vmlDrawing\d+\.vml"
)
COMPATIBILITY = "http://schemas.openxmlformats.org/markup-compatibility/2006"
PINK, AMBER = "FFFF8CC6", "FFFFD966"
# openpyxl says what it would lose, were it to save.
pytestmark = pytest.mark.filterwarnings("ignore::UserWarning:openpyxl")
REAL = ("a1-class-template", "a3-two-sheets", "b2-long", "c1-example-002", "d2-six-sheets", "h1-incomplete")


def real_report(folder: Path, name: str) -> FileReport:
    """The findings that people wrote down for a real workbook."""
    answers = {answer["file"]: answer for answer in json.loads((folder / "expected.json").read_text())}
    findings = [
        finding(item["range"], item["sheet"], should_be=item.get("should_be"), explanation=item["explanation"])
        for item in answers[f"{name}.xlsx"]["findings"]
    ]
    return report(folder / f"{name}.xlsx", *findings)


def unselected(part: bytes) -> bytes:
    """A part without whether its sheet is the one that shows."""
    return re.sub(rb" tabSelected=\"1\"", b"", part)


def look(cell: Cell) -> tuple[str, ...]:
    """Everything about a cell's format but its fill."""
    return (cell.number_format, *map(repr, (cell.font, cell.border, cell.alignment, cell.protection)))


def boxes(drawing: bytes) -> dict[tuple[int, int], str]:
    """Row and column from 0 -> shape, of each comment's box."""
    found = {}
    for shape in etree.fromstring(drawing).iter("{urn:schemas-microsoft-com:vml}shape"):
        row, column = (int(shape.findtext(f".//{{*}}{name}", "")) for name in ("Row", "Column"))
        found[row, column] = shape.get("id", "")
    return found


@pytest.fixture
def small(tmp_path: Path) -> Path:
    """A workbook with formats and three comments."""
    workbook = openpyxl.Workbook()
    sheet = workbook.active
    for row in range(1, 6):
        sheet.append([row, f"=A{row}*2", f"=B{row}+1"])
    sheet["B2"].number_format, sheet["B2"].font = "0.000E+00", Font(bold=True, color="FF0000FF")
    sheet["A1"].comment = Comment("mine", "me")
    sheet["B3"].comment = Comment("my own words", "me")
    sheet["C5"].comment = Comment("last", "you")
    workbook.create_sheet("Other")["A1"] = 1
    file = tmp_path / "small.xlsx"
    workbook.save(file)
    return file


@pytest.mark.parametrize("name", REAL)
def test_only_formats_and_comments_change_in_a_real_workbook(
    name: str, stranger_workbooks: Path, tmp_path: Path, schemas: Path
) -> None:
    source, target = stranger_workbooks / f"{name}.xlsx", tmp_path / "copy.xlsx"
    checked = real_report(stranger_workbooks, name)
    write_annotated(source, checked, target)
    old, new = parts_of(source), parts_of(target)
    changed = {part for part in new if unselected(old.get(part, b"")) != unselected(new[part])}
    assert all(re.fullmatch(MAY_CHANGE, part) for part in changed)
    sheets = {item.sheet for item in checked.findings}
    assert sum("worksheets/sheet" in part for part in changed) == len(sheets) + 1
    kept = [part for part in old if part != "xl/calcChain.xml"]
    assert list(new)[: len(kept)] == kept
    for part in changed & old.keys():
        if "worksheets/sheet" in part:
            before, after = cells(old[part]), cells(new[part])
            assert {place: after[place] for place in before} == before
            assert all(after[place] == (None, None, None) for place in after.keys() - before.keys())
    assert new_schema_errors(source, target, schemas) == []
    scan_workbook(target)


@pytest.mark.parametrize("name", [name for name in REAL if name != "d2-six-sheets"])  # which takes openpyxl long
def test_every_wrong_cell_of_a_real_workbook_is_filled_and_keeps_its_format(
    name: str, stranger_workbooks: Path, tmp_path: Path
) -> None:
    source, target = stranger_workbooks / f"{name}.xlsx", tmp_path / "copy.xlsx"
    checked = real_report(stranger_workbooks, name)
    write_annotated(source, checked, target)
    before, after = openpyxl.load_workbook(source), openpyxl.load_workbook(target)
    wrong = {(item.sheet, place) for item in checked.findings for place in places(item.range)}
    assert wrong
    for sheet in after.worksheets[1:]:
        for row in sheet.iter_rows():
            for cell in row:
                old = before[sheet.title].cell(cell.row, cell.column)
                marked = (sheet.title, (cell.row, cell.column)) in wrong
                assert cell.fill.fgColor.rgb == (PINK if marked else old.fill.fgColor.rgb)
                assert (cell.number_format, cell.value) == (old.number_format, old.value)
                if marked:
                    assert look(cell) == look(old)
    for item in checked.findings:
        comment = after[item.sheet][item.cell].comment
        assert comment is not None
        assert item.explanation in comment.text
        assert item.should_be is None or item.should_be in comment.text


@pytest.mark.parametrize("name", ["a1-class-template", "c1-example-002"])
def test_libreoffice_reads_the_values_and_the_comments(
    name: str, stranger_workbooks: Path, tmp_path: Path, libreoffice: Callable[[Path], Values], monkeypatch
) -> None:
    target = tmp_path / f"{name}.xlsx"
    checked = real_report(stranger_workbooks, name)
    write_annotated(stranger_workbooks / target.name, checked, target)
    comments: dict[tuple[str, str], str] = {}

    def read(file: Path) -> Values:
        workbook = openpyxl.load_workbook(file)
        for sheet in workbook:
            found = (cell for row in sheet.iter_rows() for cell in row if cell.comment)
            comments.update({(sheet.title, cell.coordinate): cell.comment.text for cell in found})
        return {}

    monkeypatch.setattr("tests.backprop.conftest.read_values", read)
    libreoffice(target)
    assert comments.keys() == {(item.sheet, item.cell) for item in checked.findings}
    assert all(item.explanation in comments[item.sheet, item.cell] for item in checked.findings)


def test_comments_that_were_there_survive_and_a_shared_cell_keeps_both(
    small: Path, tmp_path: Path, schemas: Path
) -> None:
    target = tmp_path / "copy.xlsx"
    both = (finding("B2:B5"), finding("B3", explanation="and this"))
    write_annotated(small, report(small, *both, *(finding(f"{letter}4") for letter in "ABC")), target)
    sheet = openpyxl.load_workbook(target)["Sheet"]
    comments = {cell.coordinate: cell.comment.text for row in sheet.iter_rows() for cell in row if cell.comment}
    assert comments.keys() == {"A1", "B2", "B3", "A4", "B4", "C4", "C5"}
    assert (comments["A1"], comments["C5"]) == ("mine", "last")
    assert comments["B3"].startswith("my own words\n∂E/∂w3: wrong reference (error), B3\nand this\nshould be\n=A1*L33")
    assert (sheet["A1"].comment.author, sheet["C4"].comment.author) == ("me", "backprop check")
    assert (sheet["B2"].number_format, sheet["B2"].font.b, sheet["B2"].font.color.rgb) == (
        "0.000E+00",
        True,
        "FF0000FF",
    )
    assert new_schema_errors(small, target, schemas) == []
    drawing = next(content for name, content in parts_of(target).items() if name.endswith(".vml"))
    assert sorted(boxes(drawing)) == [(0, 0), (1, 1), (2, 1), (3, 0), (3, 1), (3, 2), (4, 2)]
    assert len(set(boxes(drawing).values())) == 7
    assert drawing.count(b'id="_x0000_t202"') == 1
    styles = etree.fromstring(parts_of(target)["xl/styles.xml"]).findall(f".//{tag('cellXfs')}/{tag('xf')}")
    filled = [style for style in styles if style.get("fillId", "0") != "0"]
    assert filled
    assert all(style.get("applyFill") == "1" for style in filled)


def test_other_sheets_and_an_annotated_copy_of_a_copy(small: Path, tmp_path: Path, schemas: Path) -> None:
    first, second = tmp_path / "1.xlsx", tmp_path / "2.xlsx"
    write_annotated(small, report(small, finding("A1", "Other"), finding("B2")), first)
    write_annotated(first, report(first, finding("A1", "Other"), finding("C3", "Other")), second)
    workbook = openpyxl.load_workbook(second)
    assert workbook["Other"]["A1"].comment.text.count("=A1*L33") == 1
    assert workbook["Other"]["C3"].comment.text.count("=A1*L33") == 1
    assert workbook["Sheet"]["A1"].comment.text == "mine"
    assert new_schema_errors(small, second, schemas) == []
    assert parts_of(second)["[Content_Types].xml"].count(b'Extension="vml"') == 1
    drawings = [content for name, content in parts_of(second).items() if name.endswith(".vml")]
    blocks = [re.search(rb'data="(\d+)"', content)[1] for content in drawings]  # type: ignore[index]
    assert len(set(blocks)) == len(drawings) == 2


def test_a_conversation_keeps_its_cell_to_itself(small: Path, tmp_path: Path) -> None:
    source, target = tmp_path / "threaded.xlsx", tmp_path / "copy.xlsx"
    edit_part(small, source, "xl/comments/comment1.xml", lambda xml: xml.replace("<author>me<", "<author>tc={1}<"))
    write_annotated(source, report(source, finding("B3:B5"), finding("A1")), target)
    sheet = openpyxl.load_workbook(target)["Sheet"]
    assert sheet["B3"].comment.text == "my own words"
    assert sheet["B4"].comment.text.startswith("∂E/∂w3")
    assert sheet["A1"].comment.text.startswith("mine\n∂E/∂w3")  # no other cell to go to


def test_comments_without_boxes_get_them(small: Path, tmp_path: Path) -> None:
    source, target = tmp_path / "bare.xlsx", tmp_path / "copy.xlsx"
    edit_part(small, source, "xl/worksheets/sheet1.xml", lambda xml: re.sub("<legacyDrawing [^>]*/>", "", xml))
    write_annotated(source, report(source, finding("B4")), target)
    parts = parts_of(target)
    used = re.search(r"<legacyDrawing [^>]*:id=\"(\w+)\"", parts["xl/worksheets/sheet1.xml"].decode())
    assert used is not None
    relation = re.search(rf'Id="{used[1]}"[^>]*Target="([^"]*)"|Target="([^"]*)"[^>]*Id="{used[1]}"',
                         parts["xl/worksheets/_rels/sheet1.xml.rels"].decode())  # fmt: skip
    assert relation is not None
    drawing = parts[f"xl/{(relation[1] or relation[2]).removeprefix('../')}"]
    assert sorted(boxes(drawing)) == [(0, 0), (2, 1), (3, 1), (4, 2)]


def test_an_error_hides_what_is_latent_and_latent_has_its_own_colour(small: Path, tmp_path: Path) -> None:
    target = tmp_path / "copy.xlsx"
    latent = finding("B1:B3", severity="latent")
    write_annotated(small, report(small, finding("B1"), latent, finding("B3")), target)
    sheet = openpyxl.load_workbook(target)["Sheet"]
    assert [sheet[f"B{row}"].fill.fgColor.rgb for row in range(1, 5)] == [PINK, AMBER, PINK, "00000000"]


def test_comments_stop_at_the_limit(small: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(annotated, "MOST_COMMENTS", 2)
    target = tmp_path / "copy.xlsx"
    write_annotated(small, report(small, *(finding(area) for area in ("B1", "B2", "B4", "B1"))), target)
    sheet = openpyxl.load_workbook(target)["Sheet"]
    assert [sheet[cell].comment is not None for cell in ("B1", "B2", "B4")] == [True, True, False]
    assert sheet["B1"].comment.text.count("=A1*L33") == 2
    assert sheet["B4"].fill.fgColor.rgb == PINK


def test_a_workbook_without_styles_gets_them(small: Path, tmp_path: Path, schemas: Path) -> None:
    source, target = tmp_path / "bare.xlsx", tmp_path / "copy.xlsx"
    with ZipFile(small) as old, ZipFile(source, "w") as new:
        for name in old.namelist():
            text = old.read(name).decode()
            text = re.sub(r'<Relationship [^>]*styles[^>]*/>|<Override [^>]*styles[^>]*/>| s="\d+"', "", text)
            if name != "xl/styles.xml":
                new.writestr(name, text)
    write_annotated(source, report(source, finding("B2")), target)
    assert openpyxl.load_workbook(target)["Sheet"]["B2"].fill.fgColor.rgb == PINK
    assert new_schema_errors(source, target, schemas) == []


def test_formats_that_a_file_offers_in_two_forms_count_once(small: Path, tmp_path: Path) -> None:
    def offered(styles: str) -> str:
        """The first font and format as Hancom writes them: once for itself, once for all other programs."""
        for name in ("font", "xf"):
            whole = re.search(
                rf"<{name}\b[^>]*(/>|>.*?</{name}>)",
                styles[styles.index(f"<{'fonts' if name == 'font' else 'cellXfs'}") :],
            )
            assert whole is not None
            choices = f'<mc:Choice Requires="hs">{whole[0]}</mc:Choice><mc:Fallback>{whole[0]}</mc:Fallback>'
            both = f'<mc:AlternateContent xmlns:mc="{COMPATIBILITY}">{choices}</mc:AlternateContent>'
            start = styles.index(whole[0], styles.index("<cellXfs") if name == "xf" else 0)
            styles = styles[:start] + both + styles[start + len(whole[0]) :]
        return styles

    source, target = tmp_path / "offered.xlsx", tmp_path / "copy.xlsx"
    edit_part(small, source, "xl/styles.xml", offered)
    write_annotated(source, report(source, finding("B2")), target)
    parts = parts_of(target)
    root = etree.fromstring(parts["xl/styles.xml"])
    formats, fills, fonts = (entries(root.find(tag(name))) for name in ("cellXfs", "fills", "fonts"))
    cell = next(
        cell for cell in etree.fromstring(parts["xl/worksheets/sheet1.xml"]).iter(tag("c")) if cell.get("r") == "B2"
    )
    style = formats[int(cell.get("s", "0"))]
    assert fills[int(style.get("fillId", "0"))][0][0].get("rgb") == PINK
    assert fonts[int(style.get("fontId", "0"))].find(tag("color")).get("rgb") == "FF0000FF"
    assert root.find(tag("cellXfs")).get("count") == str(len(formats))


def test_text_reads_back_as_it_was_and_what_no_comment_can_hold_is_written_out(small: Path, tmp_path: Path) -> None:
    target = tmp_path / "copy.xlsx"
    write_annotated(small, report(small, finding("B2", explanation="<b> & _x0041_ \x0b \ud800")), target)
    with ZipFile(target) as archive:
        part = next(name for name in archive.namelist() if "comment" in name and name.endswith(".xml"))
        texts = [text.text for text in etree.fromstring(archive.read(part)).iter(tag("t"))]
    assert "<b> & _x005F_x0041_ \\x0b \\ud800\n" in texts


def test_a_huge_range_is_coloured_no_further_than_the_limit(
    small: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(annotated, "MOST_COLOURED", 3)
    target = tmp_path / "copy.xlsx"
    write_annotated(small, report(small, finding("B1:C1048576"), finding("A4:A5"), finding("A1:A2", "Other")), target)
    workbook = openpyxl.load_workbook(target)
    assert workbook["Other"]["A2"].fill.fgColor.rgb != PINK
    filled = {cell.coordinate for row in workbook["Sheet"].iter_rows() for cell in row if cell.fill.fgColor.rgb == PINK}
    assert filled == {"B1", "C1", "B2", "A4"}
    assert workbook["Other"]["A1"].fill.fgColor.rgb == PINK
    assert "B1:C1048576" in workbook["Sheet"]["B1"].comment.text


def test_without_findings_every_part_is_copied(small: Path, tmp_path: Path) -> None:
    write_annotated(small, report(small), tmp_path / "copy.xlsx")
    assert parts_of(tmp_path / "copy.xlsx") == parts_of(small)
    with ZipFile(small) as old, ZipFile(tmp_path / "copy.xlsx") as new:
        kept = ("filename", "date_time", "external_attr", "compress_type")
        listed = [[[getattr(info, name) for name in kept] for info in archive.infolist()] for archive in (old, new)]
    assert listed[0] == listed[1]


def test_the_same_report_gives_the_same_bytes(small: Path, tmp_path: Path) -> None:
    for name in ("1.xlsx", "2.xlsx"):
        write_annotated(small, report(small, finding("B2:C3")), tmp_path / name)
    assert (tmp_path / "1.xlsx").read_bytes() == (tmp_path / "2.xlsx").read_bytes()


def test_the_workbook_itself_and_existing_files_are_kept(small: Path, tmp_path: Path) -> None:
    before, other, link = small.read_bytes(), tmp_path / "other.xlsx", tmp_path / "link.xlsx"
    other.write_text("other")
    link.symlink_to(small)
    for target in (small, link):
        with pytest.raises(PartsError, match="is the workbook itself"):
            write_annotated(small, report(small, finding("B2")), target, force=True)
    with pytest.raises(FileError, match=r"other\.xlsx exists; --force overwrites it"):
        write_annotated(small, report(small, finding("B2")), other)
    assert (small.read_bytes(), other.read_text()) == (before, "other")
    write_annotated(small, report(small, finding("B2")), other, force=True)
    assert openpyxl.load_workbook(other)["Sheet"]["B2"].comment is not None
    assert sorted(path.name for path in tmp_path.iterdir()) == ["link.xlsx", "other.xlsx", "small.xlsx"]


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"sha256": "00"}, "has changed since it was checked"),
        ({"verdict": "unreadable", "message": "encrypted"}, "could not be read: encrypted"),
        ({"findings": (finding("B2", "None such"),)}, "has no sheet 'None such'"),
        ({"findings": (finding("nowhere!"),)}, "'nowhere!' is not a range of cells"),
    ],
)
def test_a_report_that_does_not_fit_is_refused(
    small: Path, tmp_path: Path, changes: dict[str, object], message: str
) -> None:
    with pytest.raises(PartsError, match=message):
        write_annotated(small, replace(report(small), **changes), tmp_path / "copy.xlsx")  # type: ignore[arg-type]
    assert [path.name for path in tmp_path.iterdir()] == ["small.xlsx"]


def test_a_folder_that_is_missing_is_one_error(small: Path, tmp_path: Path) -> None:
    with pytest.raises(FileError, match=r"missing: no such folder"):
        write_annotated(small, report(small, finding("B2")), tmp_path / "missing" / "copy.xlsx")
