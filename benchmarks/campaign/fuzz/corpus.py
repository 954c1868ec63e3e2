"""What once ended in a fault, kept small: tests/corpus/KIND/NAME, a file or the files of a folder."""

from collections.abc import Iterator
from pathlib import Path

from benchmarks.campaign.fuzz.bases import ROOT
from benchmarks.campaign.fuzz.kinds import KINDS, answer

CORPUS = ROOT / "tests" / "corpus"


def kept() -> Iterator[tuple[str, Path]]:
    """Each input that is kept, with its kind."""
    for kind in KINDS:
        for place in sorted((CORPUS / kind).glob("*")):
            yield kind, place


def attempt_kept(given: tuple[str, Path]) -> str:
    """In a worker: what comes of it today."""
    return answer(*given)
