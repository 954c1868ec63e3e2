"""The file as strict readers take it: a plain zip, drawings with prefixes, notes where Excel puts them."""

import re
import struct
from pathlib import Path
from zipfile import ZIP64_LIMIT, ZipFile

import numpy as np
import pytest

from backprop.derivation.derive import Derivation, derive
from backprop.epochs.trace import Trace
from backprop.network.load import load_network
from backprop.workbook import write
from backprop.workbook.layout import formula_columns, network_sheet, rate_sheet
from backprop.workbook.rows import epoch_rows, most_bytes
from backprop.workbook.write import write_workbook

PLAIN = 20  # zip's version without ZIP64
UNKNOWN = 0xFFFFFFFF  # a size that stands elsewhere


def local_headers(file: Path) -> list[tuple[int, int, int, int]]:
    """Version, flags, packed and unpacked size, of each part as its own header says."""
    content = file.read_bytes()
    with ZipFile(file) as archive:
        places = [part.header_offset for part in archive.infolist()]
    headers = [struct.unpack_from("<4sHHHHHLLL", content, place) for place in places]
    return [(version, flags, packed, size) for _, version, flags, *_, packed, size in headers]


def parts(file: Path) -> dict[str, str]:
    with ZipFile(file) as archive:
        return {name: archive.read(name).decode() for name in archive.namelist() if not name.endswith(".png")}


def test_no_part_of_a_workbook_of_common_size_is_zip64(default_workbook: tuple[Path, Trace]) -> None:
    headers = local_headers(default_workbook[0])
    assert len(headers) > 30
    for version, flags, packed, size in headers:
        assert version <= PLAIN
        assert not flags & 8  # sizes stand in the header, not behind the part
        assert 0 < packed < UNKNOWN
        assert 0 < size < UNKNOWN


def test_a_part_that_may_pass_two_gibibytes_is_zip64(
    tmp_path: Path, eight_weight: Derivation, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "a.xlsx"
    monkeypatch.setattr(write, "ZIP64_LIMIT", 10_000)
    write_workbook(eight_weight, file, [0.5], 5)
    assert [version for version, *_ in local_headers(file) if version > PLAIN] == [45]


@pytest.mark.parametrize("epochs", [1, 2, 3, 40])
def test_the_rows_have_no_more_bytes_than_were_allowed_for(eight_weight: Derivation, epochs: int) -> None:
    layout = rate_sheet(eight_weight, epochs, "closed")
    columns = formula_columns(eight_weight, network_sheet(eight_weight), layout, "closed")
    longest = np.full((epochs, len(columns) - 1), -2.2250738585072014e-308)
    written = sum(len(rows.encode()) for _, rows in epoch_rows(layout, columns, [0] * 32, [longest]))
    allowed = most_bytes(layout, columns, [0] * 32)
    assert written <= allowed < ZIP64_LIMIT
    assert epochs < 40 or allowed < 2 * written


@pytest.mark.parametrize("name", ["mazur", "xor"])
def test_drawings_have_prefixes_and_notes_excels_names(name: str, tmp_path: Path) -> None:
    file = tmp_path / "a.xlsx"
    write_workbook(derive(load_network(name)), file, [0.5], 2)
    content = parts(file)
    drawings = [text for part, text in content.items() if re.fullmatch(r"xl/drawings/drawing\d+\.xml", part)]
    assert len(drawings) >= 3
    assert all(re.search("<xdr:(one|two)CellAnchor", text) and "<wsDr" not in text for text in drawings)
    (notes,) = (part for part in content if "comment" in part)
    assert notes == "xl/comments1.xml"
    assert "<text><r><t>" in content[notes]
    assert "xl/drawings/vmlDrawing1.vml" in content
    assert f'PartName="/{notes}"' in content["[Content_Types].xml"]
    relations = [text for part, text in content.items() if part.startswith("xl/worksheets/_rels/")]
    assert sum('Target="../comments1.xml"' in text for text in relations) == 1
    assert sum('Target="../drawings/vmlDrawing1.vml"' in text for text in relations) == 1


@pytest.mark.parametrize("name", ["mazur", "softmax-classifier"])
def test_no_cell_says_that_it_holds_a_text_and_holds_none(name: str, tmp_path: Path) -> None:
    file = tmp_path / "a.xlsx"
    write_workbook(derive(load_network(name)), file, [0.5], 2)
    sheets = [text for part, text in parts(file).items() if "worksheets/sheet" in part]
    texts = [cell for text in sheets for cell in re.findall(r'<c [^>]*t="inlineStr"[^>]*?(?:/>|>.*?</c>)', text)]
    assert len(texts) > 50
    assert all(re.search(r"<t[^>]*>[^<]", cell) for cell in texts)
