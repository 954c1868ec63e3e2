"""A workbook of any model, from its graph to a report."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

import numpy as np
from openpyxl.utils import coordinate_to_tuple

from backprop.calculus.formulas import cell_name
from backprop.calculus.graph import Graph, build_graph, formula_cells
from backprop.calculus.tape import CELL, FREE
from backprop.check.any_model.mending.roots import Root, find_roots
from backprop.check.any_model.mistakes.alignment import aligned
from backprop.check.any_model.mistakes.beside import by_neighbours
from backprop.check.any_model.mistakes.chains import by_chains
from backprop.check.any_model.mistakes.expectations import PLAIN, expectations, uphill, without_repeated
from backprop.check.any_model.mistakes.expected import close
from backprop.check.any_model.mistakes.steps import Step, Steps, cells_below, prove_steps, steps_beside
from backprop.check.any_model.model.analysis import MOST_WORK, Analysis
from backprop.check.any_model.model.cells import shown_by
from backprop.check.any_model.model.changes import gradient_cell
from backprop.check.any_model.model.implied import ABSOLUTE
from backprop.check.any_model.model.losses import is_loss_unfollowed, is_named_loss
from backprop.check.any_model.model.names import names_slope, promises_slope
from backprop.check.any_model.model.search import analyse
from backprop.check.any_model.model.updates import Update
from backprop.check.any_model.optimisers.between import between_updates
from backprop.check.any_model.optimisers.odd_updates import OddUpdates, odd_updates
from backprop.check.any_model.optimisers.outliers import carried_findings, carried_outliers
from backprop.check.any_model.words.findings import finding_of, said
from backprop.check.any_model.words.other_loss import other_loss
from backprop.check.any_model.words.ranges import derivative_reports
from backprop.check.any_model.words.unjudged import titled_alike, titled_as_updates, titled_slopes, unjudged
from backprop.check.findings import FileReport, Finding, Kind, Note, Proof, Verdict
from backprop.check.tables.own_workbooks import sheets_without_epochs
from backprop.spreadsheet.book import Book, Cell
from backprop.spreadsheet.formula import Node
from groundfloor.process.isolate import doing
from groundfloor.text import count

ENOUGH = 2  # cells that become right with a printed derivative which no update reads
FEW = 5  # one of so many updates at the least, for the absolute error to be the loss
FEW_PROVEN = 10  # one of so many updates proven may be chance
SLIPS = (Kind.WRONG_NUMBER, Kind.SIGN, Kind.WRONG_REFERENCE, Kind.WRONG_ROW, Kind.WRONG_OPERATOR)
RIGHT = 2  # as many derivatives of a loss must be right as are printed
NAMED = 5  # of the cells that were not checked


@dataclass(frozen=True, slots=True)
class Judged:
    """A report, the roots of its findings, those of them that have none, and what is unchecked."""

    report: FileReport
    analysis: Analysis | None = None  # None where nothing was differentiated
    roots: list[Root] = field(default_factory=list)
    carried: Mapping[Cell, Node] = field(default_factory=dict)  # what belongs where a value is carried wrongly
    unchecked: frozenset[int] = frozenset()


@np.errstate(all="ignore")  # what a formula gives at drawn numbers may be infinite or nothing
def judge(book: Book, repairs: bool = True) -> Judged:
    """Every cell that claims to be a derivative, every update: proven or refuted by the workbook's own formulas.

    Without `repairs` none is searched for, and what is not right is `not_understood`.
    """
    shown = sheets_without_epochs(book)  # of our own workbooks: what they show again holds no model of its own
    doing("following its formulas")
    graph = build_graph(book, [cell for cell in formula_cells(book) if cell[0] not in shown], rounds=False)
    if not graph.formulas:
        unread = _unread(graph)
        what = "it holds numbers and texts, and no formula to differentiate"
        verdict: Verdict = "not_understood" if unread else "no_derivatives"
        return Judged(
            FileReport("", None, verdict, None, "; ".join(note.text for note in unread) or what, unchecked=unread)
        )
    doing(f"differentiating {count(len(graph.formulas), 'formula')}")
    analysis = analyse(graph)
    doing(f"proving {count(len(analysis.updates), 'update')} and {count(len(analysis.claims), 'derivative')}")
    analysis.updates += steps_beside(analysis)
    steps = prove_steps(analysis)
    odd = odd_updates(analysis, steps, repairs)
    expected = expectations(analysis, steps, odd.gradients)
    by_node = without_repeated(analysis, aligned(analysis, [*expected, *by_chains(analysis)]))
    if by_node and not repairs:
        what = f"{count(len(by_node), 'cell')} not what was expected"
        return Judged(FileReport("", None, "not_understood", None, what))
    doing(f"searching the repair of {count(len(by_node), 'cell')}")
    doubted = unjudged(analysis, set(by_node))
    doubted |= {read for node in doubted for read in analysis.helpers(node, 1)}
    perhaps = by_neighbours(analysis, doubted - by_node.keys())
    roots = find_roots(analysis, sorted([*by_node.values(), *perhaps], key=lambda item: item.node))
    certain = _of_right_losses(analysis, [root for root in roots if _is_certain(root)])
    if not _enough_is_right(analysis, steps, certain, len(by_node)):
        certain, odd.roots = [], []
    if is_loss_unfollowed(analysis.cells):
        certain = [root for root in certain if not analysis.losses.get(root.expected.slope.of)]
    doubtful = [root for root in roots if root not in certain]
    carried = carried_outliers(analysis)
    between = between_updates(analysis, steps)
    certain, odd.roots = _elsewhere(certain, between), _elsewhere(odd.roots, between)
    findings = [*finding_of(analysis, [*certain, *odd.roots]), *carried_findings(analysis, carried)]
    findings += between
    return replace(_report(analysis, steps, certain, doubtful, odd, findings), carried=carried)


def _elsewhere(roots: list[Root], findings: list[Finding]) -> list[Root]:
    """The roots in other cells than these findings."""
    told = {place_of(finding) for finding in findings}
    return [root for root in roots if root.cell not in told]


def place_of(finding: Finding) -> Cell:
    """The first cell of a finding."""
    return finding.sheet, *coordinate_to_tuple(finding.cell)


def _enough_is_right(analysis: Analysis, steps: Steps, roots: list[Root], wrong: int) -> bool:
    """Whether the losses were understood: something is proven, or what is wrong is mended by repairs of one kind.

    And at most a third of the updates of its models is neither proven nor explained by what is mended. Where the work
    on a large workbook was cut off, nothing is said to be wrong.
    """
    if analysis.work > MOST_WORK:
        return False
    by_parameters = sum(claim.slope.by in analysis.trained for claim in analysis.claims.values())
    proven = len(steps.proven) + len(steps.ruled) + len(steps.still) + by_parameters
    mended = {node for root in roots for node in (root.expected.node, *root.inherits)}
    mended |= {item.node for root in roots for item in root.mends}
    models = {analysis.model_of.get(root.expected.node) for root in roots}
    near = [update for update in analysis.updates if analysis.model_of.get(update.node) in models]
    other = {update.node for update in steps.other} - mended
    unknown = [update for update in near if update.node in other and not _reads(analysis, update, mended)]
    if 3 * len(unknown) > len(near):
        return False
    return not analysis.trained or 2 * proven >= wrong or 2 * len(mended) >= wrong


def _of_right_losses(analysis: Analysis, roots: list[Root]) -> list[Root]:
    """The roots of losses that are this workbook's: more of their derivatives are right, or become so, than wrong."""
    right = Counter(analysis.loss_kind(claim.slope.of) for claim in analysis.claims.values())
    right += analysis.descended
    trees = {(analysis.loss_kind(root.expected.slope.of), root.cell[0], _tree(analysis, root)) for root in roots}
    wrong = Counter(kind for kind, _, _ in trees)
    new = {(analysis.loss_kind(root.expected.slope.of), _tree(analysis, root)) for root in roots if root.printed}
    printed = Counter(kind for kind, _ in new)
    for root in roots:
        right[analysis.loss_kind(root.expected.slope.of)] += len(root.inherits) + max(0, len(root.mends) - 1)
    kept = []
    for root in roots:
        kinds = analysis.kinds(root.expected.slope)
        own = analysis.loss_kind(root.expected.slope.of)
        kind = max((own, *(kinds - {own})), key=lambda kind: (analysis.descended[kind], right[kind]))
        trains = not analysis.updates or analysis.descended[kind] >= printed[kind]
        few = FEW * analysis.descended[kind] < len(analysis.updates)
        if analysis.losses.get(root.expected.slope.of) == ABSOLUTE and few:
            continue  # signs are found everywhere
        enough = right[kind] >= wrong[kind]
        enough = enough and (not root.printed or (trains and right[kind] >= RIGHT * printed[kind]))
        if enough or root.expected.titled or _is_alone(analysis, root):
            kept.append(root)
    return kept


def _is_alone(analysis: Analysis, root: Root) -> bool:
    """Whether no update here descends by anything, and a derivative that one reads is a slip away from that of a loss.

    A factor more or less makes it the derivative of another loss.
    """
    slip = root.repair is not None and not root.printed and root.repair.kind in SLIPS
    loss = root.expected.slope.of
    named = loss in analysis.cells.reads and is_named_loss(analysis.cells, loss)
    return slip and root.expected.sure and named and not analysis.descended and not analysis.claims


def _tree(analysis: Analysis, root: Root) -> object:
    return analysis.cells.graph.book.tree(root.cell) or root.cell


def _is_certain(root: Root) -> bool:
    """Whether a change is proven that makes the cell right; one that takes an optimiser's term away proves nothing."""
    if root.repair is None or (root.printed and not root.expected.sure and len(root.inherits) < ENOUGH):
        return False
    return root.expected.update is None or root.repair.kind is not Kind.EXTRA_FACTOR


def _report(
    analysis: Analysis, steps: Steps, roots: list[Root], doubtful: list[Root], odd: OddUpdates, findings: list[Finding]
) -> Judged:
    wrong = {item.node for root in roots for item in (root.expected, *root.mends) if item.update is None}
    wrong |= {node for root in roots for node in root.inherits}
    derivatives = {node: claim for node, claim in analysis.claims.items() if node not in wrong}
    unchecked = {root.expected.node for root in doubtful} | {update.node for update in steps.other}
    unchecked |= odd.doubtful | unjudged(analysis, wrong) | titled_alike(analysis, wrong) | titled_as_updates(analysis)
    unchecked |= {step.update.node for group in uphill(analysis, steps) for step in group}
    places = {place_of(finding) for finding in findings}
    unchecked = {node for node in unchecked if analysis.cells.cell_of[node] not in places}
    unchecked -= {root.expected.node for root in roots}
    unchecked -= {update.node for update in steps.other if _reads(analysis, update, wrong)}
    odd_nodes = odd.doubtful | unchecked | {root.expected.node for root in (*roots, *odd.roots)}
    proof = Proof(
        len(derivatives) + len(wrong), len(derivatives), len(analysis.updates),
        len((steps.proven.keys() | steps.still) - odd_nodes), len(steps.ruled.keys() - odd_nodes),
        derivative_reports(analysis, derivatives, roots),
    )  # fmt: skip
    left = (*_unread(analysis.cells.graph), *_in_part(analysis))
    if not findings and not _claims_any(analysis, steps):
        titled = sorted(titled_slopes(analysis))
        told = f"{count(len(titled), 'cell')} titled a derivative, of no loss found here: "
        told = told + _first([analysis.cells.name(node) for node in titled]) if titled else ""
        left = (*left, *((Note("", None, "unchecked", told),) if titled else ()))
        message = "; ".join((_without(analysis, steps), *(note.text for note in left)))
        doubted = titled or (analysis.work > MOST_WORK and analysis.updates)
        verdict: Verdict = "not_understood" if doubted else "no_derivatives"
        return Judged(FileReport("", None, verdict, None, message, unchecked=left), analysis)
    other = other_loss(analysis)
    if other is not None and not findings:
        left = (*left, Note("", None, "unchecked", other))
    notes = [Note("", None, "convention", text) for text in (*said(analysis, steps, other), *odd.said())]
    if unchecked:
        where = sorted(analysis.cells.name(node) for node in unchecked)
        text = f"{count(len(where), 'cell')} not checked: {_first(where)}"
        left = (Note("", None, "unchecked", text), *left)
    verdict = "mistakes" if findings else "not_understood" if left else "correct"
    if analysis.cells.graph.unfollowed:
        cell, why = next(iter(analysis.cells.graph.unfollowed.items()))
        many = count(len(analysis.cells.graph.unfollowed), "formula")
        notes.append(Note(cell[0], None, "unfollowed", f"{many} not followed, the first because: {why}"))
    report = FileReport("", None, verdict, None, how_much(proof, left), (), tuple(findings), tuple(notes), left, proof)
    return Judged(report, analysis, [*roots, *odd.roots], unchecked=frozenset(unchecked))


def how_much(proof: Proof, left: Iterable[Note]) -> str:
    """In a line, what was proven and what was not checked."""
    proven = (
        f"{proof.right:,} of {count(proof.derivatives, 'derivative cell')}, "
        f"{proof.proven + proof.through_optimiser:,} of {count(proof.updates, 'update')} proven"
    )
    return "; ".join((proven, *(note.text for note in left)))


def _unread(graph: Graph) -> tuple[Note, ...]:
    """Formulas that cannot be read: whatever they are meant to be was not checked."""
    if not graph.unread:
        return ()
    where = [cell_name(cell) for cell in sorted(graph.unread)]
    return (Note("", None, "unread", f"{count(len(where), 'formula')} cannot be read: {_first(where)}"),)


def _in_part(analysis: Analysis) -> tuple[Note, ...]:
    """A workbook whose losses are so many or so large that not all of their derivatives were followed."""
    if analysis.work <= MOST_WORK:
        return ()
    many = count(len(analysis.cells.nodes), "formula")
    return (Note("", None, "unchecked", f"of {many} not all derivatives were followed: the workbook is too large"),)


def _first(names: list[str]) -> str:
    return ", ".join((*names[:NAMED], *["..."] * (len(names) > NAMED)))


def _reads(analysis: Analysis, update: Update, wrong: set[int]) -> bool:
    """Whether an update takes a wrong derivative, at once or through an optimiser: the update itself may be right."""
    return bool(wrong) and not wrong.isdisjoint(cells_below(analysis, update))


def _claims_any(analysis: Analysis, steps: Steps) -> bool:
    """Whether anything but a difference of output and target is a derivative here."""
    models = [step for step in steps.proven.values() if _takes_a_derivative(analysis, step)]
    if steps.ruled or (models and FEW_PROVEN * len(models) >= len(analysis.updates)):
        return True
    cells, tape = analysis.cells, analysis.cells.tape
    means = {gradient_cell(analysis, step.update) for step in steps.proven.values() if step not in models}
    passed = {(cells.cell_of[node][0], cells.tree(node)) for node in analysis.forward if node in cells.reads}
    for node in analysis.claims.keys() - means:
        if any(promises_slope(text) for text in cells.labels(node)):
            return True
        factor = abs(analysis.claims[node].factor)
        if not analysis.updates and not any(close(factor, natural) for natural in PLAIN):
            continue  # a z-score is 7 times the derivative of a deviation
        top = tape.takes[node][0]
        plain = tape.kinds[top] == "-" or tape.kinds[top] == CELL
        if not plain and (cells.cell_of[node][0], cells.tree(node)) not in passed:  # p of the class that is no target
            return True
    return False


def _takes_a_derivative(analysis: Analysis, step: Step) -> bool:
    """Whether an update multiplies by a rate or reads a derivative, and is no mean: x less the mean of all is none."""
    reads = analysis.cells.reads.get(step.update.node, ())
    derives = step.rate is not None or any(read in analysis.claims for read in reads)
    return derives and not _is_mean(analysis, step.update)


def _is_mean(analysis: Analysis, update: Update) -> bool:
    """Whether what an update takes is the parameter less a given number: a moving average, without any model."""
    cells, tape = analysis.cells, analysis.cells.tape
    gradient = gradient_cell(analysis, update)
    if gradient is None or any(names_slope(text) for text in cells.labels(gradient)):
        return False
    top = tape.takes[gradient][0]
    ends = set(tape.takes[top]) if tape.kinds[top] == "-" else set()
    return update.old in ends and any(tape.kinds[shown_by(tape, end)] == FREE for end in ends - {update.old})


def _without(analysis: Analysis, steps: Steps) -> str:
    many = count(len(analysis.cells.nodes), "formula")
    if steps.other:
        rule = count(len(steps.other), "update")
        return f"{many} and {rule} by a rule that is no derivative of a loss found here, such as the perceptron's"
    return f"{many} that compute, and none that is a derivative"
