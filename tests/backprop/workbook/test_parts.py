"""What stands in the file: schema, formulas, cached values, charts. And what is refused."""

import re
import tempfile
from functools import cache
from itertools import pairwise
from pathlib import Path
from zipfile import ZipFile

import numpy as np
import openpyxl
import pytest
from lxml import etree

from backprop.derivation.derive import Derivation, derive
from backprop.epochs.trace import Trace
from backprop.errors import WorkbookError
from backprop.network.layer import Layer
from backprop.network.network import Network
from backprop.workbook.layout import rate_sheet
from backprop.workbook.look.charts import loss_chart
from backprop.workbook.write import write_workbook
from groundfloor.errors import InputError
from groundfloor.files import FileError
from tests.backprop.conftest import edit_part, read_values

SCHEMAS = (
    (r"\[Content_Types\]\.xml", "opc-contentTypes.xsd"),
    (r".*\.rels", "opc-relationships.xsd"),
    (r"docProps/core\.xml", "opc-coreProperties.xsd"),
    (r"docProps/app\.xml", "shared-documentPropertiesExtended.xsd"),
    (r"xl/theme/.*\.xml", "dml-main.xsd"),
    (r"xl/charts/.*\.xml", "dml-chart.xsd"),
    (r"xl/drawings/drawing\d+\.xml", "dml-spreadsheetDrawing.xsd"),
    (r"xl/(workbook|styles|sharedStrings|worksheets/sheet\d+|comments\d+)\.xml", "sml.xsd"),
)


# The core properties' schema imports others from the network. These stand in: the names, with any content.
IMPORTED = {
    "http://purl.org/dc/elements/1.1/": "".join(
        f'<xs:element name="{name}"/>'
        for name in ("creator", "description", "identifier", "language", "subject", "title")
    ),
    "http://purl.org/dc/terms/": (
        '<xs:element name="created"/><xs:element name="modified"/>'
        '<xs:simpleType name="W3CDTF"><xs:restriction base="xs:dateTime"/></xs:simpleType>'
    ),
    "http://www.w3.org/XML/1998/namespace": '<xs:attribute name="lang"/>',
}
XS = "http://www.w3.org/2001/XMLSchema"


@cache
def load_schema(file: Path) -> etree.XMLSchema:
    """Read once: that takes longer than to hold a workbook's parts against it."""
    tree = etree.parse(file)
    with tempfile.TemporaryDirectory() as folder:
        for number, element in enumerate(tree.iter(f"{{{XS}}}import")):
            namespace = element.get("namespace")
            if namespace in IMPORTED and file.name == "opc-coreProperties.xsd":
                stub = Path(folder) / f"imported{number}.xsd"
                stub.write_text(
                    f'<xs:schema xmlns:xs="{XS}" targetNamespace="{namespace}">{IMPORTED[namespace]}</xs:schema>'
                )
                element.set("schemaLocation", stub.as_uri())
        return etree.XMLSchema(tree)


def wide_network() -> Network:
    """Three layers, eighty weights, outputs past the palette and the labelled weights of the picture."""
    sizes = (5, 6, 5, 4)
    layers = tuple(
        Layer(activation="sigmoid", weights=tuple(tuple(0.1 * (j - k) for k in range(m)) for j in range(n)))
        for m, n in pairwise(sizes)
    )
    return Network(
        name="wide", title="A <wide> & deep one", inputs=(1.0, -1.0, 0.5, 0.0, 2.0), targets=(0.1, 0.9, 0.5, 0.3),
        loss="half_squared_error", layers=layers,
    )  # fmt: skip


@pytest.fixture(scope="module")
def wide_workbook(tmp_path_factory: pytest.TempPathFactory) -> Path:
    file = tmp_path_factory.mktemp("wide") / "wide.xlsx"
    write_workbook(derive(wide_network()), file, [0.01 * n for n in range(1, 9)], 3, "steps")
    return file


def schema_errors(file: Path, schemas: Path) -> list[str]:
    errors = []
    with ZipFile(file) as archive:
        for part in archive.namelist():
            if part.endswith((".png", ".jpeg")):
                continue
            if part.endswith(".vml"):  # the shapes of notes: the format's schemas leave VML out
                etree.fromstring(archive.read(part))
                continue
            name = next((schema for pattern, schema in SCHEMAS if re.fullmatch(pattern, part)), None)
            assert name is not None, f"no schema known for {part}"
            schema = load_schema(schemas / name)
            content = archive.read(part).replace(b' xml:space="preserve"', b"")  # Excel's own, the schema leaves it out
            if not schema.validate(etree.fromstring(content)):
                errors += [f"{part}: {error.message}" for error in schema.error_log]
    return errors


def test_every_part_is_valid(default_workbook: tuple[Path, Trace], wide_workbook: Path, schemas: Path) -> None:
    assert schema_errors(default_workbook[0], schemas) == []
    assert schema_errors(wide_workbook, schemas) == []


def test_the_schema_check_can_fail(default_workbook: tuple[Path, Trace], schemas: Path, tmp_path: Path) -> None:
    broken = tmp_path / "broken.xlsx"
    edit_part(default_workbook[0], broken, "xl/charts/chart1.xml", lambda xml: re.sub("<scatterStyle[^>]*>", "", xml))
    assert any("scatterStyle" in error for error in schema_errors(broken, schemas))


@pytest.mark.parametrize("which", ["default", "wide"])
def test_every_formula_has_a_cached_value_and_every_other_number_is_an_input(
    which: str, default_workbook: tuple[Path, Trace], wide_workbook: Path
) -> None:
    file = default_workbook[0] if which == "default" else wide_workbook
    formulas, values = openpyxl.load_workbook(file), openpyxl.load_workbook(file, data_only=True)
    count, inputs = 0, set()
    for sheet in formulas:
        for row in sheet.iter_rows():
            for cell in row:
                if cell.data_type == "f":
                    count += sheet.title not in ("Network", "Explain", "Walkthrough", "Check")
                    assert values[sheet.title][cell.coordinate].value is not None, (sheet.title, cell.coordinate)
                elif cell.data_type == "n" and cell.value is not None:
                    inputs.add((sheet.title, cell.coordinate))
    yellow = {
        (sheet.title, cell.coordinate)
        for sheet in formulas
        for row in sheet.iter_rows()
        for cell in row
        if cell.fill.fgColor.rgb == "00FEF9C3" and cell.data_type == "n"
    }
    first_epochs = {(sheet.title, "A6") for sheet in formulas if sheet.title.startswith("η")}
    assert inputs == yellow | first_epochs
    if which == "default":
        assert count == 6 * (100 * 32 - 1 + 2) + 6 * 4


def test_cached_values_read_back_bit_equal(default_workbook: tuple[Path, Trace], eight_weight: Derivation) -> None:
    file, trace = default_workbook
    values = read_values(file)
    layout = rate_sheet(eight_weight, 100, "closed")
    for rate, name in ((0, "η = 0.1"), (5, "η = 2")):
        for quantity in trace.names:
            found = [values[name][layout.cell(quantity, row)] for row in range(6, 106)]
            assert found == trace.column(quantity)[rate].tolist()


def test_columns_stand_in_the_order_people_use(default_workbook: tuple[Path, Trace]) -> None:
    header = [cell.value for cell in openpyxl.load_workbook(default_workbook[0])["η = 1"][5] if cell.value]
    before = "epoch t1 t2 i1 i2 w1 w2 w3 w4 h1 a_h1 h2 a_h2 w5 w6 w7 w8 o1 a_o1 o2 a_o2 E1 E2 E_total"
    expected = before.split(" ")
    assert header == expected + [f"∂E/∂w{number}" for number in range(1, 9)]


def test_every_update_refers_to_the_learning_rate_absolutely(default_workbook: tuple[Path, Trace]) -> None:
    sheet = openpyxl.load_workbook(default_workbook[0])["η = 0.8"]
    assert sheet["C2"].value == 0.8
    for row in range(7, 106):
        for letter in "FGHINOPQ":
            assert re.fullmatch(rf"={letter}{row - 1}-\$C\$2\*[A-Z]+{row - 1}", sheet[f"{letter}{row}"].value)


def test_the_header_is_frozen_and_the_chart_covers_no_cell(default_workbook: tuple[Path, Trace]) -> None:
    sheet = openpyxl.load_workbook(default_workbook[0])["η = 2"]
    assert sheet.freeze_panes == "B6"
    anchor = sheet._charts[0].anchor
    assert (anchor._from.row, anchor.to.row, anchor.editAs) == (2, 3, "twoCell")  # row 3, which folds away with it
    assert sheet.row_dimensions[3].outlineLevel == 1
    assert [cell.value for cell in sheet[3]] == [None] * sheet.max_column


def test_charts_cover_every_row_and_carry_their_numbers(default_workbook: tuple[Path, Trace]) -> None:
    file, trace = default_workbook
    with ZipFile(file) as archive:
        charts = [archive.read(name).decode() for name in archive.namelist() if "charts/chart" in name]
    assert len(charts) == 6 + 2
    together = [chart for chart in charts if chart.count("<ser>") == 6]
    assert len(together) == 2
    assert sum("<logBase" in chart for chart in together) == 1
    for chart in together:
        for rate, losses in zip(trace.learning_rates, trace.column("E_total").tolist(), strict=True):
            _, after = chart.split(f"<f>'η = {rate:g}'!$X$6:$X$105</f>")
            cached = after[: after.index("</numCache>")]
            assert [float(value) for value in re.findall("<v>([^<]*)</v>", cached)] == losses
            assert f"<v>η = {rate:g}</v>" in chart


def test_a_series_past_the_palette_is_told_apart_by_its_dash() -> None:
    chart = loss_chart("t", [("a", "b", "c")] * 8, [np.ones(1)], 1)
    looks = [(str(s.spPr.ln.solidFill), s.spPr.ln.prstDash) for s in chart.series]
    assert len(set(looks)) == 8


def test_the_same_workbook_has_the_same_bytes(tmp_path: Path, eight_weight: Derivation) -> None:
    first, second = tmp_path / "1.xlsx", tmp_path / "2.xlsx"
    write_workbook(eight_weight, first, [0.5], 5)
    write_workbook(eight_weight, second, [0.5], 5)
    assert first.read_bytes() == second.read_bytes()


def test_an_existing_file_is_kept_without_force(tmp_path: Path, eight_weight: Derivation) -> None:
    file = tmp_path / "mine.xlsx"
    file.write_text("mine")
    with pytest.raises(FileError, match=r"mine\.xlsx exists; --force overwrites it"):
        write_workbook(eight_weight, file, [0.5], 5)
    assert file.read_text() == "mine"
    write_workbook(eight_weight, file, [0.5], 5, force=True)
    assert openpyxl.load_workbook(file).sheetnames == ["Network", "η = 0.5", "Loss", "Explain", "Walkthrough", "Check"]
    assert [path.name for path in tmp_path.iterdir()] == ["mine.xlsx"]


def test_a_failure_while_writing_leaves_nothing_and_keeps_the_old_file(
    tmp_path: Path, eight_weight: Derivation
) -> None:
    file = tmp_path / "mine.xlsx"
    file.write_text("mine")

    def fail(rows: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        write_workbook(eight_weight, file, [0.5], 5, force=True, progress=fail)
    assert file.read_text() == "mine"
    assert [path.name for path in tmp_path.iterdir()] == ["mine.xlsx"]


def test_progress_counts_every_row(tmp_path: Path, eight_weight: Derivation) -> None:
    counted: list[int] = []
    write_workbook(eight_weight, tmp_path / "a.xlsx", [0.5, 1.0], 450, progress=counted.append)
    assert sum(counted) == 900


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("missing/a.xlsx", r"missing: no such folder"),
        ("a.xls", r"a\.xls: a workbook's name ends in \.xlsx"),
    ],
)
def test_an_impossible_file_is_named(tmp_path: Path, eight_weight: Derivation, name: str, message: str) -> None:
    with pytest.raises(InputError, match=message):
        write_workbook(eight_weight, tmp_path / name, [0.5], 5)


def test_more_epochs_than_rows_are_refused_before_any_work(eight_weight: Derivation, tmp_path: Path) -> None:
    with pytest.raises(WorkbookError, match="epochs: 1,048,572; a sheet of 1,048,576 rows holds at most 1,048,571"):
        write_workbook(eight_weight, tmp_path / "a.xlsx", [0.5], 1_048_572)


def lone_layer(inputs: int, outputs: int) -> Derivation:
    layer = Layer(activation="sigmoid", weights=((0.1,) * inputs,) * outputs)
    return derive(
        Network(
            name="lone",
            title="",
            inputs=(1.0,) * inputs,
            targets=(0.5,) * outputs,
            loss="half_squared_error",
            layers=(layer,),
        )
    )


def test_more_quantities_than_columns_are_refused(tmp_path: Path) -> None:
    with pytest.raises(WorkbookError, match=r"'lone': 17,\d+ columns; a sheet holds at most 16,384"):
        write_workbook(lone_layer(91, 91), tmp_path / "a.xlsx", [0.5], 2)


def test_a_formula_longer_than_excel_takes_is_refused(tmp_path: Path) -> None:
    sizes = (1, 1, 20, 20)
    layers = [Layer(activation="sigmoid", weights=((0.1,) * m,) * n) for m, n in pairwise(sizes)]
    network = lone_layer(1, 20).network.model_copy(update={"layers": tuple(layers)})
    with pytest.raises(WorkbookError, match=r"'lone': the formula of dE_dw1 has [\d,]+ characters, Excel takes 8,192"):
        write_workbook(derive(network), tmp_path / "a.xlsx", [0.5], 2, "closed")
