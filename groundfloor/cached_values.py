"""The values of formulas beside them in a sheet that openpyxl saved, which writes none.

Without them previewers, pandas and Excel's Protected View show nothing.
"""

from collections.abc import Mapping

from lxml import etree

_CELL, _FORMULA, _VALUE = (f"{{http://schemas.openxmlformats.org/spreadsheetml/2006/main}}{name}" for name in "cfv")


def fill_cached(sheet_xml: bytes, values: Mapping[str, float | str]) -> bytes:
    """The sheet with the value of each formula beside it; `values` has one for every cell with a formula.

    It may have others: those of the cells that an array formula of another cell fills.
    """
    root = etree.fromstring(sheet_xml)
    for cell in root.iter(_CELL):
        place = cell.get("r", "")
        if cell.find(_FORMULA) is None and place not in values:
            continue
        value = values[place]
        element = cell.find(_VALUE)
        if element is None:
            element = etree.SubElement(cell, _VALUE)
        if isinstance(value, str):
            cell.set("t", "str")
            element.text = value
        else:
            cell.attrib.pop("t", "")
            element.text = repr(value)
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True)
