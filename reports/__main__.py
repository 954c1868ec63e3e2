"""`reports`, and `python -m reports`: the command line, imported only when it runs."""

from typing import NoReturn

from groundfloor.command import run


def main() -> NoReturn:
    """Run the reports command line."""
    run("reports", "reports.commands.app")


if __name__ == "__main__":
    main()
