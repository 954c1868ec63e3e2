"""A recipe, how a network is trained: its fields, and where two of them differ. Imports no torch."""

from typing import Literal, Self

from pydantic import Field, JsonValue, model_validator

from mnist.runs.model import Finite, Model


class Affine(Model):
    """Ranges of the random map of each training image, each drawn evenly from -range to +range; 0 is none."""

    rotation: Finite = Field(default=0, ge=0, le=180)  # degrees
    scale: Finite = Field(default=0, ge=0, lt=1)  # 0.1: by a factor of 1/1.1 to 1.1, even in its logarithm
    shear: Finite = Field(default=0, ge=0, lt=90)  # degrees of slant
    translation: Finite = Field(default=0, ge=0, le=28)  # pixels, along each side
    # pixels, along each side, at each of 4 × 4 places over the image, smooth between them (after Simard et al. 2003)
    elastic: Finite = Field(default=0, ge=0, le=28)

    def __bool__(self) -> bool:
        """Whether it changes any image."""
        return any((self.rotation, self.scale, self.shear, self.translation, self.elastic))


NAMES = {"sgd": "SGD", "adam": "Adam", "adamw": "AdamW", "rmsprop": "RMSprop", "muon": "Muon"}


AUGMENTATIONS = {  # by the names of --augment
    "none": Affine(),
    "shift": Affine(translation=2),
    "affine": Affine(rotation=10, scale=0.1, shear=10, translation=2),
    "elastic": Affine(rotation=10, scale=0.1, shear=10, translation=2, elastic=1.5),
}


class Recipe(Model):
    """How a network is trained. Loss is the mean cross-entropy (log-softmax and negative log-likelihood).

    Each default is what version 1 of the record meant. The learning rate is the highest of the schedule.
    """

    epochs: int = Field(ge=1, le=10_000)
    batch_size: int = Field(ge=1, le=60_000)
    learning_rate: Finite = Field(gt=0)
    optimiser: Literal["sgd", "adam", "adamw", "rmsprop", "muon"] = "sgd"
    rest_learning_rate: Finite = Field(default=0, ge=0)  # the highest of SGD, for the parameters that Muon leaves to it
    momentum: Finite = Field(ge=0, lt=1)  # of Adam and AdamW the decay of the averaged gradients, beta 1
    beta2: Finite = Field(default=0, ge=0, lt=1)  # decay of Adam's, AdamW's and RMSprop's squares; 0: torch's default
    nesterov: bool = False
    weight_decay: Finite = Field(default=0, ge=0)
    schedule: Literal["constant", "one-cycle", "cosine", "step", "multi-step", "exponential", "plateau"] = "constant"
    warm_up: Finite = Field(default=0, ge=0, lt=1)  # the share of all steps in which the rate climbs
    gamma: Finite = Field(default=0.1, gt=0, lt=1)  # factor of each fall of step, multi-step, exponential and plateau
    step_epochs: int = Field(default=0, ge=0)  # step: epochs from one fall to the next
    milestones: str = Field(default="", pattern=r"^(\d+(\+\d+)*)?$")  # multi-step: falls after these epochs, 6+9
    patience: int = Field(default=2, ge=0)  # plateau: epochs without a lower loss that are borne
    clip_norm: Finite = Field(default=0, ge=0)  # the longest that the gradient of all parameters may be; 0: any
    label_smoothing: Finite = Field(default=0, ge=0, lt=1)
    ema: Finite = Field(default=0, ge=0, lt=1)  # decay a step of averaged weights, which are then the run's; 0: none
    augmentation: Affine = Affine()
    recalibration: int = Field(default=0, ge=0, le=60_000)  # first training images, plain, whose statistics normalise
    channels_last: bool = False  # memory layout: faster, and rounds otherwise
    bfloat16: bool = False  # convolutions of training compute in it; fast only where the device has it
    validation: int = Field(default=0, ge=0, lt=60_000)  # last training images, held out and tested on

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        if self.nesterov and self.optimiser not in ("sgd", "muon"):
            raise ValueError(f"Nesterov's method is for SGD and Muon, not for {NAMES[self.optimiser]}")
        if self.nesterov and not self.momentum:
            raise ValueError("Nesterov's method needs a momentum above 0")
        if self.optimiser == "muon" and not (self.nesterov and self.rest_learning_rate):
            raise ValueError("Muon needs nesterov, and a rest_learning_rate above 0 for what it leaves to SGD")
        if self.optimiser != "muon" and self.rest_learning_rate:
            name = NAMES[self.optimiser]
            raise ValueError(f"{name} moves all parameters with learning_rate; rest_learning_rate is for Muon")
        if self.beta2 and self.optimiser not in ("adam", "adamw", "rmsprop"):
            raise ValueError(f"beta2 is for Adam, AdamW and RMSprop, not for {NAMES[self.optimiser]}")
        if self.warm_up and self.schedule not in ("one-cycle", "cosine"):
            raise ValueError(f"schedule {self.schedule} has no warm-up; one-cycle and cosine have")
        if bool(self.step_epochs) != (self.schedule == "step"):
            raise ValueError("schedule step needs step_epochs of 1 or more, and only that")
        if bool(self.milestones) != (self.schedule == "multi-step"):
            raise ValueError("schedule multi-step needs milestones such as 6+9, and only that")
        falls = self.falls
        if list(falls) != sorted({epoch for epoch in falls if epoch}):
            raise ValueError(f"milestones {self.milestones}: epochs from 1 on are needed, in rising order")
        return self

    @property
    def falls(self) -> tuple[int, ...]:
        """The milestones as numbers."""
        return tuple(map(int, self.milestones.split("+"))) if self.milestones else ()


class OwnLoop(Model):
    """In place of a recipe: a loop of its author's own, and what that tells of itself.

    The other fields are those of a recipe that a reader of figures asks for.
    """

    kind: Literal["own loop"] = "own loop"
    epochs: int = Field(ge=1, le=1_000_000)
    config: dict[str, JsonValue] = Field(default_factory=dict)
    schedule: Literal["own"] = "own"
    label_smoothing: Literal[0] = 0
    ema: Literal[0] = 0
    validation: Literal[0] = 0


def differences(recipe: Recipe | OwnLoop, reference: Recipe | OwnLoop) -> str:
    """The fields in which a recipe is not the reference: "learning_rate 0.05, batch_size 256"."""
    if type(recipe) is not type(reference):
        return "a loop of its own" if isinstance(recipe, OwnLoop) else "trained here"
    return ", ".join(f"{name} {written(value)}" for name, value in differing(recipe, reference).items())


def differing(recipe: Recipe | OwnLoop, reference: Recipe | OwnLoop) -> dict[str, object]:
    """The same fields by name, with the recipe's values."""
    mine, others = (fields(each) for each in (recipe, reference))
    return {name: value for name, value in mine.items() if name not in others or value != others[name]}


def written(value: object) -> str:
    """A value as names of configurations have it."""
    return f"{value:g}" if isinstance(value, float) else f"{value}"


def fields(recipe: Recipe | OwnLoop) -> dict[str, object]:
    """What a recipe, or a loop of its author's own, tells of itself, by name."""
    return {"epochs": recipe.epochs, **recipe.config} if isinstance(recipe, OwnLoop) else dict(recipe)


def recipe_sentence(recipe: Recipe | OwnLoop) -> str:
    """The recipe in a sentence, without its full stop."""
    if isinstance(recipe, OwnLoop):
        told = ", ".join(f"{name} {value}" for name, value in recipe.config.items())
        epochs = "1 epoch" if recipe.epochs == 1 else f"{recipe.epochs} epochs"
        return f"{epochs} by a loop of its own{': ' if told else ''}{told}"
    parts = [
        "1 epoch" if recipe.epochs == 1 else f"{recipe.epochs} epochs",
        f"batches of {recipe.batch_size}",
        f"{_optimiser(recipe)} and {'Nesterov ' if recipe.nesterov else ''}momentum {recipe.momentum:g}",
    ]
    if recipe.schedule != "constant":
        parts.append(_schedule(recipe))
    if recipe.clip_norm:
        parts.append(f"gradients clipped to a length of {recipe.clip_norm:g}")
    if recipe.weight_decay:
        parts.append(f"weight decay {recipe.weight_decay:g}")
    if recipe.label_smoothing:
        parts.append(f"label smoothing {recipe.label_smoothing:g}")
    if recipe.ema:
        parts.append(f"weights averaged with decay {recipe.ema:g}")
    if recipe.augmentation:
        ranges = recipe.augmentation
        parts.append(
            f"images turned by up to {ranges.rotation:g}°, scaled by {ranges.scale:.0%}, slanted by {ranges.shear:g}° "
            f"and shifted by {ranges.translation:g} pixels"
            + (f", bent by {ranges.elastic:g}" if ranges.elastic else "")
        )
    if recipe.recalibration:
        parts.append(f"normalisations recalibrated on {recipe.recalibration:,} images")
    if recipe.bfloat16:
        parts.append("computed in bfloat16")
    if recipe.validation:
        parts.append(f"tested on the last {recipe.validation:,} training images")
    return ", ".join(parts)


def _optimiser(recipe: Recipe) -> str:
    if recipe.optimiser == "muon":
        rates = f"{recipe.learning_rate:g}, SGD for the rest with {recipe.rest_learning_rate:g}"
        return f"Muon for the convolutions with learning rate {rates}"
    beta2 = f", beta2 {recipe.beta2:g}" if recipe.beta2 else ""
    return f"{NAMES[recipe.optimiser]} with learning rate {recipe.learning_rate:g}{beta2}"


def _schedule(recipe: Recipe) -> str:
    times = f"times {recipe.gamma:g}"
    match recipe.schedule:
        case "step":
            return f"{times} every {recipe.step_epochs} epochs"
        case "multi-step":
            return f"{times} after epochs {', '.join(map(str, recipe.falls))}"
        case "exponential":
            return f"{times} after each epoch"
        case "plateau":
            return f"{times} after {recipe.patience + 1} epochs without a lower loss"
    return f"{recipe.schedule} with {recipe.warm_up:.0%} warm-up"
