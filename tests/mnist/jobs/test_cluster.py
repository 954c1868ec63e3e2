"""Sweeps on a real cluster of this machine: every run once, whatever is killed, with the numbers of one process."""

import os
import pickle
import signal
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from groundfloor.work.dask_engine import DaskEngine
from groundfloor.work.engine import Where, open_engine
from mnist.data.dataset import Dataset
from mnist.jobs.sweeps.plan import PlannedRun
from mnist.jobs.sweeps.sweep import RunStatus, run_status
from mnist.nets.catalogue import NETS
from mnist.runs.folder import Run
from tests.conftest import ROOT
from tests.groundfloor.work.cluster import Cluster
from tests.mnist.jobs.sweeping import Told, alone, assert_same, elsewhere
from tests.processes import started

pytestmark = pytest.mark.skipif(os.name == "nt", reason="Windows has no signals")
NET = NETS["tiny"]
RECIPE = NET.recipe.model_copy(update={"epochs": 3, "batch_size": 50})
CLIENT = """
import pickle, sys
from groundfloor.work.dask_engine import DaskEngine
from tests.mnist.jobs.sweeping import elsewhere
elsewhere(DaskEngine(sys.argv[1]), *pickle.load(sys.stdin.buffer))
"""


@pytest.fixture
def cluster(tmp_path: Path) -> Iterator[Cluster]:
    (tmp_path / "cluster").mkdir()
    made = Cluster(tmp_path / "cluster")
    made.start_scheduler()
    yield made
    made.stop()


class Killing(Told):
    """Kills the only worker after the first epoch that comes back, while another joins."""

    def __init__(self, cluster: Cluster) -> None:
        super().__init__()
        self._cluster = cluster

    def worked(self, status: RunStatus, /) -> None:
        super().worked(status)
        if "one" in self._cluster.running:
            self._cluster.kill("one")
            self._cluster.start_worker("two", MNIST_DIR="")


def planned(folder: Path) -> list[PlannedRun]:
    return [PlannedRun(NET, RECIPE, seed, folder / f"seed{seed}") for seed in (0, 1)]


@pytest.fixture(scope="module")
def in_one(digits: Dataset, tmp_path_factory: pytest.TempPathFactory) -> list[Run]:
    return alone(planned(tmp_path_factory.mktemp("alone")), digits)


def test_a_sweep_outlives_its_client_and_its_only_worker(
    digits: Dataset, tmp_path: Path, cluster: Cluster, in_one: list[Run]
):
    cluster.start_worker("one", MNIST_DIR="")
    folder = tmp_path / "runs"
    with started("-c", CLIENT, cluster.address, cwd=ROOT, stdin=-1) as client:
        pickle.dump((planned(folder), digits), client.stdin)
        client.stdin.close()
        while not list(folder.glob("*.checkpoint")):
            assert client.poll() is None
            time.sleep(0.01)
        client.send_signal(signal.SIGKILL)
    left = [run_status(one, digits).epochs_left for one in planned(folder)]
    told = Killing(cluster)

    runs = elsewhere(DaskEngine(cluster.address), planned(folder), digits, told)

    assert 0 < sum(left) < 2 * RECIPE.epochs  # the first client was killed on its way
    assert [what for what, _ in told.heard].count("worked") == sum(left)
    for run, other in zip(runs, in_one, strict=True):
        assert_same(run, other, but="resumptions")
    assert sorted(file.name for file in folder.iterdir()) == ["seed0", "seed1"]


def test_a_job_of_slurm_trains_a_run(
    digits: Dataset, tmp_path: Path, in_one: list[Run], monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.setenv("PYTHONPATH", str(ROOT))

    (run,) = elsewhere(open_engine(Where(1, slurm="local")), planned(tmp_path / "runs")[:1], digits, seconds=None)

    assert_same(run, in_one[0])
