"""A workbook that shows one loss and holds the derivatives of another: which is meant, nobody but its author knows."""

from backprop.calculus.tape import CELL
from backprop.check.any_model.model.analysis import Analysis
from backprop.check.any_model.model.cells import leaves
from backprop.check.any_model.model.losses import is_named_loss


def other_loss(analysis: Analysis) -> str | None:
    """That the derivatives are of a loss that no cell holds, though a cell named a loss stands on the same outputs."""
    cells = analysis.cells
    used = [claim.slope.of for claim in analysis.claims.values() if analysis.may_train(claim.slope)]
    words = {analysis.losses[of] for of in used}
    if not used or "" in words or any(text.startswith("the sum of") for text in words):
        return None
    outputs = {leaf for of in set(used) for leaf in leaves(cells.tape, of) if cells.tape.kinds[leaf] == CELL}
    named = [of for of in sorted(analysis.losses) if of in cells.reads and is_named_loss(cells, of)]
    slopes = {claim.slope for claim in analysis.claims.values() if analysis.may_train(claim.slope)} if named else set()
    alike = {of for slope in slopes for of in analysis.losses_like(slope)}  # a loss of the very error that it squares
    for of in named:
        if of not in alike and not outputs.isdisjoint(cells.below([of], analysis.ends)):
            return f"the derivatives are those of {sorted(words)[0]}, and {cells.name(of)} holds another loss"
    return None
