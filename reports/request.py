"""What a report is to hold: runs, a network, limits, and words of one's own. Reads folders' names, no run."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from backprop.epochs.trace import DEFAULT_EPOCHS
from backprop.network import DEFAULT_NETWORK
from groundfloor.disk.reading import read_plain
from groundfloor.text import did_you_mean, quoted
from mnist.runs.folder import find_runs
from reports.errors import ReportsError
from reports.figures.goals import Goals
from reports.figures.published import find_published

RUNS = Path("runs")
NOTES = "notes"
SECTIONS = ("summary", "part1", "derivative", "numbers", "epochs", "part2", "comparison", "plots", "end")
WORDS_BYTES = 200_000  # of an introduction or a note
LINK = re.compile(r"([^=\n]+)=([^\s<>\"|]+)")

Part = Literal["part1", "part2"]
Math = Literal["github", "dollar"]


@dataclass(frozen=True, slots=True)
class Link:
    """Where a notebook or anything else lies."""

    words: str
    address: str


@dataclass(frozen=True, slots=True)
class Request:
    """What a report is to hold."""

    runs: Sequence[Path] = ()  # run folders
    published: Sequence[Path] = ()  # folders of published runs
    network: str = DEFAULT_NETWORK
    learning_rates: Sequence[float] | None = None  # None: the network's own, or the package's
    epochs: int = DEFAULT_EPOCHS
    goals: Goals = field(default_factory=Goals)
    template: str | Path | None = None  # of the package by name, or a file; None: README
    with_png: bool = False  # each plot as PNG too
    title: str | None = None  # None: one that says what is told
    author: str | None = None
    intro: Path | None = None  # a markdown file that stands under the title
    notes: Mapping[str, Path] = field(default_factory=dict)  # markdown files by section or by configuration's slug
    links: Sequence[Link] = ()
    only: Part | None = None  # None: both parts
    math: Math = "github"


def find_requested(paths: Sequence[str | Path] | None = None) -> tuple[list[Path], list[Path]]:
    """The recorded and the published runs of folders, each once; without any, those under runs/, which may be none.

    ReportsError names a folder that does not exist, RunError one that holds no run.
    """
    if not paths:
        folder = [RUNS] if _holds_runs(RUNS) else []
        return distinct(folder), find_published([RUNS])
    given = [path for path in map(Path, paths) if not _is_notes(path)]
    for path in given:
        if not path.exists():
            hint = did_you_mean(path.name, (other.name for other in path.absolute().parent.glob("*")))
            raise ReportsError(f"{path}: no such folder; {hint}a run is a folder that holds run.json")
    recorded = [path for path in given if _holds_runs(path) or not find_published([path])]
    return distinct(recorded), find_published(given)


def find_notes(paths: Sequence[str | Path] | None = None) -> dict[str, Path]:
    """The files notes/NAME.md in or beside the folders, by NAME; of two of one name the first."""
    found: dict[str, Path] = {}
    for path in map(Path, paths or [RUNS]):
        beside = path.parent if (path / "run.json").is_file() else path
        for file in sorted((path if _is_notes(path) else beside / NOTES).glob("*.md")):
            found.setdefault(file.stem, file)
    return found


def distinct(folders: Sequence[Path]) -> list[Path]:
    """The run folders in `folders`, each once, in the order of its first appearance."""
    first: dict[Path, Path] = {}
    for folder in find_runs(folders):
        first.setdefault(folder.resolve(), folder)
    return list(first.values())


def parse_link(text: str) -> Link:
    """WORDS=ADDRESS; ReportsError on anything else."""
    match = LINK.fullmatch(text.strip())
    scheme = match[2].partition(":")[0] if match and ":" in match[2] else ""
    if match is None or scheme not in ("", "http", "https"):
        raise ReportsError(f"link {quoted(text)}: WORDS=ADDRESS needed, as in Notebook=https://example.org/a.ipynb")
    return Link(match[1].strip(), match[2])


def read_words(file: Path) -> str:
    """A markdown file of the author's; ReportsError says what is wrong with it."""
    try:
        return read_plain(file, WORDS_BYTES).decode().strip()
    except OSError as error:
        raise ReportsError(f"{file}: {error.strerror}; a markdown file is needed") from error
    except UnicodeDecodeError as error:
        raise ReportsError(f"{file}: not UTF-8 text") from error


def read_notes(notes: Mapping[str, Path], slugs: Iterable[str]) -> dict[str, str]:
    """The notes of a report by section, empty where there is none; ReportsError on a name that it does not have."""
    known = dict.fromkeys((*SECTIONS, *slugs), "")
    for name, file in notes.items():
        if name not in known:
            raise ReportsError(
                f"{file}: a report has no section '{name}'; {did_you_mean(name, known)}one of: {', '.join(known)}"
            )
    return known | {name: read_words(file) for name, file in notes.items()}


def _is_notes(folder: Path) -> bool:
    return folder.name == NOTES and any(folder.glob("*.md")) and not _holds_runs(folder)


def _holds_runs(folder: Path) -> bool:
    return (folder / "run.json").is_file() or any(folder.glob("*/run.json"))
