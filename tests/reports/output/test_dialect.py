"""What markdown files become for their readers: units that stay with their numbers, plots light and dark, maths."""

import pytest

from reports.output.dialect import below, dollars, github, together

TEXT = """# 5 runs

99.59 % of 10 in 3 min 29 s, 99.666 ± 0.044 % at η = 0.5, n = 3, 1.5 × 10⁻⁶, 8 MB, 3 shifts.
`--eta 5 %` and <https://example.org/a 5 %b> and [5 %](a-5 %.md)

```math
5 % of $`x`$
```

![5 % as a \\[plot\\]](assets/a.svg)
![b](assets/b.svg)
"""


def test_numbers_stay_with_their_units_outside_code():
    lines = together(TEXT).split("\n")

    assert lines[2] == (
        "99.59\u00a0% of 10 in 3\u00a0min 29\u00a0s, 99.666\u00a0±\u00a00.044\u00a0% at η\u00a0=\u00a00.5, "
        "n\u00a0=\u00a03, 1.5\u00a0×\u00a010⁻⁶, 8\u00a0MB, 3 shifts."
    )
    assert lines[3] == "`--eta 5 %` and <https://example.org/a 5 %b> and [5\u00a0%](a-5 %.md)"
    assert lines[6] == "5 % of $`x`$"


def test_plots_are_dark_where_the_page_is():
    lines = github(TEXT).split("\n")

    assert lines[9] == (
        '<picture><source media="(prefers-color-scheme: dark)" srcset="assets/a.svg#dark">'
        '<img alt="5 % as a [plot]" src="assets/a.svg"></picture>'
    )
    assert lines[10].count("<picture>") == 1


def test_formulas_stand_between_dollars():
    text = "in $`a_1`$ and `$`\n\n```math\nx\n```\n\n```sh\n$`y`$\n```\n"

    assert dollars(text) == "in $a_1$ and `$`\n\n$$\nx\n$$\n\n```sh\n$`y`$\n```\n"


@pytest.mark.parametrize(
    ("expected", "address"),
    [("../assets/a.svg", "assets/a.svg"), ("../README.md#part-2", "../README.md#part-2"), ("#here", "#here"),
     ("https://example.org/a", "https://example.org/a"), ("b.md", "configurations/b.md")],
)  # fmt: skip
def test_addresses_are_those_of_the_folder_below(expected, address):
    assert below(f"[a]({address})", "configurations") == f"[a]({expected})"


@pytest.mark.parametrize("change", [together, github, dollars, lambda text: below(text, "pages")])
def test_lines_stay_where_they_are(change):
    assert change(TEXT).count("\n") == TEXT.count("\n")
