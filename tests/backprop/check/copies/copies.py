"""Findings written by hand, and what a copy of a workbook holds: parts, cells, formulas, and what schemas say of it."""

import hashlib
import re
from collections import Counter
from dataclasses import replace
from pathlib import Path
from zipfile import ZipFile

from lxml import etree

from backprop.check.copies.corrected import Correction, write_corrected
from backprop.check.findings import FileReport, Finding, Kind
from backprop.spreadsheet.xlsx.markup import tag
from tests.backprop.conftest import read_cells
from tests.backprop.workbook.test_parts import SCHEMAS, load_schema


def finding(area: str, sheet: str = "Sheet", **changes: object) -> Finding:
    base = Finding(
        sheet, re.split("[:,]", area)[0], area, "dE_dw3", Kind.WRONG_REFERENCE, "error", "=A1*J33", "=A1*L33",
        "multiplies by a_h1 (column J); should be a_h2 (column L)",
    )  # fmt: skip
    return replace(base, **changes)  # type: ignore[arg-type]


def report(file: Path, *findings: Finding) -> FileReport:
    digest = hashlib.sha256(file.read_bytes()).hexdigest()
    return FileReport(str(file), digest, "mistakes", "eight-weight", findings=findings)


def parts_of(file: Path) -> dict[str, bytes]:
    with ZipFile(file) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def new_schema_errors(before: Path, after: Path, schemas: Path) -> list[str]:
    """What the schemas say of the second file and not of the first; strangers' files use extensions."""
    patterns = (*SCHEMAS, (r"xl/comments.*\.xml", "sml.xsd"))
    counts = []
    for file in (before, after):
        errors = Counter[str]()
        for part, content in parts_of(file).items():
            name = next((schema for pattern, schema in patterns if re.fullmatch(pattern, part)), None)
            if name is not None and name.startswith(("sml", "opc")):
                schema = load_schema(schemas / name)
                schema.validate(etree.fromstring(content))
                # Excel itself writes xml:space on texts, which the schemas leave out.
                messages = (error.message for error in schema.error_log if "namespace}space" not in error.message)
                errors.update(f"{part}: {message}" for message in messages)
        counts.append(errors)
    return list((counts[1] - counts[0]).elements())


def cells(content: bytes) -> dict[str, tuple[str | None, ...]]:
    """Everything about each cell of a sheet but its format."""
    found = {}
    for cell in etree.fromstring(content).iter(tag("c")):
        formula, value = cell.find(tag("f")), cell.find(tag("v"))
        parts = [None if each is None else etree.tostring(each).decode() for each in (formula, value)]
        found[cell.get("r", "")] = (cell.get("t"), *parts)
    return found


def formulas(file: Path) -> dict[tuple[str, str], str]:
    """(sheet, cell) -> formula, shared ones written out by openpyxl."""
    return {
        (sheet, cell.coordinate): cell.value for sheet, cell in read_cells(file, values=False) if cell.data_type == "f"
    }


def fixed(file: Path, *findings: Finding) -> tuple[Path, Correction]:
    target = file.with_name("fixed.xlsx")
    return target, write_corrected(file, report(file, *findings), target, force=True)
