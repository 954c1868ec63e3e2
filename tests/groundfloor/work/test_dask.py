"""Work on a Dask cluster: the same results as here, each exactly once, whatever dies meanwhile."""

import json
import os
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from backprop.__main__ import main
from backprop.check.isolated import check_files
from groundfloor.errors import TooSlowError
from groundfloor.work import dask_engine
from groundfloor.work.completed import completed, in_order
from groundfloor.work.dask_engine import DaskEngine
from groundfloor.work.engine import NoEngineError
from groundfloor.work.local_engine import LocalEngine
from groundfloor.work.task import Limits, Task
from groundfloor.work.versions import OtherVersionsError
from tests.conftest import ROOT
from tests.groundfloor.work import deeds
from tests.groundfloor.work.cluster import Cluster

pytestmark = pytest.mark.skipif(os.name == "nt", reason="Windows has no signals")


@pytest.fixture(autouse=True)
def patient(monkeypatch: pytest.MonkeyPatch) -> None:
    """On a busy machine Python's start takes long."""
    monkeypatch.setattr(dask_engine, "CONNECT_SECONDS", 120.0)


@pytest.fixture(scope="module")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cluster]:
    made = Cluster(tmp_path_factory.mktemp("cluster"))
    made.start_scheduler()
    made.start_worker("one")
    made.start_worker("two")
    yield made
    made.stop()


def test_reports_of_a_check_are_those_of_this_machine(cluster: Cluster) -> None:
    files = [ROOT / "docs" / "slip.xlsx", ROOT / "none.xlsx", ROOT / "docs", ROOT / "docs" / "loan.xlsx"]
    with LocalEngine(1) as engine:
        here = list(check_files(files, None, engine))
    with DaskEngine(cluster.address) as engine:
        assert list(check_files(files, None, engine)) == here
        tasks = [Task(deeds.do, order, (), Limits(1, 512)) for order in (("spin", 0), ("stumble", 0), ("double", 4))]
        slow, odd, fine = (result for _, result in in_order(tasks, engine))
    assert isinstance(slow, TooSlowError)
    assert str(odd) == "could not be read: KeyError: 'secret'"
    assert fine == 8


def test_workers_may_die_and_join_and_every_result_comes_once(cluster: Cluster, tmp_path: Path) -> None:
    marks = tmp_path / "marks"
    marks.mkdir()
    tasks = [Task(deeds.ends_its_worker_at_first, str(marks)), *(Task(deeds.at_work, (0.2, n)) for n in range(30))]
    with DaskEngine(cluster.address) as engine:
        assert engine.slots() == 2
        answers = completed(tasks, engine)
        results = [next(answers)[1]]
        cluster.start_worker("three")
        while cluster.running["three"].pid not in {each[1] for each in results if isinstance(each, tuple)}:
            results.append(next(answers)[1])
        results += [result for _, result in answers]
    assert "done at attempt 2" in results
    assert sorted(each[0] for each in results if isinstance(each, tuple)) == list(range(30))


def test_a_scheduler_may_be_killed_and_started_again(cluster: Cluster) -> None:
    with DaskEngine(cluster.address) as engine:
        answers = completed([Task(deeds.at_work, (0.1, n)) for n in range(12)], engine)
        results = [next(answers)[1] for _ in range(3)]
        cluster.stop()
        cluster.start_scheduler()
        cluster.start_worker("five")
        results += [result for _, result in answers]
    assert sorted(number for number, _ in results) == list(range(12))


def test_a_client_may_be_killed_and_started_again(
    cluster: Cluster, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    hand_in(tmp_path / "in")
    grade = ["grade", str(tmp_path / "in"), "-o", str(tmp_path / "out"), "--scheduler", cluster.address]
    with subprocess.Popen([sys.executable, "-m", "backprop", *grade], cwd=tmp_path) as process:
        while not list(tmp_path.glob("out/.judged/*/*.json")):
            assert process.poll() is None
            time.sleep(0.02)
        process.kill()
    assert not (tmp_path / "out" / "grades.csv").exists()
    first = {file: file.stat().st_mtime_ns for file in tmp_path.glob("out/.judged/*/*.json")}
    monkeypatch.setattr(sys, "argv", ["backprop", *grade, "--json"])
    with pytest.raises(SystemExit) as stop:
        main()
    assert stop.value.code == 1
    assert len(json.loads(capsys.readouterr().out)["students"]) == 3
    assert {file: file.stat().st_mtime_ns for file in first} == first
    assert len(list(tmp_path.glob("out/.judged/*/*.json"))) == 3
    assert len(list(tmp_path.glob("out/feedback/*.md"))) == 3


def test_a_client_that_checks_may_be_killed_and_started_again(
    cluster: Cluster, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    hand_in(tmp_path / "in")
    plain = ["check", str(tmp_path / "in"), "--json"]
    check = [*plain, "--scheduler", cluster.address, "--store", str(tmp_path / "kept")]
    with subprocess.Popen([sys.executable, "-m", "backprop", *check], cwd=tmp_path, stdout=subprocess.PIPE) as process:
        while not list(tmp_path.glob("kept/*/*.json")):
            assert process.poll() is None
            time.sleep(0.02)
        process.kill()
        assert process.communicate()[0] == b""
    first = {file: file.stat().st_mtime_ns for file in tmp_path.glob("kept/*/*.json")}
    told = []
    for arguments in (check, check, plain):
        monkeypatch.setattr(sys, "argv", ["backprop", *arguments])
        with pytest.raises(SystemExit) as stop:
            main()
        assert stop.value.code == 1
        told.append(json.loads(capsys.readouterr().out))
    assert told[0] == told[1] == told[2]
    assert [Path(each["file"]).name for each in told[0]["files"]] == ["s0.xlsx", "s1.xlsx", "s2.xlsx"]
    assert {file: file.stat().st_mtime_ns for file in first} == first
    assert len(list(tmp_path.glob("kept/*/*.json"))) == 3


def hand_in(folder: Path) -> None:
    folder.mkdir()
    for number, name in enumerate(("slip", "loan", "matrix")):
        shutil.copy(ROOT / "docs" / f"{name}.xlsx", folder / f"s{number}.xlsx")


def test_a_worker_with_other_versions_is_refused(cluster: Cluster, tmp_path: Path) -> None:
    (tmp_path / "numpy-0.0.1.dist-info").mkdir()
    (tmp_path / "numpy-0.0.1.dist-info" / "METADATA").write_text("Metadata-Version: 2.1\nName: numpy\nVersion: 0.0.1\n")
    with DaskEngine(cluster.address) as engine:
        cluster.start_worker("other", PYTHONPATH=f"{tmp_path}{os.pathsep}{ROOT}")
        answers = completed((Task(deeds.at_work, (0.1, n)) for n in range(1_000)), engine)
        with pytest.raises(OtherVersionsError, match=r"^worker \S+ has numpy 0\.0\.1, here [\d.]+: the same "):
            list(answers)
    with pytest.raises(OtherVersionsError, match=r"^worker tcp://\S+ has numpy 0\.0\.1, here"):
        DaskEngine(cluster.address)


def test_where_there_is_no_scheduler_that_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(dask_engine, "CONNECT_SECONDS", 0.5)
    for address in ("tcp://127.0.0.1:1", "127.0.0.1:1", "nonsense://x"):
        with pytest.raises(NoEngineError, match=rf"^--scheduler {re.escape(address)}: no scheduler answers there$"):
            DaskEngine(address)
