"""The notebooks run as a reader runs them, in a kernel of their own, on few rendered digits."""

import os
import re
import subprocess
import sys

import nbformat
import pytest

from tests.conftest import ROOT

NOTEBOOKS = sorted((ROOT / "notebooks").glob("*.ipynb"))
FEW = """
import mnist.data.sources
few = mnist.data.sources.rendered_digits(600, 100)
mnist.data.sources.rendered_digits = lambda: few
"""
RUN = """
import sys, nbformat
from nbclient import NotebookClient
notebook = nbformat.read(sys.argv[1], as_version=4)
NotebookClient(notebook, timeout=300, kernel_name="python3").execute()
nbformat.write(notebook, sys.argv[1])
"""


@pytest.fixture(scope="module")
def executed(tmp_path_factory: pytest.TempPathFactory) -> dict[str, nbformat.NotebookNode]:
    """Each notebook with its outputs: without the cell that installs, and its data rendered digits."""
    folder = tmp_path_factory.mktemp("notebooks")
    done = {}
    for file in NOTEBOOKS:
        notebook = nbformat.read(file, as_version=4)
        notebook.cells = [cell for cell in notebook.cells if "install" not in cell.metadata.get("tags", ())]
        for cell in notebook.cells:
            cell.source = re.sub(r"^DATA = None$", 'DATA = "rendered"', cell.source)
        notebook.cells.insert(0, nbformat.v4.new_code_cell(FEW))
        nbformat.write(notebook, folder / file.name)
        ran = subprocess.run(
            [sys.executable, "-c", RUN, file.name], cwd=folder, capture_output=True, text=True, check=False,
            env=os.environ | {"PYTHONPATH": str(ROOT), "JUPYTER_PLATFORM_DIRS": "1"},
        )  # fmt: skip
        assert ran.returncode == 0, ran.stderr[-3000:]
        done[file.stem] = nbformat.read(folder / file.name, as_version=4)
    return done


def outputs(notebook: nbformat.NotebookNode, beginning: str) -> list[nbformat.NotebookNode]:
    """Those of the code cell that begins so."""
    (cell,) = (cell for cell in notebook.cells if cell.cell_type == "code" and cell.source.startswith(beginning))
    return list(cell.outputs)


def test_a_network_of_ones_own_is_summarised_trained_and_shown(executed: dict[str, nbformat.NotebookNode]):
    notebook = executed["own-network"]

    (table,) = outputs(notebook, "import mnist\n\ntable")
    assert "Conv2d-3" in table["data"]["text/html"]
    assert "<li>Total parameters: 1,442</li>" in table["data"]["text/html"]
    told = outputs(notebook, "run = mnist.train")
    lines = "".join(output["text"] for output in told if output.output_type == "stream")
    assert re.findall(r"^ +(\d)/3 ", lines, re.MULTILINE) == ["1", "2", "3"]
    pictures = [output for output in told if output.output_type in ("display_data", "update_display_data")]
    assert len(pictures) == 1  # one place, whose picture changed after each epoch
    assert pictures[0]["data"]["text/html"].startswith("<svg")
    (shown,) = next(cell for cell in notebook.cells if cell.source == "run").outputs
    assert "Net, 1,442 parameters" in shown["data"]["text/html"]
    assert "<svg" in shown["data"]["text/html"]
    statistics = outputs(notebook, "mnist.train(")[-1]
    assert "| Net (rendered test) | 1,442 | 3 | 2 |" in statistics["data"]["text/markdown"]


def test_the_first_code_cell_installs_and_no_output_is_kept():
    for file in NOTEBOOKS:
        notebook = nbformat.read(file, as_version=4)
        code = [cell for cell in notebook.cells if cell.cell_type == "code"]
        assert code[0].source.startswith("%pip install")
        assert not any(cell.outputs for cell in code)
