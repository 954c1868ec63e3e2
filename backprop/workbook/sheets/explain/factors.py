"""The table of every factor on sheet Explain: a row for each line of the chain rule, from the output back."""

from functools import reduce
from operator import add

from openpyxl.styles import Alignment
from sympy import Expr, Integer, Symbol

from backprop.printers.excel import ExcelPrinter
from backprop.printers.text import TextPrinter
from backprop.workbook.look import style
from backprop.workbook.sheets.explain.chain import MOST_TERMS, NONE, Line
from backprop.workbook.sheets.explain.listing import FEWER, INDENTED, Listing, Row
from backprop.workbook.sheets.numbers import evaluate, fixed, with_numbers

_TEXT = TextPrinter()


def add_factors(listing: Listing) -> None:
    """The lines, each over the numbers above and over earlier lines."""
    listing.head(
        "Every factor, from the output back",
        ("factor", "in symbols", "with numbers", "value", "in words", "as text"),
    )
    start = listing.row
    listing.spans["factors"] = start, start + len(listing.chain.lines) - 1
    listing.lines |= {line.name: start + number for number, line in enumerate(listing.chain.lines)}
    for line in listing.chain.lines:
        row = _add_line(listing, line, start)
        listing.texts[line.name] = row.text
        listing.rows.append(row)
        listing.row += 1


def _add_line(listing: Listing, line: Line, start: int) -> Row:
    """A row; `start` is the first of the table."""
    value: float | str
    if line.added is not None:
        symbols, numbers, value = _add_sum(listing, line.added, start)
    elif line.expression is not None:
        symbols, numbers, value = _add_expression(listing, line.expression)
    else:
        symbols = numbers = value = NONE
        for letter in "DE":
            style.label(listing.sheet[f"{letter}{listing.row}"], NONE)
        listing.sheet[f"E{listing.row}"].alignment = Alignment(horizontal="right")
    name = _TEXT.symbol(line.name)
    style.label(listing.sheet[f"B{listing.row}"], name)
    style.label(listing.sheet[f"C{listing.row}"], symbols)
    words = _add_words(listing, line, start)
    if isinstance(value, float):
        listing.known[line.name] = value
    return Row(name, symbols, numbers, value, words, _add_text(listing, line, numbers))


def _add_sum(listing: Listing, added: range, start: int) -> tuple[str, str, float]:
    """The sum of the lines of those numbers: in symbols, with numbers (of many the first few terms), its value."""
    terms = [listing.rows[number] for number in added]
    shown = terms if len(terms) <= MOST_TERMS else terms[: MOST_TERMS - 1]
    more = " + …" * (len(terms) > len(shown))
    numbers = " + ".join(term.text for term in shown) + more
    cells = [f"G{start + number}" for number in added[: len(shown)]]
    listing.put(f"D{listing.row}", "=" + '&" + "&'.join(cells) + f'&"{more}"' * bool(more), numbers)
    value = reduce(add, (float(term.value) for term in terms))
    listing.put(f"E{listing.row}", f"=SUM(E{start + added[0]}:E{start + added[-1]})", value, style.SMALL)
    return " + ".join(term.symbols for term in shown) + more, numbers, value


def _add_expression(listing: Listing, expression: Expr) -> tuple[str, str, float]:
    """An expression: in symbols, with numbers, its value."""
    formula, numbers = _with_numbers(listing, expression)
    if formula is None:
        style.label(listing.sheet[f"D{listing.row}"], numbers)
    else:
        listing.put(f"D{listing.row}", formula, numbers)
    value = evaluate(expression, listing.known)
    printed = ExcelPrinter(lambda name: f"E{listing.place(name)}").doprint(expression)
    listing.put(f"E{listing.row}", f"={printed}", value, style.SMALL)
    return str(_TEXT.doprint(expression)), numbers, value


def _add_words(listing: Listing, line: Line, start: int) -> str:
    """What the line says; of a path, the formula of the delta that it passes."""
    row, words = listing.row, line.words
    if line.formula_of is not None:
        delta, delta_row = listing.rows[line.formula_of], start + line.formula_of
        words = f"{delta.name} = {delta.symbols} = {delta.numbers}"
        listing.put(f"F{row}", f'=B{delta_row}&" = "&C{delta_row}&" = "&D{delta_row}', words)
    else:
        style.label(listing.sheet[f"F{row}"], words)
    listing.sheet[f"F{row}"].alignment = INDENTED
    return words


def _add_text(listing: Listing, line: Line, numbers: str) -> str:
    """Column G: the value as text."""
    if isinstance(line.expression, Symbol):
        text = listing.texts[line.expression.name]
        listing.put(f"G{listing.row}", f"=G{listing.place(line.expression.name)}", text)
        return text
    if isinstance(line.expression, Integer) or line.expression is line.added is None:
        style.label(listing.sheet[f"G{listing.row}"], numbers)
        return numbers
    return listing.put_text(line.name, listing.row, style.SMALL)


def _with_numbers(listing: Listing, expression: Expr) -> tuple[str | None, str]:
    """The expression with the numbers of that epoch for its symbols."""

    def shown(name: str, alone: bool) -> tuple[str, str]:
        row = listing.place(name)
        if alone:
            return f"FIXED(E{row},{FEWER},TRUE)", fixed(listing.known[name], FEWER)
        return f"G{row}", listing.texts[name]

    return with_numbers(expression, shown)
