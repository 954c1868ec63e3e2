"""The backprop command line: its commands, in the order in which its help lists them."""

from backprop.commands.check import check
from backprop.commands.derive import derive
from backprop.commands.differentiate import differentiate
from backprop.commands.exercise import exercise
from backprop.commands.explore import explore
from backprop.commands.grade import grade
from backprop.commands.networks import network, networks
from backprop.commands.trace import trace
from backprop.commands.workbook import workbook
from groundfloor.command import command_line
from groundfloor.command_style import add_command

app = command_line(
    "backprop",
    "Backpropagation you can open in a spreadsheet: derivatives, epoch tables and live Excel workbooks.",
    aliases={"output": "out", "optimizer": "optimiser", "nets": "networks"},
)
add_command(
    app,
    workbook,
    "backprop workbook",
    "backprop workbook mazur --form steps",
    "backprop workbook --layers 2,3,2 --activation tanh -o mine.xlsx",
    "backprop workbook xor --eta 0.1,0.5 --epochs 200",
    "backprop workbook --blank --level 1 --self-check -o exercise.xlsx",
)
add_command(
    app,
    explore,
    "backprop explore -o explorer.html",
    "backprop explore xor",
    "backprop explore --layers 2,3,2 --activation tanh -o mine.html",
)
add_command(
    app,
    check,
    "backprop check mine.xlsx",
    "backprop check homework/ --html report.html --annotate marked/",
)
add_command(
    app,
    grade,
    "backprop grade submissions.zip --manifest out/manifest.json",
    "backprop grade homework/ --rubric rubric.toml --due 2026-11-20T23:59 -o grades",
)
add_command(
    app,
    differentiate,
    "backprop differentiate mine.xlsx --of 'η = 0.5!X6' --by 'η = 0.5!F6:I6' -o gradient.xlsx",
    "backprop differentiate mine.xlsx --of 'η = 0.5!X25' --by 'η = 0.5!C2' --json",
    "backprop differentiate mine.xlsx --of 'η = 0.5!X6' --by Network!C12:C15 --descend 100 --eta 0.5 -o descent.xlsx",
)
add_command(
    app,
    exercise,
    "backprop exercise --students class.csv -o week-3",
    "backprop exercise --layers 2,3,2 --activation tanh --students class.csv --level 3 --self-check -o week-4",
)
add_command(
    app,
    derive,
    "backprop derive",
    "backprop derive --layers 2,3,2 --activation tanh --format latex",
    "backprop derive mazur --form steps --format excel",
)
add_command(
    app,
    trace,
    "backprop trace",
    "backprop trace xor --optimiser adam --eta 0.05,0.1 --epochs 1000 --format json",
)
add_command(app, networks, "backprop networks", "backprop networks --json")
add_command(
    app,
    network,
    "backprop network xor",
    "backprop network --layers 3,4,2 --loss softmax-cross-entropy --output-activation softmax > my.toml",
)
