"""The figures of recorded runs, as a report names them. Pure: reads no files, writes no words."""

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import TypeVar

from mnist.runs.data_source import DIGITS
from mnist.runs.folder import Run
from mnist.runs.recipe import recipe_sentence
from mnist.runs.record import EpochMetrics, Published
from mnist.runs.statistics import HELD
from reports.errors import DisagreementError
from reports.figures.goals import NOT_JUDGED, Goals, Verdict, judge
from reports.figures.names import choice, run_title
from reports.figures.reproduce import run_command

T = TypeVar("T")

LOG_ROWS = 30  # of a training log; of a longer one some are shown
LOG_ENDS = 5  # epochs from either end that are
Z_95 = 1.959963984540054  # the normal quantile of a two-sided 95 % interval


@dataclass(frozen=True, slots=True)
class Epoch:
    """One line of a training log; accuracies are exact fractions."""

    number: int
    train_loss: float | None  # None is what was not measured
    train_accuracy: Fraction | None
    test_loss: float | None
    test_accuracy: Fraction
    test_correct: int
    test_total: int
    learning_rate: float | None
    seconds: float


@dataclass(frozen=True, slots=True)
class Difference:
    """How far a measured accuracy lies from the published one."""

    size: Fraction  # not negative
    direction: str  # above | below | equal


@dataclass(frozen=True, slots=True)
class PublishedFigure:
    """What the source of the network claims, and a run beside it. Differences are None where nothing compares."""

    accuracy: Fraction | None
    epoch: int | None
    statement: str
    last: Difference | None
    best: Difference | None


@dataclass(frozen=True, slots=True)
class DigitScore:
    """The test images of one digit, or other class."""

    digit: int  # the label
    name: str
    correct: int
    total: int
    accuracy: Fraction | None  # None where the test set holds no such digit


@dataclass(frozen=True, slots=True)
class Mistake:
    """How often one digit, or other class, was read as another."""

    label: int
    predicted: int
    count: int
    label_name: str
    predicted_name: str


@dataclass(frozen=True, slots=True)
class Images:
    """Where a run's pictures lie, relative to the report; None where there is nothing to show."""

    loss: str
    accuracy: str
    confusion: str | None
    wrong: str | None


@dataclass(frozen=True, slots=True, weakref_slot=True)
class RunSummary:
    """One run in figures."""

    name: str  # of its folder
    title: str  # the same as a reader would say it
    slug: str  # the name as a file name and an anchor, unique in the report
    record: Mapping[str, object]  # run.json as it stands
    note: str | None  # what is to be known of the record and stands beside it
    data: str  # what it was trained and tested on: MNIST, rendered digits, Fashion-MNIST, ...
    other_data: bool  # not MNIST, so no figure of it is about MNIST
    kind: str  # what its classes are: digit | class
    split: str  # test | validation: the images that "test" figures are of
    interrupted: bool
    has_weights: bool  # whether they were kept
    log: tuple[Epoch, ...]
    log_shown: tuple[Epoch | None, ...]  # all, or of many those that a reader wants; None stands for those between
    last: Epoch
    best: Epoch  # chosen on the test set
    last_is_best: bool
    interval: tuple[Fraction, Fraction]  # 95 % interval of the last accuracy, widened to two decimals of a percent
    target_in_interval: bool
    reached: int | None  # the first epoch at the target accuracy
    held: bool | None  # whether each of the last HELD epochs reaches it; None where there are fewer
    recipe: str  # in a sentence, without its full stop
    choices: tuple[str, ...]  # where the source is silent, or the run departs from it
    verdict: Verdict
    published: PublishedFigure | None
    layers: tuple[tuple[str, int], ...]  # how many of each type, in order of appearance
    fully_connected: int
    receptive_field: int | None  # None where it is not known, as behind a recurrent layer
    sees: str | None  # of the image, with that field: part | whole | more, where padding is seen too
    digits: tuple[DigitScore, ...]
    hardest: DigitScore | None  # None, as are the next, where it was not measured what the network predicts
    mistakes: tuple[Mistake, ...]  # the most frequent, most frequent first
    wrong: int | None
    wrong_shown: int
    seconds: float  # of all epochs
    command: str
    images: Images


def summarize(run: Run, slug: str, goals: Goals, wrong_shown: int) -> RunSummary:
    """The figures of one run; DisagreementError where its files contradict each other."""
    check_agreement(run)
    record, evaluation = run.record, run.evaluation
    log = tuple(map(_epoch, record.epochs))
    last, best = _epoch(run.last), _epoch(run.best)
    source = record.data
    judged = source.is_mnist and not record.recipe.validation
    interval = wilson_interval(last.test_correct, last.test_total)
    confusion = () if evaluation is None else evaluation.confusion
    names = enumerate(source.classes) if confusion else ()
    digits = tuple(_digit(digit, name, confusion[digit]) for digit, name in names)
    wrong = None if evaluation is None else len(evaluation.wrong)
    shown = 0 if run.wrong_images is None else min(len(run.wrong_images), wrong_shown)
    receptive_field = record.summary.rows[-1].receptive_field if record.summary.rows else 1
    types = Counter(row.type for row in record.summary.rows)
    return RunSummary(
        name=run.name,
        title=run_title(run.name, record),
        slug=slug,
        record=record.model_dump(mode="json"),
        note=run.note,
        data=source.title,
        other_data=not source.is_mnist,
        kind="digit" if source.classes == DIGITS else "class",
        split="validation" if record.recipe.validation else "test",
        interrupted=record.status == "interrupted",
        has_weights=run.has_weights,
        log=log,
        log_shown=shown_epochs(log, [epoch.number for epoch in log], best.number),
        last=last,
        best=best,
        last_is_best=best.number == last.number,
        interval=interval,
        target_in_interval=interval[0] <= goals.accuracy <= interval[1],
        reached=next((epoch.number for epoch in log if epoch.test_accuracy >= goals.accuracy), None),
        held=all(epoch.test_accuracy >= goals.accuracy for epoch in log[-HELD:]) if len(log) >= HELD else None,
        recipe=recipe_sentence(record.recipe),
        choices=tuple(map(choice, record.choices)),
        verdict=judge(goals, last.test_accuracy, interval[0], best.test_accuracy, record.summary.total, len(log))
        if judged
        else NOT_JUDGED,
        published=published_figure(record.published, judged, last.test_accuracy, best.test_accuracy),
        layers=tuple(types.items()),
        fully_connected=types["Linear"],
        receptive_field=receptive_field,
        sees=_sees(receptive_field, max(source.height, source.width)),
        digits=digits,
        hardest=min((d for d in digits if d.total), key=lambda d: (d.accuracy, d.digit), default=None),
        mistakes=most_frequent_mistakes(confusion, source.classes),
        wrong=wrong,
        wrong_shown=shown,
        seconds=math.fsum(epoch.seconds for epoch in log),
        command=run_command(run.name, record),
        images=_images(slug, evaluation is not None, shown > 0),
    )


def with_slug(run: RunSummary, slug: str) -> RunSummary:
    """The same run, its pictures where that name has them."""
    return replace(run, slug=slug, images=_images(slug, run.images.confusion is not None, run.images.wrong is not None))


def check_agreement(run: Run) -> None:
    """Raise DisagreementError where the figures of a run contradict each other; reading it checked each file."""
    validation, epochs, planned = run.record.recipe.validation, len(run.record.epochs), run.record.recipe.epochs
    if run.record.status == "finished" and epochs != planned:
        raise DisagreementError(
            f"{run.path / 'run.json'}: status is finished, but it has {epochs} of {planned} epochs; "
            "a run that was stopped is interrupted"
        )
    if validation and run.record.epochs[-1].test_total != validation:
        raise DisagreementError(
            f"{run.path / 'run.json'}: tested on {run.record.epochs[-1].test_total} images; its recipe holds out "
            f"{validation} for that"
        )
    for metrics in run.record.epochs:
        for part, correct, total in (
            ("train", metrics.train_correct, metrics.train_total),
            ("test", metrics.test_correct, metrics.test_total),
        ):
            if correct is not None and total is not None and correct > total:
                raise DisagreementError(
                    f"{run.path / 'run.json'}: epoch {metrics.epoch}: {correct} of {total} {part} images are right"
                )
    evaluation = run.evaluation
    counted = Counter((wrong.label, wrong.predicted) for wrong in (evaluation.wrong if evaluation else ()))
    for label, row in enumerate(evaluation.confusion if evaluation else ()):
        for predicted, count in enumerate(row):
            if label != predicted and counted[label, predicted] != count:
                raise DisagreementError(
                    f"{run.path / 'evaluation.json'}: {counted[label, predicted]} wrong images are {label} read as "
                    f"{predicted}; confusion counts {count}"
                )
    rows = sum(row.parameters for row in run.record.summary.rows)
    if rows != run.record.summary.total:
        raise DisagreementError(
            f"{run.path / 'run.json'}: the layers hold {rows} parameters; the total says {run.record.summary.total}"
        )


def wilson_interval(correct: int, total: int) -> tuple[Fraction, Fraction]:
    """95 % interval of an accuracy measured on `total` images (Wilson 1927), widened outwards to 0.01 %."""
    p, square = correct / total, Z_95**2
    centre = (p + square / (2 * total)) / (1 + square / total)
    half = Z_95 / (1 + square / total) * math.sqrt(p * (1 - p) / total + square / (4 * total**2))
    low, high = max(0.0, centre - half), min(1.0, centre + half)
    return Fraction(math.floor(low * 10_000), 10_000), Fraction(math.ceil(high * 10_000), 10_000)


def most_frequent_mistakes(
    confusion: Sequence[Sequence[int]], classes: Sequence[str] = DIGITS, count: int = 3
) -> tuple[Mistake, ...]:
    """The pairs of label and prediction that occur most often; equals in order of label."""
    mistakes = [
        Mistake(label, predicted, number, classes[label], classes[predicted])
        for label, row in enumerate(confusion)
        for predicted, number in enumerate(row)
        if label != predicted and number
    ]
    return tuple(sorted(mistakes, key=lambda m: (-m.count, m.label, m.predicted))[:count])


def published_figure(
    published: Published | None, judged: bool, last: Fraction, best: Fraction
) -> PublishedFigure | None:
    """What a source claims for the test set beside accuracies, which compare where they are of the same images."""
    if published is None:
        return None
    accuracy = None if published.accuracy is None else Fraction(repr(published.accuracy))
    compared = accuracy if judged else None
    return PublishedFigure(
        accuracy=accuracy,
        epoch=published.epoch,
        statement=published.statement,
        last=_difference(last, compared),
        best=_difference(best, compared),
    )


def shown_epochs(log: Sequence[T], numbers: Sequence[int], best: int) -> tuple[T | None, ...]:
    """The whole log or, of a long one, both ends, the best, and others evenly between; None for each gap.

    `numbers` are those of its epochs.
    """
    if len(log) <= LOG_ROWS:
        return tuple(log)
    stride = next(step * 10**power for power in range(9) for step in (1, 2, 5) if len(log) <= 15 * step * 10**power)
    ends = {*range(LOG_ENDS), *range(len(log) - LOG_ENDS, len(log))}
    kept = [place for place, number in enumerate(numbers) if place in ends or number % stride == 0 or number == best]
    shown: list[T | None] = []
    for before, place in zip([-1, *kept], kept, strict=False):
        shown += [log[place]] if place == before + 1 else [None, log[place]]
    return tuple(shown)


def _images(slug: str, confusion: bool, wrong: bool) -> Images:
    return Images(
        loss=f"assets/{slug}-loss.svg",
        accuracy=f"assets/{slug}-accuracy.svg",
        confusion=f"assets/{slug}-confusion.svg" if confusion else None,
        wrong=f"assets/{slug}-wrong.svg" if wrong else None,
    )


def _sees(field: int | None, side: int) -> str | None:
    if field is None:
        return None
    return "part" if field < side else "whole" if field == side else "more"


def _epoch(metrics: EpochMetrics) -> Epoch:
    return Epoch(
        number=metrics.epoch,
        train_loss=metrics.train_loss,
        train_accuracy=None
        if metrics.train_correct is None or metrics.train_total is None
        else Fraction(metrics.train_correct, metrics.train_total),
        test_loss=metrics.test_loss,
        test_accuracy=Fraction(metrics.test_correct, metrics.test_total),
        test_correct=metrics.test_correct,
        test_total=metrics.test_total,
        learning_rate=metrics.learning_rate,
        seconds=metrics.seconds,
    )


def _digit(digit: int, name: str, row: Sequence[int]) -> DigitScore:
    total = sum(row)
    return DigitScore(digit, name, row[digit], total, Fraction(row[digit], total) if total else None)


def _difference(measured: Fraction, published: Fraction | None) -> Difference | None:
    if published is None:
        return None
    difference = measured - published
    return Difference(abs(difference), "equal" if not difference else "above" if difference > 0 else "below")
