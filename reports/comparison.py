"""Groups of runs compared: as a table, as sentences, as data and as a picture."""

from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from groundfloor.files import refuse_existing, write_file
from mnist.runs.shares import cut
from reports.errors import OutputError
from reports.figures.groups import Contrast, Group, contrasts, read_groups

COLUMNS = ("group", "parameters", "epochs", "n", "mean ± sd", "min", "max", "images")
LEFT = ("group", "images")


@dataclass(frozen=True, slots=True)
class RunComparison:
    """Groups of runs, and each one's difference from the first."""

    groups: tuple[Group, ...]
    differences: tuple[Contrast, ...]

    def rows(self) -> list[tuple[str, ...]]:
        """The groups by COLUMNS; accuracies in percent, to three decimals."""
        return [_row(group) for group in self.groups]

    def statements(self) -> Iterator[str]:
        """A sentence for each difference, and what was left out of a group."""
        yield from map(_statement, self.differences)
        for group in self.groups:
            if group.left_out:
                yield f"left out, not finished: {', '.join(group.left_out)}"

    def as_json(self) -> dict[str, object]:
        """The same as data."""
        return {
            "groups": [_as_json(group) for group in self.groups],
            "differences": [asdict(contrast) for contrast in self.differences],
        }

    def plot(self, file: str | Path, *, force: bool = False) -> None:
        """Draw all runs, means and intervals into an .svg or .png file."""
        from reports.pictures import plots
        from reports.pictures.raster import png
        from reports.pictures.svg import svg

        file = Path(file)
        if file.suffix not in (".svg", ".png"):
            raise OutputError(f"{file}: a plot is a file that ends in .svg or .png")
        if not force:
            refuse_existing(file)
        rows = [
            (group.name, [100 * accuracy for accuracy in group.accuracies], 100 * group.line.mean, _percents(group))
            for group in self.groups
        ]
        kinds = sorted({group.line.images for group in self.groups})
        picture = plots.accuracy_of_groups(rows, " and ".join(kinds))
        content = svg(picture) if file.suffix == ".svg" else png(picture)
        file.parent.mkdir(parents=True, exist_ok=True)
        write_file(file, content, force=force)

    def _repr_markdown_(self) -> str:
        from groundfloor.pages.markdown import escape

        right = " | ".join(":---" if column in LEFT else "---:" for column in COLUMNS)
        lines = [f"| {' | '.join(COLUMNS)} |", f"| {right} |"]
        lines += [f"| {' | '.join(map(escape, row))} |" for row in self.rows()]
        return "\n".join([*lines, "", *(f"- {escape(line)}" for line in self.statements())]) + "\n"


def compare_runs(paths: Sequence[str | Path]) -> RunComparison:
    """Compare runs, or folders or patterns of runs that differ in their seed, each with the first."""
    groups = read_groups([Path(path) for path in paths])
    return RunComparison(tuple(groups), tuple(contrasts(groups)))


def _row(group: Group) -> tuple[str, ...]:
    line = group.line
    spread = f" ± {100 * line.sd:.3f}" if line.sd is not None else ""
    return (
        group.name, f"{line.parameters:,}", f"{line.recipe.epochs}", f"{len(line.seeds)}",
        f"{cut(line.mean, 3)}{spread}", cut(line.min), cut(line.max), line.images,
    )  # fmt: skip


def _percents(group: Group) -> tuple[float, float] | None:
    low, high = group.line.low, group.line.high
    return None if low is None or high is None else (100 * low, 100 * high)


def _statement(contrast: Contrast) -> str:
    pair = f"{contrast.name} against {contrast.against}"
    if not contrast.comparable:
        return f"{pair}: trained or measured on different images, nothing to compare"
    points = (
        f"{100 * abs(contrast.difference):.3f} percentage points {'higher' if contrast.difference >= 0 else 'lower'}"
    )
    n = f"n = {contrast.n[0]} and {contrast.n[1]}"
    if contrast.low is None or contrast.high is None:
        return f"{pair}: {points}; {n}: nothing can be said about seed noise, which takes two seeds or more of each"
    bounds = " to ".join(f"{100 * bound:.3f}".replace("-", "−") for bound in (contrast.low, contrast.high))
    verdict = "larger" if contrast.larger_than_noise else "not larger"
    several = "both" if contrast.together == 2 else f"all {contrast.together}"
    all_at_once = f", {several} at once (Bonferroni)," if contrast.together > 1 else ""
    interval = f"95 % interval of the difference (Welch){all_at_once} {bounds}"
    return f"{pair}: {points}; {interval}, {n}: {verdict} than seed noise"


def _as_json(group: Group) -> dict[str, object]:
    return {
        "name": group.name,
        "net": group.line.net,
        "parameters": group.line.parameters,
        "epochs": group.line.recipe.epochs,
        "images": group.line.images,
        "n": len(group.line.seeds),
        "seeds": group.line.seeds,
        "mean": group.line.mean,
        "sd": group.line.sd,
        "min": group.line.min,
        "max": group.line.max,
        "left_out": group.left_out,
    }
