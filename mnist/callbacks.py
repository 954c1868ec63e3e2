"""Callbacks for the loops of Lightning and Keras, where they are installed: each epoch's figures into a recorded run.

Each takes the figures by our names and what the library calls them, a number for itself:
`test_accuracy="val_acc", test_total=10_000`.
"""

import importlib
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from mnist.errors import MnistError

if TYPE_CHECKING:
    from mnist.jobs.own_loop import OwnRun


def lightning_callback(run: "OwnRun", **figures: str | int) -> Any:
    """For `Trainer(callbacks=[...])`: figures among trainer.callback_metrics, after each epoch and its validation."""
    base = _first("lightning.pytorch.callbacks", "pytorch_lightning.callbacks").Callback

    class Recording(base):  # type: ignore[misc, valid-type]
        """Tells the run of each epoch."""

        def on_train_epoch_end(self, trainer: Any, _module: Any) -> None:
            """Figures and learning rate."""
            told = _told(trainer.callback_metrics, figures)
            rate = trainer.optimizers[0].param_groups[0]["lr"] if trainer.optimizers else None
            run.epoch(**{"learning_rate": rate, **told})

    return Recording()


def keras_callback(run: "OwnRun", **figures: str | int) -> Any:
    """For `model.fit(callbacks=[...])`: figures among the logs of each epoch."""
    base = _first("keras.callbacks", "tensorflow.keras.callbacks").Callback

    class Recording(base):  # type: ignore[misc, valid-type]
        """Tells the run of each epoch."""

        def on_epoch_end(self, _epoch: int, logs: Any = None) -> None:
            """Figures."""
            run.epoch(**_told(logs or {}, figures))

    return Recording()


def _told(logged: Mapping[str, Any], figures: Mapping[str, Any]) -> dict[str, Any]:
    """The figures by our names; a number stands for itself."""
    for key in figures.values():
        if isinstance(key, str) and key not in logged:
            raise MnistError(f"{key!r} is none of the figures logged: {', '.join(map(str, logged)) or 'none'}")
    return {name: logged[key] if isinstance(key, str) else key for name, key in figures.items()}


def _first(*names: str) -> Any:
    for name in names:
        try:
            return importlib.import_module(name)
        except ModuleNotFoundError:
            continue
    raise MnistError(f"{names[0].partition('.')[0]} is not installed here; this callback is for it")
