"""Which line of a table is which quantity. Headers are hints, formulas are proof.

Lines are named from the headers and, independently, from what depends on what; of all the namings the one is kept under
which most formulas prove right. So neither a header that lies nor a wrong formula misleads it alone.
"""

from collections import Counter
from dataclasses import replace

from backprop.check.formula import Node, Reference
from backprop.check.grid import CONSTANT
from backprop.check.headers import quantity
from backprop.check.parameters import aliases_of, guessed_aliases, literal_rate, with_rate
from backprop.check.prove import Judge, Table
from backprop.check.structure import Found, structure
from backprop.check.view import View
from backprop.derive import Derivation
from backprop.equation import Stage

LINES_NEEDED = 8  # named, for inputs and targets to be looked for outside the table


def header_names(view: View, step: int) -> dict[int, str]:
    """Line -> the quantity that its text in that step names."""
    texts = ((line, view.value(step, line)) for line in view.lines())
    names = ((line, quantity(text)) for line, text in texts if isinstance(text, str))
    return {line: name for line, name in names if name is not None}


def name_lines(found: Found, derivation: Derivation, judge: Judge, sigmoids: dict[int, Reference]) -> Table:
    """The table with its lines named as most formulas prove."""
    usual = {line: _usual_tree(found, line) for line in found.lines}
    wanted = _names(derivation)
    by_header: dict[str, int] = {}
    if found.header is not None:
        for line, name in header_names(found.view, found.header).items():
            if name in wanted and line in found.lines:
                by_header.setdefault(name, line)
    by_structure = structure(found, usual, derivation, sigmoids)
    computed = {equation.target.name for equation in derivation.equations("steps")}
    namings = []
    for base, other in ((by_header, by_structure), (by_structure, by_header)):
        merged = dict(base)
        for name, line in other.items():
            if name not in merged and line not in merged.values():
                merged[name] = line
        namings.append(merged)
    improved: list[tuple[int, dict[str, int]]] = []
    for lines in sorted(namings, key=lambda lines: -_score(found, usual, lines, derivation, judge)):
        better = _improve(found, usual, lines, derivation, judge)
        proven = _score(found, usual, better, derivation, judge)
        improved.append((proven, better))
        if proven == len(better.keys() & computed):
            break
    _, lines = max(improved, key=lambda item: item[0])
    table = _with_parameters(found, lines, derivation)
    missing = [s for s in derivation.inputs + derivation.targets if s.name not in {*lines, *table.aliases.values()}]
    if missing and len(lines) >= LINES_NEEDED:
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
        could_be: dict[str, list[int]] = {}
        for line, tree in usual.items():
            for name in () if tree is None else judge.names(table, tree, step, line, rate):
                # A column of deltas is a helper like others, unless its header names it.
                if name in computed and (name in lines or not name.startswith("delta_")):
                    could_be.setdefault(name, []).append(line)
        proven = {
            name: max(each, key=lambda line, name=name: (_share(found, line), lines.get(name) == line))  # type: ignore[misc]
            for name, each in could_be.items()
        }
        rest = {name: line for name, line in lines.items() if name not in proven and line not in proven.values()}
        trial = proven | rest
        better = _score(found, usual, trial, derivation, judge)
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
    found: Found, usual: dict[int, Node | None], lines: dict[str, int], derivation: Derivation, judge: Judge
) -> dict[str, int]:
    """Try free lines for missing quantities and exchanges between unproven neighbours, while more formulas prove."""
    lines = _renamed(found, usual, lines, derivation, judge)
    proven = _proven(found, usual, lines, derivation, judge)
    wanted = _names(derivation)
    computed = {equation.target.name for equation in derivation.equations("steps")}
    for _ in range(4):
        missing = sorted(wanted - lines.keys() - {f"delta_{n.z.name}" for layer in derivation.layers for n in layer})
        free = [line for line in found.lines if line not in lines.values()]
        if len(proven) == len(computed & lines.keys()) and not (missing and free):
            break
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
