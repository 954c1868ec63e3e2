"""The reports command line: its commands, in the order in which its help lists them."""

from groundfloor.command import command_line
from groundfloor.command_style import add_command
from reports.commands.build import build
from reports.commands.compare import compare
from reports.commands.importing import import_
from reports.commands.lint import lint
from reports.commands.verify import verify

app = command_line(
    "reports",
    "README-style reports from derivations and recorded runs, and checks of what a README claims.",
    aliases={"output": "out"},
)
add_command(
    app,
    build,
    "reports build -o report                                # the 8-weight network and all runs under runs/",
    "reports build runs/published-15738-seed0 -o report     # one run",
    "reports build runs -o report --only part2 --title 'Lesson 5' --author 'A. Student' --intro intro.md",
    "reports build -o report --network xor --eta 0.5,1 --epochs 200",
    "reports build -o report --format html,pdf              # one page in one file, and the same printed",
    "reports build runs/seeds -o card --template model-card # a model card for the Hugging Face hub",
    "reports build -o report --template mine.md.j2          # templates/README.md lists blocks and variables",
)
add_command(
    app,
    verify,
    "reports verify docs/report/README.md                   # every number, computed again from runs/",
    "reports verify report --json                           # the README.md of a folder, for programs",
)
add_command(
    app,
    compare,
    "reports compare runs/published-15738-seed0 runs/published-10066-seed0",
    "reports compare runs/seeds runs/variants --json        # of a folder of several networks a group each",
    "reports compare 'runs/seeds/small-*' runs/variants --plot compared.svg   # a quoted pattern is one group",
)
add_command(
    app,
    lint,
    "reports lint README.md                                 # each claim that does not hold, by line",
    "reports lint docs/report/README.md --runs runs         # against recorded runs too",
    "reports lint README.md --fix corrected.md              # a copy with what can be corrected mechanically",
    "reports lint README.md --select total,log              # these claims only",
    "reports lint docs/*.md --format github                 # annotations; also json, sarif, junit",
    "reports lint --rules",
)
add_command(
    app,
    import_,
    "reports import README.md                               # each training log becomes runs/NAME/published.json",
    "reports import README.md --name theirs -o imported     # under a name of your own",
    name="import",
)
