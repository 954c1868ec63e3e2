"""Work as jobs of Slurm, for which submitit's local executor stands in."""

import hashlib
import os
import sys
from pathlib import Path

import pytest
import submitit

from groundfloor.work.completed import completed
from groundfloor.work.engine import NoEngineError, Where, open_engine
from groundfloor.work.slurm_engine import SlurmEngine
from groundfloor.work.task import DiskFile, Task
from groundfloor.work.versions import OtherVersionsError
from tests.groundfloor.work import deeds

pytestmark = pytest.mark.skipif(os.name == "nt", reason="submitit's local executor needs Unix")


def test_a_job_that_is_killed_is_queued_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.setattr(submitit.core.core.Job, "_results_timeout_s", 0)  # for a slow disk to show a result
    marks, file = tmp_path / "marks", tmp_path / "file.txt"
    marks.mkdir()
    file.write_text("sent")
    tasks = [
        Task(deeds.ends_its_worker_at_first, str(marks)),
        Task(deeds.digests, "> ", (DiskFile(file),)),
        Task(deeds.double, 4),
    ]
    with open_engine(Where(1, slurm="local")) as engine:
        results = {task.function.__name__: result for task, result in completed(tasks, engine, a_job=2)}
    assert results == {
        "ends_its_worker_at_first": "done at attempt 2",
        "digests": [f"> file.txt {hashlib.sha256(b'sent').hexdigest()[:8]}"],
        "double": 8,
    }
    assert list((tmp_path / "cache").rglob("*.*")) == []


def test_a_job_with_other_versions_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.setattr("groundfloor.work.perform.versions", lambda: {"Python": "2.7.18"})
    with (
        SlurmEngine("local", 1) as engine,
        pytest.raises(OtherVersionsError, match=r"has Python 3\.\S+, here 2\.7\.18"),
    ):
        list(completed([Task(deeds.double, 1)], engine))


@pytest.mark.parametrize(
    ("partition", "message"),
    [
        ("", "the name of a partition is needed, or NAME:MINUTES, .*"),
        ("cpu:long", "the name of a partition is needed, or NAME:MINUTES, .*"),
        ("cpu:60", r"there is no Slurm here \(no srun\)"),
        ("gpu,gress=gpu:1", r"gress=gpu:1: did you mean gres\? NAME=VALUE is needed, of account, .*, qos"),
        ("gpu,gres", "gres: .*NAME=VALUE is needed, of account, .*"),
        ("gpu:9,cpus_per_task=many", "cpus_per_task=many: a whole number above 0 is needed"),
    ],
)
def test_what_is_no_partition_is_said(partition: str, message: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")
    with pytest.raises(NoEngineError, match=f"^--slurm {partition}: {message}$"):
        SlurmEngine(partition, 1)


def test_a_job_asks_slurm_for_what_it_needs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for program in ("sbatch", "srun", "sacct", "scancel"):
        script = tmp_path / program
        script.write_text(
            f'#!/bin/sh\n[ {program} = sbatch ] && echo "Submitted batch job 7" && cp "$1" {tmp_path}/sent\n'
        )
        script.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}{os.pathsep}{os.environ['PATH']}")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    with SlurmEngine("gpu:240,gres=gpu:a100:1,cpus_per_task=4,mem=8G", 1) as engine:
        engine.submit(deeds.double, 4)
    asked = [line.split()[1] for line in (tmp_path / "sent").read_text().splitlines() if line.startswith("#SBATCH")]
    wanted = {"partition=gpu", "time=240", "gres=gpu:a100:1", "cpus-per-task=4", "mem=8G"}
    assert {f"--{each}" for each in wanted} <= set(asked)


@pytest.mark.parametrize(
    ("library", "where", "message"),
    [
        (
            "submitit",
            Where(1, slurm="cpu"),
            r"^--slurm cpu: needs submitit.*'backprop-workbook\[slurm\]'$",
        ),
        ("distributed", Where(1, "tcp://h:1"), r"^--scheduler tcp://h:1: needs Dask.*'backprop-workbook\[cluster\]'$"),
    ],
)
def test_a_missing_extra_is_named(library: str, where: Where, message: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, library, None)
    with pytest.raises(NoEngineError, match=message):
        open_engine(where)
