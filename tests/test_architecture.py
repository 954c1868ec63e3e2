"""Floors: a folder imports itself and what stands before it, so that no two import each other."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.conftest import ROOT

REPORTS = [
    "reports.errors", "reports.figures", "reports.pictures", "reports.rendering", "reports.output",
    "reports.readmes.reading", "reports.readmes.proof", "reports.readmes.rules", "reports.readmes",
    "reports.request", "reports.telling", "reports.claims", "reports.verification", "reports.claims", "reports.verify",
    "reports.report",
    "reports.written", "reports.comparison", "reports.library", "reports", "reports.commands", "reports.__main__",
]  # fmt: skip
CHECK = [
    "backprop.check.files", "backprop.check.findings", "backprop.check.tables", "backprop.check.proof",
    "backprop.check.recognition", "backprop.check.repair", "backprop.check.any_model.model",
    "backprop.check.any_model.mistakes", "backprop.check.any_model.mending", "backprop.check.any_model.optimisers",
    "backprop.check.any_model.words",
    "backprop.check.any_model",
    "backprop.check.mistakes", "backprop.check.known", "backprop.check.choice", "backprop.check.report",
    "backprop.check.copies", "backprop.check.check", "backprop.check.isolated", "backprop.check",
]  # fmt: skip
BACKPROP = [
    "backprop.errors", "backprop.spreadsheet", "backprop.calculus", "backprop.gradient", "backprop.functions",
    "backprop.network", "backprop.derivation", "backprop.printers", "backprop.epochs", "backprop.workbook",
    "backprop.check", "backprop.classroom", "backprop.explorer",
    "backprop.listing", "backprop.library", "backprop", "backprop.commands", "backprop.__main__",
]  # fmt: skip
MNIST = [
    "mnist.errors", "mnist.paths", "mnist.requirements", "mnist.runs", "mnist.tables", "mnist.nets", "mnist.data",
    "mnist.modules",
    "mnist.training", "mnist.jobs", "mnist.page",
    "mnist.callbacks", "mnist.library", "mnist", "mnist.commands", "mnist.__main__",
]  # fmt: skip
PAGE = [
    "mnist.page.program",
    "mnist.page.build",
    "mnist.page.operators",
    "mnist.page.trace",
    "mnist.page.samples",
    "mnist.page.write",
    "mnist.page",
]
WORK = [
    "groundfloor.work.task", "groundfloor.work.versions", "groundfloor.work.perform", "groundfloor.work.engine",
    "groundfloor.work.local_engine", "groundfloor.work.dask_engine", "groundfloor.work.slurm_engine",
    "groundfloor.work.completed", "groundfloor.work.store", "groundfloor.work.options", "groundfloor.work",
]  # fmt: skip
FLOORS = {
    "groundfloor.work": WORK,
    "backprop": BACKPROP,
    "backprop.check": CHECK,
    "mnist": MNIST,
    "mnist.page": PAGE,
    "reports": REPORTS,
}
LATE = {  # what looks up all the same, inside a function, when it is asked
    ("groundfloor.work.engine", "groundfloor.work.local_engine"),  # the engine that an option names
    ("groundfloor.work.engine", "groundfloor.work.dask_engine"),
    ("groundfloor.work.engine", "groundfloor.work.slurm_engine"),
    ("backprop.derivation.derive", "backprop.printers.notebook"),  # a derivation shows itself in a notebook
}
NEVER = [
    *(("groundfloor", other) for other in ("backprop", "mnist", "reports", "torch", "sympy")),
    *(("backprop", other) for other in ("mnist", "reports", "torch")),
    ("backprop.workbook", "backprop.check"),
    ("backprop.check", "backprop.workbook"),
    ("backprop.explorer", "backprop.check"),
    ("backprop.explorer", "backprop.workbook"),
    ("mnist.runs", "torch"),
    ("mnist.data", "torch"),
    ("mnist", "backprop"),
    ("mnist", "reports"),
    ("reports", "torch"),
    ("reports", "backprop.check"),
    ("reports.readmes", "reports.pictures"),
    ("reports.readmes", "reports.rendering"),
    ("reports.readmes", "reports.output"),
]


def modules(package: str) -> Iterator[tuple[str, Path]]:
    """The modules of a package by name; a package itself is its __init__."""
    for file in sorted((ROOT / package.replace(".", "/")).rglob("*.py")):
        parts = file.relative_to(ROOT).with_suffix("").parts
        yield ".".join(part for part in parts if part != "__init__"), file


def loaded_by(file: Path) -> set[str]:
    """The modules that importing a file imports: those that it names outside its functions."""
    tree = ast.parse(file.read_text(encoding="utf-8"))
    return {node.module for node in tree.body if isinstance(node, ast.ImportFrom) and node.module}


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
    late = {(module, name) for module, name in wrong if any((module, name.rpartition(".")[0]) == pair for pair in LATE)}
    assert wrong - late - LATE == set()


@pytest.mark.parametrize(("module", "name"), sorted(LATE))
def test_what_looks_up_does_so_late(module, name):
    file = ROOT / f"{module.replace('.', '/')}.py"
    assert name in imports(file)
    assert name not in loaded_by(file)


@pytest.mark.parametrize("package", FLOORS)
def test_every_folder_has_its_floor(package):
    named = {room for room in FLOORS[package] if room != package}
    assert [module for module, _ in modules(package) if not any(f"{module}.".startswith(f"{n}.") for n in named)] == (
        [package] if package in FLOORS[package] else []
    )


@pytest.mark.parametrize(("package", "other"), NEVER)
def test_a_package_never_imports_another(package, other):
    wrong = {
        (module, name)
        for module, file in modules(package)
        for name in imports(file)
        if name == other or name.startswith(f"{other}.")
    }
    assert wrong == set()
