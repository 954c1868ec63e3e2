"""Statistics of recorded runs: one line per network and configuration, over its seeds. Imports no torch."""

import html
import math
import statistics
from collections.abc import Iterable, Sequence
from fractions import Fraction
from typing import NamedTuple

import mpmath

from groundfloor.pages.markdown import escape
from mnist.errors import MnistError
from mnist.runs.architecture import KeptModule
from mnist.runs.data_source import DataSource
from mnist.runs.model import Model
from mnist.runs.recipe import OwnLoop, Recipe, differences
from mnist.runs.record import Record
from mnist.runs.shares import share_interval
from mnist.runs.shown.text_table import statistics_table
from mnist.runs.versions import comparison_note

HOLD = Fraction(994, 1000)  # the accuracy to hold,
HELD = 5  # in each of the last so many epochs


class Line(Model):
    """The last epoch's accuracy over the seeds of one configuration, all as fractions.

    `sd` is the sample standard deviation, `low` and `high` bound the 95 % interval of the mean (Student's t);
    all three are None for a single seed. No interval passes 0 or 1. `holding` is the share of seeds that hold HOLD in
    all of the last HELD epochs, `holding_low` and `holding_high` bound its 95 % interval (Clopper and Pearson).
    """

    net: str
    parameters: int
    configuration: str  # where the recipe differs from the first line's of the same net
    recipe: Recipe | OwnLoop
    images: str  # test or validation, after the data's name where that is not MNIST: what the accuracy was measured on
    seeds: tuple[int, ...]
    mean: float
    sd: float | None
    low: float | None
    high: float | None
    min: float
    max: float
    holding: float
    holding_low: float
    holding_high: float
    seconds: float  # a run, on average

    def _repr_markdown_(self) -> str:
        return statistics_table([self]).markdown()

    def _repr_html_(self) -> str:
        return statistics_table([self]).html()


class Statistics(list[Line]):
    """Lines of one table, which a notebook shows as such; `note` says where their runs had different versions."""

    def __init__(self, lines: Iterable[Line] = (), note: str | None = None) -> None:
        super().__init__(lines)
        self.note = note

    def _repr_markdown_(self) -> str:
        return statistics_table(self).markdown() + (f"\nNote: {escape(self.note)}\n" if self.note else "")

    def _repr_html_(self) -> str:
        return statistics_table(self).html() + (f"<p>Note: {html.escape(self.note)}</p>" if self.note else "")


class Spread(NamedTuple):
    """The sample standard deviation of accuracies, and the 95 % interval of their mean, which passes neither 0 nor 1.

    As fractions, like the accuracies.
    """

    sd: float
    low: float
    high: float


def tabulate(records: Iterable[Record]) -> Statistics:
    """The finished runs by network, recipe and data; MnistError where two of a group have the same seed."""
    finished = [record for record in records if record.status == "finished"]
    return Statistics([line for line, _ in group_runs(finished)], comparison_note(finished))


def group_runs(records: Iterable[Record]) -> list[tuple[Line, list[Record]]]:
    """The finished runs of each configuration in order of seed, and their line; MnistError as `tabulate`."""
    groups: dict[tuple[object, ...], list[Record]] = {}
    for record in records:
        if record.status == "finished":
            groups.setdefault(configuration(record), []).append(record)
    first: dict[str, Recipe | OwnLoop] = {}
    result = []
    for group in groups.values():
        reference = first.setdefault(group[0].net, group[0].recipe)
        ordered = sorted(group, key=lambda record: record.seed)
        result.append((_line(ordered, differences(group[0].recipe, reference)), ordered))
    return result


def configuration(record: Record) -> tuple[object, ...]:
    """What runs share that differ in their seed only; to be compared, and to group by."""
    data = record.data.name, *sorted(record.data.sha256.items())
    return record.net, _network(record), record.recipe.model_dump_json(), *data


def _network(record: Record) -> tuple[object, ...]:
    """What tells networks of one name apart: the code of a module and what it is called with, or else the layers."""
    kept = record.network
    if isinstance(kept, KeptModule) and kept.source_sha256 is not None:
        return kept.source_sha256, *sorted((kept.arguments or {}).items())
    return tuple((row.type, row.kernel, row.output_shape, row.parameters) for row in record.summary.rows)


def interval(values: Sequence[float], confidence: float = 0.95) -> tuple[float, float] | None:
    """mean ± t · sd / √n, t the quantile of Student's distribution with n - 1 degrees; None for a single value."""
    if len(values) < 2:
        return None
    mean = statistics.fmean(values)
    half = t_quantile((1 + confidence) / 2, len(values) - 1) * statistics.stdev(values) / math.sqrt(len(values))
    return mean - half, mean + half


def spread_of(accuracies: Sequence[float]) -> Spread | None:
    """How far accuracies over seeds lie apart; None for a single one."""
    bounds = interval(accuracies)
    if bounds is None:
        return None
    return Spread(statistics.stdev(accuracies), max(0.0, bounds[0]), min(1.0, bounds[1]))


def t_quantile(probability: float, freedom: float) -> float:
    """Where Student's distribution function reaches a probability of at least a half.

    P(T ≤ t) = 1 - I(x; ν/2, 1/2) / 2 with x = ν / (ν + t²) and I the regularised incomplete beta function (Abramowitz
    and Stegun 1964, 26.7.1); solved for x, which lies in 0 to 1, by bisection.
    """
    tail = 2 * (1 - probability)
    low, high = 0.0, 1.0
    for _ in range(60):
        middle = (low + high) / 2
        if mpmath.betainc(freedom / 2, 0.5, 0, middle, regularized=True) < tail:
            low = middle
        else:
            high = middle
    return math.sqrt(freedom * (1 / low - 1))


def _line(group: list[Record], configuration: str) -> Line:
    seeds = tuple(record.seed for record in group)
    twice = sorted({seed for seed in seeds if seeds.count(seed) > 1})
    if twice:
        raise MnistError(f"{group[0].net}: seed {twice[0]} occurs {seeds.count(twice[0])} times with the same recipe")
    last = [record.epochs[-1].test_accuracy for record in group]
    spread = spread_of(last)
    holding = sum(_holds(record) for record in group)
    bound = share_interval(holding, len(group))
    kind = "validation" if group[0].recipe.validation else "test"
    return Line(
        net=group[0].net,
        parameters=group[0].summary.total,
        configuration=configuration,
        recipe=group[0].recipe,
        images=_images(group[0].data, kind),
        seeds=seeds,
        mean=statistics.fmean(last),
        sd=None if spread is None else spread.sd,
        low=None if spread is None else spread.low,
        high=None if spread is None else spread.high,
        min=min(last),
        max=max(last),
        holding=holding / len(group),
        holding_low=bound[0],
        holding_high=bound[1],
        seconds=statistics.fmean(sum(metrics.seconds for metrics in record.epochs) for record in group),
    )


def _images(data: DataSource, kind: str) -> str:
    """What was tested on: test, validation, rendered test, Fashion-MNIST test, ..."""
    if data.is_mnist:
        return kind
    return f"{'rendered' if data.name == 'rendered-digits' else data.title} {kind}"


def _holds(record: Record) -> bool:
    """Whether each of the last HELD epochs, or of all where there are fewer, reaches HOLD."""
    return all(Fraction(m.test_correct, m.test_total) >= HOLD for m in record.epochs[-HELD:])
