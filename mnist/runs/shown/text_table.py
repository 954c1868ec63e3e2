"""Tables of texts: what the commands print and a notebook shows of parameters, statistics and runs."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape as html_escape
from typing import TYPE_CHECKING

from groundfloor.pages.markdown import escape
from mnist.runs.recipe import recipe_sentence
from mnist.runs.shares import cut, outwards

if TYPE_CHECKING:
    from mnist.runs.folder import Run
    from mnist.runs.record import LayerRow, Summary
    from mnist.runs.statistics import Line


@dataclass(frozen=True, slots=True)
class TextTable:
    """Rows of texts under headings; the columns in `left` are aligned to the left, the others to the right."""

    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    left: tuple[str, ...]

    def markdown(self) -> str:
        """The table in GitHub's markdown."""
        rule = [":---" if column in self.left else "---:" for column in self.columns]
        head, *body = ([str(escape(cell)) for cell in row] for row in (self.columns, *self.rows))
        return "".join(f"| {' | '.join(row)} |\n" for row in (head, rule, *body))

    def html(self) -> str:
        """The table as a notebook shows it."""
        sides = ["left" if column in self.left else "right" for column in self.columns]

        def row(tag: str, cells: Sequence[str]) -> str:
            pairs = zip(cells, sides, strict=True)
            return "".join(f'<{tag} style="text-align:{side}">{html_escape(cell)}</{tag}>' for cell, side in pairs)

        body = "".join(f"<tr>{row('td', cells)}</tr>" for cells in self.rows)
        return f"<table><thead><tr>{row('th', self.columns)}</tr></thead><tbody>{body}</tbody></table>"


def parameter_table(summary: "Summary") -> TextTable:
    """A row a layer; the totals stand below it, see `parameter_totals`. Modules of others are named."""
    columns = ("Layer", "Name", "Kernel", "Output", "Params", "Field", "Mult-adds", "Memory", "Comment")
    left = ("Layer", "Name", "Kernel", "Output", "Comment")
    rows = tuple(map(_layer_row, summary.rows))
    if any(row.name for row in summary.rows):
        return TextTable(columns, rows, left)
    return TextTable((columns[0], *columns[2:]), tuple((row[0], *row[2:]) for row in rows), left)


def _layer_row(row: "LayerRow") -> tuple[str, ...]:
    return (
        row.type if row.number is None else f"{row.type}-{row.number}",
        row.name,
        row.kernel,
        "×".join(map(str, row.output_shape)),
        f"{row.parameters:,}",
        "" if row.receptive_field is None else str(row.receptive_field),
        "" if row.multiply_adds is None else f"{row.multiply_adds:,}",
        f"{4 * math.prod(row.output_shape) / 1024:.1f} KB" if row.output_shape else "",
        row.comment,
    )


def parameter_totals(summary: "Summary") -> tuple[tuple[str, str], ...]:
    """(what, how many) below a parameter table."""
    return (
        ("Total parameters", f"{summary.total:,}"),
        ("Trainable parameters", f"{summary.trainable:,}"),
        ("Non-trainable parameters", f"{summary.non_trainable:,}"),
        ("Multiply-adds", "" if summary.multiply_adds is None else f"{summary.multiply_adds:,}"),
        ("Input size (MB)", f"{summary.input_mb:.2f}"),
        ("Forward/backward pass size (MB)", f"{summary.forward_backward_mb:.2f}"),
        ("Parameters size (MB)", f"{summary.parameters_mb:.2f}"),
        ("Estimated total size (MB)", f"{summary.total_mb:.2f}"),
    )


def statistics_table(lines: Sequence["Line"]) -> TextTable:
    """A row for the seeds of each configuration; accuracies in percent, cut, their intervals widened outwards."""
    columns = (
        "Network",
        "Params",
        "Epochs",
        "n",
        "Mean ± sd",
        "95 %",
        "Min",
        "Max",
        "Holding",
        "95 % of it",
        "Seconds",
    )
    return TextTable(columns, tuple(map(_statistics_row, lines)), left=("Network",))


def configuration_name(line: "Line") -> str:
    """The network, where its recipe differs, and what it was measured on where that is not the test set."""
    images = "" if line.images == "test" else f" ({line.images})"
    return f"{line.net}{', ' if line.configuration else ''}{line.configuration}{images}"


def _statistics_row(line: "Line") -> tuple[str, ...]:
    return (
        configuration_name(line),
        f"{line.parameters:,}",
        str(line.recipe.epochs),
        str(len(line.seeds)),
        cut(line.mean, 3) + ("" if line.sd is None else f" ± {100 * line.sd:.3f}"),
        "" if line.low is None or line.high is None else " to ".join(outwards(line.low, line.high)),
        f"{cut(line.min)}%",
        f"{cut(line.max)}%",
        f"{cut(line.holding, 0)}%",
        "{} to {}%".format(*outwards(line.holding_low, line.holding_high, 0)),
        f"{line.seconds:.0f}",
    )


def run_table(run: "Run") -> TextTable:
    """What a run is and reached, a fact a row."""
    record = run.record
    facts = {
        "Run": str(run.path),
        "Network": f"{record.net}, {record.summary.total:,} parameters",
        "Recipe": recipe_sentence(record.recipe),
        "Seed": str(record.seed),
        "Data": record.data.name,
        "Status": f"{record.status}, {len(record.epochs)} of {record.recipe.epochs} epochs",
        "Accuracy": run.result,
        "Made on": f"{record.environment.hardware}, torch {record.environment.versions.get('torch', 'unknown')}",
    }
    return TextTable(("Fact", "Value"), tuple(facts.items()), left=("Fact", "Value"))
