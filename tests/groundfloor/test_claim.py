"""A claim is one process's, and ends with it."""

import subprocess
import sys
from pathlib import Path

import pytest

from groundfloor.files import FileError
from groundfloor.process.claim import ClaimedError, claim

HOLD = """
import sys, time
from pathlib import Path
from groundfloor.process.claim import claim
held = claim(Path(sys.argv[1]))
print("held", flush=True)
time.sleep(60)
"""


def test_what_is_claimed_cannot_be_claimed_until_it_is_given_up(tmp_path: Path):
    with claim(tmp_path / "run"):
        with pytest.raises(ClaimedError, match=r"run: another process is writing it; wait for it"):
            claim(tmp_path / "run")
        claim(tmp_path / "other").give_up()
    claim(tmp_path / "run").give_up()

    assert list(tmp_path.iterdir()) == []


def test_a_claim_that_is_forgotten_is_given_up(tmp_path: Path):
    claim(tmp_path / "run")

    claim(tmp_path / "run").give_up()


def test_the_claim_of_a_process_that_is_killed_is_free(tmp_path: Path):
    holder = subprocess.Popen([sys.executable, "-c", HOLD, str(tmp_path / "run")], stdout=subprocess.PIPE, text=True)
    assert holder.stdout is not None
    with holder:
        assert holder.stdout.readline() == "held\n"
        with pytest.raises(ClaimedError):
            claim(tmp_path / "run")
        holder.kill()
        holder.wait()

        assert (tmp_path / ".run.lock").exists()
        claim(tmp_path / "run").give_up()
    assert list(tmp_path.iterdir()) == []


def test_folders_are_made_for_it_and_go_where_nothing_was_written(tmp_path: Path):
    with claim(tmp_path / "a" / "b" / "run"):
        assert (tmp_path / "a" / "b").is_dir()
    assert list(tmp_path.iterdir()) == []

    with claim(tmp_path / "a" / "run"):
        (tmp_path / "a" / "run").mkdir()
    assert [path.name for path in (tmp_path / "a").iterdir()] == ["run"]


def test_a_place_that_cannot_be_written_is_told(tmp_path: Path):
    (tmp_path / "file").write_text("")

    with pytest.raises(FileError, match=r"file/run: cannot be written"):
        claim(tmp_path / "file" / "run")
