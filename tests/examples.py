"""How many examples Hypothesis draws: few on a desk, many in CI, by HYPOTHESIS_PROFILE (default, ci or thorough).

The same code draws the same examples under the first two, so that a failure is of the code; thorough draws anew.
"""

import os
from typing import Any

from hypothesis import settings

USUAL = 100  # examples of a property that says no number, under the profile ci

settings.register_profile("default", max_examples=USUAL // 8, deadline=None, derandomize=True)
settings.register_profile("ci", max_examples=USUAL, deadline=None, derandomize=True)
settings.register_profile("thorough", max_examples=20 * USUAL, deadline=None)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "default"))


def drawn(in_ci: int, **options: Any) -> settings:
    """That many examples in CI, and in proportion under the other profiles; never fewer than three."""
    return settings(max_examples=max(3, in_ci * settings().max_examples // USUAL), **options)


def part(in_ci: int, least: int = 1) -> int:
    """How many of a table of cases to run: all that many in CI, an eighth on a desk, at least `least`."""
    return min(in_ci, max(least, in_ci * settings().max_examples // USUAL))
