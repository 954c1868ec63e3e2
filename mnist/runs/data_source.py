"""What a data set is: its name, classes, the shape of its images, how many, their hashes. Imports no torch."""

from typing import Literal, Self

from pydantic import Field, model_validator

from mnist.runs.model import Finite, Model, Sha256

DIGITS = tuple("0123456789")
MEAN, DEVIATION = 0.1307, 0.3081  # of the pixels of MNIST's training images, scaled to [0, 1]
TITLES = {
    "mnist": "MNIST",
    "rendered-digits": "rendered digits",
    "fashion-mnist": "Fashion-MNIST",
    "kmnist": "KMNIST",
    "qmnist": "QMNIST",
    "emnist-digits": "EMNIST digits",
}

Shape = tuple[int, int, int]  # channels, height, width


class DataSource(Model):
    """What a run was trained and tested on. A record says nothing of classes and images where they are as MNIST's.

    `sha256` is of each part as a decompressed IDX file. A pixel p of 0 to 255 reaches a network as
    (p / 255 - mean) / deviation, with a mean and a deviation a channel.
    """

    name: str = Field(min_length=1)  # mnist, rendered-digits, or what its owner calls it
    classes: tuple[str, ...] = Field(default=DIGITS, min_length=2)  # the name of label 0, 1, 2, ...
    channels: Literal[1, 3] = 1  # grey, or red, green and blue
    height: int = Field(default=28, ge=1)
    width: int = Field(default=28, ge=1)
    mean: tuple[Finite, ...] = (MEAN,)
    deviation: tuple[Finite, ...] = (DEVIATION,)
    augmented: str | None = None  # by what of the caller's its training images were changed while training
    train_samples: int | None = Field(ge=1)  # None where a loop of its author's own does not tell
    test_samples: int = Field(ge=1)
    sha256: dict[Literal["train_images", "train_labels", "test_images", "test_labels"], Sha256]

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        if {len(self.mean), len(self.deviation)} != {self.channels}:
            raise ValueError(f"a mean and a deviation for each of {self.channels} channels are needed")
        if min(self.deviation) <= 0:
            raise ValueError(f"the deviation {min(self.deviation)} is not above 0")
        return self

    @property
    def shape(self) -> Shape:
        """Of one image: (channels, height, width)."""
        return self.channels, self.height, self.width

    @property
    def is_mnist(self) -> bool:
        """Whether it is MNIST itself, so that its figures compare with what is published."""
        return self.name == "mnist"

    @property
    def is_written_digits(self) -> bool:
        """Whether its images are of digits as MNIST's are, so that pictures are made like those."""
        return self.classes == DIGITS and self.shape == (1, 28, 28)

    @property
    def title(self) -> str:
        """What a reader calls it."""
        return TITLES.get(self.name, self.name)
