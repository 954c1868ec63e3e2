"""`backprop check`: anybody's workbooks, proven or refuted."""

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from backprop.errors import BackpropError
from groundfloor.terminal import console, progress
from groundfloor.work.engine import Where, open_engine
from groundfloor.work.options import with_work

if TYPE_CHECKING:
    from backprop.network.network import Network


@with_work("Files checked", most=4)
def check(
    paths: Annotated[list[str], typer.Argument(help="Workbooks, folders of them, or patterns.", metavar="FILE")],
    network: Annotated[
        str | None,
        typer.Option(metavar="NETWORK", help="The network they should hold, a name or a TOML file; else any model."),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON document, for machines.")] = False,
    markdown: Annotated[Path | None, typer.Option(help="Write the report as markdown.", metavar="FILE")] = None,
    page: Annotated[Path | None, typer.Option("--html", help="Write one page for all files.", metavar="FILE")] = None,
    annotate: Annotated[
        Path | None, typer.Option(help="Write copies with the wrong cells marked.", metavar="DIR")
    ] = None,
    fix: Annotated[Path | None, typer.Option(help="Write corrected copies.", metavar="DIR")] = None,
    force: Annotated[bool, typer.Option("--force", help="Overwrite what is there.")] = False,
    store: Annotated[
        Path | None,
        typer.Option(help="Keep each result there; what is there is not checked again.", metavar="FOLDER"),
    ] = None,
    *,
    where: Where,
) -> None:
    """Check every derivative and update of anybody's workbooks, of any model, by the workbook's own loss.

    Exit code 0: all correct; 1: findings; 2: a file that cannot be read, or takes too long.
    """
    from backprop.check.files import files_passed_over, find_files
    from backprop.check.findings import as_json as json_document
    from backprop.check.findings import exit_code
    from backprop.check.isolated import check_files
    from groundfloor.files import refuse_existing

    description = None if network is None else _load(network)
    files, passed_over = find_files(paths), [str(file) for file in files_passed_over(paths)]
    if not files:
        raise BackpropError(f"{' '.join(paths)}: no workbook there; files that end in .xlsx, .xlsm or .ods are checked")
    if not force:  # said before a long check
        refuse_existing(markdown, page)
    reports = []
    with open_engine(where) as engine, progress("workbooks", len(files), worth_it=len(files) > 1) as advance:
        for report in check_files(files, description, engine, store):
            reports.append(report)
            advance(1)
    if as_json:
        print(json.dumps(json_document(reports, passed_over), ensure_ascii=False, indent=1))
    else:
        from backprop.check.report.terminal import print_reports

        print_reports(reports, console(), passed_over)
    if any(target is not None for target in (markdown, page, annotate, fix)):
        from backprop.check.copies.deliver import deliver

        for line in deliver(reports, markdown=markdown, page=page, annotated=annotate, fixed=fix, force=force):
            print(line, file=sys.stderr)
    raise typer.Exit(exit_code(reports))


def _load(network: str) -> "Network":
    from backprop.network.load import load_network

    return load_network(network)
