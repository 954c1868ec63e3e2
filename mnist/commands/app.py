"""The mnist command line: its commands, in the order in which its help lists them."""

from groundfloor.command import command_line
from groundfloor.command_style import add_command
from mnist.commands.find_lr import find_lr
from mnist.commands.net import net
from mnist.commands.nets import nets
from mnist.commands.recorded.evaluate import evaluate
from mnist.commands.recorded.export import export
from mnist.commands.recorded.page import page
from mnist.commands.recorded.predict import predict
from mnist.commands.summary import summary
from mnist.commands.sweep import sweep
from mnist.commands.table import table
from mnist.commands.train import train

app = command_line(
    "mnist",
    "Small convolutional networks on MNIST: described, summarised, and trained as recorded, repeatable runs.",
    aliases={"networks": "nets", "output": "out"},
)
add_command(app, nets, "mnist nets", "mnist nets --json")
add_command(app, net, "mnist net tiny", "mnist net mynet.py:Net --arg width=16")
add_command(
    app,
    summary,
    "mnist summary published-10066",
    "mnist summary tiny --xlsx tiny.xlsx",
    "mnist summary mynet.py:Net --arg width=16 --markdown",
)
add_command(
    app,
    train,
    "mnist train published-10066",
    "mnist train published-18138 --epochs 2 --seed 1 --out runs/quick",
    "mnist train mynet.py:Net --arg width=16 --epochs 15 --lr 0.05",
    "mnist train mynet.toml",
    "mnist train tiny --set label_smoothing=0.1,rotation=15",
    "mnist train --resume runs/quick  # after Ctrl-C",
)
add_command(
    app,
    sweep,
    "mnist sweep tiny,small --seeds 0..9",
    "mnist sweep tiny --seeds 0..2 --jobs 2 --weights median --out runs/two",
    "mnist sweep tiny --seeds 0..2,7 --lr 0.02,0.05 --out runs/rates",
)
add_command(
    app,
    find_lr,
    "mnist find-lr published-10066 -o rates.svg",
    "mnist find-lr mynet.py:Net --arg width=16 --set optimiser=adamw --steps 300",
    name="find-lr",
)
add_command(app, table, "mnist table", "mnist table runs/seeds --json", "mnist table runs/seeds --reach 99.4")
add_command(app, predict, "mnist predict runs/quick my-seven.png")
add_command(app, page, "mnist page runs/quick -o draw.html", "mnist page runs/quick -o draw.html --data my-digits")
add_command(app, evaluate, "mnist evaluate runs/quick --data my-digits")
add_command(app, export, "mnist export runs/quick --onnx quick.onnx", "mnist export runs/quick --tensorboard boards")
