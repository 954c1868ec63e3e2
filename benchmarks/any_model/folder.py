"""Files of a seed in a folder, with the key: what each file is and what is wrong in it.

python -m benchmarks.any_model.folder --seed 0 --files 60 --out DIR
"""

import argparse
import json
from dataclasses import asdict
from pathlib import Path

from benchmarks.any_model.case import Case
from benchmarks.any_model.plant import Planted
from benchmarks.any_model.score import WHAT, file_of
from benchmarks.any_model.sheet.book import address, save, written


def facts(case: Case) -> dict[str, object]:
    """Where what stands, for whoever looks for the reason of a failure."""
    first = {}
    for name, quantity in case.program.quantities.items():
        ends = [case.arrangement.place(name, 0, *at) for at in ((0, 0), (quantity.rows - 1, quantity.columns - 1))]
        first[name] = f"{quantity.role} {written(ends[0])}..{address(*ends[1][1:])}"
    loss = written(case.arrangement.place("E", 0, 0, 0)) if "E" in case.program.quantities else None
    return {"loss": loss, "scale": case.program.scale, "wish": asdict(case.wish), "first step": first}


def answer(planted: Planted) -> dict[str, object]:
    """The key's entry of a slip."""
    contents = {place: planted.book.cells[place] for place in planted.right}
    return {
        "kind": planted.kind,
        "quantity": planted.quantity,
        "visible": planted.visible,
        "cells": [written(cell) for cell in planted.wrong],
        "should_be": {written(place): text for place, text in planted.right.items()},
        "stands_there": {written(place): getattr(content, "text", content) for place, content in contents.items()},
    }


def main(arguments: list[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--files", type=int, default=60, help="of each kind: right, rewriting, slip")
    parser.add_argument("--out", type=Path, required=True)
    given = parser.parse_args(arguments)
    given.out.mkdir(parents=True, exist_ok=True)
    key = []
    for what in WHAT[:3]:
        for number in range(given.files):
            case, planted = file_of(what, given.seed, number)
            name = f"{what}-{given.seed}-{number:03}.xlsx"
            book, values = (planted.book, planted.values) if planted else (case.right, case.values)
            save(book, values, given.out / name)
            truth = {"slip": answer(planted)} if planted else {}
            key.append({"file": name, "what": what, **truth, **facts(case)})
    (given.out / "key.json").write_text(json.dumps(key, indent=1, ensure_ascii=False), encoding="utf-8")


if __name__ == "__main__":
    main()
