"""What the project depends on: each package has a reason, a pin, a licence that fits and hashes in the lock."""

import importlib.util
import re
import sys

import pytest

from tests.conftest import ROOT

_specification = importlib.util.spec_from_file_location("audit", ROOT / "benchmarks" / "dependencies" / "audit.py")
assert _specification is not None
assert _specification.loader is not None
audit = importlib.util.module_from_spec(_specification)
sys.modules["audit"] = audit  # where dataclasses look
_specification.loader.exec_module(audit)


def test_each_dependency_has_a_written_reason_and_a_pin() -> None:
    wanted = audit.wanted()
    assert len(wanted) > 30
    assert [name for name, reason in wanted.items() if len(reason) < 8] == []
    assert [name for name in wanted if audit.plain(name) not in audit.pins()] == []


def test_what_is_installed_has_licences_that_fit() -> None:
    packages = audit.installed()
    assert len(packages) > 60
    assert [package for package in packages if not package.fits] == []


@pytest.mark.parametrize(
    ("licence", "fits"),
    [
        ("MIT", True), ("BSD-3-Clause AND MIT", True), ("GPL-3.0-only", False), ("AGPL-3.0", False), ("unknown", False),
        ("GPL-2.0 OR MIT", True), ("LGPL-2.1", True), ("MIT License; Apache Software License", True),
        ("EUPL 1.2", False),
    ],
)  # fmt: skip
def test_a_licence_fits_or_does_not(licence: str, fits: bool) -> None:
    assert audit.Package("x", "1", licence).fits == fits


def test_the_lock_has_every_dependency_at_its_pin_with_hashes() -> None:
    pins, locked = audit.pins(), audit.locked()
    assert [name for name, version in locked.items() if name in pins and pins[name] != version] == []
    missing = {audit.plain(name) for name in audit.wanted()} - locked.keys()
    assert missing == {"torch"}  # whose index decides which build
    packages = re.split(r"^(?=[\w.-]+==)", audit.LOCK.read_text(encoding="utf-8"), flags=re.MULTILINE)[1:]
    assert len(packages) == len(locked)
    assert [package for package in packages if "--hash=sha256:" not in package] == []
