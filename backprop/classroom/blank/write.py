"""The file of an exercise: its sheets, put together and written with the values of all formulas."""

import io
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from openpyxl import Workbook
from PIL import Image

from backprop.classroom.blank.given import add_data, add_numbers
from backprop.classroom.blank.sheet_names import SELF_CHECK_SHEET, TASK_SHEET, table_sheets
from backprop.classroom.blank.table import add_empty, add_table
from backprop.classroom.blank.task import add_task
from backprop.classroom.levels import ASKED
from backprop.classroom.self_check.sheet import add_self_check
from backprop.derivation.derive import Derivation, Form
from backprop.epochs.columns import column_names
from backprop.epochs.trace import check_epochs, check_learning_rates
from backprop.errors import WorkbookError
from backprop.network.alike import kind_of
from backprop.workbook.layout import NETWORK_SHEET, SAMPLES_SHEET, formula_columns, network_sheet, rate_sheet
from backprop.workbook.plan import Build, Plan
from backprop.workbook.spool import Spool
from backprop.workbook.write import complete
from groundfloor.disk.workbook import save_workbook
from groundfloor.files import refuse_existing, writing
from groundfloor.words import ENGLISH

MOST_CELLS = 200_000  # to fill in; a sheet of more is no exercise
COLOURS = 64  # of the picture, which then takes a quarter of the bytes

_pictures: dict[object, bytes] = {}


def write_blank(
    derivation: Derivation,
    file: Path,
    level: int,
    rates: Sequence[float],
    epochs: int,
    form: Form = "closed",
    *,
    person: str = "",
    self_check: bool = False,
    force: bool = False,
) -> None:
    """Write the workbook of that level with cells to fill in, whole or not at all.

    `person` is who it is for, in a line. WorkbookError for a network or a number of epochs that is too large for an
    exercise, FileError where the file cannot be written.
    """
    if not force:
        refuse_existing(file)
    if file.suffix.lower() != ".xlsx":
        raise WorkbookError(f"{file}: a workbook's name ends in .xlsx")
    refuse_too_large(derivation, epochs, len(rates), form)
    rates = check_learning_rates(rates)
    if not ASKED[level].filled_down:
        epochs, derivation = 1, without_training(derivation)
    network, layout = network_sheet(derivation), rate_sheet(derivation, epochs, form)
    columns = formula_columns(derivation, network, layout, form)
    picture = _picture(derivation)
    with writing(file, force=force) as finished:
        spool = Spool(derivation, rates, epochs, form, finished.with_name("trace"))
        plan = Plan(derivation, form, network, layout, columns, spool, ENGLISH)
        built = _build(plan, picture, level, person, self_check)
        saved = finished.with_name("saved.xlsx")
        save_workbook(built.workbook, saved)
        complete(saved, finished, built, plan)


def refuse_too_large(derivation: Derivation, epochs: int, rates: int, form: Form) -> None:
    """WorkbookError for tables that nobody fills in, at whatever level."""
    check_epochs(epochs)
    rows, columns = epochs * derivation.network.steps, len(column_names(derivation, form)) + 1
    if rows * columns * rates > MOST_CELLS:
        raise WorkbookError(
            f"network '{derivation.network.name}': {rows:,} rows of {columns:,} columns for {rates} η are no exercise; "
            f"at most {MOST_CELLS:,} cells"
        )


def without_training(derivation: Derivation) -> Derivation:
    """The equations of one epoch that stands alone: forward pass, loss, derivatives."""
    return replace(derivation, schedule=(), states=(), updates=())


def _build(plan: Plan, picture: bytes, level: int, person: str, self_check: bool) -> Build:
    workbook = Workbook()
    workbook.properties.creator = "backprop"
    workbook.properties.title = f"Exercise: {plan.derivation.network.title}"
    result = Build(workbook, [])
    task = workbook.active
    task.title = TASK_SHEET
    add_numbers(workbook.create_sheet(NETWORK_SHEET), plan)
    if plan.derivation.network.samples > 1:
        add_data(result, workbook.create_sheet(SAMPLES_SHEET), plan)
    for number, name in enumerate(table_sheets(level, plan.rates)):
        sheet = workbook.create_sheet(name)
        if ASKED[level].table == "given":
            add_table(result, sheet, plan, number, level)
        else:
            add_empty(result, sheet, plan.rates[number])
    if self_check:
        add_self_check(result, workbook.create_sheet(SELF_CHECK_SHEET), plan, level)
    add_task(task, plan, picture, level, person, self_check)
    return result


def _picture(derivation: Derivation) -> bytes:
    """The network without numbers, the same for a whole class."""
    kind = (kind_of(derivation.network), derivation.network.notation)
    if kind not in _pictures:
        from backprop.printers.diagram import network_png  # matplotlib, a second

        reduced = io.BytesIO()
        Image.open(io.BytesIO(network_png(derivation))).convert("RGB").quantize(COLOURS).save(
            reduced, "PNG", optimize=True
        )
        _pictures[kind] = reduced.getvalue()
    return _pictures[kind]
