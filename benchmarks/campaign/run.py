"""Attacks in numbers, as a table: writers killed, inputs broken, full disks and other hardships, loads.

    python -m benchmarks.campaign fuzz --count 200 --seed 1
    python -m benchmarks.campaign kill --only workbook,report --count 50
    python -m benchmarks.campaign life load
    python -m benchmarks.campaign --long --seconds 3600

Inputs that end in a fault are kept (--keep): put a small one under tests/corpus, where a test runs each.
Exit code 1: something failed.
"""

import argparse
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path

LONG = {"workbook": 20_000, "ods": 2_000, "formula": 2_000, "readme": 10_000, "run": 2_000, "toml": 2_000,
        "picture": 2_000, "roster": 2_000}  # cases of --long; one of formulas is of 500  # fmt: skip
LONG_KILLS, LONG_DISKS = 200, 25


def _fuzz(options: argparse.Namespace) -> Iterator[str]:
    from benchmarks.campaign.fuzz.kinds import KINDS
    from benchmarks.campaign.fuzz.measure import fuzz, keep

    print(f"{'broken inputs':<14} {'inputs':>9} {'seconds':>8} {'slowest':>8} {'faults':>7}  answers")
    for kind in _chosen(KINDS, options):
        count = options.count or (LONG[kind] if options.long else 100)
        score = fuzz(kind, count, options.seed, first=options.first, seconds=options.seconds, jobs=options.jobs)
        told = ", ".join(f"{number:,} {word}" for word, number in score.answers.most_common())
        inputs = score.cases * KINDS[kind].inputs
        print(f"{kind:<14} {inputs:>9,} {score.seconds:>8,.0f} {score.slowest:>8.2f} {len(score.faults):>7,}  {told}")
        yield from keep(score.faults, options.keep)


def _kill(options: argparse.Namespace) -> Iterator[str]:
    from benchmarks.campaign.forked import import_everything
    from benchmarks.campaign.kill.measure import kill
    from benchmarks.campaign.kill.writers import WRITERS

    import_everything()
    print(f"{'killed':<14} {'kills':>9} {'seconds':>8} {'old':>8} {'new':>7} {'between':>8} {'faults':>7}")
    for name in _chosen(WRITERS, options):
        count = options.count or (LONG_KILLS if options.long else 10)
        score = kill(name, count, options.seed, seconds=options.seconds)
        print(f"{name:<14} {score.kills:>9,} {score.seconds:>8,.0f} {score.old:>8,} {score.new:>7,} "
              f"{score.between:>8,} {len(score.faults):>7,}", flush=True)  # fmt: skip
        yield from (f"{name}: {fault}" for fault in score.faults)


def _life(options: argparse.Namespace) -> Iterator[str]:
    from benchmarks.campaign.forked import import_everything
    from benchmarks.campaign.kill.writers import WRITERS
    from benchmarks.campaign.life.disk import can_mount, fill
    from benchmarks.campaign.life.hardships import HARDSHIPS, suffer

    import_everything()
    how = "a tmpfs" if can_mount() else "a limit on files"
    print(f"{f'full: {how}':<22} {'tries':>8} {'seconds':>8} {'full':>8} {'faults':>7}")
    for name in _chosen(WRITERS, options):
        score = fill(name, options.count or (LONG_DISKS if options.long else 5), options.seed)
        print(
            f"{name:<22} {score.tries:>8,} {score.seconds:>8,.0f} {score.full:>8,} {len(score.faults):>7,}", flush=True
        )
        yield from (f"{name}: {fault}" for fault in score.faults)
    for name in _chosen(HARDSHIPS, options):
        tries, faults = suffer(name)
        print(f"{name:<22} {tries:>8,} {'':>8} {'':>8} {len(faults):>7,}", flush=True)
        yield from (f"{name}: {fault}" for fault in faults)


def _hostile(options: argparse.Namespace) -> Iterator[str]:
    from benchmarks.campaign.forked import import_everything
    from benchmarks.campaign.hostile import NAMES, PLACES, attack_all

    import_everything()
    print(f"{'hostile names':<14} {'tries':>9} {'faults':>7}")
    for place in _chosen(PLACES, options):
        tries, faults = attack_all(NAMES[: options.count], (place,))
        print(f"{place:<14} {tries:>9,} {len(faults):>7,}", flush=True)
        yield from faults


def _load(options: argparse.Namespace) -> Iterator[str]:
    from benchmarks.campaign.load import LOADS, load

    print(f"{'load':<14} {'count':>9} {'seconds':>8} {'MB':>8} {'lines':>8} {'kB said':>8}")
    for name in _chosen(LOADS, options):
        count = options.count or (LOADS[name][1] if options.long else LOADS[name][1] // 100)
        found = load(name, count)
        print(f"{name:<14} {count:>9,} {found.seconds:>8,.0f} {found.megabytes:>8,.0f} {found.lines:>8,} "
              f"{found.bytes / 1000:>8,.0f}", flush=True)  # fmt: skip
        if found.code not in (0, 1):
            yield f"{name}: {count:,} end with {found.code}"


CAMPAIGNS: dict[str, Callable[[argparse.Namespace], Iterator[str]]] = {
    "fuzz": _fuzz,
    "kill": _kill,
    "life": _life,
    "hostile": _hostile,
    "load": _load,
}


def _names(campaign: str) -> Iterable[str]:
    """What --only may name of a campaign."""
    from benchmarks.campaign.fuzz.kinds import KINDS
    from benchmarks.campaign.hostile import PLACES
    from benchmarks.campaign.kill.writers import WRITERS
    from benchmarks.campaign.life.hardships import HARDSHIPS
    from benchmarks.campaign.load import LOADS

    return {"fuzz": KINDS, "kill": WRITERS, "life": (*WRITERS, *HARDSHIPS), "hostile": PLACES, "load": LOADS}[campaign]


def _chosen(names: Sequence[str] | dict[str, object], options: argparse.Namespace) -> list[str]:
    return [name for name in names if not options.only or name in options.only]


def main(arguments: list[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("campaigns", nargs="*", metavar="|".join(CAMPAIGNS), help="default: all")
    parser.add_argument("--only", type=lambda text: text.split(","), default=[], help="kinds, writers, hardships")
    parser.add_argument("--count", type=int, help="of each; default: 100 inputs, 10 kills")
    parser.add_argument("--long", action="store_true", help="the counts that docs/security.md tells of")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--first", type=int, default=0, help="number of the first input: to go on where one stopped")
    parser.add_argument("--seconds", type=float, default=1e9, help="at most, of each kind and writer")
    parser.add_argument("--jobs", type=int, default=1)
    parser.add_argument("--keep", type=Path, default=Path("out/campaign"))
    options = parser.parse_args(arguments)
    if unknown := set(options.campaigns) - CAMPAIGNS.keys():
        parser.error(f"{min(unknown)}: one of {', '.join(CAMPAIGNS)} is needed")
    campaigns = options.campaigns or list(CAMPAIGNS)
    if options.only:
        allowed = list(dict.fromkeys(name for campaign in campaigns for name in _names(campaign)))
        if unknown := set(options.only).difference(allowed):
            parser.error(f"--only {min(unknown)}: one of {', '.join(allowed)} is needed")
        campaigns = [name for name in campaigns if not set(options.only).isdisjoint(_names(name))]
    faults = []
    for name in campaigns:
        faults += list(CAMPAIGNS[name](options))
    print(*faults, sep="\n", end="\n" * bool(faults))
    if faults:
        sys.exit(1)
