"""Runs that differ in their seed only, taken together: their statistics and which of them is shown. Reads no files."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from statistics import fmean, mean

from mnist.runs.folder import Run
from mnist.runs.recipe import OwnLoop, Recipe
from mnist.runs.record import Environment, Record
from mnist.runs.shares import share_interval
from mnist.runs.statistics import configuration, spread_of
from reports.figures.goals import NOT_JUDGED, Goals, Verdict, judge
from reports.figures.names import label, run_title, slugs
from reports.figures.packed import Packed
from reports.figures.reproduce import Made, checkout, made, seed_ranges, sweep_command
from reports.figures.runs import Images, PublishedFigure, RunSummary, published_figure, summarize, with_slug


@dataclass(frozen=True, slots=True)
class ConfigurationSummary:
    """A network, a recipe and data over seeds. An accuracy of it is the mean of its runs' accuracies, exactly."""

    name: str  # the title of its run where it is one
    label: str  # the network and where its recipe differs; the name where another has the same
    slug: str
    net: str
    parameters: int
    runs: Packed[RunSummary]  # in order of seed
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


@dataclass(frozen=True, slots=True)
class _Member:
    """What is kept of a run until all are read, beside its figures."""

    number: int  # in the order of reading
    path: Path
    title: str
    seed: int
    environment: Environment


@dataclass(slots=True)
class _Group:
    """The runs of a configuration, as they are read."""

    record: Record  # of the lowest seed
    members: list[_Member]
    seeds: set[int]


def configure(runs: Iterable[Run], goals: Goals, wrong_shown: int) -> list[tuple[ConfigurationSummary, list[Path]]]:
    """The runs by configuration, in order of first appearance: its figures, and the folders in their order.

    A run that was interrupted stands alone, and so does one whose seed its configuration has already. Runs are taken
    one by one, and nothing is held of each but its figures, packed.
    """
    groups: dict[tuple[object, ...], _Group] = {}
    first: dict[str, Recipe | OwnLoop] = {}
    read = Packed(_read(runs, goals, wrong_shown, groups, first))
    members = [sorted(group.members, key=lambda member: member.seed) for group in groups.values()]
    labels = [label(group.record, first[group.record.net]) for group in groups.values()]
    names = [
        group[0].title if len(group) == 1 else f"{words}, {len(group)} seeds"
        for words, group in zip(labels, members, strict=True)
    ]
    shared = Counter(labels)
    labels = [words if shared[words] == 1 else name for words, name in zip(labels, names, strict=True)]
    several = [name for name, group in zip(names, members, strict=True) if len(group) > 1]
    ordered = [member for group in members for member in group]
    free = slugs([member.path.name for member in ordered] + several)
    group_slugs = iter(free[len(ordered) :])
    packed = Packed(with_slug(read[member.number], slug) for member, slug in zip(ordered, free, strict=False))
    result, end = [], 0
    for name, words, group, its in zip(names, labels, groups.values(), members, strict=True):
        summaries, end = packed[end : end + len(its)], end + len(its)
        slug = summaries[0].slug if len(its) == 1 else next(group_slugs)
        figures = _configuration(name, words, slug, group.record, its, summaries, goals)
        result.append((figures, [member.path for member in its]))
    return result


def all_runs(configurations: Sequence[ConfigurationSummary]) -> Packed[RunSummary]:
    """The runs of all that `configure` gave, by configuration and seed."""
    return configurations[0].runs.whole() if configurations else Packed()


def _read(
    runs: Iterable[Run],
    goals: Goals,
    wrong_shown: int,
    groups: dict[tuple[object, ...], _Group],
    first: dict[str, Recipe | OwnLoop],
) -> Iterator[RunSummary]:
    """The figures of each run, which is put into its group; `first` gets the first recipe of each network."""
    environments: dict[str, Environment] = {}  # each once
    for number, run in enumerate(runs):
        record = run.record
        first.setdefault(record.net, record.recipe)
        environment = environments.setdefault(record.environment.model_dump_json(), record.environment)
        member = _Member(number, run.path, run_title(run.name, record), record.seed, environment)
        key = configuration(record)
        if record.status == "interrupted" or (key in groups and record.seed in groups[key].seeds):
            key = (number,)
        group = groups.setdefault(key, _Group(record, [], set()))
        group.members.append(member)
        group.seeds.add(record.seed)
        if record.seed < group.record.seed:
            group.record = record
        yield summarize(run, "", goals, wrong_shown)


def compare(configurations: Sequence[ConfigurationSummary]) -> Comparison:
    """How many hold the constraints, and the best of those judged: most constraints, then accuracy, then parameters.

    A run that was interrupted is not the best: the moment of its stop was not fixed beforehand.
    """
    runs = [
        (run.verdict.all, run.verdict.all_at_best, run.interrupted, run.other_data, run.split)
        for configuration in configurations
        for run in configuration.runs
    ]
    judged = [configuration for configuration in configurations if configuration.verdict.all is not None]
    finished = [configuration for configuration in judged if not configuration.shown.interrupted]
    return Comparison(
        judged=sum(holds is not None for holds, *_ in runs),
        passed=sum(holds is True for holds, *_ in runs),
        passed_interrupted=sum(holds is True and interrupted for holds, _, interrupted, *_ in runs),
        passed_at_best=sum(holds is False and at_best is True for holds, at_best, *_ in runs),
        other_data=sum(other for *_, other, _ in runs),
        validation=sum(split == "validation" for *_, split in runs),
        configurations=len(judged),
        configurations_passed=sum(configuration.verdict.all is True for configuration in judged),
        configurations_shown=sum(configuration.verdict.all_shown is True for configuration in judged),
        best=max(finished, key=_rank, default=None),
    )


def _configuration(
    name: str,
    words: str,
    slug: str,
    record: Record,
    members: Sequence[_Member],
    runs: Packed[RunSummary],
    goals: Goals,
) -> ConfigurationSummary:
    shown = runs[0]
    seeds, environments = [member.seed for member in members], [member.environment for member in members]
    judged = shown.verdict.all is not None
    accuracies, bests, seconds, passed_of, held_of = zip(
        *((run.last.test_accuracy, run.best.test_accuracy, run.seconds, run.verdict.all, run.held) for run in runs),
        strict=True,
    )
    last, best = mean(accuracies), mean(bests)
    parameters = record.summary.total
    spread = spread_of([float(accuracy) for accuracy in accuracies])  # as `mnist table` tells it
    interval = None if spread is None else (spread.low, spread.high)
    low = shown.interval[0] if interval is None else interval[0]
    passed = passed_of.count(True) if judged else None
    held = held_of.count(True) if judged and shown.held is not None else None
    return ConfigurationSummary(
        name=name,
        label=words,
        slug=slug,
        net=record.net,
        parameters=parameters,
        runs=runs,
        shown=shown,
        seeds=seed_ranges(seeds),
        last=last,
        best=best,
        deviation=None if spread is None else spread.sd,
        interval=interval,
        target_in_interval=None if interval is None else interval[0] <= goals.accuracy <= interval[1],
        least=min(accuracies),
        most=max(accuracies),
        verdict=judge(goals, last, low, best, parameters, len(shown.log)) if judged else NOT_JUDGED,
        passed=passed,
        held=held,
        passed_interval=_share(passed, runs),
        held_interval=_share(held, runs),
        published=published_figure(record.published, judged, last, best),
        seconds=fmean(seconds),
        command=shown.command if len(runs) == 1 else sweep_command(slug, record, seeds, environments),
        commit=checkout(environments),
        made=made(seeds, environments),
        images=shown.images
        if len(runs) == 1
        else Images(
            f"assets/{slug}-loss.svg", f"assets/{slug}-accuracy.svg", shown.images.confusion, shown.images.wrong
        ),
    )


def _share(hits: int | None, runs: Sequence[RunSummary]) -> tuple[float, float] | None:
    return None if hits is None or len(runs) == 1 else share_interval(hits, len(runs))


def _rank(configuration: ConfigurationSummary) -> tuple[int, Fraction, int]:
    verdict = configuration.verdict
    held = sum((verdict.last_accuracy is True, verdict.parameters is True, verdict.epochs is True))
    return held, configuration.last, -configuration.parameters
