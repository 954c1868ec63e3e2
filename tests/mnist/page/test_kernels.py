"""The page's kernels in Node.js: what a network gives there is what torch gives, operation by operation."""

import numpy as np
import pytest
import torch

from mnist.page.trace import to_program
from mnist.training.evaluate import normalised
from tests.mnist.page.modules import IMAGE, All, networks
from tests.mnist.page.node import run_programs

IMAGES = np.random.default_rng(0).integers(0, 256, (4, 12, 10, 3), np.uint8)
MEAN, DEVIATION = (0.4, 0.5, 0.45), (0.3, 0.2, 0.25)


@pytest.mark.filterwarnings("ignore:Using padding='same' with even kernel lengths:UserWarning")
def test_every_operation_gives_what_torch_gives():
    torch.manual_seed(0)
    made = networks()
    every = All(made.values())
    program = to_program(every, IMAGE, 10 * len(made))
    ((scores, _),) = run_programs([(program, IMAGES)], MEAN, DEVIATION)
    pixels = normalised(IMAGES, "cpu", MEAN, DEVIATION)
    with torch.inference_mode():
        wanted = torch.cat([every(each[None]) for each in pixels]).numpy()
    apart = np.abs(scores - wanted).reshape(len(IMAGES), -1, 10).max((0, 2))
    largest = np.abs(wanted).reshape(len(IMAGES), -1, 10).max((0, 2))
    assert {
        name: (off, most) for name, off, most in zip(made, apart, largest, strict=True) if not off < 1e-5 * max(1, most)
    } == {}
