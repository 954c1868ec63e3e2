"""Names as file names and anchors, each its own. Pure."""

import re
from collections.abc import Sequence


def slugs(names: Sequence[str]) -> list[str]:
    """For each name a file name of its own: lower case, digits and hyphens."""
    taken: set[str] = set()
    result = []
    for name in names:
        base = re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-")[:60] or "run"
        slug = base
        number = 2
        while slug in taken:
            slug, number = f"{base}-{number}", number + 1
        taken.add(slug)
        result.append(slug)
    return result
