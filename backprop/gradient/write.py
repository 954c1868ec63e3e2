"""A copy of a workbook with the sheets of its gradient and descent; every other part byte for byte as it was."""

import hashlib
from pathlib import Path
from zipfile import ZipFile

from backprop.gradient.gradient import Gradient
from backprop.gradient.sheets import descent_sheet, gradient_sheet
from backprop.spreadsheet.ods.markup import CONTENT, utf_8
from backprop.spreadsheet.ods.sheets import with_sheets
from backprop.spreadsheet.package.kinds import is_opendocument
from backprop.spreadsheet.package.parts import PackageParts, PartsError, check_target
from backprop.spreadsheet.xlsx.parts import Parts
from backprop.spreadsheet.xlsx.sheets import add_sheets


def write_gradient(gradient: Gradient, target: Path, force: bool = False) -> None:
    """Write the copy whole or not at all.

    PartsError where the target is the file itself, has an ending of another kind, or where the file is no longer the
    one that was differentiated.
    """
    file = Path(gradient.file)
    check_target(file, target, force)
    if file.suffix.lower() != target.suffix.lower():
        raise PartsError(f"{target}: a copy of {file.name} ends in {file.suffix}")
    if hashlib.sha256(file.read_bytes()).hexdigest() != gradient.sha256:
        raise PartsError(f"{file}: has changed since it was differentiated")
    sheets = [gradient_sheet(gradient)]
    if gradient.descent is not None:
        sheets.append(descent_sheet(gradient.descent, gradient.of))
    with ZipFile(file) as archive:
        in_ods = is_opendocument(archive)
    with PackageParts(file) if in_ods else Parts(file) as parts:
        if isinstance(parts, Parts):
            add_sheets(parts, sheets)
        else:
            parts.put(CONTENT, with_sheets(utf_8(parts.read(CONTENT)), sheets))
        parts.save(target, force)
