"""The real workbooks by strangers, each checked once in a run of the tests."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from backprop.check.check import check_file
from backprop.check.findings import FileReport
from backprop.derivation.derive import Derivation


@pytest.fixture(scope="session")
def checked(
    stranger_workbooks: Path, eight_weight: Derivation, once: Callable[[str, Callable[[], Any]], Any]
) -> Callable[[Path], FileReport]:
    """The report on a stranger's workbook."""
    return lambda file: once(f"checked {file.name}", lambda: check_file(file, eight_weight))
