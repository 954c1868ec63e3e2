"""The default workbook, written once, and two spreadsheet engines that nobody here wrote."""

import contextlib
import hashlib
import os
import shutil
import subprocess
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile

import ironcalc
import openpyxl
import pytest
from filelock import FileLock
from openpyxl.cell.read_only import ReadOnlyCell
from openpyxl.utils import get_column_letter

from backprop.classroom.judging.judged import Judged, judge
from backprop.derivation.derive import Derivation, derive
from backprop.epochs.trace import Trace, run_trace
from backprop.network.load import load_network
from backprop.network.network import Network
from backprop.printers.diagram import network_png
from backprop.workbook.write import write_workbook

Values = dict[str, dict[str, object]]  # sheet -> cell -> value

# Without this LibreOffice believes the cached values of the file (0: always recalculate on load).
RECALCULATE = """<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry">
<item oor:path="/org.openoffice.Office.Calc/Formula/Load">
<prop oor:name="OOXMLRecalcMode" oor:op="fuse"><value>0</value></prop></item>
</oor:items>
"""


@pytest.fixture(scope="session")
def eight_weight() -> Derivation:
    return derive(load_network("eight-weight"))


@pytest.fixture(scope="session")
def judged_stranger(once: Callable[[str, Callable[[], Any]], Any]) -> Callable[[Path], Judged]:
    """What is proven of a stranger's workbook, each held against the 8-weight network once in a run of the tests."""
    return lambda file: once(f"judged {file.name}", lambda: judge(file, load_network("eight-weight")))


@pytest.fixture(scope="session", autouse=True)
def pictures_drawn_once() -> Iterator[None]:
    """Half the time of writing a small workbook is its picture: one a set of names in it."""
    drawn: dict[object, bytes] = {}

    def picture(derivation: Derivation) -> bytes:
        names = (derivation.layers, tuple(derivation.inputs), *(equation.target for equation in derivation.loss))
        if names not in drawn:
            drawn[names] = network_png(derivation)
        return drawn[names]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("backprop.workbook.sheets.network.sheet.network_png", picture)
        yield


@pytest.fixture(scope="session")
def default_workbook(tmp_path_factory: pytest.TempPathFactory, eight_weight: Derivation) -> tuple[Path, Trace]:
    file = tmp_path_factory.mktemp("workbook") / "eight-weight.xlsx"
    write_workbook(eight_weight, file)
    return file, run_trace(eight_weight)


Written = Callable[..., Path]  # a network; rates, epochs and form where they matter


@pytest.fixture(scope="session")
def written(shared_folder: Path) -> Written:
    """A network's workbook, which is only read: written by the first process of a run that asks for it."""
    folder = shared_folder / "workbooks"
    folder.mkdir(exist_ok=True)

    def write(network: Network, rates: Sequence[float] = (0.1, 0.7), epochs: int = 5, form: str = "closed") -> Path:
        asked = repr((network.model_dump_json(), tuple(rates), epochs, form))
        file = folder / f"{hashlib.sha256(asked.encode()).hexdigest()[:24]}.xlsx"
        with FileLock(f"{file}.lock"):
            if not file.exists():
                write_workbook(derive(network), file, rates, epochs, form)  # type: ignore[arg-type]
        return file

    return write


@pytest.fixture(scope="session")
def converted(tmp_path_factory: pytest.TempPathFactory) -> Callable[[list[Path], str], list[Path]]:
    """Files in another format, by one run of LibreOffice, which recalculates Excel's."""
    soffice = shutil.which("soffice") or shutil.which("libreoffice")
    if soffice is None:
        pytest.skip("LibreOffice is missing: install LibreOffice Calc (Debian: libreoffice-calc)")
    profile = tmp_path_factory.mktemp("profile")
    (profile / "user").mkdir()
    (profile / "user" / "registrymodifications.xcu").write_text(RECALCULATE)

    def convert(files: list[Path], ending: str) -> list[Path]:
        folder = tmp_path_factory.mktemp("converted")
        command = [soffice, f"-env:UserInstallation={profile.as_uri()}", "--headless", "--convert-to", ending]
        environment = {**os.environ, "HOME": str(profile)}
        subprocess.run(
            [*command, "--outdir", folder, *files], check=True, capture_output=True, timeout=180, env=environment
        )
        return [folder / f"{file.stem}.{ending}" for file in files]

    return convert


@pytest.fixture(scope="session")
def opendocument(converted: Callable[[list[Path], str], list[Path]]) -> Callable[[list[Path]], list[Path]]:
    """Workbooks as LibreOffice saves them in its own format."""
    return lambda files: converted(files, "ods")


@pytest.fixture(scope="session")
def libreoffice_together(
    converted: Callable[[list[Path], str], list[Path]],
) -> Callable[[list[Path]], dict[str, Values]]:
    """Recalculate workbooks in one run of LibreOffice and read every value of each, by the name of its file."""
    return lambda files: {file.stem: read_values(file) for file in converted(files, "xlsx")}


@pytest.fixture(scope="session")
def libreoffice(libreoffice_together: Callable[[list[Path]], dict[str, Values]]) -> Callable[[Path], Values]:
    """Recalculate a workbook with LibreOffice and read every value of the result."""
    return lambda file: libreoffice_together([file])[file.stem]


def read_cells(file: Path, *, values: bool) -> Iterator[tuple[str, ReadOnlyCell]]:
    """(sheet, cell) of every cell that holds something: its stored value, or its formula. Styles are not read."""
    with contextlib.closing(openpyxl.load_workbook(file, read_only=True, data_only=values)) as workbook:
        for sheet in workbook:
            sheet.reset_dimensions()  # what a file says of them may be wrong
            yield from ((sheet.title, cell) for row in sheet.iter_rows() for cell in row if cell.value is not None)


def read_values(file: Path) -> Values:
    with contextlib.closing(openpyxl.load_workbook(file, read_only=True)) as workbook:
        values: Values = {name: {} for name in workbook.sheetnames}
    for sheet, cell in read_cells(file, values=True):
        values[sheet][cell.coordinate] = cell.value
    return values


def recalculate_with_ironcalc(file: Path) -> Values:
    model = ironcalc.load_from_xlsx(str(file))
    model.evaluate()
    values: Values = {sheet["name"]: {} for sheet in model.get_worksheets_properties()}
    names = list(values)
    for sheet, row, column in model.get_all_cells():
        if not model.is_empty_cell(sheet, row, column):
            values[names[sheet]][f"{get_column_letter(column)}{row}"] = model.get_cell_value(sheet, row, column)
    return values


def edit_part(source: Path, target: Path, part: str, edit: Callable[[str], str]) -> None:
    """Copy a workbook with one of its parts changed."""
    with ZipFile(source) as old, ZipFile(target, "w", ZIP_DEFLATED) as new:
        for name in old.namelist():
            text = old.read(name)
            if name == part:
                changed = edit(text.decode())
                assert changed != text.decode(), f"the edit changed nothing in {part}"
                text = changed.encode()
            new.writestr(name, text)


@pytest.fixture
def build(tmp_path: Path) -> Callable[..., Path]:
    """A workbook of those cells, `Sheet!A1` or A1 on the first sheet; formulas have no values."""

    def make(contents: dict[str, object], sheet_xml: Callable[[str], str] | None = None) -> Path:
        workbook = openpyxl.Workbook()
        for place, content in contents.items():
            sheet, _, cell = place.rpartition("!")
            if sheet and sheet not in workbook.sheetnames:
                workbook.create_sheet(sheet)
            workbook[sheet or "Sheet"][cell] = content
        file = tmp_path / "made.xlsx"
        workbook.save(file)
        if sheet_xml is not None:
            edited = tmp_path / "edited.xlsx"
            edit_part(file, edited, "xl/worksheets/sheet1.xml", sheet_xml)
            edited.replace(file)
        return file

    return make
