"""What formulas mean beside their functions: arrays that fill cells, names, tables, places, errors, what is refused."""

import random
import sys
from collections.abc import Callable, Iterator
from itertools import permutations
from pathlib import Path

import openpyxl
import pytest
from openpyxl.workbook.defined_name import DefinedName
from openpyxl.worksheet.formula import ArrayFormula
from openpyxl.worksheet.table import Table

from backprop.calculus.evaluate import Evaluation
from backprop.calculus.follow import Following
from backprop.calculus.functions.conditions import like
from backprop.calculus.functions.registry import FUNCTIONS
from backprop.calculus.functions.statistics import ordered
from backprop.calculus.graph import Graph, _Builder, build_graph
from backprop.calculus.tape import Tape
from backprop.calculus.terms import Term, added
from backprop.calculus.values import UnfollowedError
from backprop.spreadsheet.book import Cell
from backprop.spreadsheet.formula import FormulaError, parse
from backprop.spreadsheet.xlsx.read import read_book

Graphs = Callable[..., Graph]
CELLS: dict[str, object] = {
    "A1": 2, "A2": 3, "A3": 5, "B1": 10, "B2": 20, "B3": 30, "K2": 8,
    "D1": "x", "D2": 1, "D3": 2, "D4": 3, "E1": "y z", "E2": 4, "E3": 5, "E4": 6,
}  # fmt: skip


@pytest.fixture
def graphs(tmp_path: Path) -> Graphs:
    """The graph of a workbook of those cells, the names that are given with them, and a table in D1:E4."""

    def make(cells: dict[str, object], names: dict[str, str] | None = None) -> Graph:
        workbook = openpyxl.Workbook()
        sheet = workbook.active
        for place, content in (CELLS | cells).items():
            sheet[place] = content
        sheet.add_table(Table(displayName="Points", ref="D1:E4"))
        for name, text in (names or {}).items():
            at, _, plain = name.rpartition("!")
            defined = DefinedName(plain, attr_text=text)
            (workbook[at] if at else workbook).defined_names[plain] = defined
        workbook.save(tmp_path / "made.xlsx")
        return build_graph(read_book(tmp_path / "made.xlsx"))

    return make


def cell(text: str) -> Cell:
    letters, row = openpyxl.utils.cell.coordinate_from_string(text)
    return "Sheet", row, openpyxl.utils.column_index_from_string(letters)


def value(graph: Graph, text: str) -> float | str:
    at = cell(text)
    if at in graph.unfollowed:
        return graph.unfollowed[at]
    node = graph.node(at)
    return repr(graph.cells.get(at)) if node is None else graph.tape.stored[node]


@pytest.fixture
def python_as_it_starts() -> Iterator[None]:
    """Python's own limit of recursion; Hypothesis raises it for tests that run before."""
    before = sys.getrecursionlimit()
    sys.setrecursionlimit(1_000)
    yield
    sys.setrecursionlimit(before)


@pytest.mark.parametrize(
    ("formula", "expected"),
    [
        ("=SUM(Points[y z])", 15),
        ("=SUM(Points[[#This Row],[x]:[y z]])", 5),
        ("=Points[[#This Row],[x]]*2", 2),
        ("=rate*A1", 40),
        ("=beside", 8),  # a name that is relative to its holder
        ("=twice(A1)+1", 5),
        ("=factorial(5)", 120),
        ("=SUM(data)", 10),
        ("=POW(A1,3)", 8),
        ("=SUM(ARRAYFORMULA(A1:A3*B1:B3))", 230),
        ('=IFERROR(__xludf.DUMMYFUNCTION("ARRAYFORMULA(SUM(A1:A3*B1:B3))"),7)', 230),
        ('=IFERROR(__xludf.DUMMYFUNCTION("QUERY(A1:A3)"),7)', "function QUERY is not followed here"),
        ('=IFERROR(__xludf.DUMMYFUNCTION("""COMPUTED_VALUE"""),7)', "a value of Google Sheets without its formula"),
        ('=IFERROR(__xludf.DUMMYFUNCTION("1+"),7)', "a formula of Google Sheets: formula ends too early"),
        ("=SUBTOTAL(12,A1:A3)", "#VALUE!: SUBTOTAL has no such number"),
        ("=FACT(171)", "#NUM!: a factorial of a number below 0 or above 170"),
        ("=SUM(Sheet!A:A)", 10),
        ("=@A:A", 3),
        ("=A1:A3*2", 6),  # the one in its own row
        ("=IFERROR(nothing(A1),7)", "function NOTHING is not followed here"),
        ("=nothing", "#NAME?: name nothing is not known"),
        ("=deep(45)", "functions nested too deeply within each other"),
        ("=forever(1)", "name forever leads back to itself"),
        ("=RAND()*A1", "a value that changes with every calculation; the stored one is taken"),
        ('=INDIRECT("1+1")', "#REF!: a text that names no place"),
        ('="1e2"+A1', 102),
        ('="1e99999999"+A1', "#VALUE!: the text '1e99999999' where a number is needed"),
        ('="-1e-99999999"+A1', "#VALUE!: the text '-1e-99999999' where a number is needed"),
        ("=CHOOSE(4,A1,A2)", "#VALUE!: a choice that is not there"),
        ("=OFFSET(A1,-1,0)", "#REF!: outside the sheet"),
        ("=OFFSET(A1*2,1,0)", "#VALUE!: a place in a sheet is needed there"),
        ("=LAMBDA(x,x)(1,2)", "#VALUE!: LAMBDA takes 1 values and was given 2"),
        ("=A1(2)", "function A1 is not followed here"),
        ("=MDETERM(A1:B3)", "#VALUE!: a matrix of 3×2; square ones to 60 rows"),
        ("=INDEX(A1:B3,4,1)", "#REF!: outside the area"),
        ("=MATCH(4,A1:A3,0)", "Failure(code='#N/A')"),
        ("=SUMPRODUCT(A1:A3,B1:B2)", "#VALUE!: SUMPRODUCT over areas of different sizes"),
        ("=VAR(A1)", "#DIV/0!: VAR of 1 numbers"),
        ("=SEQUENCE(1000,1000)", "#CALC!: an array of no size or too many values"),
        ("=AND(C1:C3)", "#VALUE!: no truth values"),
    ],
)
@pytest.mark.usefixtures("python_as_it_starts")
def test_what_a_formula_gives_or_why_it_is_not_followed(formula: str, expected: float | str, graphs: Graphs):
    names = {
        "rate": "Sheet!$B$1", "Sheet!rate": "Sheet!$B$2", "beside": "Sheet!B1", "data": "Sheet!$A$1:$A$3",
        "twice": "LAMBDA(x,x*2)", "factorial": "LAMBDA(n,IF(n<2,1,n*factorial(n-1)))",
        "forever": "LAMBDA(n,forever(n))",
        "deep": f"LAMBDA(n,IF(n<1,0,{'IF($A$1>0,SUM(' * 25}deep(n-1){',1),0)' * 25}))",
    }  # fmt: skip
    assert value(graphs({"J2": formula}, names), "J2") == expected


def test_an_array_formula_fills_its_cells_and_what_reads_them_follows(graphs: Graphs):
    graph = graphs({
        "G1": ArrayFormula("G1:G3", "=A1:A3*B1:B3"), "H1": ArrayFormula("H1:J1", "=TRANSPOSE(A1:A3)+{1}"),
        "L1": "=G2+J1", "L2": "=SUM(_xlfn.ANCHORARRAY(G1))", "L3": ArrayFormula("L3:L4", "=A1"),
        "L5": ArrayFormula("L5:L8", "=A1:A3"),
    })  # fmt: skip
    assert [value(graph, place) for place in ("G1", "G2", "G3", "H1", "J1", "L1")] == [20, 60, 150, 3, 6, 66]
    assert [value(graph, place) for place in ("L2", "L4", "L7", "L8")] == [230, 2, 5, "Failure(code='#N/A')"]
    evaluation = Evaluation(graph.tape, {})
    slopes = evaluation.derivatives({graph.formulas[cell("L1")]: 1.0})
    assert {place: slopes.get(graph.node(cell(place))) for place in ("A1", "A2", "A3", "B2")} == {  # type: ignore[arg-type]
        "A1": None, "A2": 20, "A3": 1, "B2": 3,
    }  # fmt: skip


def test_a_place_is_not_read(graphs: Graphs):
    """Formulas that count their own row, or look beside themselves, are no circles."""
    graph = graphs({"G5": "=ROW(G5)+COLUMNS(F5:G5)", "G6": "=OFFSET(G6,-1,0)*2", "G7": "=G7+1"})
    assert (value(graph, "G5"), value(graph, "G6")) == (7, 14)
    assert list(graph.circular) == [cell("G7")]


def test_of_an_area_in_index_one_cell_is_read(graphs: Graphs):
    graph = graphs({"A4": "=SUM(A$1:INDEX(A:A,ROW()-1))", "A5": "=INDEX(A:A,ROW()-1)*2", "G1": "=INDEX(A1:A3*2,2)"})
    assert [value(graph, place) for place in ("A4", "A5", "G1")] == [10, 20, 6]
    assert not graph.circular


def test_an_error_in_a_branch_matters_only_where_it_is_chosen(graphs: Graphs):
    graph = graphs({"G1": "=IF(A1>1,A1*2,NA())", "G2": '=IF(A1>1,A2,"none")', "G3": "=IF(A1>1,A2,nothing(1))"})
    assert [value(graph, place) for place in ("G1", "G2", "G3")] == [4, 3, 3]
    node, given = graph.formulas[cell("G1")], graph.node(cell("A1"))
    assert given is not None
    elsewhere = Evaluation(graph.tape, {given: 0.5})
    assert str(elsewhere.value(node)) == "nan"
    assert Evaluation(graph.tape, {}).derivatives({node: 1.0})[given] == 2


def test_a_lookup_keeps_the_value_that_it_finds_in_the_graph(graphs: Graphs):
    graph = graphs({"G1": "=VLOOKUP(3,A1:B3,2,FALSE)^2", "G2": "=INDEX(A1:B3,MATCH(5,A1:A3,0),2)"})
    evaluation = Evaluation(graph.tape, {})
    for place, read, slope in (("G1", "B2", 40), ("G2", "B3", 1)):
        by = graph.node(cell(read))
        assert by is not None
        assert evaluation.derivatives({graph.formulas[cell(place)]: 1.0})[by] == slope


ODD = ["A1", "B1", "C1", "C2", "Z9", "A1:A3", "A1:C3", "Z1:Z3", "", "1", "0", "-1", "1E300", "0.5", '"x"', '">0"',
       "TRUE", "{1,2;3,4}", "LAMBDA(x,x)", "LAMBDA(x,y,x+y)", "NA()", "1/0", "nothing", "A:A", "SUM"]  # fmt: skip


@pytest.mark.parametrize("name", sorted(FUNCTIONS))
def test_a_function_of_odd_arguments_gives_something_or_says_why_not(name: str, graphs: Graphs):
    graph = graphs({"C1": "text", "C2": "=NA()", "C3": True})
    function, draw = FUNCTIONS[name], random.Random(name)
    builder, said = _Builder(graph), {}
    for array in [False, True] * 15:
        count = draw.randint(function.least, min(function.most, function.least + 3))
        text = f"={name}({','.join(draw.choices(ODD, k=count))})"
        try:
            Following(builder, ("Sheet", 7, 8), array).follow(parse(text, 7, 8))
        except (UnfollowedError, FormulaError) as error:
            said[text] = len(str(error))
    assert all(0 < length < 150 for length in said.values()), said


def test_a_network_of_comparisons_orders_any_numbers():
    for size in range(1, 7):
        for numbers in permutations(range(size)):
            tape = Tape()
            found = ordered([Term(tape, tape.free(str(index), number)) for index, number in enumerate(numbers)])
            assert [tape.stored[term.node] for term in found] == list(range(size)), numbers
    tape = Tape()
    many = ordered([Term(tape, tape.free(str(index), index * 37 % 101)) for index in range(101)])
    assert [tape.stored[term.node] for term in many] == list(range(101))


@pytest.mark.parametrize(
    ("pattern", "text", "expected"),
    [("a*", "Apple", True), ("?b", "ab", True), ("?b", "aab", False), ("a~*", "a*", True), ("a~*", "ab", False),
     ("*a*", "xay", True), ("(", "(", True), ("a.c", "abc", False), ("*" * 40 + "b", "a" * 60, False)],
)  # fmt: skip
def test_a_pattern_is_like_a_text(pattern: str, text: str, expected: bool):
    assert like(pattern, text) is expected


def test_terms_are_arithmetic_on_the_tape():
    tape = Tape()
    x = Term(tape, tape.free("x", 3.0))
    terms = [2 + x, x + 2, 2 - x, x - 2, 2 * x, x * 2, 6 / x, x / 6, 2**x, x**2, -x]
    assert [tape.stored[term.node] for term in terms] == [5, 5, -1, 1, 6, 6, 2, 0.5, 8, 9, -3]
    assert added([x, x, x.of(1)]).node == (x + x + 1).node
    assert (x.of(1).chooses(x, 0), x.of(0).chooses(x, 7)) == (x, x.of(7))
