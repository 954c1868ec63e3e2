"""Corrected copies: right formulas in every cell of a finding, values that follow, everything else as it was."""

import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import openpyxl
import pytest
from openpyxl.worksheet.formula import ArrayFormula

from backprop.check.check import check_file
from backprop.check.copies.corrected import Correction, write_corrected
from backprop.check.findings import FileReport, TableReport
from backprop.derivation.derive import Derivation, derive
from backprop.epochs.trace import Trace, run_trace
from backprop.network.load import load_network
from backprop.spreadsheet.package.parts import PartsError
from backprop.spreadsheet.scan import scan_workbook
from backprop.workbook.layout import rate_sheet
from backprop.workbook.write import write_workbook
from groundfloor.files import FileError
from tests.backprop.check.copies.copies import cells, finding, fixed, formulas, new_schema_errors, parts_of, report
from tests.backprop.conftest import Values, edit_part, read_values, recalculate_with_ironcalc

# openpyxl says what it would lose, were it to save.
pytestmark = pytest.mark.filterwarnings("ignore::UserWarning:openpyxl")
MAY_CHANGE = r"\[Content_Types\]\.xml|xl/workbook\.xml|xl/_rels/workbook\.xml\.rels|xl/worksheets/sheet\d+\.xml"
FIXED_WHOLLY = ("a1-class-template", "a3-two-sheets", "b2-long", "c1-example-002", "d2-six-sheets")


def shared(groups: dict[str, str]) -> Callable[[str], str]:
    """Make each range one shared formula, its text in the first cell."""

    def edit(xml: str) -> str:
        for number, (area, text) in enumerate(groups.items()):
            first, _, _ = area.partition(":")
            for row in openpyxl.Workbook().active[area]:
                for cell in row:
                    own = f' ref="{area}"' if cell.coordinate == first else ""
                    inside = text if own else ""
                    new = rf'\g<1><f t="shared"{own} si="{number}">{inside}</f>'
                    xml, count = re.subn(rf'(<c r="{cell.coordinate}"[^>]*>)<f>[^<]*</f>', new, xml)
                    assert count == 1, cell.coordinate
        return xml

    return edit


# -- real workbooks ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", FIXED_WHOLLY)
def test_a_real_workbook_checks_as_correct_afterwards_and_is_otherwise_unchanged(
    name: str,
    stranger_workbooks: Path,
    tmp_path: Path,
    schemas: Path,
    eight_weight: Derivation,
    checked: Callable[[Path], FileReport],
) -> None:
    source, target = stranger_workbooks / f"{name}.xlsx", tmp_path / "fixed.xlsx"
    before = checked(source)
    assert before.verdict == "mistakes"
    result = write_corrected(source, before, target)
    assert result.left == ()
    assert check_file(target, eight_weight).verdict == "correct"
    old, new = parts_of(source), parts_of(target)
    assert all(re.fullmatch(MAY_CHANGE, part) for part in new if old[part] != new[part])
    assert old.keys() - new.keys() <= {"xl/calcChain.xml"}
    assert new_schema_errors(source, target, schemas) == []
    scan_workbook(target)
    old_formulas, new_formulas = formulas(source), formulas(target)
    changed = {place for place in new_formulas if old_formulas.get(place) != new_formulas[place]}
    assert old_formulas.keys() <= new_formulas.keys()
    assert 0 < len(changed) == result.cells


def test_every_cell_of_the_fixed_class_template_equals_the_trace(
    stranger_workbooks: Path,
    tmp_path: Path,
    checked: Callable[[Path], FileReport],
    libreoffice: Callable[[Path], Values],
) -> None:
    source, target = stranger_workbooks / "a1-class-template.xlsx", tmp_path / "fixed.xlsx"
    before = checked(source)
    write_corrected(source, before, target)
    table = before.tables[0]
    assert (table.learning_rate, table.first_row, table.last_row) == (1.0, 33, 100)
    network = load_network("eight-weight").model_copy(update={"targets": ((0.5, 0.5),)})
    trace = run_trace(derive(network), [1.0], 68)
    for values in (read_values(target), recalculate_with_ironcalc(target), libreoffice(target)):
        compared = 0
        for name, column in table.columns.items():
            found = [values["Sheet1"][f"{column}{row}"] for row in range(33, 101)]
            assert found == pytest.approx(trace.column(name)[0].tolist(), rel=1e-12, abs=0), name
            compared += len(found)
        assert compared == 31 * 68


def test_findings_without_a_formula_are_told_and_left(
    stranger_workbooks: Path, tmp_path: Path, checked: Callable[[Path], FileReport]
) -> None:
    source = stranger_workbooks / "h1-incomplete.xlsx"
    before = checked(source)
    assert write_corrected(source, before, tmp_path / "copy.xlsx") == Correction(0, 0, 0, before.findings)
    assert parts_of(tmp_path / "copy.xlsx") == parts_of(source)


# -- our own workbooks, where the right values are known --------------------------------------------------------------


@pytest.fixture(scope="module")
def own(
    tmp_path_factory: pytest.TempPathFactory, eight_weight: Derivation
) -> tuple[Path, Trace, dict[tuple[str, str], str]]:
    file = tmp_path_factory.mktemp("own") / "own.xlsx"
    write_workbook(eight_weight, file, [0.5, 2.0], 30)
    return file, run_trace(eight_weight, [0.5, 2.0], 30), formulas(file)


NAMES = ["h1", "a_o2", "E_total", "dE_dw3", "dE_dw8", "w1", "w7"]
ALONE = [([name], (0, 0)) for name in NAMES]
TOGETHER = [(NAMES, rows) for rows in [(0, 29), (0, 0), (12, 12), (29, 29), (5, 20)]]


@pytest.mark.parametrize(("names", "rows"), [*ALONE, *TOGETHER], ids=str)
def test_planted_formulas_are_undone_and_every_value_comes_back(
    names: list[str],
    rows: tuple[int, int],
    own: tuple[Path, Trace, dict[tuple[str, str], str]],
    eight_weight: Derivation,
    tmp_path: Path,
) -> None:
    file, trace, right = own
    layout = rate_sheet(eight_weight, 30, "closed")
    wrong = tmp_path / "wrong.xlsx"
    workbook = openpyxl.load_workbook(file)
    checked, planted = [], 0
    for name in names:
        first, last = (max(layout.first_row + row, layout.first_row + name.startswith("w")) for row in rows)
        places = [layout.cell(name, row) for row in range(first, last + 1)]
        for place in places:
            workbook["η = 2"][place] = "=0.25*F$6"
        area, should_be = f"{places[0]}:{places[-1]}", right["η = 2", places[0]]
        checked.append(finding(area, "η = 2", quantity=name, should_be=should_be))
        planted += len(places)
    workbook.save(wrong)  # without values: as if another program had calculated nothing
    target = tmp_path / "fixed.xlsx"
    result = write_corrected(wrong, replace(report(wrong), findings=tuple(checked)), target)
    assert (result.cells, result.left) == (planted, ())
    assert formulas(target) == right
    values = read_values(target)
    for number, rate in enumerate(("η = 0.5", "η = 2")):
        for quantity in trace.names:
            found = [values[rate][layout.cell(quantity, row)] for row in range(6, 36)]
            assert found == pytest.approx(trace.column(quantity)[number].tolist(), rel=1e-13, abs=0)


# -- shared formulas --------------------------------------------------------------------------------------------------

COLUMN = {f"A{row}": row for row in range(1, 8)} | {f"B{row}": f"=A{row}*2" for row in range(2, 7)}


@pytest.mark.parametrize("area", ["B2", "B2:B3", "B4", "B6", "B3:B5", "B2:B6", "B2,B4,B6"])
def test_the_other_cells_of_a_shared_formula_keep_theirs(area: str, build: Callable[..., Path], schemas: Path) -> None:
    file = build(COLUMN, shared({"B2:B6": "A2*2"}))
    assert formulas(file)["Sheet", "B5"] == "=A5*2"
    target, result = fixed(file, finding(area, should_be=f"=A{area[1]}+$A$1+10"))
    cells_fixed = {"B2:B3": 2, "B3:B5": 3, "B2:B6": 5, "B2,B4,B6": 3}.get(area, 1)
    assert result.cells == cells_fixed
    found = formulas(target)
    new = {f"B{row}" for row in range(2, 7) if f"=A{row}+$A$1+10" == found["Sheet", f"B{row}"]}
    assert len(new) == cells_fixed
    assert area[:2] in new
    assert all(found["Sheet", f"B{row}"] == f"=A{row}*2" for row in range(2, 7) if f"B{row}" not in new)
    written = cells(parts_of(target)["xl/worksheets/sheet1.xml"])
    assert ("shared" in str(written["B6"][1])) == ("B2" not in new and "B6" not in new)
    assert recalculate_with_ironcalc(target)["Sheet"]["B5"] == (16 if "B5" in new else 10)
    assert read_values(target)["Sheet"]["B5"] == (16 if "B5" in new else 10)
    assert new_schema_errors(file, target, schemas) == []


def test_shared_formulas_across_with_names_quotes_spaces_and_whole_columns(build: Callable[..., Path]) -> None:
    text = "B1 * $A$1 + 'It''s'!C$2 + SUM( B:B ) + A$1"
    file = build({"B4": "=1", "C4": "=1", "D4": "=1", "It's!C2": 1}, shared({"B4:D4": text}))
    expected = formulas(file)
    target, _ = fixed(file, finding("B4", should_be="=B1"))
    assert formulas(target) == expected | {("Sheet", "B4"): "=B1"}
    assert expected["Sheet", "D4"] == "=D1 * $A$1 + 'It''s'!E$2 + SUM( D:D ) + C$1"


def test_a_group_number_used_again_begins_another_group(build: Callable[..., Path]) -> None:
    def edit(xml: str) -> str:
        return shared({"B2:B4": "A2*2", "B5:B6": "A5*5"})(xml).replace('si="1"', 'si="0"')

    target, _ = fixed(build(COLUMN, edit), finding("B2", should_be="=A2"))
    found = formulas(target)
    assert [found["Sheet", f"B{row}"] for row in range(2, 7)] == ["=A2", "=A3*2", "=A4*2", "=A5*5", "=A6*5"]


def test_rows_and_cells_may_leave_out_where_they_are(build: Callable[..., Path]) -> None:
    def edit(xml: str) -> str:
        return re.sub(r'(<row) r="\d+"|(<c) r="\w+"', r"\1\2", shared({"B2:B6": "A2*2"})(xml))

    contents = {f"A{row}": row for row in range(1, 8)} | {f"B{row}": "=1" for row in range(1, 8)}
    target, _ = fixed(build(contents, edit), finding("B2", should_be="=A2"), finding("C9", should_be="=B4"))
    found = formulas(target)
    assert [found["Sheet", f"B{row}"] for row in range(1, 8)] == ["=1", "=A2", *(f"=A{r}*2" for r in range(3, 7)), "=1"]
    assert read_values(target)["Sheet"]["C9"] == 8


@pytest.mark.parametrize(("area", "kept"), [("B1", False), ("B2", True), ("B3", False), ("B2:B3", False)])
def test_a_cell_of_an_array_formula_is_left_unless_it_is_all_of_it(
    area: str, kept: bool, build: Callable[..., Path]
) -> None:
    contents = {"A1": 2, "B1": ArrayFormula("B1", "=A1*2"), "B2": 3, "B3": ArrayFormula("B3:B4", "=A1:A2"), "B4": 0}
    checked = finding(area, should_be="=A1+1")
    target, result = fixed(build(contents), checked)
    left = area in ("B3", "B2:B3")
    assert result.left == ((checked,) if left else ())
    workbook = openpyxl.load_workbook(target)["Sheet"]
    assert isinstance(workbook["B3"].value, ArrayFormula)
    assert workbook[area[:2]].value == {"B1": "=A1+1", "B2": 3 if left else "=A1+1"}.get(area[:2], workbook["B3"].value)
    assert not kept or result.cells == 1


# -- cells that were no formula ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("content", [3, "typed", True, None])
def test_a_constant_becomes_a_formula_and_the_calculation_chain_goes(
    content: object, stranger_workbooks: Path, tmp_path: Path, schemas: Path
) -> None:
    source, middle = stranger_workbooks / "a1-class-template.xlsx", tmp_path / "typed.xlsx"
    cell = {3: "<v>3</v>", "typed": "<is><t>typed</t></is>", True: "<v>1</v>", None: ""}[content]  # type: ignore[index]
    kind = {3: "", "typed": ' t="inlineStr"', True: ' t="b"', None: ""}[content]  # type: ignore[index]
    new = rf'<c r="I40" s="9"{kind}>{cell}</c>'
    edit_part(source, middle, "xl/worksheets/sheet1.xml", lambda xml: re.sub(r'<c r="I40".*?</c>', new, xml))
    target, result = fixed(middle, finding("I40", "Sheet1", should_be="=E40*C40+F40*D40"))
    assert result.cells == 1
    assert cells(parts_of(target)["xl/worksheets/sheet1.xml"])["I40"][0] is None
    assert read_values(target)["Sheet1"]["I40"] == pytest.approx(read_values(source)["Sheet1"]["I40"], rel=1e-13)
    parts = parts_of(target)
    assert "xl/calcChain.xml" not in parts
    assert not any(b"calcChain" in content for content in parts.values())
    assert new_schema_errors(middle, target, schemas) == []


def test_the_calculation_chain_stays_where_formulas_only_change(stranger_workbooks: Path, tmp_path: Path) -> None:
    source, target = stranger_workbooks / "a1-class-template.xlsx", tmp_path / "copy.xlsx"
    write_corrected(source, report(source, finding("Z33:Z100", "Sheet1", should_be="=X33")), target)
    assert parts_of(target)["xl/calcChain.xml"] == parts_of(source)["xl/calcChain.xml"]


# -- when it is opened ------------------------------------------------------------------------------------------------


def test_the_workbook_recalculates_when_it_is_opened(stranger_workbooks: Path, tmp_path: Path, schemas: Path) -> None:
    source, bare = stranger_workbooks / "a1-class-template.xlsx", tmp_path / "bare.xlsx"
    edit_part(source, bare, "xl/workbook.xml", lambda xml: re.sub(r"<calcPr [^>]*/>", "", xml))
    for file in (source, bare):
        target = tmp_path / "fixed.xlsx"
        write_corrected(file, report(file, finding("Z33", "Sheet1", should_be="=X33")), target, force=True)
        assert re.search(rb'<calcPr [^>]*fullCalcOnLoad="1"', parts_of(target)["xl/workbook.xml"])
        assert new_schema_errors(source, target, schemas) == []
        order = re.findall(rb"<(sheets|definedNames|calcPr|extLst)\b", parts_of(target)["xl/workbook.xml"])
        assert order == [b"sheets", b"calcPr", b"extLst"]


# -- what is refused or left ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "changes",
    [
        {"should_be": None},
        {"should_be": "0.5"},
        {"should_be": "=A1*("},
        {"should_be": "=A2", "range": "B3,B1", "cell": "B3"},  # one row up from row 1
        {"should_be": "=A1*2", "range": "A1:B2"},
        {"should_be": "=A1*2", "range": "B1:D1"},  # across, in a table whose epochs run down
    ],
)
def test_a_finding_that_does_not_tell_each_cell_its_formula_is_left(
    changes: dict[str, object], build: Callable[..., Path]
) -> None:
    file = build(COLUMN)
    checked = finding("B1", **changes)
    table = TableReport("Sheet", 1, 2, 6, "rows", {}, None, None, 5)
    target = file.with_name("fixed.xlsx")
    result = write_corrected(file, replace(report(file, checked), tables=(table,)), target)
    assert result == Correction(0, 0, 0, (checked,))
    assert parts_of(target) == parts_of(file)


@pytest.mark.parametrize(
    ("orientation", "area", "moved"),
    [("rows", "B2:D2", False), ("columns", "B2:D2", True), ("rows", "B2:B4", True), ("columns", "B2:B4", False)],
)
def test_a_formula_is_moved_along_the_epochs(
    orientation: str, area: str, moved: bool, build: Callable[..., Path]
) -> None:
    file = build({"A1": 1})
    table = TableReport("Sheet", 1, 2, 6, orientation, {}, None, None, 5)  # type: ignore[arg-type]
    checked = replace(report(file, finding(area, should_be="=B1*$A$1")), tables=(table,))
    assert write_corrected(file, checked, file.with_name("fixed.xlsx")).cells == (3 if moved else 0)
    found = {cell: text for (_, cell), text in formulas(file.with_name("fixed.xlsx")).items()}
    across, down = ({f"{x}2": f"={x}1*$A$1" for x in "BCD"}, {f"B{n}": f"=B{n - 1}*$A$1" for n in (2, 3, 4)})
    assert found == ((across if area == "B2:D2" else down) if moved else {})


def test_the_workbook_itself_and_existing_files_are_kept(build: Callable[..., Path], tmp_path: Path) -> None:
    file, other = build(COLUMN), tmp_path / "other.xlsx"
    before = file.read_bytes()
    other.write_text("other")
    with pytest.raises(PartsError, match="is the workbook itself"):
        write_corrected(file, report(file), file, force=True)
    with pytest.raises(FileError, match=r"other\.xlsx exists; --force overwrites it"):
        write_corrected(file, report(file), other)
    with pytest.raises(PartsError, match="has changed since it was checked"):
        write_corrected(file, replace(report(file), sha256="00"), tmp_path / "copy.xlsx")
    assert (file.read_bytes(), other.read_text()) == (before, "other")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["made.xlsx", "other.xlsx"]


def test_the_same_report_gives_the_same_bytes(build: Callable[..., Path], tmp_path: Path) -> None:
    file = build(COLUMN)
    for name in ("1.xlsx", "2.xlsx"):
        write_corrected(file, report(file, finding("B3:B4", should_be="=A3")), tmp_path / name)
    assert (tmp_path / "1.xlsx").read_bytes() == (tmp_path / "2.xlsx").read_bytes()
