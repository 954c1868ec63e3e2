"""`mnist export`: a trained run for other programs."""

from pathlib import Path
from typing import Annotated

import typer

from mnist.commands.options import RunFolder, Trust, print_text
from mnist.errors import MnistError


def export(
    run: RunFolder,
    onnx: Annotated[
        Path | None,
        typer.Option(metavar="FILE.onnx", help="Write the network with its weights, checked by ONNX Runtime."),
    ] = None,
    tensorboard: Annotated[
        Path | None, typer.Option(metavar="DIR", help="Write the figures of each epoch into DIR/NAME, for TensorBoard.")
    ] = None,
    force: Annotated[bool, typer.Option("--force", help="Replace FILE.onnx.")] = False,
    trust: Trust = False,
) -> None:
    """Write a trained run as an ONNX file, or its epochs as TensorBoard's event files.

    The ONNX network takes pixels from 0 to 255, (n, 1, 28, 28) for MNIST, as `pixels`, normalises them itself, and
    gives `scores`. It is written only if ONNX Runtime gives the scores of torch on 100 images, to 1e-5 of the largest.
    """
    from mnist.requirements import need_libraries

    if onnx is None and tensorboard is None:
        raise MnistError("--onnx FILE.onnx or --tensorboard DIR is needed")
    need_libraries()
    from mnist.jobs.export import export_onnx, write_events

    if onnx is not None:
        exported = export_onnx(run, onnx, trust=trust, force=force)
        kilobytes = exported.file.stat().st_size / 1024
        print_text(
            f"{exported.file}: {kilobytes:.0f} kB; on {exported.images} images ONNX Runtime's scores are at most "
            f"{exported.difference:.1e} of the largest from torch's, all classes alike"
        )
    if tensorboard is not None:
        print_text(f"{write_events(run, tensorboard)}: an event file; tensorboard --logdir {tensorboard}")
