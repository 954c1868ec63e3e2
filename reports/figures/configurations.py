"""Runs that differ in their seed only, taken together: their statistics and which of them is shown. Reads no files."""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from statistics import fmean, mean

from mnist.runs.folder import Run
from mnist.runs.recipe import OwnLoop, Recipe
from mnist.runs.shares import share_interval
from mnist.runs.statistics import Line, configuration, tabulate
from reports.figures.goals import NOT_JUDGED, Goals, Verdict, judge
from reports.figures.names import label, run_title, slugs
from reports.figures.reproduce import Made, checkout, made, seed_ranges, sweep_command
from reports.figures.runs import Images, PublishedFigure, RunSummary, published_figure, summarize


@dataclass(frozen=True, slots=True)
class ConfigurationSummary:
    """A network, a recipe and data over seeds. An accuracy of it is the mean of its runs' accuracies, exactly."""

    name: str  # the title of its run where it is one
    label: str  # the network and where its recipe differs; the name where another has the same
    slug: str
    net: str
    parameters: int
    runs: tuple[RunSummary, ...]  # in order of seed
    shown: RunSummary  # the run of the lowest seed, whatever its result
    seeds: str  # 0..4,7
    last: Fraction  # after the last epoch
    best: Fraction  # each run after its best epoch, chosen on the images it is measured on
    deviation: float | None  # sample standard deviation of the last accuracies; None for one run, as is the interval
    interval: tuple[float, float] | None  # 95 % of their mean, Student's t
    target_in_interval: bool | None
    least: Fraction
    most: Fraction
    verdict: Verdict
    passed: int | None  # runs that hold all constraints; None where they are not judged, as the next
    held: int | None  # runs that reach the target in each of the last HELD epochs; None where there are fewer, too
    passed_interval: tuple[float, float] | None  # 95 % of the share of seeds (Clopper and Pearson); None for one run
    held_interval: tuple[float, float] | None
    published: PublishedFigure | None
    seconds: float  # a run, on average
    command: str
    commit: str | None  # to check out first; None where there is no single one or it had changes
    made: tuple[Made, ...]
    images: Images


@dataclass(frozen=True, slots=True)
class Comparison:
    """All runs of a report beside each other."""

    judged: int  # runs whose constraints are judged
    passed: int  # all constraints hold, the accuracy being that of the last epoch
    passed_interrupted: int  # of those, interrupted
    passed_at_best: int  # hold only if the epoch is chosen on the test set
    other_data: int
    validation: int  # measured on held-out training images
    configurations: int  # whose constraints are judged
    configurations_passed: int  # all constraints hold, the accuracy being the mean over seeds
    configurations_shown: int  # of those, where the lower end of the mean's interval holds, too
    best: ConfigurationSummary | None


def configure(runs: Sequence[Run], goals: Goals, wrong_shown: int) -> list[tuple[ConfigurationSummary, list[Run]]]:
    """The runs by configuration, in order of first appearance: its figures, and the runs in the same order as theirs.

    A run that was interrupted stands alone, and so does one whose seed its configuration has already.
    """
    groups: dict[tuple[object, ...], list[Run]] = {}
    first: dict[str, Recipe | OwnLoop] = {}
    for number, run in enumerate(runs):
        record = run.record
        first.setdefault(record.net, record.recipe)
        key = configuration(record)
        known = any(record.seed == other.record.seed for other in groups.get(key, ()))
        if record.status == "interrupted" or known:
            key = (number,)
        groups.setdefault(key, []).append(run)
    members = [sorted(group, key=lambda run: run.record.seed) for group in groups.values()]
    labels = [label(group[0].record, first[group[0].record.net]) for group in members]
    names = [
        run_title(group[0].name, group[0].record) if len(group) == 1 else f"{words}, {len(group)} seeds"
        for words, group in zip(labels, members, strict=True)
    ]
    labels = [words if labels.count(words) == 1 else name for words, name in zip(labels, names, strict=True)]
    several = [name for name, group in zip(names, members, strict=True) if len(group) > 1]
    ordered = [run for group in members for run in group]
    free = slugs([run.name for run in ordered] + several)
    run_slugs, group_slugs = iter(free[: len(ordered)]), iter(free[len(ordered) :])
    result = []
    for name, words, group in zip(names, labels, members, strict=True):
        summaries = tuple(summarize(run, next(run_slugs), goals, wrong_shown) for run in group)
        slug = summaries[0].slug if len(group) == 1 else next(group_slugs)
        result.append((_configuration(name, words, slug, group, summaries, goals), group))
    return result


def compare(configurations: Sequence[ConfigurationSummary]) -> Comparison:
    """How many hold the constraints, and the best of those judged: most constraints, then accuracy, then parameters.

    A run that was interrupted is not the best: the moment of its stop was not fixed beforehand.
    """
    runs = [run for configuration in configurations for run in configuration.runs]
    judged = [configuration for configuration in configurations if configuration.verdict.all is not None]
    finished = [configuration for configuration in judged if not configuration.shown.interrupted]
    return Comparison(
        judged=sum(run.verdict.all is not None for run in runs),
        passed=sum(run.verdict.all is True for run in runs),
        passed_interrupted=sum(run.verdict.all is True and run.interrupted for run in runs),
        passed_at_best=sum(run.verdict.all is False and run.verdict.all_at_best is True for run in runs),
        other_data=sum(run.other_data for run in runs),
        validation=sum(run.split == "validation" for run in runs),
        configurations=len(judged),
        configurations_passed=sum(configuration.verdict.all is True for configuration in judged),
        configurations_shown=sum(configuration.verdict.all_shown is True for configuration in judged),
        best=max(finished, key=_rank, default=None),
    )


def _configuration(
    name: str, words: str, slug: str, group: Sequence[Run], runs: tuple[RunSummary, ...], goals: Goals
) -> ConfigurationSummary:
    records = [run.record for run in group]
    shown = runs[0]
    judged = shown.verdict.all is not None
    accuracies = [run.last.test_accuracy for run in runs]
    last, best = mean(accuracies), mean(run.best.test_accuracy for run in runs)
    parameters = records[0].summary.total
    line = _line(group)
    interval = None if line is None or line.low is None or line.high is None else (line.low, line.high)
    low = shown.interval[0] if interval is None else interval[0]
    passed = sum(run.verdict.all is True for run in runs) if judged else None
    held = sum(run.held is True for run in runs) if judged and shown.held is not None else None
    return ConfigurationSummary(
        name=name,
        label=words,
        slug=slug,
        net=records[0].net,
        parameters=parameters,
        runs=runs,
        shown=shown,
        seeds=seed_ranges([record.seed for record in records]),
        last=last,
        best=best,
        deviation=None if line is None else line.sd,
        interval=interval,
        target_in_interval=None if interval is None else interval[0] <= goals.accuracy <= interval[1],
        least=min(accuracies),
        most=max(accuracies),
        verdict=judge(goals, last, low, best, parameters, len(shown.log)) if judged else NOT_JUDGED,
        passed=passed,
        held=held,
        passed_interval=_share(passed, runs),
        held_interval=_share(held, runs),
        published=published_figure(records[0].published, judged, last, best),
        seconds=fmean(run.seconds for run in runs),
        command=shown.command if len(runs) == 1 else sweep_command(slug, records),
        commit=checkout(records),
        made=made(records),
        images=shown.images
        if len(runs) == 1
        else Images(
            f"assets/{slug}-loss.svg", f"assets/{slug}-accuracy.svg", shown.images.confusion, shown.images.wrong
        ),
    )


def _line(group: Sequence[Run]) -> Line | None:
    """What `mnist table` says of the runs; None for a single one, which may be interrupted."""
    return tabulate(run.record for run in group)[0] if len(group) > 1 else None


def _share(hits: int | None, runs: Sequence[RunSummary]) -> tuple[float, float] | None:
    return None if hits is None or len(runs) == 1 else share_interval(hits, len(runs))


def _rank(configuration: ConfigurationSummary) -> tuple[int, Fraction, int]:
    verdict = configuration.verdict
    held = sum((verdict.last_accuracy is True, verdict.parameters is True, verdict.epochs is True))
    return held, configuration.last, -configuration.parameters
