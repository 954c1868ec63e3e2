"""Cells that may be a loss: by what they compute, and by what stands beside them."""

import re
from collections.abc import Container, Iterable, Iterator

from backprop.calculus.tape import CELL, FREE, NUMBER
from backprop.check.any_model.model.cells import Cells, difference, leaves, shown_by, terms, within
from backprop.check.any_model.model.names import bare_title, derivative_of, derived_in, names_slope

_LOSS = re.compile(
    r"(?i)\s*(?:"
    r"e|j|l|c|err|errors?|loss|cost|sse|mse|rmse|mae|bce|nll|ce|objective|total"
    r"|[\w-]+ (?:loss|cost|objective|verlust|perte|pérdida)|(?:log|neg)[ -]?lik\w*|sum of squares|objective function"
    r"|[fjlec]\s*\([\wθβα,; ]+\)"  # f(x), J(θ)
    r"|(?:e|l|j|loss|error|cost)[ _]?(?:total|tot|t|sum|mean|avg|\d+)"
    r"|fehler|verlust|kosten|erreur|perte|coût|erro|perda|custo|pérdida|perdida|coste|costo|ecm|errore|perdita|hata|kayıp"
    r"|ошибка|потери|strata|błąd|.{0,6}(?:损失|误差|代价|損失|誤差).{0,4}"
    r"|(?:total|mean|sum|squared|average|cross|log|negative)\b.*(?:error|loss|cost|entropy|errors|nll|likelihood)|deviance"
    r")\s*[=:]?\s*"
)
_PASSED = (CELL, "*", "/", "sqrt")


def loss_candidates(cells: Cells, parameters: set[int]) -> list[int]:
    """Formula cells that square a difference, take a logarithm or an absolute value, or are named like a loss.

    And sums and means of these. `parameters` are typed numbers that are no targets.
    """
    named = {node for node in cells.nodes if is_named_loss(cells, node)}
    unnamed = (node for node in cells.nodes if node not in named and not _named(cells, node))
    squares = {node for node in unnamed if _looks_like_loss(cells, node)}
    trees = {node: cells.tree(node) for node in squares}
    with_target = {trees[node] for node in squares if _has_target(cells, node, parameters)}
    found = named | {node for node in squares if not with_target or trees[node] in with_target}  # not 1 − TANH(z)^2
    found |= _derived(cells, {cells.cell_of[node][0] for node in found})
    for node in sorted(squares - found):
        if not found.isdisjoint(cells.reads[node]):
            found.add(node)  # a loss with a penalty
    for node in cells.nodes:
        if node not in found and (reads := _added(cells, node)) and reads <= found:
            found.add(node)
    return sorted(found)


def _derived(cells: Cells, others: set[str]) -> set[int]:
    """On sheets without any loss what a title names as derived: Z of dz/dx."""
    sheets = [sheet for name, sheet in cells.graph.book.sheets.items() if name not in others]
    names = {(sheet.name, name) for sheet in sheets for *_, text in sheet.texts() if (name := derived_in(text))}
    left = (node for node in cells.nodes if names and cells.cell_of[node][0] not in others)
    return {node for node in left if any((cells.cell_of[node][0], bare_title(t)) in names for t in cells.labels(node))}


def named_in_slopes(cells: Cells, losses: Iterable[int]) -> set[int]:
    """The losses that titles of derivatives on their sheet name: E or E_total, of ∂E/∂w."""
    names: dict[str, set[str]] = {}
    found = set()
    for node in losses:
        sheet = cells.graph.book.sheets[cells.cell_of[node][0]]
        if sheet.name not in names:
            names[sheet.name] = {name for *_, text in sheet.texts() if (name := derived_in(text))}
        label = next(map(bare_title, cells.labels(node)), "")
        if any(label.startswith(name) for name in names[sheet.name]):
            found.add(node)
    return found


def with_targets(cells: Cells, losses: Iterable[int], parameters: set[int]) -> list[int]:
    """Of what may be a loss what is one: by its name, or as a square of a difference with a target.

    The sums of squared derivatives that optimisers keep are none.
    """
    return [node for node in losses if is_named_loss(cells, node) or _has_target(cells, node, parameters)]


def _has_target(cells: Cells, node: int, parameters: set[int]) -> bool:
    """Whether what a formula squares is a difference with a number, in it or in the cell that it squares."""
    tape = cells.tape
    for base in _squared(cells, node):
        if base in cells.cell_of and any(derivative_of(text) for text in cells.labels(base)):
            continue  # of what optimisers keep
        shown = tape.takes[base][0] if tape.kinds[base] == CELL else base
        for top in within(tape, shown):
            sides = [shown_by(tape, taken) for taken in difference(tape, top) or ()]
            if any(tape.kinds[side] == FREE and side not in parameters for side in sides):
                return True
    return False


def is_named_loss(cells: Cells, node: int) -> bool:
    """Whether a formula stands beside the name of a loss; an error that is a plain difference has a sign: none."""
    tape, formula = cells.tape, cells.tape.takes[node][0]
    ends = difference(tape, formula) or ()
    if tape.kinds[formula] in (CELL, FREE) or (ends and all(tape.kinds[end] in (CELL, FREE, NUMBER) for end in ends)):
        return False
    label = _named(cells, node)
    return label is not None and not names_slope(label)


def is_loss_unfollowed(cells: Cells) -> bool:
    """Whether a formula that is titled a loss cannot be followed: what it is differentiated of is not known then."""
    unknown = (text for cell in cells.graph.unfollowed for text in cells.texts_of(cell))
    return any(_LOSS.fullmatch(text) for text in unknown)


def _named(cells: Cells, node: int) -> str | None:
    """The nearest text beside a cell that says that it is a loss or a derivative."""
    return next((label for label in cells.labels(node) if names_slope(label) or _LOSS.fullmatch(label)), None)


def _looks_like_loss(cells: Cells, node: int) -> bool:
    """Whether its formula holds a square, a logarithm, or the size of something that it reads."""
    return next(_squared(cells, node), None) is not None


def _squared(cells: Cells, node: int) -> Iterator[int]:
    """What a formula squares, or takes the size of; of logarithms the whole formula."""
    tape = cells.tape
    pending, seen = [tape.takes[node][0]], set()
    while pending:
        top = pending.pop()
        if top in seen or tape.kinds[top] in (CELL, FREE, NUMBER):
            continue
        seen.add(top)
        match tape.kinds[top], tape.takes[top]:
            case "^", (base, exponent) if tape.exact(exponent) == 2:
                yield base
            case "*", (one, two) if one == two:
                yield one
            case "abs", (inside,):
                yield inside
            case "ln", _:
                yield tape.takes[node][0]
            case "*", (one, two):  # (y − t)·y·(1 − y)² is a derivative: a square counts beside numbers alone
                pending += [side for side, other in ((one, two), (two, one)) if _is_given(cells, other)]
            case "+" | "-" | "/" | "neg" | "if", below:
                pending += below


def _is_given(cells: Cells, node: int) -> bool:
    """Whether a part of a formula reads no cell that computes."""
    return all(cells.tape.kinds[shown_by(cells.tape, leaf)] == FREE for leaf in leaves(cells.tape, node))


def _added(cells: Cells, node: int) -> set[int]:
    """The cells that a formula adds up, divides by a number or multiplies with one; empty where it does more."""
    tape = cells.tape
    found: set[int] = set()
    pending = [tape.takes[node][0]]
    while pending:
        for _, term in terms(tape, pending.pop()):
            match tape.kinds[term], tape.takes[term]:
                case kind, _ if kind == CELL:
                    found.add(term)
                case "/" | "*", (one, two):
                    inner = [part for part in (one, two) if tape.kinds[part] not in (NUMBER, FREE)]
                    if len(inner) != 1:
                        return set()
                    pending += inner
                case "sqrt", (one,):
                    pending.append(one)
                case kind, _ if kind == NUMBER:
                    continue
                case _:
                    return set()
    return found


def loss_parts(cells: Cells, node: int, cut: Container[int] = ()) -> set[int]:
    """The summands of a loss, each with a square, a logarithm or a size of its own: those of its samples and outputs.

    Sums and means of cells are followed into these cells, but for those of `cut`.
    """
    tape = cells.tape
    found: set[int] = set()
    pending, seen = [node], set[int]()
    while pending:
        for _, term in terms(tape, pending.pop()):
            if term in seen:
                continue
            seen.add(term)
            match tape.kinds[term], tape.takes[term]:
                case kind, _ if kind == CELL and term in cut:
                    found.add(term)
                case kind, (below,) if kind == CELL and (tape.kinds[below] in _PASSED or len(terms(tape, below)) > 1):
                    pending.append(below)
                case "/" | "*", (one, two):
                    inner = [part for part in (one, two) if tape.kinds[part] not in (NUMBER, FREE)]
                    added = inner[0] if len(inner) == 1 else None
                    if added is not None and (tape.kinds[added] == CELL or len(terms(tape, added)) > 1):
                        pending.append(added)
                    else:
                        found.add(term)
                case "sqrt", (one,):  # of a mean of squares
                    pending.append(one)
                case kind, _ if kind not in (NUMBER, FREE):
                    found.add(term)
    return found


def residuals(cells: Cells) -> set[int]:
    """Differences of a cell with a formula and a number that no formula computes: outputs less targets."""
    tape = cells.tape
    found = set()
    for node in range(len(tape.kinds)):
        if (ends := difference(tape, node)) is not None:
            free = [tape.kinds[shown_by(tape, taken)] == FREE for taken in ends]
            if sum(free) == 1 and tape.kinds[ends[free.index(False)]] == CELL:
                found.add(node)
    return found
