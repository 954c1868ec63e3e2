"""Floors: a folder imports itself and what stands before it, so that no two import each other."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.conftest import ROOT

REPORTS = [
    "reports.errors", "reports.figures", "reports.pictures", "reports.rendering", "reports.output",
    "reports.readmes.reading", "reports.readmes.proof", "reports.readmes.rules", "reports.readmes", "reports.report",
    "reports", "reports.commands", "reports.__main__",
]  # fmt: skip
CHECK = [
    "backprop.check.files", "backprop.check.findings", "backprop.check.tables", "backprop.check.proof",
    "backprop.check.recognition", "backprop.check.repair", "backprop.check.mistakes", "backprop.check.report",
    "backprop.check.copies", "backprop.check.check", "backprop.check",
]  # fmt: skip
FLOORS = {"reports": REPORTS, "backprop.check": CHECK}
NEVER = [
    ("reports", "torch"),
    ("reports.readmes", "reports.pictures"),
    ("reports.readmes", "reports.rendering"),
    ("reports.readmes", "reports.output"),
]


def modules(package: str) -> Iterator[tuple[str, Path]]:
    """The modules of a package by name; a package itself is its __init__."""
    for file in sorted((ROOT / package.replace(".", "/")).rglob("*.py")):
        parts = file.relative_to(ROOT).with_suffix("").parts
        yield ".".join(part for part in parts if part != "__init__"), file


def imports(file: Path) -> set[str]:
    """Every module that a file names, wherever it does so; of `from a import b` both a and a.b."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found |= {node.module} | {f"{node.module}.{alias.name}" for alias in node.names}
    return found


def floor(module: str, floors: list[str]) -> int:
    """The number of the innermost folder of the list that holds the module."""
    holders = [room for room in floors if module == room or module.startswith(f"{room}.")]
    return floors.index(max(holders, key=len))


@pytest.mark.parametrize("package", FLOORS)
def test_a_folder_imports_itself_and_earlier_ones(package):
    floors = FLOORS[package]
    wrong = {
        (module, name)
        for module, file in modules(package)
        for name in imports(file)
        if name.startswith(f"{package}.") and floor(name, floors) > floor(module, floors)
    }
    assert wrong == set()


@pytest.mark.parametrize(("package", "other"), NEVER)
def test_a_package_never_imports_another(package, other):
    wrong = {
        (module, name)
        for module, file in modules(package)
        for name in imports(file)
        if name == other or name.startswith(f"{other}.")
    }
    assert wrong == set()
