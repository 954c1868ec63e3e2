"""The first table of sheet Explain: the numbers of the chosen epoch that factors are made of, each sample's too."""

from collections.abc import Callable

from sympy import Expr

from backprop.derivation.equation import sample_name
from backprop.printers.excel import ExcelPrinter
from backprop.printers.text import TextPrinter
from backprop.workbook.look import style
from backprop.workbook.sheets.explain.listing import ONE, Listing
from backprop.workbook.sheets.meanings import meanings
from backprop.workbook.sheets.numbers import evaluate

_TEXT = TextPrinter()


def add_quantities(listing: Listing) -> None:
    """A row for each quantity; where an epoch has several samples, their values and deltas in a column for each."""
    derivation, layout = listing.plan.derivation, listing.plan.layout
    table = listing.plan.spool.row(0, 1)
    names = listing.chain.quantities(layout)
    headings = ("name", "what it is", "", "value", "", "as text", *listing.sample_headings)
    listing.head("Numbers of that epoch", headings)
    explained = meanings(derivation, listing.plan.words)
    start = listing.row
    listing.samples = [{} for _ in range(listing.batch)]
    for name in names:
        row = _add_name(listing, name, _TEXT.symbol(name), explained[name])
        shown = style.number_format(name)
        if name in derivation.per_sample:
            for number, letter in enumerate(listing.sample_columns, 1):
                column = sample_name(name, number)
                listing.put(f"{letter}{row}", listing.from_table(column), table[column], shown)
                listing.samples[number - 1][name] = table[column]
            _put_chosen(listing, name, shown)
        else:
            listing.put(f"E{row}", listing.from_table(name), table[name], shown)
            listing.known[name] = table[name]
            for values in listing.samples:
                values[name] = table[name]
        listing.put_text(name, row, shown)
        listing.row += 1
    if listing.batch:
        _add_deltas(listing)
        _add_sums_of_deltas(listing)
        _add_one(listing)
    listing.spans["quantities"] = start, listing.row - 1


def _add_name(listing: Listing, name: str, symbol: str, meaning: str = "") -> int:
    """The name of the next row and what it is; the row."""
    row = listing.cells[name] = listing.row
    style.label(listing.sheet[f"B{row}"], symbol)
    if meaning:
        style.label(listing.sheet[f"C{row}"], meaning)
    return row


def _add_deltas(listing: Listing) -> None:
    """The delta of each neuron that is listed, for every sample."""
    for equation in listing.plan.derivation.deltas:
        name = equation.target.name
        if name in listing.chain.deltas:
            _add_of_samples(listing, name, equation.expression, "derivative of the loss by the sum")
            _put_chosen(listing, name, style.SMALL)


def _add_sums_of_deltas(listing: Listing) -> None:
    """What stands for the delta of a parameter that several neurons share, or of a threshold."""
    for parameter in listing.chain.parameters:
        if parameter.sum is not None:
            meaning = "added up over where it is used" if parameter.paths else "a threshold is taken off"
            _add_of_samples(listing, parameter.delta, parameter.sum, meaning)


def _add_of_samples(listing: Listing, name: str, expression: Expr, meaning: str) -> None:
    """A row of what is computed here, from the rows above it, for every sample."""
    per_sample = {*listing.plan.derivation.per_sample, *listing.chain.deltas}

    def locate(letter: str) -> Callable[[str], str]:
        return lambda name: f"{letter if name in per_sample else '$E'}{listing.cells[name]}"

    row = _add_name(listing, name, _TEXT.symbol(name), meaning)
    for letter, values in zip(listing.sample_columns, listing.samples, strict=True):
        values[name] = evaluate(expression, values)
        listing.put(f"{letter}{row}", f"={ExcelPrinter(locate(letter)).doprint(expression)}", values[name], style.SMALL)
    listing.row += 1


def _add_one(listing: Listing) -> None:
    """The 1 of a bias, for every sample."""
    if all(parameter.source is not None for parameter in listing.chain.parameters):
        return
    row = _add_name(listing, ONE, ONE, "what a bias is multiplied by")
    for letter, values in zip(listing.sample_columns, listing.samples, strict=True):
        values[ONE] = 1.0
        listing.put(f"{letter}{row}", "=1", 1, style.EXACT)
    listing.row += 1


def _put_chosen(listing: Listing, name: str, shown: str) -> None:
    """The value of the chosen sample, from the columns of all."""
    row, letters = listing.cells[name], listing.sample_columns
    value = listing.known[name] = listing.samples[listing.sample - 1][name]
    listing.put(f"E{row}", f"=INDEX({letters[0]}{row}:{letters[-1]}{row},explain_sample)", value, shown)
