"""The options of every command whose work can be done elsewhere: --jobs, --scheduler, --slurm."""

import inspect
from collections.abc import Callable
from typing import Annotated, Any

import typer

from groundfloor.work.engine import Where, cores

_GROUP = "Where the work is done (docs/cluster.md)"

Scheduler = Annotated[
    str | None,
    typer.Option(
        metavar="tcp://HOST:8786", help="By the workers of that Dask scheduler, and not here.", rich_help_panel=_GROUP
    ),
]
Slurm = Annotated[
    str | None,
    typer.Option(
        metavar="PARTITION",
        help="By jobs of Slurm, up to --jobs at a time: cpu:240 for jobs of 240 minutes, gpu,gres=gpu:1 for what each "
        "needs.",
        rich_help_panel=_GROUP,
    ),
]


def with_work(what: str, most: int | None = None) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """A command with these options in the place of its parameter `where`; `what` are done at the same time.

    By default as many as there are cores, up to `most`.
    """
    jobs = Annotated[int, typer.Option(metavar="N", min=1, help=f"{what} at the same time.", rich_help_panel=_GROUP)]
    default = min(most or cores(), cores())
    keyword = inspect.Parameter.KEYWORD_ONLY
    options = [
        inspect.Parameter("jobs", keyword, default=default, annotation=jobs),
        inspect.Parameter("scheduler", keyword, default=None, annotation=Scheduler),
        inspect.Parameter("slurm", keyword, default=None, annotation=Slurm),
    ]

    def decorate(command: Callable[..., None]) -> Callable[..., None]:
        own = [each for each in inspect.signature(command).parameters.values() if each.name != "where"]

        def run(*first: Any, jobs: int, scheduler: str | None, slurm: str | None, **arguments: Any) -> None:
            command(*first, where=Where(jobs, scheduler, slurm), **arguments)

        parameters = [*(each.replace(kind=keyword) for each in own), *options]
        run.__name__, run.__doc__ = command.__name__, command.__doc__
        run.__annotations__ = {each.name: each.annotation for each in parameters}
        run.__signature__ = inspect.Signature(parameters)  # type: ignore[attr-defined]
        return run

    return decorate
