"""The list that `make quick` runs names tests that exist, one of each kind that tells most."""

from tests.conftest import ROOT

LIST = (ROOT / "tests" / "quick.txt").read_text(encoding="utf-8").splitlines()


def test_every_line_names_a_test_file_and_a_test_of_it() -> None:
    for line in LIST:
        file, _, name = line.partition("::")
        assert not name or f"def {name}(" in (ROOT / file).read_text(encoding="utf-8"), line
        assert (ROOT / file).is_file(), line
