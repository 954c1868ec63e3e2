"""The last tables of sheet Explain, what can be chosen: parameters, with the numbers of their factors, and rates."""

from backprop.workbook.look import style
from backprop.workbook.sheets.explain.listing import INDENTED, ONE, Listing
from backprop.workbook.sheets.selection import rate_sheets, rows_of


def add_parameters(listing: Listing) -> None:
    """A row for each parameter: where it is, its derivative, and the numbers of the factors that its walk takes."""
    chain = listing.chain
    headings = ("parameter", "", "where it is", "in the epoch table", "chain rule")
    numbers = ("factor 1", "factor 2", "factor 3", "lines", *("delta", "times") * bool(listing.batch))
    listing.head("Parameters, and the numbers of the factors that each takes", headings + numbers)
    listing.spans["parameters"] = listing.row, listing.row + len(chain.parameters) - 1
    table = listing.plan.spool.row(0, 1)
    factors = listing.spans["factors"][0]
    for parameter in chain.parameters:
        row = listing.row
        style.label(listing.sheet[f"B{row}"], parameter.name)
        style.label(listing.sheet[f"D{row}"], parameter.place)
        style.label(listing.sheet[f"F{row}"], parameter.rule)
        listing.sheet[f"F{row}"].alignment = INDENTED
        derivative = parameter.derivative
        listing.put(f"E{row}", listing.from_table(derivative), table[derivative], style.SMALL)
        for letter, factor in zip("GHI", parameter.factors, strict=True):
            listing.put(f"{letter}{row}", *listing.number_of("factors", factors + factor))
        first = factors + parameter.factors[0]
        lines = f"=ROWS(B{first - parameter.paths}:B{first})" if parameter.paths else "=0"
        listing.put(f"J{row}", lines, parameter.paths + 1 if parameter.paths else 0)
        if listing.batch:
            for letter, name in (("K", parameter.delta), ("L", parameter.source or ONE)):
                listing.put(f"{letter}{row}", *listing.number_of("quantities", listing.cells[name]))
        listing.row += 1


def add_rates(listing: Listing) -> None:
    """A row for each sheet."""
    names = rate_sheets(listing.plan)
    listing.head("Learning rates", ("sheet", f"{listing.plan.derivation.counted}s"))
    listing.spans["rates"] = listing.row, listing.row + len(names) - 1
    for number, name in enumerate(names):
        style.label(listing.sheet[f"B{listing.row}"], name)
        listing.put(f"C{listing.row}", *rows_of(listing.plan, number))
        listing.row += 1
