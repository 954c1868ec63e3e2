"""Whether a cell depends on others through formulas that are followed; what stands in the way is named."""

from collections.abc import Iterator, Sequence

from backprop.calculus.adjoint import moving
from backprop.calculus.formulas import cell_name
from backprop.calculus.graph import Graph
from backprop.calculus.tape import FREE
from backprop.calculus.values import Text
from backprop.errors import BackpropError
from backprop.spreadsheet.book import Cell
from backprop.spreadsheet.formula import Area, FormulaError, Name, Reference, walk
from backprop.spreadsheet.names import resolve
from groundfloor.text import one_line, shortened

Corners = tuple[str, int, int, int, int]  # sheet, top, bottom, left, right


def node_of(graph: Graph, of: Cell) -> int:
    """The node of a cell whose formula gives a number; BackpropError for any other cell."""
    name = cell_name(of)
    if graph.formula(of) is None:
        held = graph.book.sheets[of[0]].value(*of[1:])
        what = "it is empty" if held is None else f"only {'a text' if isinstance(held, str) else 'a number'}"
        raise BackpropError(f"{name} holds no formula, {what}; --of names the cell to differentiate")
    if reason := graph.unfollowed.get(graph.anchor(of)):
        raise BackpropError(f"{name}: its formula is not followed: {one_line(reason)}")
    if _circular(graph, of):
        raise BackpropError(f"{name} leads back to itself, so that it has no derivative")
    node = graph.formulas.get(of)
    if node is None:
        shows = graph.cells.get(of)
        raise BackpropError(f"{name} gives {'a text' if isinstance(shows, Text) else 'an error'}, no number")
    return node


def refuse_unfollowed(graph: Graph, of: int, by: Sequence[Cell]) -> None:
    """BackpropError where what is not followed lies between."""
    tape = graph.tape
    _refuse_unread(graph, by)
    stuck = {cell: one_line(reason) for cell, reason in graph.unfollowed.items()}
    stuck |= {cell: "it leads back to itself" for cell in graph.cells if _circular(graph, cell)}
    if not stuck:
        return
    fixed = {node for cell in by if (node := graph.node(cell)) is not None}
    blocked: dict[Cell, str] = {}
    while True:
        moved = set(moving(tape, graph.formulas.values(), fixed))
        changing = {content for node in moved if isinstance(content := tape.contents[node], tuple)} | set(by)
        new = {cell: reason for cell, reason in stuck.items() if cell not in blocked and _reads(graph, cell, changing)}
        if not new:
            break
        blocked |= new
        fixed |= {node for cell in _all_cells(graph, new) if (node := graph.node(cell)) is not None}
    between = {tape.contents[node] for node in moving(tape, [of], fixed)}
    for cell, reason in blocked.items():
        if any(each in between for each in _all_cells(graph, [cell])):
            name = cell_name(cell)
            raise BackpropError(f"{name}: its formula is not followed ({reason}), and the derivative goes through it")


def _circular(graph: Graph, cell: Cell) -> bool:
    """Whether a cell's formula was left out because it waits for the cell itself."""
    anchor = graph.anchor(cell)
    followed = cell in graph.formulas or anchor in graph.unfollowed
    node = graph.node(cell)
    return not followed and node is not None and graph.tape.kinds[node] == FREE and graph.formula(cell) is not None


def _refuse_unread(graph: Graph, by: Sequence[Cell]) -> None:
    """Of a formula that cannot be read nobody knows what it depends on."""
    for cell, text in graph.unread.items():
        if cell not in by:
            raise BackpropError(f"{cell_name(cell)}: its formula cannot be read: {shortened(text, 60)}")


def _all_cells(graph: Graph, cells: Sequence[Cell] | dict[Cell, str]) -> list[Cell]:
    """Cells, and those that are filled by array formulas in them."""
    return [*cells, *(cell for cell, anchor in graph.anchors.items() if anchor in cells and cell not in cells)]


def _reads(graph: Graph, holder: Cell, cells: set[Cell]) -> bool:
    return any(
        sheet == at[0] and top <= at[1] <= bottom and left <= at[2] <= right
        for sheet, top, bottom, left, right in _areas(graph, holder)
        for at in cells
    )


def _areas(graph: Graph, holder: Cell) -> Iterator[Corners]:
    """What a formula names, the meaning of defined names included."""
    tree = graph.formula(holder)
    pending, named = [] if tree is None else [tree], set()
    while pending:
        for node in walk(pending.pop()):
            match node:
                case Reference():
                    yield _corners(graph, holder, Area(node, node))
                case Area():
                    yield _corners(graph, holder, node)
                case Name(text) if text not in named:
                    named.add(text)
                    try:
                        pending.append(resolve(graph.book, node, holder[0]))
                    except FormulaError:
                        continue


def _corners(graph: Graph, holder: Cell, area: Area) -> Corners:
    wanted = (area.first.sheet or holder[0]).lower()
    sheet = next((name for name in graph.book.sheets if name.lower() == wanted), wanted)
    return sheet, *area.corners(*holder[1:])
