"""Which weights a sweep keeps: of each configuration those of the median run, so that nobody loads the luckiest.

Records are never edited, so a sentence in NOTE.txt beside the runs says whose weights are kept.
"""

from collections.abc import Sequence
from pathlib import Path

from groundfloor.files import write_file
from mnist.runs.folder import NOTE, WEIGHTS, Run
from mnist.runs.statistics import configuration

_KEPT = "the weights kept are those of"


def median_run(runs: Sequence[Run]) -> Run:
    """The run in the middle by the last epoch's accuracy, the lower one of two; of equals the lowest seed."""
    ordered = sorted(runs, key=lambda run: (run.last.test_accuracy, run.record.seed))
    return ordered[(len(ordered) - 1) // 2]


def keep_median(runs: Sequence[Run]) -> list[str]:
    """Deletes the weights of every run but the median one of its configuration, and says so in notes: a line each.

    Nothing is deleted where the median run's own weights are gone.
    """
    groups: dict[tuple[object, ...], list[Run]] = {}
    for run in runs:
        groups.setdefault(configuration(run.record), []).append(run)
    said = []
    for group in groups.values():
        kept = median_run(group)
        name = kept.name.removesuffix(f"-seed{kept.record.seed}")
        if not kept.has_weights:
            said.append(f"{name}: the weights of seed {kept.record.seed}, the median of {len(group)}, are gone")
            continue
        line = f"{name}: {_KEPT} seed {kept.record.seed}, the median of {len(group)} by the last epoch's accuracy."
        _note(kept.path.with_name(NOTE), f"{name}: {_KEPT}", line)
        for run in group:
            if run.path != kept.path:
                (run.path / WEIGHTS).unlink(missing_ok=True)
        said.append(line)
    return said


def _note(file: Path, beginning: str, line: str) -> None:
    """The line into the file, in place of an older one that begins so."""
    lines = file.read_text(encoding="utf-8").splitlines() if file.is_file() else []
    write_file(
        file, "".join(f"{one}\n" for one in [*(o for o in lines if not o.startswith(beginning)), line]), force=True
    )
