"""Sheet layout: where each symbol lives. Pure; opens no workbook."""

from dataclasses import dataclass

from openpyxl.utils import get_column_letter, quote_sheetname

from backprop.derive import Derivation, Form, Stage
from backprop.errors import WorkbookError
from backprop.printers.excel import ExcelPrinter
from backprop.trace import column_names, format_rate

MAX_ROWS, MAX_COLUMNS, MAX_FORMULA = 1_048_576, 16_384, 8_192  # of a sheet, and characters of a formula

NETWORK_SHEET = "Network"
LOSS_SHEET = "Loss"


@dataclass(frozen=True, slots=True)
class Group:
    """Neighbouring columns under one heading."""

    title: str
    names: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class NetworkSheet:
    """The inputs of everything: `cells` gives the absolute address of each input, target and initial weight."""

    groups: tuple[Group, ...]  # stacked in columns B and C
    first_row: int
    cells: dict[str, str]

    def reference(self, name: str) -> str:
        """The cell from any other sheet: Network!$C$8."""
        return f"{NETWORK_SHEET}!{self.cells[name]}"


@dataclass(frozen=True, slots=True)
class RateSheet:
    """A learning rate's epoch table; the same on each of its sheets."""

    groups: tuple[Group, ...]
    columns: dict[str, str]  # quantity -> column letter; "epoch" first
    epochs: int

    eta_cell = "$C$2"
    group_row = 4
    header_row = 5
    first_row = 6

    @property
    def last_row(self) -> int:
        """Row of the last epoch."""
        return self.first_row + self.epochs - 1

    def cell(self, name: str, row: int | str) -> str:
        """The cell of a quantity; the learning rate stands in one cell, absolutely."""
        return self.eta_cell if name == "eta" else f"{self.columns[name]}{row}"

    def range(self, sheet: str, name: str) -> str:
        """All epochs of a quantity, from any sheet: 'η = 0.5'!$W$6:$W$105."""
        letter = self.columns[name]
        return f"{quote_sheetname(sheet)}!${letter}${self.first_row}:${letter}${self.last_row}"


def sheet_name(rate: float) -> str:
    """The name of a learning rate's sheet."""
    return f"η = {format_rate(rate)}"


def network_sheet(derivation: Derivation) -> NetworkSheet:
    """Inputs, targets and weights of each layer, stacked with a heading and a blank row each."""
    groups = [
        Group("Inputs", tuple(symbol.name for symbol in derivation.inputs)),
        Group("Targets", tuple(symbol.name for symbol in derivation.targets)),
        *(
            Group(f"Initial weights, {_layer_name(derivation, number)}", _weights(derivation, number))
            for number in range(len(derivation.layers))
        ),
    ]
    first_row = row = 4
    cells = {}
    for group in groups:
        for offset, name in enumerate(group.names, 1):
            cells[name] = f"$C${row + offset}"
        row += len(group.names) + 2
    return NetworkSheet(tuple(groups), first_row, cells)


def rate_sheet(derivation: Derivation, epochs: int, form: Form) -> RateSheet:
    """The columns of an epoch table; WorkbookError where a sheet cannot hold it."""
    fit = MAX_ROWS - RateSheet.first_row + 1
    if epochs > fit:
        raise WorkbookError(f"epochs: {epochs:,}; a sheet of {MAX_ROWS:,} rows holds at most {fit:,}")
    groups = [
        Group("", ("epoch",)),
        Group("Targets", tuple(symbol.name for symbol in derivation.targets)),
        Group("Inputs", tuple(symbol.name for symbol in derivation.inputs)),
    ]
    for number, layer in enumerate(derivation.layers):
        groups.append(Group("Weights", _weights(derivation, number)))
        neurons = tuple(symbol.name for neuron in layer for symbol in (neuron.z, neuron.a))
        groups.append(Group(_layer_name(derivation, number).capitalize(), neurons))
    groups.append(Group("Loss", tuple(equation.target.name for equation in derivation.loss)))
    if form == "steps":
        groups.append(Group("Deltas", tuple(equation.target.name for equation in derivation.deltas)))
    groups.append(Group("Gradient", tuple(equation.target.name for equation in derivation.gradient)))

    names = ("epoch", *column_names(derivation, form))
    if len(names) > MAX_COLUMNS:
        raise WorkbookError(
            f"network '{derivation.network.name}': {len(names):,} columns; a sheet holds at most {MAX_COLUMNS:,}"
        )
    columns = {name: get_column_letter(number) for number, name in enumerate(names, 1)}
    return RateSheet(tuple(groups), columns, epochs)


def row_formulas(derivation: Derivation, layout: RateSheet, form: Form) -> dict[str, str]:
    """Each computed column's formula with {row} and {previous} for row numbers; updates read the previous row."""
    this_row = ExcelPrinter(lambda name: layout.cell(name, "{row}"))
    previous = ExcelPrinter(lambda name: layout.cell(name, "{previous}"))
    formulas = {}
    for equation in derivation.equations(form):
        printer = previous if equation.stage is Stage.UPDATE else this_row
        formula = printer.equation(equation)
        length = len(formula.format(row=layout.last_row, previous=layout.last_row))
        if length > MAX_FORMULA:
            raise WorkbookError(
                f"network '{derivation.network.name}': the formula of {equation.target} has {length:,} characters, "
                f"Excel takes {MAX_FORMULA:,}" + ("; use --form steps" if form == "closed" else "")
            )
        formulas[equation.target.name] = formula
    return formulas


def _weights(derivation: Derivation, number: int) -> tuple[str, ...]:
    return tuple(weight.name for neuron in derivation.layers[number] for weight in neuron.weights)


def _layer_name(derivation: Derivation, number: int) -> str:
    if number == len(derivation.layers) - 1:
        return "output layer"
    return "hidden layer" if len(derivation.layers) == 2 else f"hidden layer {number + 1}"
