"""python -m backprop."""

from backprop.commands.app import main

main()
