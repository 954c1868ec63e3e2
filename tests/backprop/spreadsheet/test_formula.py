"""Formulas as trees: how they bind, print, move when filled down; what is refused."""

import pytest

from backprop.spreadsheet.formula import (
    MAX_CHARACTERS,
    MAX_DEPTH,
    Apply,
    Binary,
    Call,
    FormulaError,
    Missing,
    Name,
    Number,
    Reference,
    Unary,
    parse,
    references,
    render,
    transform,
    walk,
)


@pytest.mark.parametrize(
    "text",
    [
        "=E33*C33+F33*D33",
        "=1/(1+EXP(-I33))",
        "=0.5*(A33-R33)^2",
        "=E33-$G$31*X33",
        "='L.R. 0.1'!$B$2*Data!C4",
        "='It''s'!A1",
        "='C'!A1+'r1c1'!B2+'R2'!A1+Rate!A1",
        "=SUM(U33:V33)",
        "=SUMPRODUCT($E33:$F33,C33:D33)",
        "=POWER(A1,2)/2",
        "=-1*(t-A1)%",
        "=eta*2.50E-3",
        '=IF(A1="x",TRUE,#N/A)',
        "=SUM({1,2.50;-3,4})",
        '={"a;b",TRUE;#N/A,"c""d"}',
        "=IF(A1,,2)",
        "=IF(A1,)",
        "=F(,)",
        "=RAND()",
        "=LAMBDA(x,y,x+1)(-3,)",
        "=_xlfn.LAMBDA(_xlpm.x,_xlpm.x+1)(F(A1,B1))",
        "=(LAMBDA(x,LAMBDA(y,x-y)))(3)(A1)",
        "=@A1+@F33:F40*-@rate-@INDEX(A1:A3,2)",
        "=@'It''s'!A1+@'[1]S'!A1",
        "=SUM(A1:INDEX(B1:B3,2))*OFFSET(A1,1,1):B3",
        "=SUM(D1:F3:$M$31:$O$33,A1:B2:C3,Data!A1:B2:C3)",
        "=SUM(A:A,$3:4,Table1[w],Table1[[#This Row],[w]],Table1[@[w x]])",
    ],
)
def test_a_formula_prints_as_it_was_typed(text: str):
    assert f"={render(parse(text, 33, 5), 33, 5)}" == text


def test_a_formula_filled_down_is_one_tree():
    assert parse("=E33*$C$1+F32", 33, 9) == parse("=E90*$C$1+F89", 90, 9)


def test_a_formula_moved_prints_the_references_of_its_new_place():
    assert render(parse("=E33-$G$31*X$3", 34, 5), 36, 6) == "F35-$G$31*Y$3"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("=1-2-3", "((1-2)-3)"),
        ("=2^3^2", "((2^3)^2)"),  # to the left, unlike mathematics
        ("=-2^2", "((-2)^2)"),  # a sign binds tighter than a power
        ("=2*-3+4", "((2*(-3))+4)"),
        ("=1/2*3", "((1/2)*3)"),
        ("=50%*2", "((50%)*2)"),
    ],
)
def test_operators_bind_as_in_a_spreadsheet(text: str, expected: str):
    def shown(node: object) -> str:
        match node:
            case Binary(operator, left, right):
                return f"({shown(left)}{operator}{shown(right)})"
            case Number(text):
                return text
        operator, operand = node.operator, node.operand  # type: ignore[attr-defined]
        return f"({shown(operand)}%)" if operator == "%" else f"({operator}{shown(operand)})"

    assert shown(parse(text, 1, 1)) == expected


def test_what_is_left_out_is_an_argument_and_nothing_at_all_is_none():
    assert parse("=F()", 1, 1) == Call("F", ())
    assert parse("=F(,2)", 1, 1) == Call("F", (Missing(), Number("2")))
    assert parse("=F(1,)", 1, 1) == Call("F", (Number("1"), Missing()))


def test_a_call_of_a_call_holds_the_function_and_its_arguments():
    called = Call("LAMBDA", (Name("x"), Name("x")))
    assert parse("=LAMBDA(x,x)(3)(4,5)", 1, 1) == Apply(Apply(called, (Number("3"),)), (Number("4"), Number("5")))


def test_an_array_keeps_its_rows_when_its_items_are_exchanged():
    tree = parse("={1,2;3,4}+A1", 1, 1)
    assert len(set(map(hash, (tree, parse("={1,2,3,4}+A1", 1, 1), parse("={1;2;3;4}+A1", 1, 1))))) == 3
    assert tree != parse("={1,2,3,4}+A1", 1, 1)
    doubled = transform(tree, lambda node: Number(f"{node.text}0") if isinstance(node, Number) else node)
    assert render(doubled, 1, 1) == "{10,20;30,40}+A1"


def test_an_argument_of_a_call_of_a_call_can_be_exchanged():
    tree = parse("=f(A1)(B1,)", 1, 1)
    assert list(walk(tree))[1] == parse("=f(A1)", 1, 1)
    turned = transform(tree, lambda node: Number("7") if isinstance(node, Reference) else node)
    assert render(turned, 1, 1) == "f(7)(7,)"


def test_an_area_between_areas_moves_with_its_formula():
    assert render(parse("=SUM(D1:F3:$M$31:$O$33:A1)", 1, 1), 2, 3) == "SUM(F2:H4:$M$31:$O$33:C2)"


def test_an_at_is_a_sign_before_the_cell_the_area_or_the_name():
    assert parse("=@A1", 1, 1) == Unary("@", Reference(0, 0))
    assert parse("=@rate", 1, 1) == Unary("@", Name("rate"))


def test_references_come_from_left_to_right_with_the_corners_of_areas():
    found = [reference.at(10, 10) for reference in references(parse("=B2*SUM(C3:D4)-$A$1", 10, 10))]
    assert found == [(2, 2), (3, 3), (4, 4), (1, 1)]


def test_a_fixed_reference_means_the_same_cell_from_everywhere():
    tree = parse("=$G$31", 40, 3)
    assert isinstance(tree, Reference)
    assert tree.at(99, 99) == (31, 7)


@pytest.mark.parametrize(
    ("text", "match"),
    [
        ("=1+", "ends too early"),
        ("=(1+2", "ends too early"),
        ("=1 2 )", "cannot be read|goes on after its end|where a value is needed"),
        ("=SUM(1", "not closed"),
        ("=", "empty|ends too early"),
        ("=*2", "where a value is needed"),
        ("={1,2;3}", "rows of different lengths"),
        ("={1,,2}", "where a value is needed"),
        ("={1,2", "ends too early"),
        ("=SUM(A1 B1)", "'B1' where a comma is needed"),
        ("=SUM((A1,B1))", "',' where a closing bracket is needed"),
        ("=f(1)(2", "not closed"),
        ("=1+@@A1", "@ stands before @"),
        ("=@@SUM(A1)", "@ stands before @"),
        ("=1 " + "A" * 200, "goes on after its end, at 'A{40}'$"),
        ("=" + "1+" * MAX_CHARACTERS + "1", "characters; at most 8,192"),
        ("=" + "(" * (MAX_DEPTH + 2) + "1" + ")" * (MAX_DEPTH + 2), "nested more than 64 deep"),
        ("=" + "1+" * 2_500 + "1", "tokens; at most 4,000"),
    ],
)
def test_what_is_no_formula_or_too_large_is_refused(text: str, match: str):
    with pytest.raises(FormulaError, match=match):
        parse(text, 1, 1)
