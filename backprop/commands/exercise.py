"""`backprop exercise`: a class gets workbooks to fill in, each student with numbers of their own."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from backprop.commands.network_options import EtaOption, with_network
from groundfloor.terminal import progress
from groundfloor.text import count
from groundfloor.work.engine import Where, open_engine
from groundfloor.work.options import with_work

if TYPE_CHECKING:
    from backprop.network.network import Network

LEVELS = "1: the gradients; 2: forward pass and gradients; 3: a table to fill down and a chart; 4: an empty sheet."
LevelOption = Annotated[int, typer.Option(min=1, max=4, help=LEVELS)]
SelfCheckOption = Annotated[
    bool, typer.Option("--self-check", help="With a sheet that says of each quantity: right, or not yet.")
]


@with_network
@with_work("Students whose workbooks are made")
def exercise(
    network: "Network",
    students: Annotated[
        Path, typer.Option(metavar="FILE", help="The class: CSV with a line a student, columns id, name, email.")
    ],
    out: Annotated[
        Path, typer.Option("-o", "--out", metavar="DIR", help="Folder for students/, keys/ and manifest.json.")
    ] = Path("exercise"),
    seed: Annotated[int, typer.Option(help="Of everybody's numbers: with the same seed they are the same.")] = 0,
    level: LevelOption = 2,
    epochs: Annotated[
        int, typer.Option(metavar="N", min=1, help="Rows to fill down at levels 3 and 4, and of the keys.")
    ] = 20,
    eta: EtaOption = None,
    form: Annotated[
        Literal["closed", "steps"], typer.Option(help="Derivatives in forward quantities, or in steps through δ.")
    ] = "closed",
    self_check: SelfCheckOption = False,
    force: Annotated[bool, typer.Option("--force", help="Replace an exercise that is there.")] = False,
    *,
    where: Where,
) -> None:
    """Write an exercise for each student, with weights, inputs, targets and η of their own, and its answer key.

    Without --eta each student has one learning rate, drawn from the range of the network's own. Give students the
    workbooks of DIR/students; keep DIR/keys, and DIR/manifest.json, by which `backprop grade` knows who has what.
    """
    from backprop.classroom.give_out import Order, give_out, refuse_folder
    from backprop.classroom.roster import read_roster
    from backprop.epochs.trace import check_learning_rates

    roster = read_roster(students)
    refuse_folder(out, force)
    rates = check_learning_rates(eta) if eta else None
    order = Order(network, seed, level, epochs, rates, form, self_check)
    people = roster.people
    with open_engine(where) as engine, progress("students", len(people), worth_it=len(people) > 3) as advance:
        give_out(order, people, out, engine=engine, force=force, advance=advance)
    if roster.guessed:
        print(f"{students}: {roster.guessed}")
    print(f"{out}: {count(len(people), 'student')}, level {level}, seed {seed}: students/, keys/, manifest.json")
