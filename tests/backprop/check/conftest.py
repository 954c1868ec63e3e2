"""The real workbooks by strangers, each checked once in a run of the tests."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from backprop.check.check import check_file
from backprop.check.findings import FileReport
from backprop.classroom.judging.judged import Judged
from backprop.derivation.derive import Derivation


@pytest.fixture(scope="session")
def checked(
    stranger_workbooks: Path, eight_weight: Derivation, once: Callable[[str, Callable[[], Any]], Any],
    judged_stranger: Callable[[Path], Judged],
) -> Callable[[Path], FileReport]:  # fmt: skip
    """The report on a stranger's workbook."""

    def report(file: Path) -> FileReport:
        judged = judged_stranger(file).report  # the same road, but for what is no table of the network
        own = judged.network == eight_weight.network.name
        return judged if own else once(f"checked {file.name}", lambda: check_file(file, eight_weight))

    return report
