"""The command that sets groups of runs beside each other: a table, a plot, and what can be said of the difference."""

import json
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from reports.errors import OutputError

if TYPE_CHECKING:
    from reports.figures.groups import Contrast, Group


EXAMPLES = """Examples:

`reports compare runs/published-15738-seed0 runs/published-10066-seed0` - two runs

`reports compare out/small out/tiny --plot out/compared.svg` - two folders, each of one network's seeds

`reports compare 'runs/seeds/small-*' runs/variants` - a quoted pattern is one group

`reports compare out/sweep --json` - a folder of several networks or recipes: a group of each"""


def add_to(app: typer.Typer) -> None:
    """Add `compare` to a command line."""
    app.command("compare", epilog=EXAMPLES)(compare_command)


def compare_command(
    runs: Annotated[
        list[Path],
        typer.Argument(
            metavar="RUN|FOLDER...", help="Runs, or folders or quoted patterns of runs that differ in seed."
        ),
    ],
    plot: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Draw all runs, means and intervals into an .svg or .png file.")
    ] = None,
    force: Annotated[bool, typer.Option("--force", help="Let --plot overwrite a file.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print groups and differences as JSON.")] = False,
) -> None:
    """Compare groups of runs by the accuracy of their last epoch, each with the first.

    A difference is larger than seed noise where Welch's 95 % interval of it leaves out zero. Of single runs nothing
    can be said: another seed might turn it round.
    """
    from reports.figures.groups import contrasts, read_groups

    if plot is not None and plot.suffix not in (".svg", ".png"):
        raise OutputError(f"{plot}: a plot is a file that ends in .svg or .png")
    if plot is not None and plot.exists() and not force:
        raise OutputError(f"{plot}: exists; --force overwrites it")
    groups = read_groups(runs)
    found = contrasts(groups)
    if plot is not None:
        _draw(groups, plot)
    if as_json:
        print(json.dumps(_as_json(groups, found), indent=2, ensure_ascii=False))
        return
    for line in (*_table(groups), "", *map(_statement, found)):
        print(line)
    for group in groups:
        if group.left_out:
            print(f"left out, not finished: {', '.join(group.left_out)}")
    if plot is not None:
        print(plot)


def _draw(groups: "list[Group]", file: Path) -> None:
    from reports.output.folder import write
    from reports.pictures import images, plots

    rows = [
        (group.name, [100 * accuracy for accuracy in group.accuracies], 100 * group.line.mean, _percents(group))
        for group in groups
    ]
    kinds = sorted({group.line.images for group in groups})
    save = images.svg if file.suffix == ".svg" else images.png
    content = save(lambda: plots.accuracy_of_groups(rows, " and ".join(kinds)))
    write({file.name: content}, file.parent, force=True)


def _percents(group: "Group") -> tuple[float, float] | None:
    low, high = group.line.low, group.line.high
    return None if low is None or high is None else (100 * low, 100 * high)


def _table(groups: "list[Group]") -> list[str]:
    """The groups in columns, as wide as their widest cell; accuracies in percent, to three decimals."""
    rows = [("group", "parameters", "epochs", "n", "mean ± sd", "min", "max", "images")]
    for group in groups:
        line = group.line
        spread = f" ± {100 * line.sd:.3f}" if line.sd is not None else ""
        rows.append(
            (
                group.name,
                f"{line.parameters:,}",
                f"{line.recipe.epochs}",
                f"{len(line.seeds)}",
                f"{100 * line.mean:.3f}{spread}",
                f"{100 * line.min:.2f}",
                f"{100 * line.max:.2f}",
                line.images,
            )
        )
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return [
        "  ".join(
            cell.ljust(width) if number in (0, len(row) - 1) else cell.rjust(width)
            for number, (cell, width) in enumerate(zip(row, widths, strict=True))
        ).rstrip()
        for row in rows
    ]


def _statement(contrast: "Contrast") -> str:
    """What can be said, in one line."""
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
    return f"{pair}: {points}; 95 % interval of the difference (Welch) {bounds}, {n}: {verdict} than seed noise"


def _as_json(groups: "list[Group]", found: "list[Contrast]") -> dict[str, object]:
    return {
        "groups": [
            {
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
            for group in groups
        ],
        "differences": [asdict(contrast) for contrast in found],
    }
