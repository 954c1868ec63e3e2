"""Run folders of others that never end, never begin, or unpack to more than there is memory."""

import os
import re
import shutil
import tracemalloc
import zipfile
from pathlib import Path

import numpy as np
import pytest

from groundfloor.disk.reading import MOST_TEXT, UnfitError, read_plain
from mnist.errors import RunError
from mnist.runs.folder import load_run
from tests.conftest import ROOT

MOST_MEMORY = 8_000_000  # bytes, of Python's own


@pytest.fixture
def run(tmp_path: Path) -> Path:
    return shutil.copytree(ROOT / "runs" / "seeds" / "fast-bfloat16True-seed5", tmp_path / "run")


def refusal(run: Path) -> str:
    tracemalloc.start()
    try:
        with pytest.raises(RunError) as caught:
            load_run(run)
        assert tracemalloc.get_traced_memory()[1] < MOST_MEMORY
    finally:
        tracemalloc.stop()
    return str(caught.value).replace(f"{run}/", "")


def bomb(file: Path) -> None:
    """30 MB of zeros in 30 kB, as an array is kept."""
    head = {"descr": "|u1", "fortran_order": False, "shape": (30, 1_000, 1_000)}
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive, archive.open("images.npy", "w") as part:
        np.lib.format.write_array_header_1_0(part, head)
        for _ in range(30):
            part.write(bytes(1_000_000))


TEXTS = [
    ("weights.safetensors", b"\xff" * 8 + b"{}", "not readable as safetensors"),
    ("weights.safetensors", b"\2" + bytes(7) + b"{}", "not readable as safetensors"),
    ("weights.safetensors", b"\x80\4cos\nsystem\n(S'true'\ntR.", "not readable as safetensors"),
    ("run.json", b"[" * 100_000, "not readable as JSON"),
    ("run.json", b'{"seed": ' + b"9" * 9_000 + b"}", "not readable as JSON"),
    ("../NOTE.txt", b"\xff\xfe", "not readable as text"),
]


@pytest.mark.parametrize(("name", "content", "said"), TEXTS)
def test_a_hostile_text_is_refused(run: Path, name: str, content: bytes, said: str) -> None:
    (run / name).write_bytes(content)
    assert f"{Path(name).name}: {said} (" in refusal(run)


def test_what_unpacks_to_much_more_is_not_unpacked(run: Path) -> None:
    bomb(run / "wrong.npz")
    assert re.search(r"wrong\.npz: not readable \(unpacks to 30,000,\d+ bytes\)", refusal(run))


def test_a_text_without_end_is_not_read(run: Path) -> None:
    os.truncate(run / "run.json", MOST_TEXT + 1)
    assert "run.json: not readable as JSON (64,000,001 bytes; at most 64,000,000 are read)" in refusal(run)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="this system has no named pipes")
@pytest.mark.parametrize("name", ["run.json", "evaluation.json", "wrong.npz", "weights.safetensors", "graph.json"])
@pytest.mark.parametrize("kind", ["pipe", "device"])
def test_what_is_no_plain_file_is_never_waited_for(run: Path, name: str, kind: str) -> None:
    (run / name).unlink(missing_ok=True)
    if kind == "pipe":
        os.mkfifo(run / name)
    else:
        (run / name).symlink_to("/dev/zero")
    if name == "graph.json":  # of a run whose network needs none, it is passed over
        assert load_run(run).name == "run"
    else:
        assert re.search(f"not a plain file|no {name}", refusal(run))


def test_a_file_is_read_within_its_limit(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"12345")
    assert read_plain(tmp_path / "a", 5) == b"12345"
    with pytest.raises(UnfitError, match="5 bytes; at most 4 are read"):
        read_plain(tmp_path / "a", 4)
    with pytest.raises(UnfitError, match="not a plain file"):
        read_plain(Path("/dev/zero"), 10)
    with pytest.raises(IsADirectoryError if os.name == "nt" else UnfitError):
        read_plain(tmp_path, 10)
