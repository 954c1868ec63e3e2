"""Pages of derivations in a real browser."""

from typing import Any

import pytest

from backprop.derivation.derive import Derivation
from backprop.explorer.page import explorer_page
from tests.browser import Open, until

__all__ = ["Open", "until"]


@pytest.fixture(scope="session")
def open_page(open_document: Open) -> Open:
    """Opens a derivation's page, or a document."""

    def open_one(page: Derivation | str, width: int = 1400, height: int = 900, **options: Any) -> Any:
        return open_document(page if isinstance(page, str) else explorer_page(page), width, height, **options)

    return open_one
