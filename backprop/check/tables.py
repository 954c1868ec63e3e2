"""Where the epoch tables are, and which of their lines is which quantity. Headers are hints, formulas are proof.

A table shows itself by its sigmoids, or by a row of headers with numbers under it. Its lines are named from the headers
and, independently, from the structure of the formulas; of all the namings the one is kept under which most formulas
prove right. So neither a header that lies nor a wrong formula misleads it alone.
"""

import math
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import groupby, pairwise

from backprop.check.evaluate import NUMPY, NotComputableError, evaluate
from backprop.check.formula import Binary, Bracket, Node, Number, Reference, Unary, references
from backprop.check.grid import CONSTANT, Book
from backprop.check.headers import quantity
from backprop.check.parameters import aliases_of, guessed_aliases, literal_rate, with_rate
from backprop.check.prove import Judge, Table
from backprop.check.view import View
from backprop.derive import Derivation, Stage

HEADERS_NEEDED = 8  # recognised names that make a row of headers
HEADER_REACH = 5  # steps between a header and the first epoch, at the most
MOST_BRIDGED = 20  # epochs in a row that may lack their sigmoids within a table
SIGMOIDS_NEEDED = 2  # in one step, for it to be part of a table


@dataclass(frozen=True, slots=True)
class Found:
    """A stretch of steps that looks like an epoch table."""

    view: View
    first: int
    last: int
    header: int | None
    lines: tuple[int, ...]  # that hold anything in these steps


def find_tables(book: Book, derivation: Derivation, judge: Judge) -> list[Table]:
    """Every epoch table of the workbook, its lines named; in the order of the sheets, then from the top."""
    sigmoids = sigmoid_trees(book)
    tables = []
    for sheet in book.sheets.values():
        for transposed in (False, True):
            view = View(book, sheet, transposed)
            found = [name_lines(candidate, derivation, judge, sigmoids) for candidate in _candidates(view, sigmoids)]
            if any(table.lines for table in found):
                tables += [table for table in found if table.lines]
                break
    return tables


def sigmoid_trees(book: Book) -> dict[int, Reference]:
    """The formulas that are the logistic function of one other cell, and that cell."""
    found = {}
    for number, tree in enumerate(book.trees):
        if isinstance(tree, str):
            continue
        cells = set(references(tree))
        if len(cells) == 1 and not isinstance(tree, Reference) and _is_sigmoid(tree):
            found[number] = cells.pop()
    return found


def _is_sigmoid(tree: Node) -> bool:
    try:
        for x in (-1.5, 0.25, 2.0):
            found = evaluate(tree, lambda _, x=x: x, lambda _: [], NUMPY)  # type: ignore[misc]
            if not abs(float(found) - 1 / (1 + math.exp(-x))) < 1e-12:
                return False
    except (NotComputableError, TypeError):
        return False
    return True


def _candidates(view: View, sigmoids: dict[int, Reference]) -> Iterator[Found]:
    """Stretches with sigmoids of their own step, then headers with numbers under them where there are none."""
    along = Counter[int]()
    for step, line, tree in view.cells(set(sigmoids)):
        row, column = view.position(step, line)
        reference = sigmoids[tree]
        if reference.sheet in (None, view.sheet.name) and view.position(*reference.at(row, column))[0] == step:
            along[step] += 1
    steps = _bridged(view, sorted(step for step, count in along.items() if count >= SIGMOIDS_NEEDED))
    taken: set[int] = set()
    for _, group in groupby(enumerate(steps), lambda pair: pair[1] - pair[0]):
        stretch = [step for _, step in group]
        header = _header_above(view, stretch[0])
        first, last = stretch[0], _last_step(view, stretch[-1], header)
        taken |= set(range((header or first), last + 1))
        yield Found(view, first, last, header, _lines_between(view, first, last))
    for header in _header_steps(view):
        below = range(header + 1, header + 4)
        start = next((step for step in below if _numbers_under(view, header, step) >= HEADERS_NEEDED), None)
        if start is None or taken & {header, start}:
            continue
        last = start
        while _numbers_under(view, header, last + 1) >= HEADERS_NEEDED:
            last += 1
        taken |= set(range(header, last + 1))
        yield Found(view, start, last, header, _lines_between(view, start, last))


def _bridged(view: View, steps: list[int]) -> list[int]:
    """The steps, and those between two of them that hold about as many formulas and numbers: epochs gone wrong."""
    filled = steps[:1]
    for before, after in pairwise(steps):
        between = range(before + 1, after)
        if len(between) <= MOST_BRIDGED:
            needed = 0.8 * _cells_filled(view, before)
            filled += between if all(_cells_filled(view, step) >= needed for step in between) else []
        filled.append(after)
    return filled


def _cells_filled(view: View, step: int) -> int:
    return sum(
        view.tree(step, line) is not None and not isinstance(view.value(step, line), str) for line in view.lines()
    )


def _header_names(view: View, step: int) -> dict[int, str]:
    texts = ((line, view.value(step, line)) for line in view.lines())
    names = ((line, quantity(text)) for line, text in texts if isinstance(text, str))
    return {line: name for line, name in names if name is not None}


def _header_above(view: View, first: int) -> int | None:
    """The nearest step above with most names, if there are enough of them."""
    best = max(
        range(max(1, first - HEADER_REACH), first),
        key=lambda step: (len(_header_names(view, step)), step),
        default=None,
    )
    return best if best is not None and len(_header_names(view, best)) >= HEADERS_NEEDED else None


def _header_steps(view: View) -> list[int]:
    counts = Counter[int]()
    for row, column, text in view.sheet.texts():
        if quantity(text) is not None:
            counts[view.position(row, column)[0]] += 1
    return sorted(step for step, count in counts.items() if count >= HEADERS_NEEDED)


def _numbers_under(view: View, header: int, step: int) -> int:
    return sum(view.number(step, line) is not None for line in _header_names(view, header))


def _last_step(view: View, last: int, header: int | None) -> int:
    """The stretch goes on where a step below still holds weights, as an unfinished epoch does."""
    if header is not None:
        weights = [line for line, name in _header_names(view, header).items() if name.startswith("w")]
        while weights and sum(view.formula(last + 1, line) is not None for line in weights) >= len(weights) / 2:
            last += 1
    return last


def _lines_between(view: View, first: int, last: int) -> tuple[int, ...]:
    probes = {first, min(first + 1, last), (first + last) // 2}
    return tuple(line for line in view.lines() if any(view.tree(step, line) is not None for step in probes))


def name_lines(found: Found, derivation: Derivation, judge: Judge, sigmoids: dict[int, Reference]) -> Table:
    """The table with its lines named as most formulas prove."""
    usual = {line: _usual_tree(found, line) for line in found.lines}
    wanted = _names(derivation)
    by_header: dict[str, int] = {}
    if found.header is not None:
        for line, name in _header_names(found.view, found.header).items():
            if name in wanted and line in found.lines:
                by_header.setdefault(name, line)
    by_structure = _structure(found, usual, derivation, sigmoids)
    namings = []
    for base, other in ((by_header, by_structure), (by_structure, by_header)):
        merged = dict(base)
        for name, line in other.items():
            if name not in merged and line not in merged.values():
                merged[name] = line
        namings.append(merged)
    scored = [(_score(found, usual, lines, derivation, judge), -index, lines) for index, lines in enumerate(namings)]
    _, _, lines = max(scored, key=lambda item: item[:2])
    lines = _improve(found, usual, lines, derivation, judge)
    table = _with_parameters(found, lines, derivation)
    missing = [s for s in derivation.inputs + derivation.targets if s.name not in {*lines, *table.aliases.values()}]
    if missing and len(lines) >= HEADERS_NEEDED:
        aliases = guessed_aliases(
            table, derivation, lambda trial: len(_proven_in(trial, found, usual, derivation, judge))
        )
        table = replace(table, aliases=aliases)
    return table


def _with_parameters(found: Found, lines: dict[str, int], derivation: Derivation) -> Table:
    table = with_rate(Table(found.view, found.first, found.last, lines, found.header), derivation)
    return replace(table, aliases=aliases_of(table, derivation))


def _names(derivation: Derivation) -> set[str]:
    names = {symbol.name for symbol in derivation.inputs + derivation.targets + derivation.weights}
    return names | {equation.target.name for equation in derivation.equations("steps")}


def _usual_tree(found: Found, line: int) -> Node | None:
    """The formula that most steps of a line share, the first step aside, where weights are given."""
    trees = found.view.trees(line, min(found.first + 1, found.last), min(found.last, found.first + 400))
    counted = Counter(tree for tree in trees if tree is not None and tree != CONSTANT)
    if not counted:
        return found.view.formula(found.first, line)
    node = found.view.book.trees[counted.most_common(1)[0][0]]
    return None if isinstance(node, str) else node


def _score(
    found: Found, usual: dict[int, Node | None], lines: dict[str, int], derivation: Derivation, judge: Judge
) -> int:
    return len(_proven(found, usual, lines, derivation, judge))


def _proven(
    found: Found, usual: dict[int, Node | None], lines: dict[str, int], derivation: Derivation, judge: Judge
) -> set[str]:
    """The quantities whose usual formula is right under that naming."""
    return _proven_in(_with_parameters(found, lines, derivation), found, usual, derivation, judge)


def _proven_in(
    table: Table, found: Found, usual: dict[int, Node | None], derivation: Derivation, judge: Judge
) -> set[str]:
    step = min(found.first + 1, found.last)
    rate = literal_rate(table, derivation)
    lines = table.lines
    proven = set()
    for equation in derivation.equations("steps"):
        name = equation.target.name
        line = lines.get(name)
        tree = usual.get(line) if line is not None else None
        if line is None or tree is None or (equation.stage is Stage.UPDATE and found.first == found.last):
            continue
        if judge.holds(table, tree, step, line, name, thorough=False, rate=rate):
            proven.add(name)
    return proven


def _renamed(
    found: Found, usual: dict[int, Node | None], lines: dict[str, int], derivation: Derivation, judge: Judge
) -> dict[str, int]:
    """Each line under the name that its formula proves to have, as long as more formulas prove."""
    score = _score(found, usual, lines, derivation, judge)
    step = min(found.first + 1, found.last)
    computed = {equation.target.name for equation in derivation.equations("steps")}
    for _ in range(4):
        table = _with_parameters(found, lines, derivation)
        rate = literal_rate(table, derivation)
        proven: dict[str, int] = {}
        for line, tree in usual.items():
            names = [] if tree is None else judge.names(table, tree, step, line, rate)
            for name in names:
                if name in computed and (name not in proven or lines.get(name) == line):
                    proven[name] = line
        rest = {name: line for name, line in lines.items() if name not in proven and line not in proven.values()}
        trial = proven | rest
        better = _score(found, usual, trial, derivation, judge)
        if better <= score:
            break
        lines, score = trial, better
    return lines


def _improve(
    found: Found, usual: dict[int, Node | None], lines: dict[str, int], derivation: Derivation, judge: Judge
) -> dict[str, int]:
    """Try free lines for missing quantities and exchanges between unproven neighbours, while more formulas prove."""
    lines = _renamed(found, usual, lines, derivation, judge)
    proven = _proven(found, usual, lines, derivation, judge)
    wanted = _names(derivation)
    for _ in range(4):
        missing = sorted(wanted - lines.keys() - {f"delta_{n.z.name}" for layer in derivation.layers for n in layer})
        free = [line for line in found.lines if line not in lines.values()]
        trials = [{**lines, name: line} for name in missing for line in free]
        given = {symbol.name for symbol in derivation.inputs + derivation.targets}
        doubtful = [name for name in lines if name not in proven or name in given]
        trials += [
            {**lines, one: lines[two], two: lines[one]}
            for index, one in enumerate(doubtful)
            for two in doubtful[index + 1 :]
            if one[:-1] == two[:-1] or one.rstrip("0123456789") == two.rstrip("0123456789")
        ]
        best = max(trials[:400], key=lambda trial: _score(found, usual, trial, derivation, judge), default=None)
        if best is None:
            break
        now = _proven(found, usual, best, derivation, judge)
        if len(now) <= len(proven):
            break
        lines, proven = best, now
    return lines


def _structure(
    found: Found, usual: dict[int, Node | None], derivation: Derivation, sigmoids: dict[int, Reference]
) -> dict[str, int]:
    """Names from what depends on what, for networks whose every activation is a sigmoid of its own line."""
    trees = found.view.book.trees
    is_sigmoid = {id(trees[number]) for number in sigmoids}
    activations = {
        line: _own_lines(found, line, tree)[0][1]
        for line, tree in usual.items()
        if tree is not None and id(tree) in is_sigmoid and _own_lines(found, line, tree)
    }
    by_sum = {z: a for a, z in activations.items()}
    sums = {z: _terms(found, z, usual.get(z)) for z in by_sum}
    lines: dict[str, int] = {}
    known: list[int] = []
    weights = {
        line
        for line, tree in usual.items()
        if tree is not None and any(s == -1 and at == line for s, at in _places(found, line, tree))
    }
    remaining = sorted(sums)
    for layer in derivation.layers:
        ready = [
            z for z in remaining if all(set(pair) & ({*known} or set(found.lines)) for pair in sums[z]) and sums[z]
        ]
        if known:
            ready = [z for z in ready if any(set(pair) & set(known) for pair in sums[z])]
        else:
            ready = [z for z in ready if not any(set(pair) & set(activations) for pair in sums[z])]
        for neuron, z in zip(layer, ready, strict=False):
            lines[neuron.z.name], lines[neuron.a.name] = z, by_sum[z]
            incoming = [next((line for line in pair if line not in weights), None) for pair in sums[z]]
            if not known and neuron is layer[0]:
                given = sorted(line for line in incoming if line is not None)
                lines.update(zip((symbol.name for symbol in derivation.inputs), given, strict=False))
            sources = {lines.get(symbol.name): index for index, symbol in enumerate(neuron.incoming)}
            for pair, source in zip(sums[z], incoming, strict=True):
                weight = next((line for line in pair if line != source), None)
                if source in sources and weight is not None:
                    lines[neuron.weights[sources[source]].name] = weight
        remaining = [z for z in remaining if z not in ready]
        known = [lines[neuron.a.name] for neuron in layer if neuron.a.name in lines]
    _losses(found, usual, derivation, lines)
    _gradients(found, usual, derivation, lines)
    return lines


def _losses(found: Found, usual: dict[int, Node | None], derivation: Derivation, lines: dict[str, int]) -> None:
    """E_k reads its activation and one line more, the target; E_total reads them all."""
    outputs = [neuron.a.name for neuron in derivation.layers[-1]]
    used = set(lines.values())
    reads = {
        line: {at for offset, at in _places(found, line, tree) if offset == 0}
        for line, tree in usual.items()
        if tree is not None and line not in used
    }
    losses = []
    for number, output in enumerate(outputs):
        own = [
            line
            for line, others in reads.items()
            if lines.get(output) in others and len(others) == 2 and not others - {lines[output]} & used
            and any(isinstance(node, Number) for node in _nodes(usual[line]))
        ]  # fmt: skip
        for line in own[:1]:
            target = (reads[line] - {lines[output]}).pop()
            lines[derivation.targets[number].name] = target
            lines[derivation.loss[number].target.name] = line
            losses.append(line)
    whole = [line for line, others in reads.items() if losses and others == set(losses)]
    if whole:
        lines[derivation.loss[-1].target.name] = whole[0]


def _gradients(found: Found, usual: dict[int, Node | None], derivation: Derivation, lines: dict[str, int]) -> None:
    """The line that a weight's update reads beside the weight itself, one step above."""
    for symbol in derivation.weights:
        line = lines.get(symbol.name)
        tree = usual.get(line) if line is not None else None
        if line is None or tree is None:
            continue
        others = [at for offset, at in _places(found, line, tree) if offset == -1 and at != line and at in found.lines]
        if len(others) == 1:
            lines[f"dE_d{symbol.name}"] = others[0]


def _places(found: Found, line: int, tree: Node) -> list[tuple[int, int]]:
    """(step offset, line) of what a formula of that line reads inside the table."""
    step = min(found.first + 1, found.last)
    row, column = found.view.position(step, line)
    places = []
    for reference in references(tree):
        if reference.sheet in (None, found.view.sheet.name):
            at_step, at_line = found.view.position(*reference.at(row, column))
            if found.first <= at_step <= found.last:
                places.append((at_step - step, at_line))
    return places


def _own_lines(found: Found, line: int, tree: Node) -> list[tuple[int, int]]:
    return [place for place in _places(found, line, tree) if place[0] == 0]


def _nodes(tree: Node | None) -> Iterator[Node]:
    from backprop.check.formula import children

    if tree is not None:
        yield tree
        for child in children(tree):
            yield from _nodes(child)


def _terms(found: Found, line: int, tree: Node | None) -> list[tuple[int, int]]:
    """The lines of each product in a sum of products of two lines; empty where the formula is none."""
    terms: list[tuple[int, int]] = []

    def walk(node: Node) -> bool:
        match node:
            case Bracket(inside) | Unary("+", inside):
                return walk(inside)
            case Binary("+", left, right):
                return walk(left) and walk(right)
            case Binary("*", left, right):
                places = [_own_lines(found, line, factor) for factor in (left, right)]
                if all(len(place) == 1 for place in places):
                    terms.append((places[0][0][1], places[1][0][1]))
                    return True
        return False

    return terms if tree is not None and walk(tree) else []
