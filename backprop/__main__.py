"""`backprop`, and `python -m backprop`: the command line, imported only when it runs."""

from typing import NoReturn

from groundfloor.command import run


def main() -> NoReturn:
    """Run the backprop command line."""
    run("backprop", "backprop.commands.app")


if __name__ == "__main__":
    main()
