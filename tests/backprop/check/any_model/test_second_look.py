"""A workbook judged once more when its first mistake is mended, or with what stands beside a doubted cell."""

import pytest

from tests.backprop.check.any_model.test_check import Cells

ADAM = ("A", "B", "C", "D")  # rate, beta1, beta2, epsilon, in row 2
FIRST, LAST = 6, 10


def neuron_of_one_step(slope: str) -> Cells:
    """A tanh neuron in a step of momentum: everything stands on the derivative by z, I4."""
    cells: Cells = {"A1": "rate", "B1": 0.5, "A2": "β", "B2": 0.9, "D1": "x1", "E1": 0.7, "D2": "x2", "E2": -0.4}
    cells |= {"D3": "t", "E3": 0.3, "A4": "w1", "B4": 0.2, "A5": "w2", "B5": -0.6, "A6": "b", "B6": 0.1}
    cells |= {"A7": "v1 old", "B7": 0, "A8": "v2 old", "B8": 0, "A9": "vb old", "B9": 0}
    cells |= {"D4": "z", "E4": "=E1*B4+E2*B5+B6", "D5": "a", "E5": "=TANH(E4)", "D6": "E", "E6": "=(E3-E5)^2"}
    cells |= {"H3": "∂E/∂a", "I3": "=-2*(E3-E5)", "H4": "δ", "I4": f"=I3{slope}"}
    cells |= {"H5": "v1", "I5": "=$B$2*B7-$B$1*I4*E1", "H6": "v2", "I6": "=$B$2*B8-$B$1*I4*E2"}
    cells |= {"H7": "vb", "I7": "=$B$2*B9-$B$1*I4"}
    return cells | {"H8": "new w1", "I8": "=B4+I5", "H9": "new w2", "I9": "=B5+I6", "H10": "new b", "I10": "=B6+I7"}


def line_by_adam() -> Cells:
    """y = w x + b, half the squared error, an epoch a row: with a typed count of steps that corrects the averages."""
    cells: Cells = {"A1": "rate", "B1": "beta1", "C1": "beta2", "D1": "epsilon"}
    cells |= {"A2": 0.1, "B2": 0.9, "C2": 0.99, "D2": 1e-6, "A3": "x", "B3": 0.8, "C3": "t", "D3": 1.3}
    heads = (
        "step",
        "w",
        "b",
        "y",
        "E",
        "∂E/∂y",
        "∂E/∂w",
        "∂E/∂b",
        "m w",
        "m b",
        "v w",
        "v b",
        "m̂ w",
        "m̂ b",
        "v̂ w",
        "v̂ b",
    )
    cells |= {f"{column}5": head for column, head in zip("ABCDEFGHIJKLMNOP", heads, strict=True)}
    for row in range(FIRST, LAST + 1):
        before = {column: f"{column}{row - 1}" if row > FIRST else "0" for column in "IJKL"}
        cells |= {f"A{row}": row - FIRST + 1, f"D{row}": f"=B{row}*$B$3+C{row}", f"E{row}": f"=(D{row}-$D$3)^2/2",
                  f"F{row}": f"=D{row}-$D$3", f"G{row}": f"=F{row}*$B$3", f"H{row}": f"=F{row}"}  # fmt: skip
        for new, gradient in zip("IJ", "GH", strict=True):
            cells[f"{new}{row}"] = f"=$B$2*{before[new]}+(1-$B$2)*{gradient}{row}"
        for new, gradient in zip("KL", "GH", strict=True):
            cells[f"{new}{row}"] = f"=$C$2*{before[new]}+(1-$C$2)*{gradient}{row}^2"
        for new, of, beta in zip("MNOP", "IJKL", "BBCC", strict=True):
            cells[f"{new}{row}"] = f"={of}{row}/(1-${beta}$2^$A{row})"
        for weight, mean, square, start in (("B", "M", "O", 0.4), ("C", "N", "P", -0.2)):
            last = row - 1
            step = f"={weight}{last}-$A$2*{mean}{last}/(SQRT({square}{last})+$D$2)"
            cells[f"{weight}{row}"] = start if row == FIRST else step
    return cells


def test_a_velocity_that_only_follows_is_no_mistake(report):
    found = report(neuron_of_one_step(""))
    assert [(each.cell, each.should_be) for each in found.findings] == [("I4", "=I3*(1-E5^2)")]
    assert found.unchecked == ()
    assert report(neuron_of_one_step("*(1-E5^2)")).verdict == "correct"


def test_typed_steps_correct_the_averages_of_adam(report):
    found = report(line_by_adam())
    assert (found.verdict, found.proof.through_optimiser) == ("correct", 8)
    assert any("8 by Adam" in note.text for note in found.notes)


def test_an_average_of_another_gradient_is_mended_as_the_column_beside_it(report):
    cells = line_by_adam()
    wrong = {at: str(value).replace("H", "G") for at, value in cells.items() if at[0] == "J" and at != "J5"}
    found = report(cells | wrong)
    assert found.verdict == "mistakes"
    assert [(each.cell, each.range) for each in found.findings] == [
        ("J6", "J6"),
        ("J7", "J7:J9"),
    ]  # nothing reads the last
    assert [each.should_be for each in found.findings] == [cells["J6"], cells["J7"]]
    assert "all of" in found.findings[0].explanation


def test_an_average_that_takes_an_empty_cell_for_its_share_is_found_where_no_number_shows_it(report):
    cells = line_by_adam()
    found = report(cells | {"J6": "=$G$2*0+(1-$B$2)*H6"})
    assert [(each.cell, each.should_be, each.severity) for each in found.findings] == [("J6", cells["J6"], "latent")]


def test_what_no_change_proves_stays_unchecked(report):
    cells = line_by_adam()
    wrong = {at: str(value).replace("(1-$B$2)", "SIN($B$2)") for at, value in cells.items() if at[0] in "IJ"}
    found = report(cells | wrong)
    assert (found.verdict, found.findings) == ("not_understood", ())


def one_weight(sum_of: str) -> Cells:
    """y = w x of four samples in blocks, a step each, by momentum; the first velocity is typed."""
    cells: Cells = {"A1": "rate", "B1": 0.1, "A2": "β", "B2": 0.9}
    for step in range(3):
        top = 4 + 8 * step
        cells |= {f"A{top}": "w", f"B{top}": 0.8 if step == 0 else f"=E{top - 1}",
                  f"C{top}": "v old", f"D{top}": 0 if step == 0 else f"=D{top - 1}"}  # fmt: skip
        cells |= dict(zip((f"{c}{top + 1}" for c in "ABCDEF"), ("x", "t", "y", "E", "∂E/∂y", "∂E/∂w"), strict=True))
        for place, (x, t) in enumerate(((1.0, 0.4), (0.6, -0.7), (-0.8, 1.1), (0.3, 0.9))):
            row = top + 2 + place
            cells |= {f"A{row}": x, f"B{row}": t, f"C{row}": f"=A{row}*$B${top}", f"D{row}": f"=(C{row}-B{row})^2/2",
                      f"E{row}": f"=C{row}-B{row}", f"F{row}": f"=E{row}*A{row}"}  # fmt: skip
        first, last = top + 2, top + 5
        cells |= {f"A{top + 6}": "E", f"C{top + 6}": "∂E/∂w, v, new w"}
        cells |= {f"B{top + 7}": f"=SUM(D{first}:D{last})", f"C{top + 7}": f"={sum_of}(F{first}:F{last})",
                  f"D{top + 7}": f"=$B$2*D{top}+C{top + 7}", f"E{top + 7}": f"=B{top}-$B$1*D{top + 7}"}  # fmt: skip
    return cells


def test_a_typed_first_velocity_is_kept_where_only_one_weight_is_trained(report):
    found = report(one_weight("SUM"))
    assert found.verdict == "correct"
    assert any("3 by momentum" in note.text for note in found.notes)


def test_samples_that_are_not_added_up(report):
    found = report(one_weight("MEDIAN"))
    assert [each.should_be for each in found.findings] == [
        f"=SUM(F{6 + 8 * step}:F{9 + 8 * step})" for step in range(3)
    ]


def two_classes(slope: str) -> Cells:
    """A sigmoid neuron with cross-entropy and a target of 0, an epoch a row; the loss stands there in per cent too."""
    heads = ("x", "t", "w", "b", "z", "a", "E", "percent", "∂E/∂a", "∂E/∂z", "∂E/∂w", "∂E/∂b")
    cells: Cells = {"A1": "η", "B1": 0.5} | {f"{c}3": head for c, head in zip("ABCDEFGHIJKL", heads, strict=True)}
    for row in range(4, 9):
        weights = ({"C": 0.4, "D": -0.2} if row == 4 else
                   {c: f"={c}{row - 1}-$B$1*{of}{row - 1}" for c, of in zip("CD", "KL", strict=True)})  # fmt: skip
        cells |= {f"{column}{row}": value for column, value in weights.items()}
        cells |= {f"A{row}": 0.9, f"B{row}": 0, f"E{row}": f"=A{row}*C{row}+D{row}", f"F{row}": f"=1/(1+EXP(-E{row}))",
                  f"G{row}": f"=-(B{row}*LN(F{row})+(1-B{row})*LN(1-F{row}))", f"H{row}": f"=G{row}*100",
                  f"I{row}": f"=(F{row}-B{row})/(F{row}*(1-F{row}))", f"J{row}": f"=I{row}*{slope.format(row)}",
                  f"K{row}": f"=J{row}*A{row}", f"L{row}": f"=J{row}"}  # fmt: skip
    return cells


def test_a_target_of_0_hides_no_mistake_and_the_loss_is_no_per_cent(report):
    assert report(two_classes("F{0}*(1-F{0})")).verdict == "correct"
    found = report(two_classes("F{0}*(1-(B{0}-F{0}))"))
    assert [(each.range, each.quantity) for each in found.findings] == [("J4:J8", "∂E/∂z")]
    assert found.findings[0].should_be == "=I4*F4*(1-F4)"


@pytest.mark.parametrize("sign", ["", "-"])
def test_one_sample_that_equals_another_losss_derivative_is_chance(report, sign):
    """t − a of one sample, whose next factor is wrong, is the derivative of a cross-entropy that nobody means."""
    cells = one_weight("SUM")
    for step in range(3):
        for row in range(6 + 8 * step, 10 + 8 * step):
            cells |= {
                f"C{row}": f"=1/(1+EXP(-A{row}*$B${4 + 8 * step}))",
                f"F{row}": f"=E{row}*C{row}*(1-C{row})*A{row}",
            }
    right = report(cells)
    assert right.verdict == "correct"
    found = report(cells | {"F8": f"=E8/(1+EXP({sign or ''}A8*$B$4))*(1-C8)*A8"})
    if sign:
        assert found.verdict == "correct"  # the very same number
    else:
        assert [each.cell for each in found.findings] == ["F8"]
        assert "cross-entropy" not in found.findings[0].explanation


def blocks(steps: int = 3) -> Cells:
    """y = w1 x1 + w2 x2 + b by gradient descent, a block of four rows a step, weights carried from block to block."""
    cells: Cells = {"A1": "η", "B1": 0.2, "C1": "x1", "D1": 0.7, "E1": "x2", "F1": -0.4, "G1": "t", "H1": 0.9}
    for step in range(steps):
        row = 4 + 4 * step
        heads = ("w1", "w2", "b", "y", "E", "∂E/∂y", "∂E/∂w1", "∂E/∂w2", "∂E/∂b", "new w1", "new w2", "new b")
        cells |= {f"{column}{row - 1}": head for column, head in zip("ABCDEFGHIJKL", heads, strict=True)}
        starts = (0.3, -0.2, 0.1)
        carried = [f"={new}{row - 4}" for new in "JKL"] if step else starts
        cells |= {f"{column}{row}": value for column, value in zip("ABC", carried, strict=True)}
        cells |= {f"D{row}": f"=TANH(A{row}*$D$1+B{row}*$F$1+C{row})", f"E{row}": f"=($H$1-D{row})^2/2",
                  f"F{row}": f"=(D{row}-$H$1)*(1-D{row}^2)", f"G{row}": f"=F{row}*$D$1", f"H{row}": f"=F{row}*$F$1",
                  f"I{row}": f"=F{row}"}  # fmt: skip
        cells |= {
            f"{new}{row}": f"={old}{row}-$B$1*{slope}{row}" for new, old, slope in zip("JKL", "ABC", "GHI", strict=True)
        }
    return cells


def test_an_old_weight_that_is_carried_once_more_is_the_only_mistake(report):
    assert report(blocks()).verdict == "correct"
    found = report({**blocks(4), "B12": "=B4"})
    assert [(each.cell, each.should_be) for each in found.findings] == [("B12", "=K8")]


def test_a_derivative_that_only_repeats_the_one_before_lacks_its_factor_not_that_one(report):
    cells = {**neuron_of_one_step(""), "H3": "dE_da", "H4": "dE_dz"}
    found = report(cells)
    assert [(each.cell, each.should_be) for each in found.findings] == [("I4", "=I3*(1-E5^2)")]


def test_what_is_titled_as_its_neighbours_in_any_language_is_not_passed_over(report):
    cells = {at: value for at, value in blocks(1).items() if at[0] not in "JKL"}
    cells |= {"G3": "dérivée de w1", "H3": "dérivée de w2", "I3": "dérivée de w3", "F3": "dérivée de y"}
    assert report(cells).verdict == "correct"
    found = report({**cells, "H4": "=SIN(D4)*COS(A4)"})
    assert found.verdict == "not_understood"
    assert "H4" in found.message


def test_a_step_of_typed_rate_and_count_is_no_velocity_and_no_mistake(report):
    cells: Cells = {"A1": "x", "B1": "t", "C1": "y", "D1": "error", "E1": "squared", "F1": "error times x"}
    for step in range(2):
        top = 2 + 8 * step
        for row, (x, t) in enumerate(((1.0, 4.5), (2.0, 8.0), (3.0, 6.5)), top):
            weights = ("0.5", "1") if step == 0 else ("$F$7", "$F$8")
            cells |= {f"A{row}": x, f"B{row}": t, f"C{row}": f"=$G${top}+$H${top}*A{row}", f"D{row}": f"=C{row}-B{row}",
                      f"E{row}": f"=D{row}*D{row}", f"F{row}": f"=D{row}*A{row}"}  # fmt: skip
        given = (0.5, 1.0) if step == 0 else tuple(f"={at}" for at in weights)
        cells |= {f"G{top}": given[0], f"H{top}": given[1], f"A{top + 4}": "m", f"B{top + 4}": "alpha"}
        cells |= {f"C{top + 4}": "sum", f"D{top + 4}": "step", f"F{top + 4}": "new theta"}
        for row, errors, old in ((top + 5, "D", "G"), (top + 6, "F", "H")):
            cells |= {f"A{row}": 3, f"B{row}": 0.01, f"C{row}": f"=SUM({errors}{top}:{errors}{top + 2})",
                      f"D{row}": f"=B{row}*(C{row}/A{row})", f"F{row}": f"={old}{top}-D{row}"}  # fmt: skip
    found = report(cells)
    assert (found.findings, found.proof.right) == ((), found.proof.derivatives)


def test_differences_that_are_titled_alike_are_no_mistakes(report):
    """Residuals of a boosting of trees: each is what is left of the target, and no derivative of anything shown."""
    heads = ("y", "T0", "r0", "T1", "r1", "T2", "r2")
    cells: Cells = {f"{column}1": head for column, head in zip("ABCDEFG", heads, strict=True)}
    for row, (y, zero, one, two) in enumerate(((3.0, 2.5, 0.4, 0.1), (1.5, 2.0, -0.3, -0.1), (2.2, 2.1, 0.2, 0.3)), 2):
        cells |= {f"A{row}": y, f"B{row}": zero, f"C{row}": f"=A{row}-B{row}", f"D{row}": one,
                  f"E{row}": f"=C{row}-D{row}", f"F{row}": two, f"G{row}": f"=E{row}-F{row}"}  # fmt: skip
    found = report(cells)
    assert (found.verdict, found.findings) == ("no_derivatives", ())
