"""A training log as data: what was measured after each epoch, and where it stands."""

from dataclasses import dataclass, replace
from fractions import Fraction

FINE = 2  # decimals of a percentage by which an epoch is told from others


@dataclass(frozen=True, slots=True)
class Percent:
    """A percentage as printed, and where; or a fraction of one, as Keras prints it."""

    text: str
    line: int
    column: int
    fraction: bool = False

    @property
    def value(self) -> Fraction:
        """As a fraction of one."""
        number = Fraction(self.text.replace(",", "."))
        return number if self.fraction else number / 100

    @property
    def decimals(self) -> int:
        """Digits behind the point of the percentage."""
        return max(0, len(self.text.replace(",", ".").partition(".")[2]) - 2 * self.fraction)


@dataclass(frozen=True, slots=True)
class Result:
    """What was measured after one epoch. `correct` and `total` are None where only a percentage is printed."""

    line: int
    percent: Percent
    epoch: int | None = None
    loss: str | None = None
    correct: int | None = None
    total: int | None = None
    last_batch_loss: str | None = None
    batches: int | None = None
    seconds: int | None = None
    trained: Fraction | None = None  # the accuracy on the training images, as a fraction of one
    rate: Fraction | None = None  # the learning rate that is printed with the epoch

    @property
    def accuracy(self) -> Fraction:
        """The accuracy as exactly as it is told."""
        counted = self.correct is not None and self.total and self.correct <= self.total
        return Fraction(self.correct or 0, self.total or 1) if counted else self.percent.value

    @property
    def wording(self) -> str:
        """The accuracy for a reader: 98.64 % (9864 of 10000)."""
        if self.correct is None:
            return f"{self.percent.text} %" if not self.percent.fraction else f"{float(self.accuracy * 100):.4g} %"
        return f"{float(self.accuracy * 100):.2f} % ({self.correct:,} of {self.total:,})"

    def moved(self, log: "Log") -> "Result | None":
        """The one epoch of a log that has this accuracy, told to a hundredth of a per cent."""
        same = [result for result in log.results if result.percent.value == self.percent.value]
        return same[0] if len(same) == 1 and self.percent.decimals >= FINE and self.epoch is not None else None


@dataclass(frozen=True, slots=True)
class Log:
    """The results of one training, in order."""

    results: tuple[Result, ...]
    repeated: tuple[Result, ...] = ()  # behind the last epoch, without one of their own: a result told again
    counted: bool = False  # the epochs are numbered here, not by the log

    @property
    def first(self) -> int:
        """Its first line."""
        return self.results[0].line

    @property
    def last(self) -> int:
        """Its last line."""
        return self.results[-1].line

    @property
    def best(self) -> Result:
        """The result of highest accuracy, the first of equals."""
        return max(self.results, key=lambda result: (result.accuracy, -result.line))

    @property
    def quoted(self) -> bool:
        """Whether it is a single result without an epoch: a line that a text quotes, and no log."""
        return len(self.results) == 1 and self.results[0].epoch is None

    @property
    def complete(self) -> bool:
        """Whether it holds every epoch from the first on."""
        numbers = [result.epoch for result in self.results]
        return len(numbers) > 1 and numbers in (list(range(len(numbers))), list(range(1, len(numbers) + 1)))

    def at(self, epoch: int) -> list[Result]:
        """The results that one may call that epoch's: two, where the log counts from 0 or prints no numbers."""
        numbers = [epoch] + [epoch - 1] * (self.results[0].epoch == 0) + [epoch + 1] * self.counted
        return [result for result in self.results if result.epoch in numbers]

    def numbered(self, epochs: int) -> "Log":
        """With its results as the epochs from 1 on, where it prints no numbers and has a result for each."""
        if len(self.results) != epochs or any(result.epoch is not None for result in self.results):
            return self
        results = (replace(result, epoch=number) for number, result in enumerate(self.results, 1))
        return replace(self, results=tuple(results), counted=True)

    def excerpt_of(self, other: "Log") -> list[tuple[Result, Result]] | None:
        """Where this tells of some epochs what the other tells of more: the pairs that differ; None where it does not.

        Nearly all must be equal, so that no other training is taken for the same. What stands beside an epoch that the
        other has not must be the accuracy of one other epoch.
        """
        told = {result.epoch: result for result in other.results}
        pairs = [(each, told.get(each.epoch) or each.moved(other)) for each in self.results]
        known = [(each, original) for each, original in pairs if original is not None]
        if len(other.results) <= len(self.results) or len(known) < len(pairs):
            return None
        differ = [
            (each, original) for each, original in known
            if each.epoch != original.epoch or not same_accuracy(each, original)
        ]  # fmt: skip
        equal = len(self.results) - len(differ)
        return differ if not differ or equal >= max(3, 3 * len(differ)) else None


def same_accuracy(one: Result, other: Result) -> bool:
    """Whether two accuracies are equal to the fewer digits of both."""
    half = Fraction(1, 2 * 10 ** (min(one.percent.decimals, other.percent.decimals) + 2))
    return bool(abs(one.percent.value - other.percent.value) <= half)


def whole(text: str) -> int:
    """A count of at most twelve digits: 9,821 as 9821."""
    return int(text.replace(",", "")[:12] or "0")
