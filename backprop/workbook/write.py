"""The file: what openpyxl saves, with epoch rows streamed in and cached values beside every formula."""

import re
import tempfile
from collections.abc import Callable, Mapping, Sequence
from itertools import islice
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from lxml import etree

from backprop.derive import TOTAL_LOSS, Derivation, Form
from backprop.errors import WorkbookError
from backprop.trace import DEFAULT_EPOCHS, DEFAULT_LEARNING_RATES, Trace, run_trace
from backprop.workbook.charts import fill_caches
from backprop.workbook.layout import NetworkSheet, RateSheet, network_sheet, rate_sheet, row_formulas, sheet_name
from backprop.workbook.rows import epoch_rows
from backprop.workbook.sheets import Build, build

_NAMESPACE = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
_EARLIEST = (1980, 1, 1, 0, 0, 0)  # zip's first date: the same workbook has the same bytes whenever it is written
_BATCH = 200  # rows joined before they go to the compressor

Progress = Callable[[int], None]  # called with the number of rows just written


def write_workbook(
    derivation: Derivation,
    file: Path,
    learning_rates: Sequence[float] = DEFAULT_LEARNING_RATES,
    epochs: int = DEFAULT_EPOCHS,
    form: Form = "closed",
    force: bool = False,
    progress: Progress | None = None,
) -> Trace:
    """Write the workbook whole or not at all, and return the trace whose numbers it caches.

    An existing file is replaced only with `force`. WorkbookError for a network or a number of epochs that a sheet
    cannot hold and for a file that cannot be written; TraceError for learning rates.
    """
    if file.exists() and not force:
        raise WorkbookError(f"{file} exists; --force overwrites it")
    if file.suffix.lower() != ".xlsx":
        raise WorkbookError(f"{file}: a workbook's name ends in .xlsx")
    network, layout = network_sheet(derivation), rate_sheet(derivation, epochs, form)
    formulas = row_formulas(derivation, layout, form)
    trace = run_trace(derivation, learning_rates, epochs, form)
    built = build(derivation, trace, network, layout, form)
    try:
        with tempfile.TemporaryDirectory(prefix=f".{file.stem}.", dir=file.parent) as folder:
            saved, finished = Path(folder) / "saved.xlsx", Path(folder) / "finished.xlsx"
            built.workbook.save(saved)
            _complete(saved, finished, built, trace, network, layout, formulas, progress)
            finished.replace(file)
    except OSError as error:
        raise WorkbookError(f"{file}: cannot be written ({error.strerror or error})") from error
    return trace


def _complete(
    saved: Path,
    finished: Path,
    built: Build,
    trace: Trace,
    network: NetworkSheet,
    layout: RateSheet,
    formulas: Mapping[str, str],
    progress: Progress | None,
) -> None:
    """Copy part by part, with rows, cached values and chart caches filled in."""
    titles = {f"xl/worksheets/sheet{number}.xml": name for number, name in enumerate(built.workbook.sheetnames, 1)}
    rates = {sheet_name(rate): number for number, rate in enumerate(trace.learning_rates)}
    ranges = _chart_numbers(trace, layout)
    with ZipFile(saved) as source, ZipFile(finished, "w", ZIP_DEFLATED, compresslevel=1) as target:
        for part in source.namelist():
            content = source.read(part)
            info = ZipInfo(part, _EARLIEST)
            info.compress_type = ZIP_DEFLATED
            title = titles.get(part)
            if title is not None:
                content = _fill_cached(content, built.cached.get(title, {}))
            if title in rates:
                rows = epoch_rows(layout, network, formulas, built.styles, trace.values[rates[title]])
                head, tail = _around_rows(content, layout)
                with target.open(info, "w", force_zip64=True) as stream:
                    stream.write(head)
                    while batch := list(islice(rows, _BATCH)):
                        stream.write("".join(batch).encode())
                        if progress:
                            progress(len(batch))
                    stream.write(tail)
                continue
            if part.startswith("xl/charts/chart"):
                content = fill_caches(content.decode(), ranges, built.labels).encode()
            if part == "docProps/core.xml":
                content = re.sub(rb"(<dcterms:\w+ [^>]*>)[^<]*", rb"\g<1>2000-01-01T00:00:00Z", content)
            target.writestr(info, content)


def _chart_numbers(trace: Trace, layout: RateSheet) -> dict[str, list[float] | range]:
    numbers: dict[str, list[float] | range] = {}
    for rate, losses in zip(trace.learning_rates, trace.column(TOTAL_LOSS.name).tolist(), strict=True):
        numbers[layout.range(sheet_name(rate), "epoch")] = range(1, trace.epochs + 1)
        numbers[layout.range(sheet_name(rate), TOTAL_LOSS.name)] = losses
    return numbers


def _fill_cached(sheet_xml: bytes, values: Mapping[str, float | str]) -> bytes:
    """The sheet with the value of each formula beside it."""
    root = etree.fromstring(sheet_xml)
    for cell in root.iter(f"{_NAMESPACE}c"):
        if cell.find(f"{_NAMESPACE}f") is None:
            continue
        value = values[cell.get("r", "")]
        element = cell.find(f"{_NAMESPACE}v")
        if element is None:
            element = etree.SubElement(cell, f"{_NAMESPACE}v")
        if isinstance(value, str):
            cell.set("t", "str")
            element.text = value
        else:
            cell.attrib.pop("t", "")
            element.text = repr(value)
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True)


def _around_rows(sheet_xml: bytes, layout: RateSheet) -> tuple[bytes, bytes]:
    """The sheet before and after the place of the epoch rows, its dimension grown to hold them."""
    last = f"{list(layout.columns.values())[-1]}{layout.last_row}"
    grown = re.sub(rb'<dimension ref="[^"]*"', f'<dimension ref="A1:{last}"'.encode(), sheet_xml)
    head, mark, tail = grown.partition(b"</sheetData>")
    return head, mark + tail
