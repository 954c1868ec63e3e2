"""A trained run as one page: its network, its weights, its images, and the scripts that read what is drawn."""

import base64
import json
import math
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from jinja2 import Environment, StrictUndefined

from groundfloor.files import refuse_existing, write_file
from groundfloor.pages import page as shell
from mnist.errors import RunError
from mnist.jobs.use import TrainedModel, load_model
from mnist.page.program import Program
from mnist.page.samples import Sample, choose_samples
from mnist.page.trace import to_program
from mnist.runs.folder import Run, load_run
from mnist.training.evaluate import normalised, predict

HERE = "mnist.page"
SCRIPTS = ("kernels.js", "recurrent.js", "digit.js", "maps.js", "draw.js")


@dataclass(frozen=True, slots=True)
class Written:
    """A page and what is in it, in bytes."""

    file: Path
    size: int
    weights: int  # of the network's numbers, four bytes each
    samples: int  # images to click on


def write_page(
    folder: Path, file: Path, *, data: str | None = None, trust: bool = False, force: bool = False
) -> Written:
    """Write the page of a run; RunError where its network cannot be had or uses what the page does not know."""
    if not force:
        refuse_existing(file)
    run, model = load_run(folder), load_model(folder, trust=trust)
    samples = choose_samples(run, data)
    try:
        program = to_program(model.module, model.data.shape, len(model.data.classes))
        document = to_html(run, model, program, samples)
    except RunError as error:
        raise RunError(f"{folder}: {error}") from error
    write_file(file, document, force=force)
    return Written(file, len(document.encode()), program.words.nbytes, len(samples))


def to_html(run: Run, model: TrainedModel, program: Program, samples: list[Sample]) -> str:
    """The page. The same run gives the same text."""
    record, source = run.record, run.record.data
    scores = _scores(model, samples)
    network = {
        **program.settings(),
        "mean": source.mean,
        "deviation": source.deviation,
        "classes": source.classes,
        "digits": source.is_written_digits,
        "words": _text(program.words.tobytes()),
        "samples": [
            {"image": _text(sample.image.tobytes()), "label": sample.label, "wrong": sample.wrong, "scores": each}
            for sample, each in zip(samples, scores, strict=True)
        ],
    }
    environment = Environment(autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)
    last = run.last
    body = environment.from_string(shell.read_part(HERE, "draw.html.j2")).render(
        run=run.name,
        net=record.net,
        data=source.title,
        digits=source.is_written_digits,
        classes=source.classes,
        parameters=record.summary.total,
        accuracy=math.floor(1e4 * last.test_accuracy) / 100,  # never rounded up
        tested=last.test_total,
        split="validation" if record.recipe.validation else "test",
        epoch=last.epoch,
        tests=sum(not sample.wrong for sample in samples),
        wrong=sum(sample.wrong for sample in samples),
        height=source.height,
        width=source.width,
    )
    # as the text of a script that does not run: nothing in it may end that element
    told = json.dumps(network, ensure_ascii=False, separators=(",", ":")).replace("<", "\\u003c")
    return shell.page(
        f"Draw: {record.net} reads it",
        f'{body}<script type="application/json" id="network">{told}</script>',
        style=shell.read_part(HERE, "draw.css"),
        script="\n".join(shell.read_part(HERE, name) for name in SCRIPTS),
    )


def _scores(model: TrainedModel, samples: list[Sample]) -> list[list[float]]:
    """What torch's network gives of each, which the page compares its own with."""
    if not samples:
        return []
    images = np.stack([sample.image for sample in samples])
    pixels = normalised(images, "cpu", model.data.mean, model.data.deviation)
    with torch.inference_mode():
        scores = [predict(model.module, each[None]).flatten() for each in pixels]
    if not all(bool(torch.isfinite(each).all()) for each in scores):
        raise RunError("its network gives no number for some image: its weights are of a training that diverged")
    return [[float(f"{score:.7g}") for score in each.tolist()] for each in scores]


def _text(content: bytes) -> str:
    return base64.b64encode(content).decode()
