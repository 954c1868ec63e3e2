"""`backprop differentiate`: any workbook's own formulas, differentiated."""

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from backprop.errors import BackpropError
from groundfloor.terminal import print_table
from groundfloor.text import count, one_line

if TYPE_CHECKING:
    from backprop.gradient.gradient import Descent, Gradient

AGREES = 1e-8  # of a derivative, for central differences, which in large workbooks are computed in doubles
MOST_SHOWN = 40  # rows on a terminal; the file has all
STEPS_SHOWN, PARAMETERS_SHOWN = 4, 4


def differentiate(
    file: Annotated[Path, typer.Argument(help="An .xlsx, .xlsm or .ods workbook of any model.", metavar="FILE")],
    of: Annotated[str, typer.Option(metavar="CELL", help="The cell to differentiate: Sheet1!B20, or a defined name.")],
    by: Annotated[
        list[str], typer.Option(metavar="RANGE", help="Cells to differentiate by: Sheet1!B2:B9; repeatable.")
    ],
    out: Annotated[
        Path | None,
        typer.Option("-o", "--out", metavar="FILE", help="Write a copy with sheet Gradient (and Descent)."),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON document, for machines.")] = False,
    force: Annotated[bool, typer.Option("--force", help="Overwrite an existing file.")] = False,
    no_check: Annotated[bool, typer.Option("--no-check", help="Without central differences beside.")] = False,
    descend: Annotated[
        int | None,
        typer.Option(metavar="N", min=1, help="N steps of gradient descent by these cells: a row each, sheet Descent."),
    ] = None,
    eta: Annotated[
        float | None, typer.Option(metavar="RATE", help="The learning rate of --descend.  [default: 0.1]")
    ] = None,
) -> None:
    """Differentiate any workbook through its own formulas: every ∂CELL/∂cell as a value and as a live formula.

    A sheet's name with spaces stands in quotes within the argument: --of "'My sheet'!B20".
    """
    from backprop.gradient.gradient import DEFAULT_ETA, Question
    from backprop.gradient.isolated import differentiate as differentiated
    from backprop.spreadsheet.package.parts import check_target

    if eta is not None and descend is None:
        raise BackpropError(f"--eta {eta:g} is the learning rate of --descend N, which is missing")
    if out is not None:  # said before a long computation
        check_target(file, out, force)
    rate = DEFAULT_ETA if eta is None else eta
    gradient = differentiated(Question(file, of, tuple(by), not no_check, descend, rate))
    if out is not None:
        gradient.write(out, force=force)
    if as_json:
        print(json.dumps(gradient.as_json(), ensure_ascii=False, indent=1))
    else:
        _show(gradient, out)


def _show(gradient: "Gradient", out: Path | None) -> None:
    rows = [
        [row.cell, one_line(row.label), _number(row.value), _number(row.derivative)]
        for row in gradient.rows[:MOST_SHOWN]
    ]
    print_table(["Cell", "Label", "Value", f"∂{gradient.of}/∂cell"], rows, left=["Cell", "Label"])
    if len(gradient.rows) > MOST_SHOWN:
        print(f"and {len(gradient.rows) - MOST_SHOWN:,} more")
    worst = gradient.worst
    if worst is not None:
        print("central differences " + ("agree" if worst < AGREES else f"are up to {worst:.0e} away"))
    for note in gradient.notes:
        print(f"note: {note}")
    if gradient.descent is not None:
        _show_descent(gradient.descent, gradient.of)
    if out is not None:
        derivatives, between = count(len(gradient.rows), "derivative"), count(len(gradient.between), "cell")
        print(f"{out}: sheet {gradient.sheet}: {derivatives}, {between} between")
        if gradient.descent is not None:
            steps = count(len(gradient.descent.losses) - 1, "step")
            print(f"{out}: sheet {gradient.descent.sheet}: {steps}, {count(len(gradient.descent.columns), 'column')}")


def _show_descent(descent: "Descent", of: str) -> None:
    """The first steps and the last, with the first parameters."""
    last = len(descent.losses) - 1
    shown = sorted({*range(min(STEPS_SHOWN, last + 1)), last})
    cells = descent.cells[:PARAMETERS_SHOWN]
    rows = [[str(step), _number(descent.losses[step]), *map(_number, descent.parameters[step][: len(cells)])]
            for step in shown]  # fmt: skip
    print_table([f"Step, η = {descent.eta:g}", of, *cells], rows, left=[])


def _number(value: float | None) -> str:
    return "error" if value is None else f"{value:.10g}"
