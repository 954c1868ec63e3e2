"""Every chart of a written workbook against the tables it draws: ranges, cached points, labels, titles, axes."""

import math
import posixpath
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from zipfile import ZipFile

import numpy as np
import openpyxl
import pytest
from lxml import etree
from openpyxl.utils import quote_sheetname

from backprop.derivation.derive import derive
from backprop.network.load import load_network
from backprop.workbook.look.charts import CACHED_POINTS, HEIGHT, fill_caches, loss_chart
from backprop.workbook.write import write_workbook

C = {"c": "http://schemas.openxmlformats.org/drawingml/2006/chart"}
A = "{http://schemas.openxmlformats.org/drawingml/2006/main}"


@dataclass(frozen=True)
class Axis:
    title: str
    shown: bool
    least: float | None
    most: float | None
    base: float | None
    crosses: str


@dataclass(frozen=True)
class Chart:
    title: str
    series: list[tuple[str, list[str], str, list[float], str, list[float]]]  # cell, label, x range, xs, y range, ys
    x: Axis
    y: Axis
    legend: bool


def words(element: etree._Element) -> str:
    return "".join(text.text or "" for text in element.iter(f"{A}t"))


def number(element: etree._Element, path: str) -> float | None:
    found = element.find(path, C)
    return None if found is None else float(found.get("val", ""))


def axis(element: etree._Element) -> Axis:
    limits = [number(element, f"c:scaling/c:{name}") for name in ("min", "max", "logBase")]
    crosses = element.find("c:crosses", C)
    assert crosses is not None
    return Axis(words(element), number(element, "c:delete") == 0, *limits, crosses.get("val", ""))


def chart(root: etree._Element) -> Chart:
    def points(path: str) -> list[str]:
        cache = series.find(path, C)
        assert cache is not None
        values = [point.findtext("c:v", "", C) for point in cache.iterfind("c:pt", C)]
        assert number(cache, "c:ptCount") == len(values)
        assert [int(point.get("idx", "")) for point in cache.iterfind("c:pt", C)] == list(range(len(values)))
        return values

    drawn = []
    for series in root.iter(f"{{{C['c']}}}ser"):
        ranges = [series.findtext(f"c:{path}/c:f", "", C) for path in ("tx/c:strRef", "xVal/c:numRef", "yVal/c:numRef")]
        label = points("c:tx/c:strRef/c:strCache")
        xs, ys = ([float(text) for text in points(f"c:{name}/c:numRef/c:numCache")] for name in ("xVal", "yVal"))
        drawn.append((ranges[0], label, ranges[1], xs, ranges[2], ys))
    title = root.find("c:chart/c:title", C)
    assert title is not None
    x, y = root.iterfind("c:chart/c:plotArea/c:valAx", C)
    return Chart(words(title), drawn, axis(x), axis(y), root.find("c:chart/c:legend", C) is not None)


def related(archive: ZipFile, part: str) -> Iterator[str]:
    folder, name = posixpath.split(part)
    relations = f"{folder}/_rels/{name}.rels"
    if relations in archive.namelist():
        for relation in etree.fromstring(archive.read(relations)):
            yield posixpath.normpath(posixpath.join("/", folder, relation.get("Target", ""))).lstrip("/")


def charts(file: Path) -> dict[str, list[Chart]]:
    """Sheet -> its charts; a sheet's part is numbered as the sheet is."""
    with ZipFile(file) as archive:
        return {
            sheet: [
                chart(etree.fromstring(archive.read(part)))
                for drawing in related(archive, f"xl/worksheets/sheet{count}.xml")
                for part in related(archive, drawing)
                if "/charts/" in part
            ]
            for count, sheet in enumerate(openpyxl.load_workbook(file, read_only=True).sheetnames, 1)
        }


def expected_series(workbook: openpyxl.Workbook, name: str, position: int) -> tuple[object, ...]:
    """What draws a learning rate's table: its epochs, and the column headed E_total, from the first row to the last.

    Where an epoch has several steps, the column headed by the rate on sheet Epochs.
    """
    by_step = "Epochs" in workbook.sheetnames
    sheet, loss = (workbook["Epochs"], name) if by_step else (workbook[name], "E_total")
    heading = next(cell for row in sheet.iter_rows(max_row=8) for cell in row if cell.value == loss)
    epoch = sheet.cell(heading.row, 1)
    assert epoch.value == "epoch"
    ranges, values = [], []
    for column in (epoch, heading):
        cells = [sheet.cell(row, column.column) for row in range(heading.row + 1, sheet.max_row + 1)]
        letter = column.column_letter
        ranges.append(f"{quote_sheetname(sheet.title)}!${letter}${cells[0].row}:${letter}${cells[-1].row}")
        values.append([cell.value for cell in cells])
    return f"'Loss'!$B${7 + position}", [name], ranges[0], values[0], ranges[1], values[1]


WORKBOOKS = {
    "eight-weight": ([0.1, 0.2, 0.5, 0.8, 1.0, 2.0], 100),
    "softmax-classifier": ([0.5], 3),
    "three-hidden": ([0.1 * n for n in range(1, 18)], 7),  # more than there are colours, and colours with another dash
}


@pytest.fixture(scope="module", params=sorted(WORKBOOKS))
def written(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, int, int]:
    """The file, how many learning rates, how many epochs."""
    rates, epochs = WORKBOOKS[request.param]
    file = tmp_path_factory.mktemp("charts") / "workbook.xlsx"
    write_workbook(derive(load_network(request.param)), file, rates, epochs)
    return file, len(rates), epochs


def test_every_chart_draws_its_tables_whole(written: tuple[Path, int, int]) -> None:
    file, rates, epochs = written
    found = charts(file)
    values = openpyxl.load_workbook(file, data_only=True)
    tables = [name for name in values.sheetnames if name.startswith("η = ")]
    assert len(tables) == rates
    expected = [expected_series(values, name, number) for number, name in enumerate(tables)]
    assert all(len(series[3]) == epochs for series in expected)  # type: ignore[arg-type]
    assert [name for name, drawn in found.items() if drawn] == [*tables, "Loss"]
    for name, series in zip(tables, expected, strict=True):
        assert [drawn.series for drawn in found[name]] == [[series]]
    assert [drawn.series for drawn in found["Loss"]] == [expected, expected]


def test_a_curve_is_named_by_a_cell_below_its_heading(written: tuple[Path, int, int]) -> None:
    file, rates, _ = written
    sheet = openpyxl.load_workbook(file, data_only=True)["Loss"]
    _, logarithmic = charts(file)["Loss"]
    labels = [(cell.replace("'Loss'!", "").replace("$", ""), label) for cell, label, *_ in logarithmic.series]
    assert [[sheet[cell].value] for cell, _ in labels] == [label for _, label in labels]
    assert sheet.cell(sheet[labels[0][0]].row - 1, 2).value == "learning rate"
    assert len(labels) == rates


def test_titles_and_axes_fit_what_is_drawn(written: tuple[Path, int, int]) -> None:
    file, _, epochs = written
    for sheet, drawn in charts(file).items():
        for position, found in enumerate(drawn):
            logarithmic = sheet == "Loss" and position == 1
            assert found.title == "Loss by epoch" + (", logarithmic" if logarithmic else "")
            assert found.x == Axis("epoch", True, 0, epochs, None, "min")
            losses = [loss for *_, ys in found.series for loss in ys]
            limits: tuple[float | None, ...] = (0, None, None)
            if logarithmic:
                limits = (10.0 ** math.floor(math.log10(min(losses))), 10.0 ** math.ceil(math.log10(max(losses))), 10)
            assert found.y == Axis("E_total", True, *limits, "min")
            assert found.legend == (len(found.series) > 1)


def test_each_line_of_a_chart_looks_like_no_other(written: tuple[Path, int, int]) -> None:
    with ZipFile(written[0]) as archive:
        for part in (name for name in archive.namelist() if "/charts/" in name):
            root = etree.fromstring(archive.read(part))
            series = list(root.iter(f"{{{C['c']}}}ser"))
            looks = {etree.tostring(one.find(f"c:spPr/{A}ln", C)) for one in series}
            assert len(looks) == len(series)
            assert [one.find("c:marker/c:symbol", C).get("val") for one in series] == ["none"] * len(series)
            assert [one.find("c:smooth", C).get("val") for one in series] == ["0"] * len(series)


@pytest.mark.parametrize("count", [1, 2, CACHED_POINTS, CACHED_POINTS + 1, CACHED_POINTS + 2, 10 * CACHED_POINTS + 7])
def test_cached_points_are_evenly_spaced_and_end_with_the_last(count: int) -> None:
    filled = fill_caches("<numRef><f>S!$A$1:$A$9</f></numRef>", {"S!$A$1:$A$9": np.arange(count) * 0.5}, {})
    cache = etree.fromstring(filled).find("numCache")
    assert cache is not None
    assert cache.find("ptCount").get("val") == str(count)
    places = [int(point.get("idx", "")) for point in cache.iterfind("pt")]
    assert [float(point.findtext("v", "")) for point in cache.iterfind("pt")] == [0.5 * place for place in places]
    assert (places[0], places[-1]) == (0, count - 1)
    assert len(places) <= CACHED_POINTS + 1
    assert len({after - before for before, after in pairwise(places[:-1])}) <= 1
    assert count > CACHED_POINTS or len(places) == count


@pytest.mark.parametrize(
    ("losses", "least", "most", "base"),
    [
        ([4.0, 0.5, 0.0], 0.1, 10, 10),  # 0 has no place on a logarithmic axis
        ([0.5, 0.0, 0.25], 0.1, 1, 10),
        ([0.0, 0.0, 0.0], 0, None, None),
    ],
)
def test_a_logarithmic_axis_passes_over_losses_of_0(
    losses: list[float], least: float, most: float | None, base: float | None
) -> None:
    series = [("'Loss'!$B$7", "S!$A$1:$A$3", "S!$B$1:$B$3")]
    drawn = loss_chart("Loss", series, [np.array(losses)], len(losses), log=True)
    axis = drawn.y_axis.scaling
    assert (axis.min, axis.max, axis.logBase) == (least, most, base)
    assert drawn.y_axis.number_format.formatCode == ("0E+00" if base else "General")


def test_charts_below_each_other_do_not_overlap(written: tuple[Path, int, int]) -> None:
    points = 72 / 2.54  # in a centimetre
    first, second = openpyxl.load_workbook(written[0])["Loss"]._charts
    rows = second.anchor._from.row - first.anchor._from.row
    assert first.anchor._from.col == second.anchor._from.col
    assert HEIGHT * points < rows * 15  # points of a row
