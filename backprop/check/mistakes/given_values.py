"""Formulas behind given numbers: inputs, targets, first weights, the learning rate. Any number may stand there, so a
formula is wrong only where it can give none; what gives another number at every calculation is named."""

from collections.abc import Iterator

from backprop.check.findings import Finding, Kind, Note
from backprop.check.mistakes.finding import finding
from backprop.check.proof.answer_key import AnswerKey
from backprop.check.proof.stored_values import on_stored_values
from backprop.printers.quantities import written
from backprop.spreadsheet.book import CONSTANT, Cell, address
from backprop.spreadsheet.formula import Binary, Call, Literal, Node, walk
from backprop.spreadsheet.functions import find_function

VOLATILE = {"RAND", "RANDBETWEEN", "RANDARRAY", "RAND.NV", "NOW", "TODAY"}


def uncomputable_given(key: AnswerKey) -> Iterator[Finding]:
    """Formulas in the first epoch's given cells that cannot be read, or that give a text."""
    table, view = key.table, key.table.view
    for name, line in _given_lines(key):
        tree = view.tree(table.first, line)
        if tree is None or tree == CONSTANT:
            continue
        node, steps = view.book.trees[tree], (table.first, table.first)
        if isinstance(node, str):
            text = f"{written(name)}: a formula that cannot be read: {node}"
            yield finding(view, line, steps, name, Kind.NOT_COMPUTABLE, text)
        elif _is_text(node) and on_stored_values(table, node, line, steps) is None:
            text = f"{written(name)} is given by a formula of texts, which is no number"
            yield finding(view, line, steps, name, Kind.NOT_COMPUTABLE, text, formula=node)


def given_notes(key: AnswerKey) -> Iterator[Note]:
    """Given numbers that change at every calculation, and those whose formula is not computed here."""
    for name, cell in _given_cells(key):
        node = key.table.view.book.formula(cell)
        calls = [] if node is None else [part.function.upper() for part in walk(node) if isinstance(part, Call)]
        functions = list(dict.fromkeys(call.removeprefix("_XLFN.") for call in calls))
        volatile = [function for function in functions if function in VOLATILE]
        unknown = [call for call in functions if (row := find_function(call)) is None or row.compute is None]
        place = cell[0], address(*cell[1:])
        if volatile:
            text = f"{written(name)} is given by {volatile[0]}, another number whenever the workbook is calculated"
            yield Note(*place, "volatile", text)
        elif unknown:
            text = f"{written(name)} is given by a formula with {unknown[0]}, which is not computed here: its stored "
            yield Note(*place, "not_computed", text + "value was taken")


def _given_lines(key: AnswerKey) -> Iterator[tuple[str, int]]:
    """What is given in the first epoch: inputs, targets, weights."""
    for name, line in key.table.lines.items():
        if name in key.model.given or name in key.model.weights:
            yield name, line


def _given_cells(key: AnswerKey) -> Iterator[tuple[str, Cell]]:
    table = key.table
    for name, line in _given_lines(key):
        yield name, table.view.cell(table.first, line)
    yield from key.parameter_cells.items()
    if table.rate_cell is not None:
        yield "eta", table.rate_cell


def _is_text(tree: Node) -> bool:
    """Whether a formula holds a text or joins texts."""
    return any(
        (isinstance(node, Literal) and node.text.startswith('"')) or (isinstance(node, Binary) and node.operator == "&")
        for node in walk(tree)
    )
