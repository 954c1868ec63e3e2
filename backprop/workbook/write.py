"""The file: what openpyxl saves, with epoch rows streamed in and cached values beside every formula."""

import re
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path, PurePosixPath
from typing import IO, Any, Literal
from zipfile import ZIP64_LIMIT, ZIP_DEFLATED, ZipFile

import numpy as np
from isal import isal_zlib
from numpy.typing import NDArray
from openpyxl import Workbook

from backprop.derivation.derive import Derivation, Form
from backprop.epochs.trace import DEFAULT_EPOCHS, DEFAULT_LEARNING_RATES, check_epochs, check_learning_rates
from backprop.errors import WorkbookError
from backprop.workbook.layout import (
    EPOCHS_SHEET,
    EXPLAIN_SHEET,
    LOSS_SHEET,
    NETWORK_SHEET,
    SAMPLES_SHEET,
    WALKTHROUGH_SHEET,
    formula_columns,
    in_formula,
    network_sheet,
    rate_sheet,
    sheet_name,
)
from backprop.workbook.look.charts import fill_caches
from backprop.workbook.look.shapes import drawing_xml, relations_xml, with_content_type, with_drawing
from backprop.workbook.matrix.layout import MatrixSheet, matrix_sheet
from backprop.workbook.matrix.sheet import add_matrices, matrix_columns
from backprop.workbook.notes import heading_notes
from backprop.workbook.parts import part_content, part_name
from backprop.workbook.plan import Build, Plan
from backprop.workbook.rows import Streamed
from backprop.workbook.sheets.check.sheet import add_check
from backprop.workbook.sheets.contents import contents
from backprop.workbook.sheets.epochs import add_epochs
from backprop.workbook.sheets.explain.listing import RATE_CELL
from backprop.workbook.sheets.explain.sheet import add_explain
from backprop.workbook.sheets.headings import column_styles
from backprop.workbook.sheets.loss import add_loss, loss_ranges
from backprop.workbook.sheets.network.sheet import add_network
from backprop.workbook.sheets.rate import add_rate
from backprop.workbook.sheets.samples import add_samples
from backprop.workbook.sheets.walkthrough.lines import lay_out
from backprop.workbook.sheets.walkthrough.sheet import add_walkthrough
from backprop.workbook.spool import Spool
from backprop.workbook.translation import translate
from groundfloor.cached_values import fill_cached
from groundfloor.disk.workbook import save_workbook
from groundfloor.files import refuse_existing, writing
from groundfloor.words import ENGLISH, Words

LINES_PART = "drawing0.xml"  # the picture of the network has lines, no other sheet
DEFLATE = 2  # zlib's level, of small parts: 7 % smaller than 1 for 10 % more time
RAW = -15  # deflate as zip has it: a window of 2^15 bytes, no header

Progress = Callable[[int], None]  # called with the number of rows just written


def write_workbook(
    derivation: Derivation,
    file: Path,
    learning_rates: Sequence[float] = DEFAULT_LEARNING_RATES,
    epochs: int = DEFAULT_EPOCHS,
    form: Form | Literal["matrix"] = "closed",
    force: bool = False,
    progress: Progress | None = None,
    words: Words = ENGLISH,
) -> None:
    """Write the workbook whole or not at all.

    An existing file is replaced only with `force`. WorkbookError for a network or a number of epochs that a sheet
    cannot hold, FileError for a file that cannot be written, TraceError for learning rates.
    """
    if not force:
        refuse_existing(file)
    if file.suffix.lower() != ".xlsx":
        raise WorkbookError(f"{file}: a workbook's name ends in .xlsx")
    rates = check_learning_rates(learning_rates)
    check_epochs(epochs)
    written: Form = "steps" if form == "matrix" else form
    network, layout = network_sheet(derivation, words), rate_sheet(derivation, epochs, written)
    if form == "matrix":
        layout = matrix_sheet(derivation, layout)
        columns = matrix_columns(derivation, network, layout)
    else:
        columns = formula_columns(derivation, network, layout, written)
    with writing(file, force=force) as finished:
        spool = Spool(derivation, rates, epochs, written, finished.with_name("trace"))
        plan = Plan(derivation, written, network, layout, columns, spool, words)
        saved = finished.with_name("saved.xlsx")
        built = build(plan)
        save_workbook(built.workbook, saved)
        complete(saved, finished, built, plan, progress)


def build(plan: Plan) -> Build:
    """Every sheet but its epoch rows."""
    workbook = Workbook()
    workbook.properties.creator = "backprop"
    workbook.properties.title = f"Backpropagation: {plan.derivation.network.title}"
    first = workbook.active
    in_matrices = isinstance(plan.layout, MatrixSheet)
    result = Build(workbook, [] if in_matrices else column_styles(first, plan))
    first.title = plan.words(NETWORK_SHEET)
    if plan.derivation.network.samples > 1:
        add_samples(result, workbook.create_sheet(plan.words(SAMPLES_SHEET)), plan)
    notes = {} if in_matrices else heading_notes(plan)
    for number, rate in enumerate(plan.rates):
        sheet = workbook.create_sheet(sheet_name(rate))
        if isinstance(plan.layout, MatrixSheet):
            add_matrices(result, sheet, plan, plan.layout, number)
        else:
            add_rate(result, sheet, plan, number, notes)
    if plan.derivation.takes_turns:
        add_epochs(result, workbook.create_sheet(plan.words(EPOCHS_SHEET)), plan)
    add_loss(result, workbook.create_sheet(plan.words(LOSS_SHEET)), plan)
    board = lay_out(plan.derivation)
    explain = workbook.create_sheet(plan.words(EXPLAIN_SHEET))
    written = None
    if board is not None:
        walkthrough = workbook.create_sheet(plan.words(WALKTHROUGH_SHEET))
        written = add_walkthrough(result, walkthrough, plan, board, f"{in_formula(explain.title)}!{RATE_CELL}")
    add_explain(result, explain, plan, written)
    add_check(result, plan)
    add_network(result, first, plan, {name: contents(plan, name) for name in workbook.sheetnames[1:]})
    if plan.words is not ENGLISH:
        translate(result, plan.words)
    return result


def complete(saved: Path, finished: Path, built: Build, plan: Plan, progress: Progress | None = None) -> None:
    """Copy part by part, with rows, cached values and chart caches filled in."""
    titles = {f"xl/worksheets/sheet{number}.xml": name for number, name in enumerate(built.workbook.sheetnames, 1)}
    ranges = _chart_numbers(plan)
    lines = {part: built.lines[title] for part, title in titles.items() if title in built.lines}
    with ZipFile(saved) as source, ZipFile(finished, "w", ZIP_DEFLATED, compresslevel=DEFLATE) as target:
        for part in source.namelist():
            content = source.read(part)
            title = titles.get(part)
            if title is not None:
                content = fill_cached(content, built.cached.get(title, {}))
            if part in lines:
                content = with_drawing(content)
                _put(target, f"xl/worksheets/_rels/{PurePosixPath(part).name}.rels", relations_xml(LINES_PART))
                _put(target, f"xl/drawings/{LINES_PART}", drawing_xml(lines[part]))
            if part == "[Content_Types].xml" and lines:
                content = with_content_type(content, LINES_PART)
            streamed = built.streamed.get(title or "")
            if streamed is not None:
                head, tail = _around_rows(content, streamed)
                with target.open(part, "w", force_zip64=len(content) + streamed.most_bytes > ZIP64_LIMIT) as stream:
                    # No public way lets zipfile deflate by another library, and zlib took most of a long table's time.
                    stream._compressor = isal_zlib.compressobj(1, isal_zlib.DEFLATED, RAW)  # type: ignore[attr-defined]
                    stream.write(head)
                    _stream(streamed.blocks(), stream, progress)
                    stream.write(tail)
                continue
            if part.startswith("xl/charts/chart"):
                content = fill_caches(content.decode(), ranges, built.labels).encode()
            _put(target, part_name(part), part_content(part, content))


def _put(target: ZipFile, part: str, content: bytes) -> None:
    """A part dated 1980, as zip does, so that the same workbook has the same bytes; writestr would date it today."""
    with target.open(part, "w") as stream:
        stream.write(content)


def _stream(blocks: Iterable[tuple[int, str]], stream: IO[bytes], progress: Progress | None) -> None:
    """Compress each block in a thread while the text of the next is made: zlib leaves Python free."""
    with ThreadPoolExecutor(1) as compressor:
        writing = compressor.submit(stream.write, b"")
        for count, rows in blocks:
            text = rows.encode()
            writing.result()
            writing = compressor.submit(stream.write, text)
            if progress:
                progress(count)
        writing.result()


def _chart_numbers(plan: Plan) -> dict[str, NDArray[Any]]:
    numbers: dict[str, NDArray[Any]] = {}
    for number, losses in enumerate(plan.spool.losses):
        epochs, of_each = loss_ranges(plan, number)
        numbers |= {epochs: np.arange(1, len(losses) + 1), of_each: losses}
    return numbers


def _around_rows(sheet_xml: bytes, streamed: Streamed) -> tuple[bytes, bytes]:
    """The sheet before and after the place of the streamed rows, its dimension grown to hold them."""
    table = streamed.table
    last = f"{list(table.columns.values())[-1]}{table.last_row + bool(streamed.after)}"
    grown = re.sub(rb'<dimension ref="[^"]*"', f'<dimension ref="A1:{last}"'.encode(), sheet_xml)
    head, mark, tail = grown.partition(b"</sheetData>")
    return head, streamed.after.encode() + mark + tail
