"""The listings of a derivation by format. Stands above printers and workbook, whose listings it offers."""

from collections.abc import Callable
from typing import Literal

from backprop.derivation.derive import Derivation, Form
from backprop.printers.listing import javascript_listing, latex_listing, numpy_listing, text_listing
from backprop.workbook.listing import excel_listing

Target = Literal["text", "latex", "excel", "numpy", "javascript"]

LISTINGS: dict[Target, Callable[[Derivation, Form], str]] = {
    "text": text_listing,
    "latex": latex_listing,
    "excel": excel_listing,
    "numpy": numpy_listing,
    "javascript": javascript_listing,
}


def list_equations(derivation: Derivation, target: Target, form: Form) -> str:
    """The listing, without a final line break. `excel` gives the formulas of an epoch table's first two rows."""
    return LISTINGS[target](derivation, form)
