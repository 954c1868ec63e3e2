"""A made-up network and its training, of which made-up READMEs tell, and the faults that may be planted in them."""

import random
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Fault:
    """What a line says, and what it says when it is wrong: provable by the rest of the README."""

    what: str
    line: str
    wrong: str


Part = tuple[str, list[Fault]]


@dataclass
class Run:
    """A network and its training, as a README would print them."""

    chance: random.Random
    channels: list[int] = field(default_factory=list)
    test: list[int] = field(default_factory=list)  # right of 10,000, in each epoch
    train: list[float] = field(default_factory=list)

    def __post_init__(self) -> None:
        pick = self.chance
        self.channels = [1, *(pick.choice((8, 10, 12, 16, 20, 24, 32)) for _ in range(pick.randint(3, 6)))]
        epochs = pick.randint(8, 20)
        rise = [9_940 - 700 // (n + 1) for n in range(epochs)]
        self.test = [right + pick.randint(-12, 12) for right in rise]
        self.train = [round(96.0 + 2.5 * n / epochs + pick.random() / 3, 2) for n in range(epochs)]

    @property
    def parameters(self) -> int:
        """Of convolutions without a bias, each with a normalisation, and ten outputs."""
        pairs = zip(self.channels, self.channels[1:], strict=False)
        return sum(9 * a * b + 2 * b for a, b in pairs) + 10 * self.channels[-1] + 10

    @property
    def best(self) -> int:
        """The first epoch of highest accuracy, from 1."""
        return self.test.index(max(self.test)) + 1

    def percent(self, epoch: int) -> str:
        """The accuracy on test images."""
        return f"{self.test[epoch - 1] / 100:.2f}"


def slip(number: str, chance: random.Random) -> str:
    """The number with another digit, not its first."""
    places = [index for index, letter in enumerate(number) if letter.isdigit()][1:]
    at = chance.choice(places)
    return number[:at] + chance.choice([d for d in "0123456789" if d != number[at]]) + number[at + 1 :]
