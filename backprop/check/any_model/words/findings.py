"""Roots as findings: which cells, what they should be, and why, in the workbook's own cells and names."""

from collections import Counter, defaultdict

from backprop.calculus.tape import CELL
from backprop.check.any_model.mending.again import Change
from backprop.check.any_model.mending.roots import Root, grouped
from backprop.check.any_model.mistakes.expected import Expected, is_cost
from backprop.check.any_model.mistakes.steps import Steps
from backprop.check.any_model.model.analysis import Analysis
from backprop.check.any_model.model.changes import formula_of
from backprop.check.any_model.model.differences import Limits
from backprop.check.any_model.words.ranges import rectangles
from backprop.check.findings import Finding, Kind, Severity
from backprop.spreadsheet.book import Cell, address, span
from backprop.spreadsheet.formula import Node, references, render

SAME = 1e-9  # of the size, for a stored value to be right
INVISIBLE = "invisible at these inputs: only other numbers show it"


def finding_of(analysis: Analysis, roots: list[Root]) -> list[Finding]:
    """A finding for each block of cells with one mistake."""
    found = []
    for group in grouped(roots, analysis):
        by_cell = {root.cell: root for root in group}
        for sheet, first, last in rectangles(by_cell):
            members = [root for cell, root in by_cell.items() if _inside(cell, sheet, first, last)]
            end = analysis.cells.graph.book.sheets[sheet].filled_to(first) if first == last else last
            found.append(_finding(analysis, by_cell[sheet, *first], members, span(first, end)))
    return sorted(found, key=lambda finding: (finding.sheet, finding.range))


def changed_findings(before: Analysis, after: Analysis, change: Change, proven: str) -> list[Finding]:
    """A finding for each block of cells in which a change proves everything. `proven`: what it does, in words."""
    book, found = before.cells.graph.book, []
    alike: dict[object, list[Cell]] = defaultdict(list)
    for cell, tree in change.trees.items():
        alike[book.tree(cell), tree].append(cell)
    for cells in alike.values():
        for sheet, first, last in rectangles(cells):
            own, tree = book.formula((sheet, *first)), change.trees[sheet, *first]
            nodes = [(before.cells.at[at], after.cells.at[at]) for at in cells if _inside(at, sheet, first, last)]
            visible = any(_stored(before, one) != _stored(after, two) for one, two in nodes)
            end = book.sheets[sheet].filled_to(first) if first == last else last
            found.append(
                Finding(
                    sheet, address(*first), span(first, end), name_of(before, nodes[0][0]), change.kind,
                    "error" if visible else "latent", None if own is None else f"={render(own, *first)}",
                    f"={render(tree, *first)}", f"{_change(change.kind, own, tree, *first)}: {proven}",
                    None if visible else INVISIBLE,
                )
            )  # fmt: skip
    return found


def _stored(analysis: Analysis, node: int) -> float:
    """What a formula gives with the numbers that the workbook holds."""
    return round(analysis.cells.tape.stored[formula_of(analysis, node)], 12)


def _inside(cell: Cell, sheet: str, first: tuple[int, int], last: tuple[int, int]) -> bool:
    return cell[0] == sheet and first[0] <= cell[1] <= last[0] and first[1] <= cell[2] <= last[1]


def _finding(analysis: Analysis, root: Root, members: list[Root], place: str) -> Finding:
    sheet, row, column = root.cell
    tree = analysis.cells.graph.formula(root.cell)
    kind = root.repair.kind if root.repair else Kind.WRONG_FORMULA
    items = [item for member in members for item in (member.expected, *member.mends)]
    visible = any(_visible(analysis, item) for item in items)
    severity: Severity = "error" if visible else "latent"
    inherits = {node for member in members for node in member.inherits}
    effect = None if visible else INVISIBLE
    if inherits:
        names = sorted(analysis.cells.name(node) for node in inherits)
        more = f" and {len(names) - 3} more" if len(names) > 3 else ""
        effect = (effect + "; " if effect else "") + f"{', '.join(names[:3])}{more} follow from it"
    return Finding(
        sheet, address(row, column), place, quantity(analysis, root.expected), kind, severity,
        None if tree is None else f"={render(tree, row, column)}",
        None if root.repair is None else f"={render(root.repair.tree, row, column)}",
        _explanation(analysis, root, tree), effect,
    )  # fmt: skip


def quantity(analysis: Analysis, item: Expected) -> str:
    """∂E/∂w3, by the names that stand beside the cells, or by the cells."""
    by = name_of(analysis, item.slope.by)
    if item.update is not None:
        return f"new {by}"
    of = "loss" if analysis.losses.get(item.slope.of) else name_of(analysis, item.slope.of)
    return f"∂{of}/∂{by}"


def name_of(analysis: Analysis, node: int) -> str:
    """The short text that names a cell, or its place."""
    cells = analysis.cells
    if node not in cells.cell_of:
        return "output"
    label = next((text.strip() for text in cells.labels(node) if 0 < len(text.strip()) <= 12), None)
    if label is not None and not any(sign in label for sign in "/→←↓↑=") and not label[0].isdigit():
        return label
    _, row, column = cells.cell_of[node]
    return address(row, column)


def _explanation(analysis: Analysis, root: Root, tree: Node | None) -> str:
    item = root.expected
    sheet, row, column = root.cell
    what = "the update of" if item.update is not None else "the derivative by"
    meant = f"{what} {name_of(analysis, item.slope.by)} ({_short(analysis, item.slope.by, sheet)})"
    if analysis.losses.get(item.slope.of):
        meant += f", the loss being {analysis.losses[item.slope.of]}"
    own = analysis.cells.graph.anchor(analysis.cells.cell_of[item.node]) == root.cell
    subject = "" if own else f"{address(*analysis.cells.cell_of[item.node][1:])} reads it; "
    if root.repair is None:
        return f"{subject}is not {meant}"
    change = _change(root.repair.kind, tree, root.repair.tree, row, column)
    return f"{subject}{change}: it should be {meant}" if own else f"{subject}{change}, so that {meant} comes out"


def _short(analysis: Analysis, node: int, sheet: str) -> str:
    if node not in analysis.cells.cell_of:
        return "no cell"
    name, row, column = analysis.cells.cell_of[node]
    return address(row, column) if name == sheet else f"{name}!{address(row, column)}"


def _change(kind: Kind, tree: Node | None, new: Node, row: int, column: int) -> str:
    if tree is None:
        return "is a number where a formula belongs"
    before, after = list(references(tree)), list(references(new))
    if len(before) == len(after):
        swapped = list(dict.fromkeys((a, b) for a, b in zip(before, after, strict=True) if a != b))
        if len(swapped) in (1, 2) and render(tree, row, column) != render(new, row, column):
            texts = [f"{render(a, row, column)} where {render(b, row, column)} belongs" for a, b in swapped]
            return f"reads {' and '.join(texts)}"
    said_of = {
        Kind.MISSING_FACTOR: "lacks a factor", Kind.EXTRA_FACTOR: "has a factor or term too many",
        Kind.SIGN: "has a wrong sign", Kind.WRONG_OPERATOR: "has a wrong operator",
        Kind.WRONG_NUMBER: "has a wrong number",
        Kind.MISSING_PARENTHESES: "lacks a pair of brackets", Kind.EXTRA_PARENTHESES: "has a pair of brackets too many",
        Kind.MOVED_PARENTHESIS: "has a bracket in the wrong place",
    }  # fmt: skip
    return said_of.get(kind, "is another formula")


def _visible(analysis: Analysis, item: Expected) -> bool:
    """Whether the numbers that the workbook holds show it."""
    tape = analysis.cells.tape
    truth = float(analysis.slopes_as_stored(item.slope.of).get(item.slope.by, 0.0))
    value = tape.stored[formula_of(analysis, item.node) if tape.kinds[item.node] == CELL else item.node]
    if item.update is not None:
        rate = 1.0 if item.rate is None else tape.stored[item.rate]
        truth = tape.stored[item.update.old] + rate * truth * (item.factor or -1.0)
    else:
        truth *= item.factor or 1.0
    return not abs(value - truth) <= SAME * max(1.0, abs(value), abs(truth))


def said(analysis: Analysis, steps: Steps, other: str | None) -> list[str]:
    """Conventions: what is the same everywhere and therefore no mistake. `other`: what was said of the loss."""
    found = []
    claims = analysis.claims.values()
    words = Counter(text for claim in claims if (text := analysis.losses[claim.slope.of]))
    implied = [text for text, _ in words.most_common(1) if not text.startswith("the sum of")]
    if implied and other is None:
        found.append(f"no cell holds the loss; the derivatives are those of {implied[0]}")
    factors = Counter(round(claim.factor, 6) for claim in claims if claim.slope.by in analysis.trained)
    climbs = bool(steps.proven) and all(step.factor > 0 for step in steps.proven.values())
    wrong = climbs and any(is_cost(analysis, step.slope.of) for step in steps.proven.values())
    if factors and (factor := factors.most_common(1)[0][0]) != 1 and not wrong:
        meaning = "the negative derivative" if factor == -1 else f"{factor:g} times the derivative"
        found.append(f"most derivatives by parameters are {meaning} everywhere: a convention")
    if isinstance(analysis.evaluation, Limits):
        held = (node for node in analysis.evaluation.steps if node in analysis.cells.cell_of)
        where = ", ".join(analysis.cells.name(node) for node in held)
        step = f"h in {where}" if where else "h typed into the formulas"
        found.append(f"finite differences stand for derivatives ({step}): proven in the limit of a small h")
    if climbs and not wrong:
        found.append("every update goes up the loss")
    return found
