"""Runs the page's JavaScript in Node.js, which has no page: kernels and the making of digits."""

import base64
import json
import shutil
import subprocess
from collections.abc import Sequence
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from groundfloor.pages.page import read_part
from mnist.page.program import Program

_RUN = """
const tasks = JSON.parse(require("fs").readFileSync(0, "utf8")), answers = [];
const bytes = (text) => Uint8Array.from(Buffer.from(text, "base64"));
for (const {program, words, images} of tasks) {
  const net = network(program, new Float32Array(bytes(words).buffer));
  const scores = images.map((image) => Array.from(net.run(bytes(image))));
  const times = images.map((image) => {
    const start = performance.now();
    net.run(bytes(image));
    return performance.now() - start;
  });
  answers.push({scores, milliseconds: Math.min(...times)});
}
console.log(JSON.stringify(answers));
"""


def run(scripts: Sequence[str], code: str, task: object) -> Any:
    """What code prints as JSON, after these scripts of the page, of a task it reads as JSON."""
    node = shutil.which("node")
    if node is None:
        pytest.skip("Node.js is missing")
    source = "".join(read_part("mnist.page", script) for script in scripts) + code
    done = subprocess.run(
        [node, "-e", source], input=json.dumps(task), capture_output=True, text=True, timeout=120, check=False
    )
    assert done.returncode == 0, done.stderr[:2000]
    return json.loads(done.stdout)


def run_programs(
    tasks: Sequence[tuple[Program, NDArray[np.uint8]]],
    mean: Sequence[float] = (0.0,),
    deviation: Sequence[float] = (1.0,),
) -> list[tuple[NDArray[np.float64], float]]:
    """(scores of each image, the shortest time that one took in milliseconds) of each program with its images."""
    told = [
        {
            "program": {**program.settings(), "mean": mean, "deviation": deviation},
            "words": base64.b64encode(program.words.tobytes()).decode(),
            "images": [base64.b64encode(image.tobytes()).decode() for image in images],
        }
        for program, images in tasks
    ]
    answers = run(["kernels.js", "recurrent.js"], _RUN, told)
    return [(np.array(answer["scores"]), answer["milliseconds"]) for answer in answers]
