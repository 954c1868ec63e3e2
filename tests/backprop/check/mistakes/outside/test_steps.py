"""A sheet a step: new weights beside the gradients, and the next sheet reading them."""

from collections.abc import Mapping

import pytest

from backprop.check.check import check_book
from backprop.check.findings import FileReport, Kind
from backprop.derivation.derive import Derivation
from tests.backprop.check.layouts import Cells, Layout, as_book, build
from tests.backprop.check.spellings import WEIGHT_NAMES

LAYOUT = Layout("steps", tables=(("One", 4, 3, 0.5), ("Two", 4, 3, 0.5)), epochs=1, transposed=True)
UPDATE = "={w}-$H$1*{g}"


def steps(updates: Mapping[str, str] | None = None, taken: Mapping[str, str] | None = None,
          labels: bool = True) -> Cells:  # fmt: skip
    """Two sheets of a step each; `updates` are other formulas by sheet and weight, `taken` other weights taken over."""
    made = build(LAYOUT)
    for place in made.places:
        made.put((place.sheet, 1, 8), 0.5)
        for name in WEIGHT_NAMES:
            row = place.lines[f"dE_d{name}"]
            w, g = (f"E{place.lines[quantity]}" for quantity in (name, f"dE_d{name}"))
            formula = (updates or {}).get(f"{place.sheet} {name}", UPDATE)
            other = f"E{place.lines['dE_dw1' if name != 'w1' else 'dE_dw2']}"
            if labels:
                made.put((place.sheet, row, 7), name)
            made.put((place.sheet, row, 8), formula.format(w=w, g=g, other=other))
    for name in WEIGHT_NAMES:
        source = (taken or {}).get(name, name)
        made.put(made.places[1].cell(name, 5), f"=One!H{made.places[0].lines[f'dE_d{source}']}")
    return made


def found(report: FileReport) -> list[tuple[str, str, str, Kind, str | None]]:
    return [(f.sheet, f.cell, f.quantity, f.kind, f.should_be) for f in report.findings]


@pytest.mark.parametrize("cached", [True, False], ids=["cached", "bare"])
@pytest.mark.parametrize("labels", [True, False], ids=["labels", "none"])
@pytest.mark.parametrize("formula", [UPDATE, "={w}+$H$1*(-{g})", "={w}-0.5*{g}"])
def test_right_updates_are_proven_and_counted(
    formula: str, labels: bool, cached: bool, eight_weight: Derivation
) -> None:
    made = steps(
        dict.fromkeys((f"{s} {name}" for s in ("One", "Two") for name in WEIGHT_NAMES), formula), labels=labels
    )
    report = check_book(as_book(made, cached), eight_weight)
    assert (report.verdict, report.findings, report.unchecked) == ("correct", (), ())
    assert [note.text.split(" outside")[0] for note in report.notes] == ["8 updates", "8 updates"]


WRONG = [
    ("={w}+$H$1*{g}", Kind.SIGN, "=E15-$H$1*E30"),
    ("={w}-$H$1*{other}", Kind.WRONG_REFERENCE, "=E15-$H$1*E30"),
    ("={w}-$H$2*{g}", Kind.WRONG_REFERENCE, "=E15-$H$1*E30"),
    ("={w}-{g}", Kind.MISSING_FACTOR, "=E15-E30*H1"),
]


@pytest.mark.parametrize(("formula", "kind", "right"), WRONG)
@pytest.mark.parametrize("sheet", ["One", "Two"])
def test_a_wrong_update_is_found_at_its_cell(
    sheet: str, formula: str, kind: Kind, right: str, eight_weight: Derivation
) -> None:
    report = check_book(as_book(steps({f"{sheet} w5": formula})), eight_weight)
    assert report.verdict == "mistakes"
    assert found(report) == [(sheet, "H30", "new_w5", kind, right)]


def test_a_wrongly_carried_weight_is_found_where_it_is_read(eight_weight: Derivation) -> None:
    report = check_book(as_book(steps(taken={"w1": "w2"})), eight_weight)
    assert report.verdict == "mistakes"
    assert found(report) == [("Two", "E7", "w1", Kind.WRONG_REFERENCE, "='One'!H26")]


def test_a_first_weight_that_is_updated_in_place_is_proven_too(eight_weight: Derivation) -> None:
    made = steps()
    lines = made.places[0].lines
    made.put(made.places[1].cell("w5", 5), f"=One!E{lines['w5']}+One!$H$1*One!E{lines['dE_dw5']}")
    report = check_book(as_book(made), eight_weight)
    assert [(f.sheet, f.cell, f.kind, f.should_be) for f in report.findings] == [
        ("Two", "E15", Kind.SIGN, "=One!E15-One!$H$1*One!E30")
    ]


def test_what_is_neither_proven_nor_refuted_is_named_and_not_correct(eight_weight: Derivation) -> None:
    formula = "={w}*0.999-$H$1*{g}/(1+{g}^2)"
    report = check_book(as_book(steps({f"Two {name}": formula for name in WEIGHT_NAMES})), eight_weight)
    assert report.verdict == "not_understood"
    assert [(note.sheet, note.cell, note.text) for note in report.unchecked] == [
        ("Two", "H26", "8 updates were not checked: H26:H33")
    ]
    assert report.message == "Two: 8 updates were not checked: H26:H33"


def test_other_formulas_of_weights_and_derivatives_are_no_updates(eight_weight: Derivation) -> None:
    made = steps()
    lines = made.places[0].lines
    made.put(("One", 40, 8), f"=E{lines['w5']}*E{lines['dE_dw5']}")
    made.put(("One", 41, 8), f"=ABS(E{lines['w5']})+ABS(E{lines['dE_dw5']})")
    assert check_book(as_book(made), eight_weight).verdict == "correct"
