"""What templates may do to a value: the filters, each from figures to words or markdown. Pure."""

import json
from collections.abc import Iterable
from fractions import Fraction
from typing import Any

import jinja2

from groundfloor.pages.markdown import Markdown, block, code_cell, escape_but_links, inline_math, one_line
from mnist.runs.shares import outwards
from reports.figures import formats
from reports.figures.configurations import ConfigurationSummary
from reports.figures.descent import Descent
from reports.figures.runs import Difference, RunSummary

VERDICTS = {True: "✓ yes", False: "✗ no", None: "not judged"}


def finalize(value: object) -> object:
    """What `{{ value }}` prints: markdown as it stands, other text escaped, nothing as "not measured"."""
    if isinstance(value, Markdown | jinja2.Undefined):
        return value
    if value is None:
        return formats.NOT_MEASURED
    return escape_but_links(str(value))


def listed(items: Iterable[object], word: str = "and") -> str:
    """a, b and c."""
    texts = [str(item) for item in items]
    return texts[0] if len(texts) == 1 else f"{', '.join(texts[:-1])} {word} {texts[-1]}" if texts else "none"


def row(cells: Iterable[object]) -> Markdown:
    """The cells of one table row, from the first pipe to the last."""
    return Markdown("| " + " | ".join(str(finalize(cell)) for cell in cells) + " |")


def rule(cells: Iterable[object]) -> Markdown:
    """The line under a table's head, every column of figures set to the right."""
    return Markdown("| " + " | ".join("---:" for _ in cells) + " |")


def gap(cells: Iterable[object]) -> Markdown:
    """A row of dots for rows left out."""
    return row("…" for _ in cells)


def against(difference: Difference) -> str:
    """Where a measured accuracy lies beside a published one."""
    if difference.direction == "equal":
        return "the same"
    return f"{formats.points(difference.size)} percentage points {difference.direction}"


def change(descent: Descent) -> str:
    """The last loss against the first: 46.4 × lower."""
    if descent.direction == "stayed":
        return "equal"
    way = "lower" if descent.direction == "fell" else "higher"
    return way if descent.factor is None else f"{formats.factor(descent.factor)} × {way}"


def verdict(value: bool | None, shown: bool | None = True) -> str:
    """Whether a constraint holds; a tick only where the lower end of the measured figure's interval holds it, too."""
    return "reached, not shown" if value and not shown else VERDICTS[value]


def where(run: RunSummary) -> str:
    """What a run was measured on, beside the number of images."""
    held_out = ", held out of the training images" if run.split == "validation" else ""
    return f"{f'{run.data}, not MNIST' if run.other_data else 'MNIST'}{held_out}"


def accuracy(configuration: ConfigurationSummary) -> str:
    """After the last epoch: 99.27 % of a single run, mean and standard deviation of several: 99.276 ± 0.057 %."""
    if configuration.deviation is None:
        return formats.percent(configuration.last)
    mean = formats.percent(configuration.last, 3).removesuffix(" %")
    return f"{mean} ± {formats.fixed(100 * configuration.deviation, 3)} %"


def interval(ends: tuple[float, float], decimals: int = 3) -> str:
    """Both ends of an interval of shares, widened outwards: 99.205 to 99.347 %."""
    return "{} to {} %".format(*outwards(*ends, decimals))


def share(hits: int, total: int, ends: tuple[float, float] | None) -> str:
    """10 (69–100): how many, and the interval of their share in percent, or of how many where there is none."""
    return f"{hits} of {total}" if ends is None else "{} ({}–{})".format(hits, *outwards(*ends, 0))


def decimal(fraction: Fraction) -> str:
    """An accuracy as programs read it, to seven decimals at most: 0.99276."""
    return f"{float(fraction):.7f}".rstrip("0").rstrip(".")


def quoted(text: object) -> Markdown:
    """Text on one line in double quotes, as YAML and JSON read it."""
    return Markdown(json.dumps(one_line(str(text)), ensure_ascii=False))


FILTERS: dict[str, Any] = {
    "percent": formats.percent,
    "percent_given": formats.percent_given,
    "points": formats.points,
    "fixed": formats.fixed,
    "significant": formats.significant,
    "shortest": formats.shortest,
    "exact": formats.exact,
    "thousands": formats.thousands,
    "factor": formats.factor,
    "duration": formats.duration,
    "span": formats.span,
    "reached": formats.reached,
    "listed": listed,
    "row": row,
    "rule": rule,
    "gap": gap,
    "verdict": verdict,
    "against": against,
    "change": change,
    "where": where,
    "accuracy": accuracy,
    "interval": interval,
    "share": share,
    "decimal": decimal,
    "quoted": quoted,
    "code": code_cell,
    "block": block,
    "math": inline_math,
    "markdown": Markdown,
}
