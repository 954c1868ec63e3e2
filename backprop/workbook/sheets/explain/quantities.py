"""The first table of sheet Explain: the numbers of the chosen epoch that factors are made of, each sample's too."""

from collections.abc import Callable
from functools import reduce
from operator import add

from backprop.derivation.equation import sample_name
from backprop.printers.excel import ExcelPrinter
from backprop.printers.text import TextPrinter
from backprop.workbook import style
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
    derivation = listing.plan.derivation

    def locate(letter: str) -> Callable[[str], str]:
        per_sample = derivation.per_sample
        return lambda name: f"{letter if name in per_sample else '$E'}{listing.cells[name]}"

    for equation in derivation.deltas:
        name = equation.target.name
        if name not in listing.chain.deltas:
            continue
        row = _add_name(listing, name, _TEXT.symbol(name), "derivative of the loss by the sum")
        for letter, values in zip(listing.sample_columns, listing.samples, strict=True):
            values[name] = evaluate(equation.expression, values)
            listing.put(f"{letter}{row}", ExcelPrinter(locate(letter)).equation(equation), values[name], style.SMALL)
        _put_chosen(listing, name, style.SMALL)
        listing.row += 1


def _add_sums_of_deltas(listing: Listing) -> None:
    """The sum of a layer's deltas, for every sample, where its neurons share a bias."""
    for parameter in listing.chain.parameters:
        if len(parameter.deltas) < 2:
            continue
        name = parameter.sum_of_deltas
        row = _add_name(listing, name, "Σ δ")
        first, last = listing.cells[parameter.deltas[0]], listing.cells[parameter.deltas[-1]]
        for letter, values in zip(listing.sample_columns, listing.samples, strict=True):
            values[name] = reduce(add, (values[delta] for delta in parameter.deltas))
            listing.put(f"{letter}{row}", f"=SUM({letter}{first}:{letter}{last})", values[name], style.SMALL)
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
