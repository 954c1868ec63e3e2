"""Formulas of OpenDocument and of Excel, each from the other; addresses."""

import pytest

from backprop.spreadsheet.formula import FormulaError, parse, render
from backprop.spreadsheet.ods.openformula import cells, from_excel, to_excel

BOTH_WAYS = [
    ("of:=[.A1]+[.$B$2]*[.C$3]-[.$D4]", "=A1+$B$2*C$3-$D4"),
    ("of:=SUM([.A1:.B2];[.C1])", "=SUM(A1:B2,C1)"),
    ("of:=SUM([$Other.A1:.B2])", "=SUM(Other!A1:B2)"),
    ("of:=[$'η = 0.5'.$C$2]", "='η = 0.5'!$C$2"),
    ("of:=[$'It''s; a [sheet].'.A1]", "='It''s; a [sheet].'!A1"),
    ("of:=SUM([.A:.A];[.1:.2])", "=SUM(A:A,1:2)"),
    ('of:=IF([.A1]="a;b [.c] ~|{";"";-2^2)', '=IF(A1="a;b [.c] ~|{","",-2^2)'),
    ('of:="say ""[.A1];"""&[.A1]', '="say ""[.A1];"""&A1'),
    ("of:=MMULT({1;2|3;4};[.A1:.B2])", "=MMULT({1,2;3,4},A1:B2)"),
    ("of:=OFFSET([.A1];1;;2;)", "=OFFSET(A1,1,,2,)"),
    ("of:=COM.MICROSOFT.NORM.S.DIST(1;TRUE())", "=NORM.S.DIST(1,TRUE)"),
    ("of:=COM.MICROSOFT.IFS([.A1]>=1;1;FALSE();2)", "=IFS(A1>=1,1,FALSE,2)"),
    ("of:=ORG.LIBREOFFICE.RAWSUBTRACT(3;1)", "=RAWSUBTRACT(3,1)"),
    ("of:=LEGACY.NORMSDIST(1)", "=NORMSDIST(1)"),
    ("of:=COM.MICROSOFT.CEILING(2.5;1)", "=CEILING(2.5,1)"),
    ("of:=rate*1%+[.A1]%", "=rate*1%+A1%"),
    ("of:=#REF!+1", "=#REF!+1"),
    ("of:=SUM(([.A1]~[.A2]))", "=SUM((A1,A2))"),
    ("of:=SUM([.A1]:INDEX([.A:.A];5))+SUM(INDEX([.A:.A];5):[.$A$9])", "=SUM(A1:INDEX(A:A,5))+SUM(INDEX(A:A,5):$A$9)"),
]  # fmt: skip
ONE_WAY = [
    ("of:=SUM([$Other.A1:$Other.B2])", "=SUM(Other!A1:B2)"),
    ("of:=[.A1:.A3]![.A2:.B2]", "=A1:A3 A2:B2"),
    ("of:=CEILING(2.5;1)+FLOOR([.A1];1)", "=CEILING.MATH(2.5,1)+FLOOR.MATH(A1,1)"),
    ("of:=[.A#REF!]+[#REF!.A1]+[.#REF!]", "=#REF!+#REF!+#REF!"),
    ("of:=['file:///tmp/other.ods'#$Sheet1.A1]", "='[other.ods]Sheet1'!A1"),
    ("msoxl:=SUM(A1:B2,C1)", "=SUM(A1:B2,C1)"),
    ("oooc:=[.A1]*2", "=A1*2"),
    ("=[.A1]*2", "=A1*2"),
]


@pytest.mark.parametrize(("opendocument", "excel"), BOTH_WAYS)
def test_a_formula_is_the_same_in_both_languages(opendocument: str, excel: str) -> None:
    assert to_excel(opendocument) == excel
    assert from_excel(excel) == opendocument


@pytest.mark.parametrize(("opendocument", "excel"), ONE_WAY)
def test_a_formula_of_opendocument_is_read(opendocument: str, excel: str) -> None:
    assert to_excel(opendocument) == excel


@pytest.mark.parametrize(
    ("excel", "opendocument"),
    [
        ("=_xlfn.STDEV.S(A1:A3)", "of:=COM.MICROSOFT.STDEV.S([.A1:.A3])"),
        ("=Sheet1!A1+'2nd'!B2", "of:=[$Sheet1.A1]+[$'2nd'.B2]"),
        ("=A1B2+rate", "of:=A1B2+rate"),
    ],
)
def test_a_formula_of_excel_is_written(excel: str, opendocument: str) -> None:
    assert from_excel(excel) == opendocument


@pytest.mark.parametrize("excel", [excel for _, excel in BOTH_WAYS if "(A1,A2)" not in excel])
def test_what_is_read_is_a_formula_for_the_parser(excel: str) -> None:
    assert "=" + render(parse(excel, 9, 9), 9, 9) == excel


@pytest.mark.parametrize(
    ("address", "excel"),
    [
        ("$'η = 0.5'.$A$1:.$AF$13", "'η = 0.5'!$A$1:$AF$13"),
        ("Loss.B7:Loss.B7", "Loss!B7:B7"),
        ("One.A1 One.B1", "#REF!"),
    ],
)
def test_an_address(address: str, excel: str) -> None:
    assert cells(address) == excel


@pytest.mark.parametrize("text", ["", "of:", "1+1", "of:1", f"of:={'1+' * 10_000}1"])
def test_what_is_no_formula_is_said(text: str) -> None:
    with pytest.raises(FormulaError, match=r"does not begin with =|20,00\d characters; at most 8,192"):
        to_excel(text)
