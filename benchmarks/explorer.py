"""What the explorer's page costs a browser: until it is first painted, and for each frame while it plays.

    python benchmarks/explorer.py [--networks eight-weight xor] [--frames 200] [--repeat 3]

Times are those of the page's main thread by Chromium's own tracing: processor time, which other work on the machine
does not lengthen, and wall-clock time, which it does. 60 frames a second leave 16.7 ms for each. Each frame is
one epoch on, as at 60 epochs a second, however slow the machine is, and a sixtieth of a second later by the page's
clock: what changes a few times a second does so every few frames. Painting into pixels is the work of other threads,
and of the graphics card where there is one.
"""

import argparse
import os
import shutil
import statistics
import tempfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

from backprop.derivation.derive import derive
from backprop.explorer.page import explorer_page
from backprop.network.load import load_network

CATEGORIES = ["devtools.timeline", "toplevel", "blink.user_timing", "loading"]
TASK = "ThreadControllerImpl::RunTask"
# From the first tick on a frame begins a sixtieth of a second after the one before; within it time passes as it does.
CLOCK = """(() => {
  const real = performance.now.bind(performance);
  let begin = null, since = 0;
  performance.now = () => begin === null ? real() : begin + Math.min(real() - since, 1000 / 60);
  globalThis.tick = () => {
    begin = (begin ?? real()) + 1000 / 60;
    since = real();
  };
})()"""
PLAYED = """async (frames) => {
  const {store} = explorer;
  store.setPlaying(true);
  performance.mark("play");
  for (let frame = 0; frame < frames; frame++) {
    await new Promise(requestAnimationFrame);
    tick();
    if (!store.nextRow(3)) store.go(0, 0);
  }
  performance.mark("pause");
  store.setPlaying(false);
}"""


@dataclass(frozen=True)
class Cost:
    """Of one opening, in ms."""

    paint_processor: float
    paint_wall: float
    frame_processor: float  # the median frame
    frame_worst: float  # the slowest of twenty
    frames_a_second: float


def measure(page: str, frames: int) -> Cost:
    """Open the page, let it play, read the trace."""
    from playwright.sync_api import sync_playwright

    browser = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as driver:
        file = Path(folder, "page.html")
        file.write_text(page, encoding="utf-8")
        opened = driver.chromium.launch(executable_path=browser, args=["--no-sandbox", "--disable-gpu"])
        tab = opened.new_page(viewport={"width": 1400, "height": 900})
        tab.add_init_script(CLOCK)
        session = opened.new_browser_cdp_session()
        events: list[dict[str, Any]] = []
        session.on("Tracing.dataCollected", lambda data: events.extend(data["value"]))
        done: list[object] = []
        session.on("Tracing.tracingComplete", lambda _: done.append(True))
        session.send("Tracing.start", {"traceConfig": {"includedCategories": CATEGORIES}})
        tab.goto(file.as_uri())
        tab.wait_for_selector("#table tbody tr[aria-current]")
        tab.wait_for_timeout(1_000)  # panels that come later, the surface that is computed when nothing else is
        tab.evaluate(PLAYED, frames)
        session.send("Tracing.end")
        while not done:
            tab.wait_for_timeout(50)
        opened.close()
    return cost_of(events)


def cost_of(events: Sequence[dict[str, Any]]) -> Cost:
    """The costs that the events of a trace tell."""
    marks = {event["name"]: event for event in events if event["name"] in ("play", "pause", "firstPaint")}
    thread = marks["play"]["pid"], marks["play"]["tid"]
    own = sorted((e for e in events if (e["pid"], e["tid"]) == thread), key=lambda e: e["ts"])
    tasks = [e for e in own if e["name"] == TASK and e.get("ph") == "X"]
    painted = marks["firstPaint"]["ts"]
    begun = max(e["ts"] for e in own if e["name"] == "navigationStart" and e["ts"] < painted)
    called = [e["ts"] for e in own if e["name"] == "FireAnimationFrame"]
    frames = [e["ts"] for e in tasks if any(e["ts"] <= at <= e["ts"] + e["dur"] for at in called)]
    playing = [at for at in frames if marks["play"]["ts"] <= at <= marks["pause"]["ts"]]
    costs = [_processor(tasks, *pair) for pair in pairwise(playing)]
    length = (playing[-1] - playing[0]) / 1e6
    return Cost(_processor(tasks, begun, painted), (painted - begun) / 1e3, statistics.median(costs),
                statistics.quantiles(costs, n=20)[-1], (len(playing) - 1) / length)  # fmt: skip


def _processor(tasks: Iterable[dict[str, Any]], begin: float, end: float) -> float:
    """Milliseconds of processor time of the tasks that begin between."""
    return float(sum(e.get("tdur", 0) for e in tasks if begin <= e["ts"] < end)) / 1e3


def main(arguments: list[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--networks", nargs="+", default=["eight-weight", "xor"])
    parser.add_argument("--frames", type=int, default=200)
    parser.add_argument("--repeat", type=int, default=3)
    options = parser.parse_args(arguments)
    print(f"load {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores; ms, medians of {options.repeat}")
    print(f"{'network':<20} {'first paint':>12} {'(wall)':>8} {'a frame':>9} {'1 in 20':>9} {'frames/s':>9}")
    for name in options.networks:
        page = explorer_page(derive(load_network(name)))
        costs = [measure(page, options.frames) for _ in range(options.repeat)]
        fields = [statistics.median(getattr(cost, each) for cost in costs) for each in Cost.__dataclass_fields__]
        paint, wall, frame, worst, often = fields
        print(f"{name:<20} {paint:>12.0f} {wall:>8.0f} {frame:>9.1f} {worst:>9.1f} {often:>9.0f}")


if __name__ == "__main__":
    main()
