"""Which formulas change a parameter: new = old + something that depends on old."""

from collections import defaultdict
from collections.abc import Container, Iterable
from dataclasses import dataclass

from backprop.calculus.tape import CELL, FREE, Tape
from backprop.check.any_model.model.cells import Cells, difference, leaves, shown_by, terms
from backprop.check.any_model.model.losses import loss_parts, residuals
from backprop.check.any_model.model.names import derivative_of
from backprop.spreadsheet.book import CONSTANT

MOST_STEPS = 1_000  # updates of one parameter
MOST_LOST = 0.5  # of a parameter that a step keeps, as a typed number
MOST_TERMS = 12  # of an update, beside the old value: derivative, momentum, decay


@dataclass(frozen=True, slots=True)
class Update:
    """A cell with the next value of a parameter, the parameter's cell, and the other terms of its formula."""

    node: int
    old: int
    change: tuple[tuple[int, int], ...]  # (sign, node) of what is added


def find_updates(cells: Cells, losses: list[int]) -> list[Update]:
    """Every update: a formula that adds to a parameter something which depends on that parameter elsewhere.

    A weighted sum of a recurrent network looks the same: its bias, and activations that depend on the bias. But there
    one loss stands on both the bias and the sum, and nothing trains with the old value and the new one at once. What
    holds the formula of such a sum is one too: the last of a series, on which no loss stands.
    """
    refuted: set[int] = set()
    unknowing: set[int] = set()
    while True:
        found = possible_updates(cells, refuted | unknowing)
        found += _kindred(cells, found, refuted)
        in_one_loss, without_target = _no_updates(cells, found, {update.node for update in found}, losses)
        in_one_loss |= _of_a_series(cells, found, in_one_loss)
        if in_one_loss <= refuted and without_target <= unknowing:
            return found
        refuted |= in_one_loss
        unknowing |= without_target


def _of_a_series(cells: Cells, found: list[Update], sums: set[int]) -> set[int]:
    """The cells that hold a formula most cells of which are only such sums."""
    filled: dict[object, list[int]] = defaultdict(list)
    for update in found:
        if update.node in cells.reads:
            filled[cells.cell_of[update.node][0], cells.tree(update.node)].append(update.node)
    series = (nodes for nodes in filled.values() if 2 * len(sums.intersection(nodes)) > len(nodes))
    return {node for nodes in series for node in nodes}


def possible_updates(cells: Cells, refuted: Container[int] = ()) -> list[Update]:
    """Formulas that have the form of an update, but for refuted ones."""
    found: list[Update] = []
    cut: set[int] = set()
    for node in [*cells.nodes, *cells.loops]:
        update = None if node in refuted else _as_update(cells, node, cut)
        if update is None or is_difference(cells.tape, update.old, update.change) or _is_centred(cells, update):
            continue
        if not _is_gradient(cells, node, update.old):
            found.append(update)
            cut.add(node)
    return found


def _is_gradient(cells: Cells, node: int, old: int) -> bool:
    """Whether a formula that adds to a parameter is a derivative of a penalised loss: so titled, and used for a step.

    w − C Σ y x is one, of w²/2 and the hinge loss, beneath the title dw.
    """
    label = next(cells.labels(node), "")
    if derivative_of(label) is None:
        return False
    takes = cells.tape.takes
    return any((1, old) in terms(cells.tape, takes[reader][0]) for reader in cells.readers.get(node, ()))


def _is_centred(cells: Cells, update: Update) -> bool:
    """Whether what is subtracted is the mean of several typed numbers, this one among them: no step."""
    tape = cells.tape
    (sign, term), *more = update.change
    below = shown_by(tape, term)
    if sign > 0 or more or tape.kinds[below] != "/":
        return False
    added = terms(tape, tape.takes[below][0])
    typed = all(tape.kinds[shown_by(tape, one)] == FREE for _, one in added)
    return typed and len(added) > 1 and shown_by(tape, update.old) in {shown_by(tape, one) for _, one in added}


def is_difference(tape: Tape, old: int, change: Iterable[tuple[int, int]]) -> bool:
    """Whether old + change is the old value less a new one: by how much a parameter changed, no new value."""
    taken = (term for sign, term in change if sign < 0 and tape.kinds[term] == CELL)
    return any((1, old) in terms(tape, tape.takes[term][0]) for term in taken)


def _no_updates(cells: Cells, updates: list[Update], cut: set[int], losses: list[int]) -> tuple[set[int], set[int]]:
    """What only looks like a new value: a sample's error stands on it and on the old value too; or it knows no target.

    An error is a part of a loss, or an output less a target; what trains a parameter knows a target.
    """
    steps = {frozenset((update.old, update.node)) for update in updates}
    errors = {node for node in residuals(cells) if frozenset(difference(cells.tape, node) or ()) not in steps}
    parts = {part for loss in losses if loss not in cut for part in loss_parts(cells, loss, cut)} | errors
    refuted: set[int] = set()
    left = {update.node: update for update in updates if update.node in cells.reads}
    olds = {shown_by(cells.tape, update.old) for update in updates}
    ahead = velocities(cells, updates)
    targets: set[int] = set()
    trained: set[int] = set()  # new values on which an error stands
    for part in sorted(parts):
        if not left:
            break
        read = leaves(cells.tape, part)
        targets |= {shown_by(cells.tape, leaf) for leaf in read} - olds
        trained |= cells.below(read, cut) & left.keys()
        below = cells.below(read, cut | ahead)
        refuted |= {node for node in below & left.keys() if left[node].old in below}
    targets = {node for node in targets if cells.tape.kinds[node] == FREE}
    knowing = {
        node
        for node in left
        if not targets.isdisjoint(cells.below(read_by(cells.tape, left[node].change), cut - {node}))
    }
    ends = {taken for node in errors for taken in difference(cells.tape, node) or ()}
    compared = {shown_by(cells.tape, taken) for taken in ends} & targets
    return refuted, trained - knowing - refuted if knowing or compared else set()


def looked_ahead(cells: Cells, updates: Iterable[Update]) -> set[int]:
    """The velocities that are added to a parameter before the next step's derivative is taken there: at w + μ v.

    For the loss of that step v is given, as w is. It stands on the derivatives of the step before.
    """
    kept, cut = velocities(cells, updates), {update.node for update in updates}
    trained = cut | {update.old for update in updates}
    readers = ((node, set(cells.readers.get(node, ())) - cut - kept) for node in kept)
    return {
        node for node, ahead in readers if any(not trained.isdisjoint(cells.reads.get(reader, ())) for reader in ahead)
    }


def velocities(cells: Cells, updates: Iterable[Update]) -> set[int]:
    """Cells that updates add whole to their parameters, each made of the one that the update before has added."""
    tape, found = cells.tape, set[int]()
    by_new = {update.node: update for update in updates}
    for update in by_new.values():
        before = by_new.get(_new_value(cells, update.old, by_new))
        if before is None:
            continue
        earlier = {term for _, term in before.change if tape.kinds[term] == CELL}
        for _, term in update.change:
            if tape.kinds[term] == CELL and (read := earlier.intersection(cells.reads.get(term, ()))):
                found |= {term, *read}
    return found


def _new_value(cells: Cells, node: int, updates: dict[int, Update]) -> int:
    """The update that a cell is or repeats."""
    kinds, takes = cells.tape.kinds, cells.tape.takes
    while node not in updates and kinds[node] == CELL and kinds[takes[node][0]] == CELL:
        node = takes[node][0]
    return node


def read_by(tape: Tape, change: Iterable[tuple[int, int]]) -> set[int]:
    """The cells that the terms of a change read."""
    return {leaf for _, term in change for leaf in leaves(tape, term)}


def _is_parameter(cells: Cells, node: int, cut: set[int]) -> bool:
    """Whether a cell shows a typed number, an update or what has the form of one, or what reads no cell."""
    tape, depth = cells.tape, 0
    while tape.kinds[node] == CELL and node not in cut and depth < MOST_STEPS:
        below = tape.takes[node][0]
        if tape.kinds[below] not in (CELL, FREE):
            if not cells.reads.get(node):
                return True
            added = [term for sign, term in terms(tape, below) if sign > 0 and tape.kinds[term] in (CELL, FREE)]
            if len(added) != 1 or len(terms(tape, below)) != 2:
                return False
            below = added[0]
        node, depth = below, depth + 1
    return True


def _fills(cells: Cells, node: int) -> set[object]:
    """The columns and rows along which a cell's formula may be filled, with the formula."""
    sheet, row, column = cell = cells.cell_of[node]
    tree = cells.graph.book.tree(cell)
    return set() if tree is None or tree == CONSTANT else {(sheet, "column", column, tree), (sheet, "row", row, tree)}


def _kindred(cells: Cells, found: list[Update], refuted: set[int]) -> list[Update]:
    """Cells that do not stand on the old value, by mistake or at these numbers, but have the form of an update.

    They hold the formula of one beside them, or subtract from a parameter a multiple by the rate of an update.
    """
    cut = {update.node for update in found}
    keys = {key for update in found if update.node in cells.reads for key in _fills(cells, update.node)}
    rates = {rate for update in found if (rate := _rate(cells, update.change)) is not None}
    more = []
    for node in cells.nodes:
        if node in cut or node in refuted:
            continue
        added = terms(cells.tape, cells.tape.takes[node][0])
        old = next((term for sign, term in added if sign > 0 and cells.tape.kinds[term] in (CELL, FREE)), None)
        if old is None:
            continue
        change = tuple(term for term in added if term != (1, old))
        alike = not keys.isdisjoint(_fills(cells, node))
        if alike or (_rate(cells, change) in rates and _is_parameter(cells, old, cut)):
            more.append(Update(node, old, change))
    return more


def _rate(cells: Cells, change: tuple[tuple[int, int], ...]) -> tuple[int, int] | None:
    """The sign and the typed number of a change that is such a number times a cell with a formula, or an empty one.

    Divided by anything, as optimisers do.
    """
    tape = cells.tape
    if len(change) != 1:
        return None
    ((sign, term),) = change
    while tape.kinds[term] == "/":
        term = tape.takes[term][0]
    if tape.kinds[term] != "*":
        return None
    for rate, cell in (tape.takes[term], tape.takes[term][::-1]):
        shown = shown_by(tape, rate)
        computed = tape.kinds[cell] == CELL and tape.kinds[shown_by(tape, cell)] != FREE
        if tape.kinds[shown] == FREE and (computed or tape.exact(cell) == 0):
            return sign, shown
    return None


def _as_update(cells: Cells, node: int, cut: set[int]) -> Update | None:
    tape = cells.tape
    added = terms(tape, tape.takes[node][0] if tape.takes[node] else cells.loops[node])
    if not 2 <= len(added) <= MOST_TERMS:
        return None
    for index, (sign, old) in enumerate(added):
        if sign > 0 and tape.kinds[old] in (CELL, FREE) and _is_parameter(cells, old, cut):
            change = tuple(added[:index] + added[index + 1 :])
            rest = read_by(tape, change)
            if any(read != old and _reaches(cells, read, old, cut) for read in rest) or _inline(cells, change, old):
                return Update(node, old, change)
        elif sign > 0 and (kept := _share(cells, old, cut)) is not None:
            change = ((1, old), (-1, kept), *added[:index], *added[index + 1 :])
            if any(read != kept and _reaches(cells, read, kept, cut) for read in read_by(tape, change)):
                return Update(node, kept, change)
    return None


def _share(cells: Cells, term: int, cut: set[int]) -> int | None:
    """The parameter of which a term keeps a given share: (1 − rate · decay) · w."""
    tape = cells.tape
    for old, share in (tape.takes[term], tape.takes[term][::-1]) if tape.kinds[term] == "*" else ():
        shown = shown_by(tape, share)
        exact = tape.exact(shown)
        less = tape.kinds[shown] == "-" and tape.exact(tape.takes[shown][0]) == 1
        given = all(tape.kinds[shown_by(tape, leaf)] == FREE for leaf in leaves(tape, shown))
        kept = (less and given) or (exact is not None and MOST_LOST <= exact < 1)
        if kept and tape.kinds[old] in (CELL, FREE) and _is_parameter(cells, old, cut):
            return old
    return None


def _inline(cells: Cells, change: tuple[tuple[int, int], ...], old: int) -> bool:
    """Whether the change reads the parameter itself, beyond a multiple of it: a gradient inside the update."""
    reads_old = any(old in leaves(cells.tape, term) and cells.tape.kinds[term] != CELL for _, term in change)
    return reads_old and read_by(cells.tape, change) != {old}


def _reaches(cells: Cells, top: int, bottom: int, cut: set[int]) -> bool:
    """Whether a cell depends on another, through no other update."""
    seen: set[int] = set()
    pending = [top]
    while pending:
        node = pending.pop()
        if node == bottom:
            return True
        if node > bottom and node not in seen and node not in cut:
            seen.add(node)
            pending += cells.reads.get(node, ())
    return False
