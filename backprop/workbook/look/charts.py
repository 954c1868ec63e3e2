"""Native loss charts: scatter with straight lines, axes shown, and number caches so that previewers draw them."""

import math
import re
from collections.abc import Mapping, Sequence
from typing import Any
from xml.sax.saxutils import escape

import numpy as np
from numpy.typing import NDArray
from openpyxl.chart import ScatterChart
from openpyxl.chart.data_source import AxDataSource, NumDataSource, NumRef, StrRef
from openpyxl.chart.series import SeriesLabel, XYSeries
from openpyxl.chart.shapes import GraphicalProperties
from openpyxl.drawing.line import LineProperties
from openpyxl.drawing.text import CharacterProperties, ParagraphProperties

from backprop.epochs.trace import Array
from backprop.workbook.look.style import RULE, SERIES

WIDTH, HEIGHT = 18.0, 10.0  # centimetres
CACHED_POINTS = 1_000  # of a series; more than the chart is pixels wide
SMALL_TEXT = 1_000  # hundredths of a point
LINE = 22_225  # EMU, 1.75 points
DASHES = ("solid", "dash", "sysDot")  # after the palette is used up, the next dash
_REFERENCE = re.compile(r"<(numRef|strRef)><f>([^<]*)</f>")


def loss_chart(
    title: str,
    series: Sequence[tuple[str, str, str]],
    losses: Sequence[Array],
    epochs: int,
    log: bool = False,
    small: bool = False,
    top: float | None = None,
) -> ScatterChart:
    """A chart of (label cell, x range, y range) series. `losses` are all the y values, for the log axis's limits.

    `top` ends an axis that is not logarithmic, where some losses are beyond measure.
    """
    chart = ScatterChart(scatterStyle="lineMarker")
    chart.style = None
    chart.title = title
    chart.width, chart.height = WIDTH, HEIGHT
    for number, (name, x, y) in enumerate(series):
        line = XYSeries(
            xVal=AxDataSource(numRef=NumRef(f=x)),
            yVal=NumDataSource(numRef=NumRef(f=y)),
            tx=SeriesLabel(strRef=StrRef(f=name)),
        )
        dash = DASHES[number // len(SERIES) % len(DASHES)]
        line.spPr = GraphicalProperties(
            ln=LineProperties(w=LINE, solidFill=SERIES[number % len(SERIES)], prstDash=dash)
        )
        line.marker.symbol = "none"
        line.smooth = False
        chart.series.append(line)
    for axis, text in ((chart.x_axis, "epoch"), (chart.y_axis, "E_total")):
        axis.title = text
        axis.delete = False
        axis.majorGridlines.spPr = GraphicalProperties(ln=LineProperties(w=6_350, solidFill=RULE))
        axis.crosses = "min"
    if small:
        for text in (chart.title, chart.x_axis.title, chart.y_axis.title):
            text.tx.rich.p[0].pPr = ParagraphProperties(defRPr=CharacterProperties(sz=SMALL_TEXT, b=True))
    chart.x_axis.number_format = "0"
    chart.x_axis.scaling.min, chart.x_axis.scaling.max = 0, epochs
    chart.y_axis.number_format = "General"
    every = np.concatenate(losses)
    largest, smallest = every.max(initial=0), every.min(where=every > 0, initial=np.inf)  # others have no place on it
    if log and largest > 0:
        chart.y_axis.scaling.logBase = 10
        chart.y_axis.scaling.min = 10.0 ** math.floor(math.log10(smallest))
        chart.y_axis.scaling.max = 10.0 ** math.ceil(math.log10(largest))
        chart.y_axis.number_format = "0E+00"
    else:
        chart.y_axis.scaling.min, chart.y_axis.scaling.max = 0, top
    chart.display_blanks = "span"  # cached points stand apart in a long table: fill_caches
    chart.legend.position = "r"
    if len(series) == 1:
        chart.legend = None
    return chart


def fill_caches(chart_xml: str, numbers: Mapping[str, NDArray[Any]], texts: Mapping[str, str]) -> str:
    """The chart with the values of each range and label it refers to, as Excel itself stores them.

    Of a long range evenly spaced points: a line through them is the same picture, Excel and LibreOffice read the cells
    anyway, and a chart of millions of points would be larger than the table.
    """

    def cached(match: re.Match[str]) -> str:
        reference = match[2].replace("&amp;", "&")
        if match[1] == "strRef":
            return (
                f'{match[0]}<strCache><ptCount val="1"/><pt idx="0"><v>{escape(texts[reference])}</v></pt></strCache>'
            )
        values = numbers[reference]
        last = len(values) - 1
        places = np.append(np.arange(0, last, last // CACHED_POINTS + 1), last)
        cached_points = zip(places.tolist(), values[places].tolist(), strict=True)
        points = "".join(f'<pt idx="{index}"><v>{value!r}</v></pt>' for index, value in cached_points)
        return f'{match[0]}<numCache><formatCode>General</formatCode><ptCount val="{len(values)}"/>{points}</numCache>'

    return _REFERENCE.sub(cached, chart_xml)
