"""That the scan refuses crafted files of any format: in one line, in little time, in little memory."""

import time
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from backprop.spreadsheet.scan import scan_workbook
from groundfloor.errors import UnreadableError
from groundfloor.process.isolate import Processes
from tests.speed import slowness

MEMORY_MB = 100  # of address space, of which Python itself takes a third
Crafted = Mapping[str, tuple[Callable[[Path], object], str]]  # name -> what writes the file, what is said of it


def build_all(crafted: Crafted, folder: Path, ending: str) -> dict[str, Path]:
    """The crafted files by their names."""
    files = {name: folder / f"{name}{ending}" for name in crafted}
    for name, (build, _) in crafted.items():
        build(files[name])
    return files


def assert_refused(file: Path, message: str, seconds: float) -> None:
    """The scan of a file says that message, in one line and less processor time, that of a common machine."""
    start = time.process_time()
    with pytest.raises(UnreadableError, match=message) as caught:
        scan_workbook(file)
    assert time.process_time() - start < seconds * slowness()
    assert len(str(caught.value).splitlines()) == 1
    assert len(str(caught.value)) < 300
    assert str(file.parent) not in str(caught.value)


def assert_little_memory(crafted: Crafted, files: Mapping[str, Path]) -> None:
    """Each file is refused for its own reason in an address space of MEMORY_MB."""
    processes = Processes()
    try:
        for name, file in files.items():
            with pytest.raises(UnreadableError, match=crafted[name][1]):
                processes.call(scan_workbook, file, 60, MEMORY_MB)
    finally:
        processes.stop()
