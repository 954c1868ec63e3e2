"""Values of corrected copies: what depends on a corrected cell is computed anew, or has no value any more."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest

from backprop.check.copies.corrected import Correction
from backprop.check.findings import Kind
from backprop.spreadsheet import recalculate as recalculate_module
from tests.backprop.check.copies.copies import finding, fixed, formulas, parts_of
from tests.backprop.conftest import edit_part, read_values


def with_values(values: dict[str, str]) -> Callable[[str], str]:
    """Give formula cells a stored value."""

    def edit(xml: str) -> str:
        for cell, value in values.items():
            xml, count = re.subn(rf'(<c r="{cell}"[^>]*><f>[^<]*</f>)<v\s*/?>(?:</v>)?', rf"\g<1><v>{value}</v>", xml)
            assert count == 1, cell
        return xml

    return edit


def test_what_depends_is_computed_anew_and_nothing_else_is_touched(build: Callable[..., Path]) -> None:
    contents = {
        "A1": 1, "B1": "=A1*2", "C1": "=Far!A1+1", "D1": "=A1+5", "E1": "=SUM(A1:C1)", "F1": "=$A$9", "A9": "=B1-1",
        "Far!A1": "=Sheet!B1*10", "Far!A2": "=7",
    }  # fmt: skip
    stored = with_values({"B1": "2", "C1": "21", "D1": "777", "E1": "24", "F1": "1", "A9": "1"})
    file = build(contents, stored)
    edit_part(file, file.with_name("2.xlsx"), "xl/worksheets/sheet2.xml", with_values({"A1": "20", "A2": "888"}))
    file = file.with_name("2.xlsx")
    target, result = fixed(file, finding("B1", should_be="=A1*3"))
    values = read_values(target)
    assert values["Sheet"] == {"A1": 1, "B1": 3, "C1": 31, "D1": 777, "E1": 35, "F1": 2, "A9": 2}  # D1 as it was stored
    assert values["Far"] == {"A1": 30, "A2": 888}
    assert result == Correction(1, 6, 0, ())


@pytest.mark.parametrize(
    ("formula", "value"),
    [
        ("=IF(B1>0,1,2)", 1.0),
        ("=ROUND(B1,1)", None),
        ('=INDIRECT("B1")', None),
        ("=T1*B1", None),  # a text
        ("=B1/U1", None),
        ("=LN(-B1)", None),
        ("=EXP(B1*1000)", None),
        ("=B1^0.5*(-1)^0.5", None),
        ("=B1*missing", None),
        ("=SUM(B:B)", 3.0),
        ("=G1+B1", None),  # itself
        ("=B1*rate", 12.0),
        ("=SUM(block)*B1", 30.0),
        ("=SUM(A1:C1,T1:V1,-1)", 3.0),  # texts and logicals of an area do not count
        ("=AVERAGE(A1:C1)*B1", 6.0),
        ("=SUMPRODUCT(A1:C1,B1:D1)", None),
        ("=SUM(W1:X1)*B1", None),  # an error value
        ("=B1*1E308*10", None),
        ("=B1*moving", None),
        ("=SUMPRODUCT(A1:B1,A1:B1)", 10.0),
        ("=B1+V1", 4.0),  # TRUE
        ("=B1+Z99", 3.0),  # empty
        ("=-B1^2", 9.0),
        ("=B1%", 0.03),
        ("=Nowhere!A1+B1", None),
    ],
)
def test_what_a_dependent_formula_gives_or_that_it_gives_nothing(
    formula: str, value: float | None, build: Callable[..., Path]
) -> None:
    contents = {
        "A1": 1,
        "B1": "=A1*2",
        "G1": formula,
        "H1": "=G1+1",
        "T1": "text",
        "U1": 0,
        "W1": "#DIV/0!",
        "D1": 7,
        "V1": True,
        "Q3": 9,
        "Q4": 1,
    }
    names = (
        '<definedNames><definedName name="rate">Sheet!$D$4</definedName>'
        '<definedName name="block">Sheet!$Q$3:$Q$4</definedName>'
        '<definedName name="moving">Sheet!D4</definedName></definedNames>'
    )
    file = build(contents | {"D4": 4}, with_values({"B1": "2", "G1": "5", "H1": "6"}))
    named = file.with_name("named.xlsx")
    edit_part(file, named, "xl/workbook.xml", lambda xml: re.sub(r"<definedNames ?/>|(?=<calcPr)", names, xml, count=1))
    target, result = fixed(named, finding("B1", should_be="=A1*3"))
    found = read_values(target)["Sheet"]
    assert found.get("G1") == (None if value is None else pytest.approx(value, rel=1e-15))
    assert found.get("H1") == (None if value is None else pytest.approx(value + 1, rel=1e-15))
    assert result.without_value == (2 if value is None else 0)
    assert (found["B1"], found["A1"]) == (3, 1)


def test_a_stale_value_is_computed_and_its_formula_stays_as_typed(build: Callable[..., Path]) -> None:
    file = build({"A1": 1, "B1": "=A1 * 2", "C1": "=B1+1"}, with_values({"B1": "5", "C1": "6"}))
    target, result = fixed(file, finding("B1", kind=Kind.STALE_VALUE, formula="=A1*2", should_be="=A1*2"))
    assert formulas(target)["Sheet", "B1"] == "=A1 * 2"
    assert read_values(target)["Sheet"] == {"A1": 1, "B1": 2, "C1": 3}
    assert result == Correction(0, 2, 0, ())


def test_values_read_back_bit_equal_and_equal_ones_keep_their_text(build: Callable[..., Path]) -> None:
    file = build({"A1": 0.1, "B1": "=A1", "C1": "=B1*0+2"}, with_values({"B1": "0.1", "C1": "2.0000"}))
    target, _ = fixed(file, finding("B1", should_be="=A1+0.2"))
    sheet = parts_of(target)["xl/worksheets/sheet1.xml"].decode()
    assert "<v>0.30000000000000004</v>" in sheet
    assert "<v>2.0000</v>" in sheet
    target, _ = fixed(file, finding("B1", should_be="=A1*10"))
    assert "<v>1</v>" in parts_of(target)["xl/worksheets/sheet1.xml"].decode()


def test_a_long_chain_needs_no_deep_stack_and_running_sums_come_to_an_end(
    build: Callable[..., Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    contents = {"A1": 1} | {f"A{row}": f"=A{row + 1}+1" for row in range(2, 5_000)} | {"A5000": "=A1"}
    target, result = fixed(build(contents), finding("A5000", should_be="=A1*2"))
    assert read_values(target)["Sheet"]["A2"] == 2 + 4_998
    monkeypatch.setattr(recalculate_module, "MOST_READ", 1_000)
    contents = {f"A{row}": 1 for row in range(1, 200)} | {f"B{row}": f"=SUM(A$1:A{row})" for row in range(1, 200)}
    target, result = fixed(build(contents), finding("A1", should_be="=A2*2"))
    assert result.recalculated + result.without_value == 200
    assert result.without_value > 100
