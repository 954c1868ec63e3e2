"""The task in words: what to do at each level, the rules, what the network computes."""

from collections.abc import Iterator

from backprop.classroom.blank.sheet_names import SELF_CHECK_SHEET, table_sheets
from backprop.classroom.levels import ASKED
from backprop.derivation.derive import Derivation
from backprop.derivation.equation import Equation
from backprop.epochs.trace import format_rate
from backprop.printers.definitions import definitions
from backprop.printers.text import TextPrinter
from backprop.workbook.layout import RateSheet
from backprop.workbook.plan import Plan
from backprop.workbook.sheets.network.equations import said_once
from groundfloor.text import count

MOST_SAID = 6  # equations of a kind that are written out; of more the first
SLOPE = "′"
_TEXT = TextPrinter()


def steps(plan: Plan, level: int, self_check: bool) -> list[str]:
    """What to do, a sentence or two a step."""
    derivation, first = plan.derivation, RateSheet.first_row
    derivatives = f"the derivative of {_TEXT.symbol('E_total')} by every {_trained(derivation)}"
    deltas = ", through the δ of each neuron" if plan.form == "steps" else ""
    sheets = table_sheets(level, plan.rates)
    said: list[str] = []
    if level == 1:
        said = [
            f"Sheet {sheets[0]} shows one epoch of this network: data, weights, forward pass and loss. "
            "What is missing is the backward pass.",
            f"Fill in the yellow cells of row {first}: {derivatives}{deltas}. Each is a chain of factors, from "
            "the loss back to the weight.",
        ]
    elif level == 2:
        said = [
            f"Sheet {sheets[0]} shows the data and the weights of one epoch of this network. All else is missing.",
            f"Fill in the yellow cells of row {first} from left to right: first the forward pass and the loss, "
            f"then {derivatives}{deltas}.",
        ]
    else:
        said = list(_tables(plan, level, sheets, f"{derivatives}{deltas}"))
    if self_check:
        said.append(f"Sheet {SELF_CHECK_SHEET} tells of each quantity whether it is right, or not yet.")
    return said


def _tables(plan: Plan, level: int, sheets: tuple[str, ...], derivatives: str) -> Iterator[str]:
    """Levels 3 and 4: a table of all epochs, and a chart."""
    counted, rows, first = plan.derivation.counted, plan.layout.rows, RateSheet.first_row
    rates = ", ".join(format_rate(rate) for rate in plan.rates)
    learnt = "new weights" if not _learnt_biases(plan.derivation) else "new weights and biases"
    if level == 3:
        where = f"sheet {sheets[0]}" if len(sheets) == 1 else f"each of the {len(sheets)} sheets {sheets[0]}, …"
        yield f"Begin in row {first} of {where}: the forward pass, the loss, then {derivatives}."
        yield (
            f"Row {first + 1}: data as in the row above, and the {learnt} that the update gives from row {first}; "
            f"everything else as in row {first}."
        )
        yield f"Fill row {first + 1} down to row {first + rows - 1}, {counted} {rows}. The loss should fall."
    else:
        yield (
            f"Train this network for {count(rows, counted)} at η = {rates}, in a table on sheet {sheets[0]}"
            f"{', likewise on those of the other learning rates' if len(sheets) > 1 else ''}: a row of headings, below "
            f"it a row for each {counted}."
        )
        yield (
            f"A column for each quantity, headed as named here: {', '.join(_headings(plan))}. Data, weights and η come "
            "from sheet Network" + (" and sheet Samples." if plan.derivation.network.samples > 1 else ".")
        )
        yield f"Each row has the forward pass, the loss and {derivatives}; the {learnt} stand in the row below."
    yield f"Draw a chart of {_TEXT.symbol('E_total')} by {counted}" + (
        ", a curve for each learning rate." if len(sheets) > 1 else "."
    )


def rules(level: int, personal: bool) -> list[str]:
    """What holds for every answer."""
    said = ["Formulas, not numbers: a number that is typed in is no answer, however right it is."]
    if ASKED[level].table == "given":
        said.append("Write in the yellow cells. All others are locked, without a password, against slips.")
    said.append("Leave the sheets' names" + (" and the headings" * (ASKED[level].table == "given")) + " as they are.")
    if personal:
        said.append("These numbers are yours alone: nobody else's results are right here.")
    said.append("Excel, LibreOffice and Google Sheets will do. Hand in the workbook as .xlsx or .ods.")
    return said


def computes(plan: Plan, level: int) -> list[str]:
    """The definitions of what the network computes: of each layer one neuron, the loss and, if asked, the update."""
    derivation = plan.derivation
    said = [line for line in definitions(derivation, _TEXT) if SLOPE not in line.partition(" = ")[0]]
    start = 0
    for layer, described in zip(derivation.layers, derivation.network.layers, strict=True):
        softmax = described.activation == "softmax"
        length = 3 * len(layer) + 2 if softmax else 2 * len(layer)
        equations = derivation.forward[start : start + length]
        start += length
        said += [
            _TEXT.equation(equation) for equation in (_softmax(equations, len(layer)) if softmax else equations[:2])
        ]
        if len(layer) > 1:
            others = [_TEXT.symbol(neuron.z.name) for neuron in layer[1:]]
            said[-1] += f"     likewise for {others[0] if len(others) == 1 else f'{others[0]} to {others[-1]}'}"
    losses = derivation.loss[:-1]
    said += [_TEXT.equation(equation) for equation in losses[: MOST_SAID if len(losses) <= MOST_SAID else 1]]
    said.append(_TEXT.equation(derivation.loss[-1]))
    if ASKED[level].filled_down:
        said += [_TEXT.equation(equation) for equation in derivation.schedule]
        for equations in (derivation.states, derivation.updates):
            lines = said_once(plan, equations)
            said += lines if len(lines) <= MOST_SAID else [*lines[:1], "…"]
    return said


def notation(plan: Plan) -> list[str]:
    """What the letters mean."""
    derivation = plan.derivation
    neuron = derivation.layers[0][0]
    letters = [(symbols[0].name, word) for symbols, word in (
        (derivation.inputs, "input"), (derivation.targets, "target"), (derivation.weights, "weight"),
        (derivation.biases, "threshold" if neuron.has_threshold else "bias"),
    ) if symbols]  # fmt: skip
    said = [", ".join(f"{_TEXT.symbol(name)} {word}" for name, word in letters)]
    said.append(f"{_TEXT.symbol(neuron.z.name)} weighted sum of a neuron, {_TEXT.symbol(neuron.a.name)} its activation")
    said.append(f"∂E/∂w1 derivative of {_TEXT.symbol('E_total')}, the loss, by w1; η learning rate")
    if plan.form == "steps":
        said.append(f"{_TEXT.symbol(neuron.delta.name)} derivative of the loss by {_TEXT.symbol(neuron.z.name)}")
    if derivation.per_sample:
        said.append(f"_s1, _s2 … of sample 1, 2 …; {derivation.network.reduction} over the samples")
    return said


def _softmax(equations: tuple[Equation, ...], size: int) -> list[Equation]:
    """The sum of one neuron, what all share, one activation: the layer's equations come in that order."""
    return [equations[0], equations[size], equations[size + 1], equations[2 * size + 1], equations[-size]]


def _trained(derivation: Derivation) -> str:
    """What there is a derivative of."""
    if not _learnt_biases(derivation):
        return "weight"
    return f"weight and {'threshold' if derivation.layers[0][0].has_threshold else 'bias'}"


def _learnt_biases(derivation: Derivation) -> bool:
    return bool(derivation.biases) and derivation.network.training.train_biases


def _headings(plan: Plan) -> list[str]:
    """The names of all columns; of a long row its beginning."""
    names = [_TEXT.symbol(name) for name in plan.layout.columns]
    return names if len(names) <= 60 else [*names[:60], "…"]
