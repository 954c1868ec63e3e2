"""A small workbook of openpyxl, saved without the temporary files that openpyxl leaves where it is killed."""

import io
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZipFile

from openpyxl import Workbook
from openpyxl.drawing.spreadsheet_drawing import SpreadsheetDrawing
from openpyxl.worksheet._writer import WorksheetWriter
from openpyxl.worksheet.worksheet import Worksheet
from openpyxl.writer.excel import ExcelWriter


def save_workbook(workbook: Workbook, target: Path | io.BytesIO) -> None:
    """As Workbook.save, each sheet in memory first; OSError where the target cannot be written."""
    with ZipFile(target, "w", ZIP_DEFLATED) as archive:
        _Writer(workbook, archive).save()


class _Writer(ExcelWriter):  # type: ignore[misc]
    """openpyxl's, but for its temporary file a sheet in the system's folder."""

    def write_worksheet(self, ws: Worksheet) -> None:
        """One sheet, with what it draws and links to."""
        ws._drawing = SpreadsheetDrawing()
        ws._drawing.charts, ws._drawing.images = ws._charts, ws._images
        writer = WorksheetWriter(ws, io.BytesIO())
        writer.write()
        ws._rels = writer._rels
        self._archive.writestr(ws.path[1:], writer.out.getvalue())
        self.manifest.append(ws)
