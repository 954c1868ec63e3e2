"""matplotlib's settings for reports, whatever the user's matplotlibrc says."""

from collections.abc import Iterator
from contextlib import contextmanager

import matplotlib as mpl


@contextmanager
def style() -> Iterator[None]:
    """The settings of matplotlib itself, put back afterwards."""
    with mpl.rc_context():
        mpl.rcdefaults()
        mpl.rcParams["svg.hashsalt"] = "reports"  # names inside are the same each time
        yield
