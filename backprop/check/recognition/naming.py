"""Which line of a table is which quantity. Headers are hints, formulas are proof.

Lines are named from the numbers that somebody was given, where they are known, from the headers and, independently,
from what depends on what; of all the namings the one is kept under which most formulas prove right. So neither a header
that lies nor a wrong formula misleads it alone.
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace

from backprop.check.proof.model import NEW, Model
from backprop.check.proof.prover import Prover
from backprop.check.recognition.given import Given, lines_of
from backprop.check.recognition.parameters import (
    constant_cells,
    guessed_parameters,
    repeated_parameters,
    with_literals,
    with_rate,
)
from backprop.check.recognition.stretch import Stretch, Usual
from backprop.check.recognition.structure import structure
from backprop.check.tables.table import Table
from backprop.check.tables.view import View
from backprop.derivation.equation import EPOCH, STEP
from backprop.spreadsheet.book import CONSTANT
from backprop.spreadsheet.formula import Call, Node, Reference, references, walk

PROVEN = 0.4  # of the computed quantities, for a table to be worth a search where nobody says which network it is
HOPE = 0.5  # of the quantities to be named where no formula proves, for a better naming to be looked for
LINES_NEEDED = 8  # named, for inputs and targets to be looked for outside the table
LOOK_UPS = {"INDEX", "CHOOSE", "OFFSET", "INDIRECT", "LOOKUP", "VLOOKUP", "HLOOKUP"}
MOST_PICKED = 0.2  # of the formulas of a single step, for it to be a display
MOST_TRIED = 14_000  # formulas proved in one search for a better naming


def header_names(view: View, step: int, model: Model) -> dict[int, str]:
    """Line -> the quantity that its text in that step names."""
    texts = ((line, view.value(step, line)) for line in view.lines())
    names = ((line, model.vocabulary.quantity(text)) for line, text in texts if isinstance(text, str))
    return {line: name for line, name in names if name is not None}


def name_lines(stretch: Stretch, prover: Prover, activations: dict[int, Reference], given: Given) -> Table:
    """The table with its lines named as most formulas prove."""
    model = prover.model.one_step if stretch.first == stretch.last else prover.model
    usual = {line: _usual_tree(stretch, line) for line in stretch.lines}
    started = stretch.first == stretch.last and not any(usual.values())
    by_header = _by_header(stretch, usual, model, started)
    by_structure = structure(stretch, usual, model, activations) if model.any_layout else {}
    computed = model.computed.keys()
    by_number = {name: line for name, line in lines_of(stretch, given).items() if name in model.names}
    if by_number:
        by_number = _renamed(stretch, usual, by_number, model, prover, sure=True)
    namings: list[dict[str, int]] = []
    for order in ((by_number, by_header, by_structure), (by_header, by_structure), (by_structure, by_header)):
        merged: dict[str, int] = {}
        for name, line in (pair for source in order for pair in source.items()):
            if name not in merged and line not in merged.values():
                merged[name] = line
        if merged not in namings:
            namings.append(merged)
    computed_lines = [line for name, line in by_header.items() if name in computed]
    displays = stretch.first == stretch.last and (_filled(stretch, computed_lines) if started else _looks_up(usual))
    if displays or not any(_trains(stretch, lines, model) for lines in namings):
        return Table(stretch.view, stretch.first, stretch.last, {}, stretch.header)
    scores = [_score(stretch, usual, lines, model, prover) for lines in namings]
    named = max(map(len, namings))
    hopeless = not any(scores) and named < len(model.needed) * HOPE
    written = sum(tree is not None for tree in usual.values()) >= len(model.needed) / 2
    if hopeless or (not prover.is_told and written and max(scores) < len(model.computed) * PROVEN):
        return Table(stretch.view, stretch.first, stretch.last, {}, stretch.header)
    improved: list[tuple[int, int, dict[str, int]]] = []
    for _, lines in sorted(zip(scores, namings, strict=True), key=lambda pair: -pair[0]):
        better = _improve(stretch, usual, lines, model, prover)
        proven = _score(stretch, usual, better, model, prover)
        improved.append((proven, len(by_number.items() & better.items()), better))
        if proven == len(better.keys() & computed):
            break
    *_, lines = max(improved, key=lambda item: item[:2])
    table = _with_parameters(stretch, lines, model)
    missing = {*model.given, *(() if model.turns else model.inputs + model.targets)} - {
        *lines,
        *table.parameters.values(),
    }
    if missing and len(lines) >= min(LINES_NEEDED, len(model.needed) / 2):
        parameters = guessed_parameters(
            table, model, lambda trial: len(_proven_in(with_literals(trial, model), stretch, usual, model, prover))
        )
        table = with_literals(replace(table, parameters=parameters), model)
    return table


def proven_as_headed(stretch: Stretch, prover: Prover) -> tuple[set[str], set[str]]:
    """The computed quantities that headings name, and those of which the usual formula is right under these names."""
    model = prover.model
    usual = {line: _usual_tree(stretch, line) for line in stretch.lines}
    lines = _by_header(stretch, usual, model, started=False)
    return model.computed.keys() & lines.keys(), _proven(stretch, usual, lines, model, prover)


def _trains(stretch: Stretch, lines: dict[str, int], model: Model) -> bool:
    """Whether any weight moves from epoch to epoch; not so in a sheet that tries out changes of one epoch's weights."""
    view, formulas = stretch.view, 0
    for line in (lines[name] for name in model.weights if name in lines):
        for tree in set(view.trees(line, stretch.first + 1, stretch.last)):
            if tree is None or tree == CONSTANT:
                continue
            node = view.book.trees[tree]
            formulas += 1
            if isinstance(node, str) or not all(
                reference.fixed_column if view.transposed else reference.fixed_row for reference in references(node)
            ):
                return True
    return not formulas


def _looks_up(usual: Usual) -> bool:
    """Whether lines show an epoch that they pick from elsewhere, rather than compute one."""
    trees = [tree for tree in usual.values() if tree is not None]
    looking = sum(
        any(isinstance(node, Call) and node.function.upper() in LOOK_UPS for node in walk(tree)) for tree in trees
    )
    return looking >= MOST_PICKED * len(trees)


def _filled(stretch: Stretch, lines: list[int]) -> bool:
    """Whether most of the lines hold something in the stretch's first step."""
    filled = sum(stretch.view.tree(stretch.first, line) is not None for line in lines)
    return 2 * filled >= len(lines)


def _by_header(stretch: Stretch, usual: Usual, model: Model, started: bool) -> dict[str, int]:
    """The lines as headed, also those that are empty where formulas read them.

    Of a table that is only `started`, with no formula yet, all those too that are still empty.
    """
    named: dict[str, int] = {}
    if stretch.header is None:
        return named
    emptied = _read_lines(stretch, usual)
    for line in stretch.view.lines():
        text = stretch.view.value(stretch.header, line)
        if not isinstance(text, str) or not (started or line in stretch.lines or line in emptied):
            continue
        name, next_weight = model.vocabulary.quantity(text), model.vocabulary.next_weight(text)
        # In a worksheet of a single step a weight that stands there twice is the old one, then the new one.
        new = f"{NEW}{next_weight or name}"
        if new in model.computed and (next_weight or name in named):
            name = new
        if name in model.names:
            named.setdefault(name, line)
    if model.turns and STEP not in named and EPOCH in named:  # where each sample is called an epoch, epochs are steps
        named[STEP] = named.pop(EPOCH)
    return named


def _read_lines(stretch: Stretch, usual: Usual) -> set[int]:
    """The lines that formulas read in their own step."""
    view, step = stretch.view, min(stretch.first + 1, stretch.last)
    places = (
        view.position(*reference.at(*view.position(step, line)))
        for line, tree in usual.items()
        for reference in (() if tree is None else references(tree))
        if reference.sheet in (None, view.sheet.name)
    )
    return {line for at, line in places if at == step}


def _with_parameters(stretch: Stretch, lines: dict[str, int], model: Model) -> Table:
    table = Table(stretch.view, stretch.first, stretch.last, lines, stretch.header)
    if model.constants:
        table = replace(table, parameters=constant_cells(table, model))
    table = with_rate(table, model)
    return with_literals(replace(table, parameters=repeated_parameters(table, model)), model)


def _usual_tree(stretch: Stretch, line: int) -> Node | None:
    """The formula that most steps of a line share, the first step aside, where weights are given."""
    trees = stretch.view.trees(line, min(stretch.first + 1, stretch.last), min(stretch.last, stretch.first + 400))
    counted = Counter(tree for tree in trees if tree is not None and tree != CONSTANT)
    if not counted:
        return stretch.view.formula(stretch.first, line)
    node = stretch.view.book.trees[counted.most_common(1)[0][0]]
    return None if isinstance(node, str) else node


def _score(stretch: Stretch, usual: Usual, lines: dict[str, int], model: Model, prover: Prover) -> int:
    return len(_proven(stretch, usual, lines, model, prover))


def _proven(stretch: Stretch, usual: Usual, lines: dict[str, int], model: Model, prover: Prover) -> set[str]:
    """The quantities whose usual formula is right under that naming."""
    return _proven_in(_with_parameters(stretch, lines, model), stretch, usual, model, prover)


def _proven_in(table: Table, stretch: Stretch, usual: Usual, model: Model, prover: Prover) -> set[str]:
    step = min(stretch.first + 1, stretch.last)
    lines = table.lines
    proven = set()
    for name, computed in model.computed.items():
        line = lines.get(name)
        tree = usual.get(line) if line is not None else None
        if line is None or tree is None or (computed.updates and stretch.first == stretch.last):
            continue
        if prover.holds(table, tree, step, line, name, thorough=False):
            proven.add(name)
    return proven


def _renamed(
    stretch: Stretch, usual: Usual, lines: dict[str, int], model: Model, prover: Prover, sure: bool = False
) -> dict[str, int]:
    """Each line under the name that its formula proves to have, as long as more formulas prove.

    With `sure` a quantity that two lines could be, one of them by a mistake, gets no name: headings may tell.
    """
    score = _score(stretch, usual, lines, model, prover)
    step = min(stretch.first + 1, stretch.last)
    for _ in range(4):
        table = _with_parameters(stretch, lines, model)
        could_be: dict[str, list[int]] = {}
        for line, tree in usual.items():
            names = [] if tree is None else prover.names(table, tree, step, line)
            # A column of deltas is a helper like others, unless its header names it.
            names = [name for name in names if name in lines or name not in model.deltas]
            # Some quantities are one function: dE/db and delta, an identity and its sum. A line has one name.
            present = [name for name in names if lines.get(name) == line]
            for name in present if len(names) > 1 and present else names:
                could_be.setdefault(name, []).append(line)
        proven: dict[str, int] = {}
        for name, candidates in could_be.items():
            if sure and len(candidates) > 1:
                continue
            best = max(candidates, key=lambda line, name=name: (_share(stretch, line), lines.get(name) == line))  # type: ignore[misc]
            if best not in proven.values():
                proven[name] = best
        rest = {name: line for name, line in lines.items() if name not in proven and line not in proven.values()}
        trial = proven | rest
        better = _score(stretch, usual, trial, model, prover)
        # Without headers, of two lines that could be one quantity the one is, in which fewer epochs are wrong.
        if better < score or (better == score and stretch.header is not None):
            break
        lines, score = trial, better
    return lines


def _share(stretch: Stretch, line: int) -> float:
    """The share of its steps in which a line has its usual formula."""
    trees = stretch.view.trees(line, min(stretch.first + 1, stretch.last), stretch.last)
    return Counter(trees).most_common(1)[0][1] / len(trees)


def _improve(stretch: Stretch, usual: Usual, lines: dict[str, int], model: Model, prover: Prover) -> dict[str, int]:
    """Try free lines for missing quantities and exchanges between unproven neighbours, while more formulas prove."""
    lines = _renamed(stretch, usual, lines, model, prover)
    proven = _proven(stretch, usual, lines, model, prover)
    computed, most = model.computed.keys(), MOST_TRIED // len(model.computed)
    for _ in range(4):
        missing = sorted(model.names - lines.keys() - model.deltas)
        free = [line for line in stretch.lines if line not in lines.values()]
        if len(proven) == len(computed & lines.keys()) and not (missing and free):
            break
        trials = [{**lines, name: line} for name in missing for line in free]
        given = {*model.inputs, *model.targets}
        doubtful = [name for name in lines if name not in proven or name in given]
        trials += [
            {**lines, one: lines[two], two: lines[one]}
            for index, one in enumerate(doubtful)
            for two in doubtful[index + 1 :]
            if one[:-1] == two[:-1] or one.rstrip("0123456789") == two.rstrip("0123456789")
        ]
        trials += _taken_for(stretch, usual, lines, proven, model, prover)
        best = max(trials[:most], key=lambda trial: _score(stretch, usual, trial, model, prover), default=None)
        if best is None:
            break
        now = _proven(stretch, usual, best, model, prover)
        if len(now) <= len(proven):
            break
        lines, proven = best, now
    return lines


def _taken_for(
    stretch: Stretch, usual: Usual, lines: dict[str, int], proven: set[str], model: Model, prover: Prover
) -> Iterator[dict[str, int]]:
    """Exchanges of a proven line with one of another name whose formula is the same quantity: which is it?

    What is computed from the two changes its names with them.
    """
    table, step = _with_parameters(stretch, lines, model), min(stretch.first + 1, stretch.last)
    for one, line in lines.items():
        tree = usual.get(line)
        if one in proven or one not in model.computed or tree is None:
            continue
        for two in prover.names(table, tree, step, line):
            if two in proven and two in lines:
                yield _renamed(stretch, usual, {**lines, one: lines[two], two: line}, model, prover)
