"""Before and after the factors on sheet Explain: forward pass and update with numbers, as the walkthrough has them."""

from backprop.workbook.layout import WALKTHROUGH_SHEET, in_formula
from backprop.workbook.look import style
from backprop.workbook.sheets.explain.listing import Listing
from backprop.workbook.sheets.numbers import plain
from backprop.workbook.sheets.walkthrough.lines import NEXT, Line
from backprop.workbook.sheets.walkthrough.sheet import EQUALS, NAME, NUMBERS, RESULT, SYMBOLS, VALUE, Written

COLUMNS = (("B", NAME), ("C", SYMBOLS), ("D", NUMBERS), ("E", VALUE))  # here, and on sheet Walkthrough


def update_rows(written: Written | None) -> int:
    """How many rows the update takes, heading and a blank row with it."""
    return 0 if written is None else written.board.lines_a_parameter + 2


def forward_rows(written: Written | None) -> int:
    """How many rows the forward pass takes, with the heading and the blank row before it."""
    return 0 if written is None else len(_forward(written)) + 2


def add_update(listing: Listing, written: Written, row: int, number: str) -> None:
    """The update of the chosen parameter, the cell `number` its number among all."""
    words, count = listing.plan.words, written.board.lines_a_parameter
    style.section(listing.sheet[f"B{row}"], words("The step: what the derivative is for"))
    lines = written.board.sections[-1].lines
    first, last = written.rows[lines[0].key], written.rows[lines[-1].key]
    sheet = in_formula(words(WALKTHROUGH_SHEET))
    for offset in range(count):
        line = lines[offset]  # of the first parameter
        for here, there in COLUMNS:
            cells = f"{sheet}!${there}${first}:${there}${last}"
            formula = f"=INDEX({cells},({number}-1)*{count}+{offset + 1})"
            _put(listing, written, f"{here}{row + 1 + offset}", there, formula, line)


def add_forward(listing: Listing, written: Written, row: int) -> None:
    """The forward pass; of several samples that of the chosen one."""
    words, sheet = listing.plan.words, in_formula(listing.plan.words(WALKTHROUGH_SHEET))
    style.section(listing.sheet[f"B{row}"], words("Forward pass"))
    samples = [_forward(written, sample) for sample in range(1, listing.batch + 1)] or [_forward(written)]
    shown = listing.sample - 1 if listing.batch else 0
    for offset, lines in enumerate(zip(*samples, strict=True)):
        for here, there in COLUMNS:
            places = [f"{sheet}!{there}{written.rows[line.key]}" for line in lines]
            formula = f"=CHOOSE(explain_sample,{','.join(places)})" if len(places) > 1 else f"={places[0]}"
            _put(listing, written, f"{here}{row + 1 + offset}", there, formula, lines[shown])


def _forward(written: Written, sample: int | None = None) -> list[Line]:
    """The lines of the forward pass, of that sample or of the first."""
    sections = [section for section in written.board.sections if section.title == "Forward pass"]
    return list(sections[(sample or 1) - 1].lines)


def _put(listing: Listing, written: Written, cell: str, there: str, formula: str, line: Line) -> None:
    value = written.known[line.key]
    new = line.key.startswith(NEXT)
    texts: dict[str, float | str] = {
        NAME: listing.plan.words("new {name}", name=line.name) if new else line.name,
        SYMBOLS: line.symbols,
        NUMBERS: written.numbers.get(line.key, plain(value)),
        VALUE: value,
    }
    looks = {NAME: "General", SYMBOLS: EQUALS, NUMBERS: EQUALS, VALUE: RESULT}
    listing.put(cell, formula, texts[there], looks[there])
    if there == VALUE and new:
        listing.sheet[cell].font = style.BAND
