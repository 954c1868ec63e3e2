"""Which line of a table is which quantity. Headers are hints, formulas are proof.

Lines are named from the headers and, independently, from what depends on what; of all the namings the one is kept under
which most formulas prove right. So neither a header that lies nor a wrong formula misleads it alone.
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace

from backprop.check.proof.model import NEW, Model
from backprop.check.proof.prove import Judge, Table
from backprop.check.tables.parameters import aliases_of, constant_aliases, guessed_aliases, with_literals, with_rate
from backprop.check.tables.structure import Found, structure
from backprop.check.tables.view import View
from backprop.spreadsheet.book import CONSTANT
from backprop.spreadsheet.formula import Call, Node, Reference, children, references

LINES_NEEDED = 8  # named, for inputs and targets to be looked for outside the table
LOOK_UPS = {"INDEX", "CHOOSE", "OFFSET", "INDIRECT", "LOOKUP", "VLOOKUP", "HLOOKUP"}
MOST_PICKED = 0.2  # of the formulas of a single step, for it to be a display
MOST_TRIED = 14_000  # formulas proved in one search for a better naming


def header_names(view: View, step: int, model: Model) -> dict[int, str]:
    """Line -> the quantity that its text in that step names."""
    texts = ((line, view.value(step, line)) for line in view.lines())
    names = ((line, model.vocabulary.quantity(text)) for line, text in texts if isinstance(text, str))
    return {line: name for line, name in names if name is not None}


def name_lines(found: Found, judge: Judge, activations: dict[int, Reference]) -> Table:
    """The table with its lines named as most formulas prove."""
    model = judge.model.one_step if found.first == found.last else judge.model
    usual = {line: _usual_tree(found, line) for line in found.lines}
    by_header = _by_header(found, model)
    by_structure = structure(found, usual, model, activations) if model.any_layout else {}
    computed = model.computed.keys()
    namings = []
    for base, other in ((by_header, by_structure), (by_structure, by_header)):
        merged = dict(base)
        for name, line in other.items():
            if name not in merged and line not in merged.values():
                merged[name] = line
        namings.append(merged)
    displays = found.first == found.last and _looks_up(usual)
    if displays or not any(_trains(found, lines, model) for lines in namings):
        return Table(found.view, found.first, found.last, {}, found.header)
    improved: list[tuple[int, dict[str, int]]] = []
    for lines in sorted(namings, key=lambda lines: -_score(found, usual, lines, model, judge)):
        better = _improve(found, usual, lines, model, judge)
        proven = _score(found, usual, better, model, judge)
        improved.append((proven, better))
        if proven == len(better.keys() & computed):
            break
    _, lines = max(improved, key=lambda item: item[0])
    table = _with_parameters(found, lines, model)
    missing = {*model.given, *(() if model.turns else model.inputs + model.targets)} - {*lines, *table.aliases.values()}
    if missing and len(lines) >= min(LINES_NEEDED, len(model.needed) / 2):
        aliases = guessed_aliases(
            table, model, lambda trial: len(_proven_in(with_literals(trial, model), found, usual, model, judge))
        )
        table = with_literals(replace(table, aliases=aliases), model)
    return table


def _trains(found: Found, lines: dict[str, int], model: Model) -> bool:
    """Whether any weight moves from epoch to epoch; not so in a sheet that tries out changes of one epoch's weights."""
    view, formulas = found.view, 0
    for line in (lines[name] for name in model.weights if name in lines):
        for tree in set(view.trees(line, found.first + 1, found.last)):
            if tree is None or tree == CONSTANT:
                continue
            node = view.book.trees[tree]
            formulas += 1
            if isinstance(node, str) or not all(
                reference.fixed_column if view.transposed else reference.fixed_row for reference in references(node)
            ):
                return True
    return not formulas


def _looks_up(usual: dict[int, Node | None]) -> bool:
    """Whether lines show an epoch that they pick from elsewhere, rather than compute one."""
    picked = sum(tree is not None and any(call in LOOK_UPS for call in _calls(tree)) for tree in usual.values())
    return picked >= MOST_PICKED * sum(tree is not None for tree in usual.values())


def _calls(tree: Node) -> Iterator[str]:
    if isinstance(tree, Call):
        yield tree.function.upper()
    for child in children(tree):
        yield from _calls(child)


def _by_header(found: Found, model: Model) -> dict[str, int]:
    named: dict[str, int] = {}
    if found.header is None:
        return named
    for line in found.view.lines():
        text = found.view.value(found.header, line)
        if not isinstance(text, str) or line not in found.lines:
            continue
        name, next_weight = model.vocabulary.quantity(text), model.vocabulary.next_weight(text)
        # In a worksheet of a single step a weight that stands there twice is the old one, then the new one.
        new = f"{NEW}{next_weight or name}"
        if new in model.computed and (next_weight or name in named):
            name = new
        if name in model.names:
            named.setdefault(name, line)
    return named


def _with_parameters(found: Found, lines: dict[str, int], model: Model) -> Table:
    table = Table(found.view, found.first, found.last, lines, found.header)
    if model.constants:
        table = replace(table, aliases=constant_aliases(table, model))
    table = with_rate(table, model)
    return with_literals(replace(table, aliases=aliases_of(table, model)), model)


def _usual_tree(found: Found, line: int) -> Node | None:
    """The formula that most steps of a line share, the first step aside, where weights are given."""
    trees = found.view.trees(line, min(found.first + 1, found.last), min(found.last, found.first + 400))
    counted = Counter(tree for tree in trees if tree is not None and tree != CONSTANT)
    if not counted:
        return found.view.formula(found.first, line)
    node = found.view.book.trees[counted.most_common(1)[0][0]]
    return None if isinstance(node, str) else node


def _score(found: Found, usual: dict[int, Node | None], lines: dict[str, int], model: Model, judge: Judge) -> int:
    return len(_proven(found, usual, lines, model, judge))


def _proven(found: Found, usual: dict[int, Node | None], lines: dict[str, int], model: Model, judge: Judge) -> set[str]:
    """The quantities whose usual formula is right under that naming."""
    return _proven_in(_with_parameters(found, lines, model), found, usual, model, judge)


def _proven_in(table: Table, found: Found, usual: dict[int, Node | None], model: Model, judge: Judge) -> set[str]:
    step = min(found.first + 1, found.last)
    lines = table.lines
    proven = set()
    for name, computed in model.computed.items():
        line = lines.get(name)
        tree = usual.get(line) if line is not None else None
        if line is None or tree is None or (computed.updates and found.first == found.last):
            continue
        if judge.holds(table, tree, step, line, name, thorough=False):
            proven.add(name)
    return proven


def _renamed(
    found: Found, usual: dict[int, Node | None], lines: dict[str, int], model: Model, judge: Judge
) -> dict[str, int]:
    """Each line under the name that its formula proves to have, as long as more formulas prove."""
    score = _score(found, usual, lines, model, judge)
    step = min(found.first + 1, found.last)
    for _ in range(4):
        table = _with_parameters(found, lines, model)
        could_be: dict[str, list[int]] = {}
        for line, tree in usual.items():
            names = [] if tree is None else judge.names(table, tree, step, line)
            # A column of deltas is a helper like others, unless its header names it.
            names = [name for name in names if name in lines or name not in model.deltas]
            # Some quantities are one function: dE/db and delta, an identity and its sum. A line has one name.
            own = [name for name in names if lines.get(name) == line]
            for name in own if len(names) > 1 and own else names:
                could_be.setdefault(name, []).append(line)
        proven: dict[str, int] = {}
        for name, each in could_be.items():
            best = max(each, key=lambda line, name=name: (_share(found, line), lines.get(name) == line))  # type: ignore[misc]
            if best not in proven.values():
                proven[name] = best
        rest = {name: line for name, line in lines.items() if name not in proven and line not in proven.values()}
        trial = proven | rest
        better = _score(found, usual, trial, model, judge)
        # Without headers, of two lines that could be one quantity the one is, in which fewer epochs are wrong.
        if better < score or (better == score and found.header is not None):
            break
        lines, score = trial, better
    return lines


def _share(found: Found, line: int) -> float:
    """The share of its steps in which a line has its usual formula."""
    trees = found.view.trees(line, min(found.first + 1, found.last), found.last)
    return Counter(trees).most_common(1)[0][1] / len(trees)


def _improve(
    found: Found, usual: dict[int, Node | None], lines: dict[str, int], model: Model, judge: Judge
) -> dict[str, int]:
    """Try free lines for missing quantities and exchanges between unproven neighbours, while more formulas prove."""
    lines = _renamed(found, usual, lines, model, judge)
    proven = _proven(found, usual, lines, model, judge)
    computed, most = model.computed.keys(), MOST_TRIED // len(model.computed)
    for _ in range(4):
        missing = sorted(model.names - lines.keys() - model.deltas)
        free = [line for line in found.lines if line not in lines.values()]
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
        best = max(trials[:most], key=lambda trial: _score(found, usual, trial, model, judge), default=None)
        if best is None:
            break
        now = _proven(found, usual, best, model, judge)
        if len(now) <= len(proven):
            break
        lines, proven = best, now
    return lines
