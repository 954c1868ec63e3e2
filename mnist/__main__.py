"""`mnist`, and `python -m mnist`: the command line, imported only when it runs."""

from typing import NoReturn

from groundfloor.command import run


def main() -> NoReturn:
    """Run the mnist command line."""
    run("mnist", "mnist.commands.app")


if __name__ == "__main__":
    main()
