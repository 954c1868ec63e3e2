"""From a request to the texts of a report, and to what its pictures and its workbook are drawn from. Draws nothing."""

import posixpath
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from backprop.derivation.derive import Derivation, Form, derive
from backprop.epochs.trace import DEFAULT_LEARNING_RATES, Trace, run_trace
from backprop.network.load import load_network, presets
from groundfloor.pages.markdown import Markdown
from mnist.runs.folder import load_run
from reports.figures.configurations import ConfigurationSummary, all_runs, compare, configure
from reports.figures.descent import NetworkSummary, summarize_network
from reports.figures.names import slugs
from reports.figures.packed import Packed
from reports.figures.points import points
from reports.figures.published import PublishedFigures, PublishedRun, load_published
from reports.figures.runs import RunSummary
from reports.output.dialect import below, dollars, github, together
from reports.output.mark import MARK
from reports.rendering.equations import CLOSED_WEIGHTS, mathematics
from reports.rendering.marks import Printed, unmarked
from reports.rendering.render import render
from reports.request import Math, Request, read_notes, read_words

MOST_TOLD = 3  # configurations in the report itself; of more, each has a page of its own
WRONG_SHOWN = 80  # images in the picture of those that a run gets wrong
HEAD = f"{MARK}\n\n"
WHOLE, README = "whole", "README.md"  # all in one text, and the one that leaves configurations to their pages
PAGES = "configurations"  # the folder of those pages
ALL_RUNS, PARAMETERS = "assets/accuracy-all-runs.svg", "assets/accuracy-parameters.svg"

Progress = Callable[[int, int, str], None]  # steps done, steps in all, what comes next


@dataclass(frozen=True, slots=True)
class Descended:
    """The network of Part 1, and its training at each learning rate."""

    derivation: Derivation
    trace: Trace
    summary: NetworkSummary
    form: Form  # of the formulas: closed, or in steps


@dataclass(frozen=True, slots=True)
class Told:
    """What a report says."""

    whole: str  # all of it as one text
    files: Mapping[str, str]  # the same as written: README.md and, of many configurations, a page each
    numbers: Mapping[str, list[Printed]]  # of each file that was asked for
    configured: list[tuple[ConfigurationSummary, list[Path]]]  # with the folders of its runs
    published: list[PublishedRun]
    theirs: tuple[PublishedFigures, ...]  # the same in figures
    network: Descended | None
    context: Mapping[str, object]  # which the numbers' sources name

    @property
    def configurations(self) -> tuple[ConfigurationSummary, ...]:
        """Runs that differ in their seed only, together."""
        return tuple(configuration for configuration, _ in self.configured)

    @property
    def runs(self) -> Packed[RunSummary]:
        """All runs, by configuration and seed."""
        return all_runs(self.configurations)


def silent(done: int, total: int, what: str) -> None:
    """Progress that nobody watches."""


def tell(
    request: Request, progress: Progress = silent, whole: bool = True, numbers: Collection[str] = (README,)
) -> Told:
    """The texts of a report, and the figures that they tell; without the whole in less time.

    `numbers` names the files whose numbers are told with where they come from, which takes time and memory.
    """
    progress(0, 3, "runs")
    tells_runs = request.only != "part1"
    configured = configure(map(load_run, request.runs if tells_runs else ()), request.goals, WRONG_SHOWN)
    published = [load_published(folder) for folder in request.published] if tells_runs else []
    network = None
    if request.only != "part2":
        progress(1, 3, f"network {request.network}")
        network = _descend(request)
    progress(2, 3, "text")
    names = slugs([run.name for run in published])
    theirs = tuple(run.figures(request.goals, slug) for run, slug in zip(published, names, strict=True))
    context = _context(request, configured, published, network) | {"published": theirs}
    texts = _texts([configuration for configuration, _ in configured], theirs)
    if not whole and README in texts:
        del texts[WHOLE]
    marked = {WHOLE if name == README and name not in texts else name for name in numbers}
    made = render(context, request.template, texts, marked)
    read = {name: unmarked(text) if name in marked else (text, []) for name, text in made.items()}
    read.setdefault(README, read.get(WHOLE, ("", [])))
    files = {name: text for name, (text, _) in read.items() if name != WHOLE}
    return Told(
        whole=read[WHOLE if WHOLE in read else README][0],
        files={name: _written(text, name, request.math) for name, text in files.items()},
        numbers={name: _placed(text, read[name][1]) for name, text in files.items() if name in numbers},
        configured=configured,
        published=published,
        theirs=theirs,
        network=network,
        context=context,
    )


def _texts(
    configurations: Sequence[ConfigurationSummary], published: Sequence[PublishedFigures]
) -> dict[str, dict[str, object]]:
    """What each text changes of the context. Where configurations are few the whole is README.md."""
    ours = [f"run-{configuration.slug}" for configuration in configurations]
    theirs = [f"read-{run.slug}" for run in published]
    places = {slug: f"#{slug}" for slug in (*ours, *theirs)}
    many = len(places) > MOST_TOLD
    texts: dict[str, dict[str, object]] = {
        WHOLE: {"places": places, "told": configurations, "told_published": published, "folded": many}
    }
    if many:
        pages = {slug: f"{PAGES}/{slug.removeprefix('run-')}.md" for slug in (*ours, *theirs)}
        readme: dict[str, object] = {"places": pages, "told": [], "told_published": [], "folded": False}
        texts[README] = readme
        alone = readme | {"level": Markdown("#")}
        for slug, configuration in zip(ours, configurations, strict=True):
            texts[pages[slug]] = {**alone, "told": [configuration], "page": configuration}
        for slug, run in zip(theirs, published, strict=True):
            texts[pages[slug]] = {**alone, "told_published": [run], "page": run}
    return texts


def _written(text: str, name: str, math: Math) -> str:
    """The text of a file as it is written: in its dialect, with the mark of our files."""
    folder = posixpath.dirname(name)
    placed = below(text, folder) if folder else text
    placed = together(dollars(placed) if math == "dollar" else github(placed))
    return f"{placed}\n{MARK}\n" if _has_front_matter(text) else f"{HEAD}{placed}"


def _placed(text: str, numbers: list[Printed]) -> list[Printed]:
    """The numbers by their lines in the file."""
    above = 0 if _has_front_matter(text) else HEAD.count("\n")
    return [replace(number, line=number.line + above) for number in numbers]


def _has_front_matter(text: str) -> bool:
    """Whether it begins with that of a model card, which must stand first."""
    return text.startswith("---\n")


def _context(
    request: Request,
    configured: list[tuple[ConfigurationSummary, list[Path]]],
    published: list[PublishedRun],
    network: Descended | None,
) -> dict[str, object]:
    """What templates see, but for what depends on which configurations a text tells."""
    configurations = tuple(configuration for configuration, _ in configured)
    notes = read_notes(request.notes, (configuration.slug for configuration in configurations))
    lines = len(configurations) + len(published)
    ours, theirs = points(configurations, published)
    return {
        "network": None if network is None else network.summary,
        "math": None if network is None else mathematics(network.derivation, network.trace),
        "runs": all_runs(configurations),
        "configurations": configurations,
        "comparison": compare(configurations),
        "goals": request.goals,
        "accuracy_plot": ALL_RUNS if lines > 1 else None,
        "parameters_plot": PARAMETERS if len(ours) + len(theirs) > 1 else None,
        "title": request.title,
        "author": request.author,
        "links": request.links,
        "intro": Markdown("" if request.intro is None else read_words(request.intro)),
        "notes": {name: Markdown(text) for name, text in notes.items()},
        "tells_runs": request.only != "part1",
        "page": None,
        "level": Markdown("###"),
    }


def _descend(request: Request) -> Descended:
    network = load_network(request.network)
    derivation = derive(network)
    form: Form = "closed" if len(derivation.weights) <= CLOSED_WEIGHTS else "steps"
    trace = run_trace(
        derivation,
        request.learning_rates or network.training.learning_rates or DEFAULT_LEARNING_RATES,
        request.epochs,
        form=form,
    )
    argument = request.network if request.network in presets() else Path(request.network).name
    return Descended(derivation, trace, summarize_network(derivation, trace, argument), form)
