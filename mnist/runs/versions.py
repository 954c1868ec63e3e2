"""Runs made with different versions of what computes them: said in a sentence, because their numbers may differ."""

from collections.abc import Iterable, Mapping

from mnist.runs.record import Record


def resumption_note(before: Mapping[str, str], now: Mapping[str, str]) -> str | None:
    """What a run that goes on says where its versions are others than those it began with; else None."""
    changed = [f"{name} {old} then, {now[name]} now" for name, old in before.items() if now.get(name, old) != old]
    return f"goes on with other versions than it began with: {'; '.join(changed)}" if changed else None


def comparison_note(records: Iterable[Record]) -> str | None:
    """What a table of runs says where they, or parts of one, were made with different versions; else None."""
    environments = [
        environment
        for record in records
        for environment in (record.environment, *(again.environment for again in record.resumptions))
    ]
    versions: dict[str, list[str]] = {}
    for environment in environments:
        for name, version in environment.versions.items():
            if version not in versions.setdefault(name, []):
                versions[name].append(version)
    several = [f"{name} {', '.join(found)}" for name, found in versions.items() if len(found) > 1]
    return f"these runs were made with different versions: {'; '.join(several)}" if several else None
