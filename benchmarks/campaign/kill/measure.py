"""Kill -9 a writer again and again, at random moments and just before random steps on the disk, and look each time.

The writer runs in a fork of this process, which has imported everything: so most kills hit its work, not its start.
"""

import os
import random
import shutil
import signal
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from benchmarks.campaign.forked import forked
from benchmarks.campaign.kill.writers import OUT, WRITERS, State, Writer, strays

STARTS = 10  # one undisturbed start after so many kills: it must leave nothing but what it writes
STEPS = {"os.rename", "os.remove", "os.rmdir", "os.mkdir", "os.link", "shutil.rmtree", "tempfile.mkdtemp"}


@dataclass(slots=True)
class Score:
    """What came of the kills of a writer."""

    writer: str
    kills: int = 0
    old: int = 0  # everything as it was before the start that was killed
    new: int = 0  # everything as after it
    between: int = 0  # some files old, some new, each whole
    seconds: float = 0.0
    faults: list[str] = field(default_factory=list)


def kill(name: str, count: int, seed: int, *, seconds: float = 1e9) -> Score:
    """Kill a writer so often, or for so long by the clock."""
    score, begun = Score(name), time.perf_counter()
    with tempfile.TemporaryDirectory(prefix="campaign-") as place:
        folder = Path(place)
        siege = _Siege(WRITERS[name], folder, random.Random(f"{seed} {name}"), score)
        siege.begin()
        while score.kills < count and time.perf_counter() - begun < seconds and not score.faults:
            siege.once()
        siege.end()
    score.seconds = time.perf_counter() - begun
    return score


class _Siege:
    """One writer and its folder: the states that it may leave, and how long and how many steps it takes."""

    def __init__(self, writer: Writer, folder: Path, draw: random.Random, score: Score) -> None:
        self.writer, self.folder, self.draw, self.score = writer, folder, draw, score
        self.states: list[State] = []
        self.times: dict[int, float] = {}
        self.steps: dict[int, int] = {}

    def begin(self) -> None:
        """Write each version undisturbed; the second is measured over the first, as all later ones are."""
        self.writer.prepare(self.folder)
        for version in (0, 1, 0):
            self._empty()
            self._undisturbed(version)
            self.states.append(self._seen())
        again = self.states.pop()
        if self.states[0] != again or (self.states[0] == self.states[1] and not self.writer.removes):
            raise ValueError(f"{self.score.writer}: two versions that can be told, each the same again, are needed")
        self.current = self.states[0]

    def once(self) -> None:
        """One start that is killed, a look, and now and then a start that is not."""
        version = self.draw.randrange(2)
        before, wanted = self.current, self.states[version]
        if self.draw.random() < 0.5:
            after = self.draw.uniform(0, 1.05 * self.times[version])
            forked(self._write(version), until=lambda: time.sleep(after))
        else:
            step = self.draw.randrange(self.steps[version]) + 1
            forked(self._write(version, step))
        self.score.kills += 1
        self.current = found = self._seen()
        if wanted.items() <= found.items():
            self.score.new += 1
        else:
            self.score.old += found == before
            self.score.between += found != before
        for name, content in found.items():
            if content not in {state.get(name) for state in self.states}:
                self.score.faults.append(f"{name} is neither the old nor the new: {content[:80]}")
        lost = (before.keys() & self.states[0].keys() & self.states[1].keys()) - found.keys()
        self.score.faults += [f"{name} is gone" for name in lost if not self.writer.removes]
        if self.score.kills % STARTS == 0:
            self.end()

    def end(self) -> None:
        """A start that nobody disturbs leaves what it writes and nothing else."""
        if self.score.faults:
            return
        version = self.draw.randrange(2)
        self._undisturbed(version, measured=False)
        found = self._seen()
        if missing := [name for name, content in self.states[version].items() if found.get(name) != content]:
            self.score.faults.append(f"after the next start {missing[0]} is not what it writes")
        if left := strays(self.folder):
            self.score.faults.append(f"after the next start {left[0]} is still there")
        self._empty()
        self._undisturbed(0, measured=False)
        self.current = self._seen()

    def _empty(self) -> None:
        shutil.rmtree(self.folder / OUT, ignore_errors=True)
        (self.folder / OUT).mkdir()

    def _seen(self) -> State:
        try:
            return self.writer.look(self.folder)
        except Exception as error:
            self.score.faults.append(f"cannot be read: {type(error).__name__}: {error}")
            return {}

    def _undisturbed(self, version: int, *, measured: bool = True) -> None:
        counted = self.folder / "steps.txt"
        start = time.perf_counter()
        errors = self.folder / "errors.txt"
        status = forked(self._write(version, counted=counted), errors=errors)
        if status != 0:
            told = errors.read_text(encoding="utf-8").strip().splitlines()[-1:]
            raise ValueError(f"{self.score.writer}: version {version} ends with {status} when left alone: {told}")
        if measured:
            self.times[version] = time.perf_counter() - start
            self.steps[version] = max(1, int(counted.read_text()))

    def _write(self, version: int, step: int | None = None, counted: Path | None = None) -> Callable[[], None]:
        def act() -> None:
            taken = 0

            def audit(event: str, _: object) -> None:
                nonlocal taken
                if event in STEPS:
                    taken += 1
                    if taken == step:
                        os.kill(os.getpid(), signal.SIGKILL)

            sys.addaudithook(audit)
            self.writer.write(self.folder, version)
            if counted is not None:
                counted.write_text(str(taken))

        return act
