"""The charts of an OpenDocument spreadsheet: each is a document of its own, embedded in the sheet."""

from lxml import etree

from backprop.spreadsheet.book import Chart, Series
from backprop.spreadsheet.ods.markup import CHART, tag
from backprop.spreadsheet.ods.openformula import cells
from backprop.spreadsheet.ods.values import paragraphs


def read_chart(root: etree._Element, sheet: str) -> Chart | None:
    """The chart of a part, its curves by the ranges that they plot; None where the part holds something else."""
    chart = next(root.iter(tag("chart", CHART)), None)
    if chart is None:
        return None
    title = chart.find(tag("title", CHART))
    categories = next((_range(element) for element in chart.iter(tag("categories", CHART))), None)
    series, across = [], categories
    for element in chart.iter(tag("series", CHART)):
        domain = element.find(tag("domain", CHART))
        across = across if domain is None else _range(domain)  # the first curve's serves those that have none
        plotted = element.get(tag("values-cell-range-address", CHART))
        series.append(Series(across, _cells(plotted)))
    return Chart(sheet, "" if title is None else paragraphs(title), tuple(series))


def _range(element: etree._Element) -> str | None:
    return _cells(element.get(tag("cell-range-address")))


def _cells(address: str | None) -> str | None:
    return None if not address else cells(address)
