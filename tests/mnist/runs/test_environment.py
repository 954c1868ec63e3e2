"""What a record says of its machine and code."""

import platform
import shutil
import subprocess
from pathlib import Path

import pytest

import mnist.runs.environment
from mnist.runs.environment import code_commit, describe, processor


@pytest.fixture
def checkout(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A repository with one commit, that holds a copy of this package's environment.py."""
    if shutil.which("git") is None:
        pytest.skip("git is not installed")
    package = tmp_path / "mnist" / "runs"
    package.mkdir(parents=True)
    shutil.copy(mnist.runs.environment.__file__, package)
    (tmp_path / "other.txt").touch()
    git(tmp_path, "init", "-q")
    git(tmp_path, "add", ".")
    git(tmp_path, "-c", "user.name=a", "-c", "user.email=a@b", "commit", "-q", "-m", "one")
    monkeypatch.setattr(mnist.runs.environment, "__file__", str(package / "environment.py"))
    return tmp_path


def git(folder: Path, *arguments: str) -> str:
    done = subprocess.run(["git", "-C", str(folder), *arguments], check=True, capture_output=True, text=True)
    return done.stdout.strip()


def test_a_clean_checkout_is_its_commit(checkout: Path):
    assert code_commit() == (git(checkout, "rev-parse", "HEAD"), False)


def test_work_outside_the_package_and_new_files_do_not_mark_it_modified(checkout: Path):
    (checkout / "other.txt").write_text("changed")
    (checkout / "mnist" / "new.py").touch()

    assert code_commit()[1] is False


def test_a_changed_file_of_the_package_marks_it_modified(checkout: Path):
    with (checkout / "mnist" / "runs" / "environment.py").open("a") as file:
        file.write("# changed\n")

    assert code_commit() == (git(checkout, "rev-parse", "HEAD"), True)


def test_a_repository_that_does_not_track_the_package_says_nothing(checkout: Path):
    git(checkout, "rm", "-q", "--cached", "mnist/runs/environment.py")

    assert code_commit() == (None, None)


def test_away_from_any_repository_there_is_no_commit(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(mnist.runs.environment, "__file__", str(tmp_path / "mnist" / "runs" / "environment.py"))

    assert code_commit() == (None, None)


def test_without_git_there_is_no_commit(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("PATH", "")

    assert code_commit() == (None, None)


def test_an_accelerator_is_named_instead_of_the_processor():
    assert describe("cuda:0", "Some GPU", 2).hardware == "Some GPU"
    assert describe("cpu", None, 2).hardware == processor() != ""


def test_versions_of_what_computes_are_kept():
    versions = describe("cpu", None, 1).versions

    assert versions["python"] == platform.python_version()
    assert set(versions) == {"python", "torch", "numpy", "backprop-workbook"}
