"""Sheet layout: where each symbol lives. Pure; opens no workbook."""

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Self

from openpyxl.utils import get_column_letter, quote_sheetname

from backprop.derivation.derive import Derivation, Form
from backprop.derivation.equation import BATCH, EPOCH, EPOCH_LOSS, STEP, TOTAL_LOSS, Equation, Stage, sample_name
from backprop.epochs.columns import Group, groups, layer_name
from backprop.epochs.trace import format_rate
from backprop.errors import WorkbookError
from backprop.printers.excel import ExcelPrinter
from backprop.spreadsheet.formula import MAX_CHARACTERS, MAX_DEPTH
from backprop.spreadsheet.limits import LAST_COLUMN, LAST_ROW
from groundfloor.words import ENGLISH, Words

NETWORK_SHEET = "Network"
SAMPLES_SHEET = "Samples"
EPOCHS_SHEET = "Epochs"
LOSS_SHEET = "Loss"
EXPLAIN_SHEET = "Explain"
WALKTHROUGH_SHEET = "Walkthrough"
CHECK_SHEET = "Check"
FIRST_CONSTANT = 12  # column L of an epoch table's sheet


COUNTED_FROM = "=1"  # in the first row, where it stands as a number


@dataclass(frozen=True, slots=True)
class NetworkSheet:
    """The inputs of everything: `cells` gives the absolute address, with its sheet, of each number one may change."""

    groups: tuple[Group, ...]  # stacked in columns B and C
    first_row: int
    cells: dict[str, str]
    columns: dict[str, str]  # of several samples: the range of an input or target on sheet Samples

    def reference(self, name: str) -> str:
        """The cell from any other sheet: Network!$C$8."""
        return self.cells[name]


@dataclass(frozen=True, slots=True)
class RateSheet:
    """A learning rate's epoch table; the same on each of its sheets."""

    groups: tuple[Group, ...]
    columns: dict[str, str]  # quantity -> column letter; "epoch" first
    rows: int  # epochs, or the steps of all
    constants: dict[str, str]  # eta and the constants of the training -> absolute cell above the table
    steps: int = 1  # rows of an epoch

    eta_cell = "$C$2"
    group_row = 4
    header_row = 5
    first_row = 6

    @property
    def last_row(self) -> int:
        """Of the table."""
        return self.first_row + self.rows - 1

    def cut(self, rows: int) -> Self:
        """The table with fewer rows, where the training diverged."""
        return replace(self, rows=rows)

    def cell(self, name: str, row: int | str) -> str:
        """The cell of a quantity; a constant stands in one cell, absolutely."""
        return self.constants.get(name) or f"{self.columns[name]}{row}"

    def filled(self, formula: str, row: int) -> str:
        """The formula of a template, in that row."""
        return formula.format(row=row, previous=row - 1)

    def place(self, name: str, row: str) -> str:  # noqa: ARG002 - another layout asks for it
        """Where in the range of a quantity its row of that number is, as a formula."""
        return row

    def range(self, sheet: str, name: str) -> str:
        """All rows of a quantity, from any sheet: 'η = 0.5'!$W$6:$W$105."""
        letter = self.columns[name]
        return f"{quote_sheetname(sheet)}!${letter}${self.first_row}:${letter}${self.last_row}"


@dataclass(frozen=True, slots=True)
class Column:
    """The formulas of a column, with {row} and {previous} for row numbers.

    `first` stands in the first row and `filled` in all below; a shared formula is one that is filled down.
    """

    first: str
    filled: str


def relative(cell: str) -> str:
    """The cell without the $ that fix its row and column."""
    return cell.replace("$", "")


def sheet_name(rate: float) -> str:
    """The name of a learning rate's sheet."""
    return f"η = {format_rate(rate)}"


def in_formula(name: str) -> str:
    """The name of a sheet as a reference writes it: in quotes unless it is a plain word."""
    return name if re.fullmatch(r"[A-Za-z]+", name) else quote_sheetname(name)


def network_sheet(derivation: Derivation, words: Words = ENGLISH) -> NetworkSheet:
    """Inputs, targets, weights of each layer and constants of the training, stacked with a heading and a blank row."""
    network = derivation.network
    network_name, samples_name = in_formula(words(NETWORK_SHEET)), in_formula(words(SAMPLES_SHEET))
    stacked = []
    if network.samples == 1:
        stacked = [
            Group("Inputs", tuple(symbol.name for symbol in derivation.inputs)),
            Group("Targets", tuple(symbol.name for symbol in derivation.targets)),
        ]
    for number in range(len(derivation.layers)):
        weights, biases = derivation.new_in(number)
        names = tuple(symbol.name for symbol in (*weights, *biases))
        contents = "weights, biases" if biases else "weights"
        stacked.append(Group(f"{layer_name(derivation, number).capitalize()}: {contents}", names))
    if constants := tuple(network.training.constants(1)):
        stacked.append(Group("Training", constants))
    first_row = row = 4
    cells = {}
    stacked = [group for group in stacked if group.names]
    for group in stacked:
        for offset, name in enumerate(group.names, 1):
            cells[name] = f"{network_name}!$C${row + offset}"
        row += len(group.names) + 2
    columns = {}
    if network.samples > 1:  # a row for each sample, from row 5, its number in column B
        for number, symbol in enumerate(derivation.inputs + derivation.targets, 3):
            letter = get_column_letter(number)
            columns[symbol.name] = f"{samples_name}!${letter}$5:${letter}${4 + network.samples}"
            for sample in range(1, network.samples + 1):
                cells[sample_name(symbol.name, sample)] = f"{samples_name}!${letter}${4 + sample}"
    return NetworkSheet(tuple(stacked), first_row, cells, columns)


def rate_sheet(derivation: Derivation, epochs: int, form: Form) -> RateSheet:
    """The columns of an epoch table; WorkbookError where a sheet cannot hold it."""
    steps = derivation.network.steps
    most = (LAST_ROW - RateSheet.first_row + 1) // steps
    if epochs > most:
        each = f", {steps:,} for each epoch," if steps > 1 else ""
        raise WorkbookError(f"epochs: {epochs:,}; a sheet of {LAST_ROW:,} rows{each} holds at most {most:,}")
    grouped = (Group("", (EPOCH,)), *groups(derivation, form))
    names = [name for group in grouped for name in group.names]
    if len(names) > LAST_COLUMN:
        raise WorkbookError(
            f"network '{derivation.network.name}': {len(names):,} columns; a sheet holds at most {LAST_COLUMN:,}"
        )
    columns = {name: get_column_letter(number) for number, name in enumerate(names, 1)}
    constants = {"eta": RateSheet.eta_cell}
    for number, name in enumerate(derivation.network.constants(epochs)):
        constants[name] = f"${get_column_letter(FIRST_CONSTANT + 2 * number)}$2"  # its name on the left
    return RateSheet(grouped, columns, epochs * steps, constants, steps)


def formula_columns(derivation: Derivation, network: NetworkSheet, layout: RateSheet, form: Form) -> dict[str, Column]:
    """The formulas of every column, in the order of the columns; WorkbookError where Excel would not take one."""
    columns = _counts(derivation, layout) | _given(derivation, network, layout)
    for equation in derivation.equations(form):
        columns |= computed(derivation, network, layout, equation)
    for name, column in columns.items():
        _refuse_beyond_excel(derivation, layout, name, column.filled, form)
    return {name: columns[name] for name in layout.columns if name in columns}


def _counts(derivation: Derivation, layout: RateSheet) -> dict[str, Column]:
    """The number of each row and, where an epoch has several, of its epoch and its turn, and the mean loss so far."""
    counted = derivation.counted
    columns = {counted: Column(COUNTED_FROM, f"={layout.cell(counted, '{previous}')}+1")}
    if derivation.takes_turns:
        steps, turn = derivation.network.steps, layout.cell(derivation.turn, "{row}")
        columns[EPOCH] = _same(f"=INT(({layout.cell(STEP, '{row}')}-1)/{steps})+1")
        columns[derivation.turn] = _same(f"=MOD({layout.cell(STEP, '{row}')}-1,{steps})+1")
        loss, before = layout.cell(TOTAL_LOSS, "{row}"), layout.cell(EPOCH_LOSS, "{previous}")
        columns[EPOCH_LOSS] = Column(f"={loss}", f"=(({turn}-1)*{before}+{loss})/{turn}")
    return columns


def _same(formula: str) -> Column:
    """A column whose first row is as all others."""
    return Column(formula, formula)


def _given(derivation: Derivation, network: NetworkSheet, layout: RateSheet) -> dict[str, Column]:
    """What is not computed: data of the samples, parameters that are not trained."""
    columns = {}
    for symbol in derivation.inputs + derivation.targets:
        for sample, name in enumerate(_columns_of(derivation, symbol.name), 1):
            if derivation.takes_turns:
                place = _place(derivation, layout, sample)
                columns[name] = _same(f"=INDEX({network.columns[symbol.name]},{place})")
            else:
                columns[name] = _same(f"={network.reference(name)}")
    for symbol in derivation.parameters:
        columns[symbol.name] = _same(f"={network.reference(symbol.name)}")
    return columns


def _place(derivation: Derivation, layout: RateSheet, sample: int) -> str:
    """The number among all samples of the one that stands at that place in a row's batch."""
    turn = layout.cell(derivation.turn, "{row}")
    return f"({turn}-1)*{derivation.network.batch}+{sample}" if derivation.turn == BATCH else turn


def computed(derivation: Derivation, network: NetworkSheet, layout: RateSheet, equation: Equation) -> dict[str, Column]:
    """The formulas of what an equation computes: one column, or one for each sample."""
    name = equation.target.name
    if equation.stage is Stage.UPDATE:
        formula = printer(derivation, layout, "{previous}").equation(equation)
        return {name: Column(f"={network.reference(name)}", formula)}
    if equation.stage is Stage.STATE:
        first = printer(derivation, layout, "{row}", started=False).equation(equation)
        return {name: Column(first, printer(derivation, layout, "{row}").equation(equation))}
    columns = {}
    for sample, column in enumerate(_columns_of(derivation, name), 1):
        formula = printer(derivation, layout, "{row}", sample=sample).equation(equation)
        columns[column] = _same(formula)
    return columns


def printer(derivation: Derivation, layout: RateSheet, row: str, sample: int = 1, started: bool = True) -> ExcelPrinter:
    """Prints equations of one row of the table, of one of its samples; before training starts, states are 0."""

    def locate(sample: int) -> Callable[[str], str]:
        def cell(name: str) -> str:
            if name.startswith("previous "):
                return layout.cell(name.removeprefix("previous "), "{previous}") if started else "0"
            return layout.cell(sample_name(name, sample) if name in per_sample else name, row)

        return cell

    per_sample = derivation.per_sample
    samples = range(1, derivation.network.batch + 1) if per_sample else ()
    return ExcelPrinter(locate(sample), [locate(sample) for sample in samples])


def _columns_of(derivation: Derivation, name: str) -> list[str]:
    """The columns of a quantity: one, or one for each sample."""
    if name not in derivation.per_sample:
        return [name]
    return [sample_name(name, sample) for sample in range(1, derivation.network.batch + 1)]


def _refuse_beyond_excel(derivation: Derivation, layout: RateSheet, name: str, formula: str, form: Form) -> None:
    advice = "; use --form steps" if form == "closed" else ""
    length = len(layout.filled(formula, layout.last_row))
    if length > MAX_CHARACTERS:
        raise WorkbookError(
            f"network '{derivation.network.name}': the formula of {name} has {length:,} characters, "
            f"Excel takes {MAX_CHARACTERS:,}{advice}"
        )
    depth = deepest = 0
    for character in formula:
        depth += (character == "(") - (character == ")")
        deepest = max(deepest, depth)
    if deepest > MAX_DEPTH:
        raise WorkbookError(
            f"network '{derivation.network.name}': the formula of {name} nests {deepest} levels, "
            f"Excel takes {MAX_DEPTH}{advice}"
        )
