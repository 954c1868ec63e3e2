"""`reports verify`: whether a README still says what its runs say."""

import json
from pathlib import Path
from typing import Annotated

import typer

from groundfloor.text import count


def verify(
    readmes: Annotated[
        list[Path], typer.Argument(metavar="README", help="READMEs that reports build wrote, or their folders.")
    ],
    as_json: Annotated[bool, typer.Option("--json", help="Print what was found as JSON.")] = False,
) -> None:
    """Compute every number of a report again from its runs, and name each that is another.

    claims.json beside the README says which runs, figures and hashes they come from. Exit code 1 where a number, a word
    or a picture is not as it was built; lines of your own are left alone as long as they hold no number.
    """
    from reports.verification import verify as verify_readme

    results = [verify_readme(readme) for readme in readmes]
    if as_json:
        print(json.dumps([result.as_json() for result in results], indent=2, ensure_ascii=False))
    else:
        for result in results:
            for mismatch in result.mismatches:
                print(mismatch)
            runs = f"{count(result.numbers, 'number')} of {count(result.sources, 'run')}"
            print(
                f"{result.readme}: "
                + (
                    count(len(result.mismatches), "mismatch").replace("mismatchs", "mismatches")
                    if result.mismatches
                    else f"{runs}, all as computed again"
                )
            )
    if any(result.mismatches for result in results):
        raise typer.Exit(1)
