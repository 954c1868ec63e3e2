"""READMEs of made-up runs, right in all they say, and the places where one number or formula may be made wrong."""

import random
from collections.abc import Iterator
from dataclasses import dataclass

from benchmarks.lint.forms import FORMS
from benchmarks.lint.plant import Planted
from benchmarks.lint.run import Fault, Part, Run, slip


@dataclass
class Readme:
    """A README and its possible faults."""

    text: str
    faults: list[Fault]

    def planted(self, fault: Fault) -> Planted:
        """The README with that fault."""
        at = self.text.index(fault.line)
        return Planted(self.text.replace(fault.line, fault.wrong, 1), fault.what, self.text.count("\n", 0, at) + 1)


def readme(seed: int) -> Readme:
    """The README of a seed."""
    run = Run(random.Random(f"readme {seed}"))
    parts = [_claims, _table, _fields, _arithmetic, _formulas, *FORMS]
    run.chance.shuffle(parts)
    shown = [_log, *parts[: run.chance.randint(2, len(parts))]]
    texts, faults = [f"# Network {seed}\n"], []
    for part in sorted(shown, key=lambda _: run.chance.random()):
        text, places = part(run)
        texts.append(text)
        faults += places
    text = "\n".join(texts)
    return Readme(text, [fault for fault in faults if text.count(fault.line) == 1])


def _log(run: Run) -> Part:
    form = run.chance.choice((_pytorch, _short, _keras))
    lines, faults = form(run)
    return "## Log\n\n```\n" + "\n".join(lines) + "\n```\n", faults


def _pytorch(run: Run) -> tuple[list[str], list[Fault]]:
    lines, faults = [], []
    for n, (right, train) in enumerate(zip(run.test, run.train, strict=True), 1):
        line = f"Test set: Average loss: {2 / (n + 9):.4f}, Accuracy: {right}/10000 ({right / 100:.2f}%)"
        bar = f"Loss=0.0{n:02} Batch_id=468 Accuracy={train:.2f}: 100%|███| 469/469 [00:1{n % 10}<00:00, 30.00it/s]"
        lines += [f"EPOCH: {n}", bar, line]
        faults.append(Fault("log", line, line.replace(f"({right / 100:.2f}", f"({_other(right, run.chance):.2f}")))
    return lines, faults


def _short(run: Run) -> tuple[list[str], list[Fault]]:
    both = enumerate(zip(run.test, run.train, strict=True), 1)
    return [f"Epoch {n}: Train Acc: {train:.2f}%, Test Acc: {right / 100:.2f}%" for n, (right, train) in both], []


def _keras(run: Run) -> tuple[list[str], list[Fault]]:
    lines = []
    for n, (right, train) in enumerate(zip(run.test, run.train, strict=True), 1):
        figures = f"loss: 0.1 - accuracy: {train / 100:.4f} - val_loss: 0.1 - val_accuracy: {right / 10_000:.4f}"
        lines += [f"Epoch {n}/{len(run.test)}", f"469/469 [====] - 4s 9ms/step - {figures}"]
    return lines, []


def _other(right: int, chance: random.Random) -> float:
    return (right + chance.choice((-70, -40, -9, 9, 30, 50))) / 100


def _claims(run: Run) -> Part:
    chance, best = run.chance, run.best
    top, last = run.percent(best), run.percent(len(run.test))
    higher = f"{max(run.test) / 100 + chance.choice((0.07, 0.2, 0.31)):.2f}"
    three = sum(run.test[-3:]) / 300
    chosen = chance.sample(
        [
            Fault("best", f"- Best test accuracy: {top}%", f"- Best test accuracy: {higher}%"),
            Fault("epoch", f"It achieved {top}% at epoch {best}.", f"It achieved {higher}% at epoch {best}."),
            Fault("epochs", f"Trained for {len(run.test)} epochs.", f"Trained for {len(run.test) + 3} epochs."),
            Fault(
                "mean", f"The average accuracy of the last 3 epochs is {three:.2f}%.",
                f"The average accuracy of the last 3 epochs is {three + 0.12:.2f}%.",
            ),
            Fault(
                "best", f"| Best validation accuracy | {top}% |", f"| Best validation accuracy | {higher}% |",
            ),
            Fault("last", f"- Final test accuracy: {last}%", f"- Final test accuracy: {higher}%"),
            Fault(
                "test set", f"{max(run.test):,} of 10,000 ({top}%) test images are right.",
                f"{max(run.test):,} of 10,000 ({higher}%) test images are right.",
            ),
        ],
        k=3,
    )  # fmt: skip
    lines = []
    for fault in chosen:
        head = "| What | Value |\n| --- | --- |\n" if fault.line.startswith("|") else ""
        lines.append(f"{head}{fault.line}\n")
    return "## Result\n\n" + "\n".join(lines), chosen


def _table(run: Run) -> Part:
    rows, faults, size, number = [], [], 28 + 2 * len(run.channels), 0
    for into, out in zip(run.channels, run.channels[1:], strict=False):
        size -= 2
        for kind, count in (("Conv2d", 9 * into * out), ("BatchNorm2d", 2 * out), ("ReLU", 0)):
            number += 1
            row = f"{kind + '-' + str(number):>20} {f'[-1, {out}, {size}, {size}]':>26} {count:>15,}"
            rows.append(row)
            if count:
                text = f"{count:,}"
                wrong = row[: -len(text)] + slip(text, run.chance) if len(text) > 1 else row
                faults += [Fault("table", row, wrong)] if wrong != row else []
    number += 1
    rows += [
        f"{f'AvgPool2d-{number}':>20} {f'[-1, {out}, 1, 1]':>26} {0:>15}",
        f"{f'Linear-{number + 1}':>20} {'[-1, 10]':>26} {10 * out + 10:>15,}",
        "=" * 64,
        f"Total params: {run.parameters:,}",
    ]
    other = slip(f"{run.parameters:,}", run.chance)
    faults.append(Fault("total", rows[-1], f"Total params: {other}"))
    limit = (run.parameters // 1_000 + run.chance.randint(1, 4)) * 1_000
    claim = run.chance.choice((f"Params used: {run.parameters:,}", f"- Number of parameters = {run.parameters:,}"))
    faults.append(Fault("parameters", claim, claim.replace(f"{run.parameters:,}", other)))
    bound = f"- Less than {limit:,} parameters: yes"
    faults.append(Fault("limit", bound, f"- Less than {run.parameters // 1_000:,}000 parameters: yes"))
    return "## Network\n\n```\n" + "\n".join(rows) + f"\n```\n\n{claim}\n\n{bound}\n", faults


def _fields(run: Run) -> Part:
    chance, rows, faults = run.chance, [], []
    r = j = 1
    listed = chance.random() < 0.5
    for n in range(chance.randint(6, 10)):
        kernel, stride = (2, 2) if n in (2, 5) else (3, 1)
        r, j = r + (kernel - 1) * j, j * stride
        form = (
            f"├─ MaxPool 2x2, stride 2 (RF: {{}}) {n}" if kernel == 2 else f"├─ Conv 3x3: 8→{n + 8} channels (RF: {{}})"
        ) if listed else f"| layer{n} | {kernel} | {stride} | {{}} | {j} |"  # fmt: skip
        rows.append(form.format(r))
        if n:
            faults.append(Fault("receptive field", form.format(r), form.format(r + chance.choice((1, 2, 6)))))
    body = "\n".join(rows)
    head = "| Layer | Kernel | Stride | RF | Jump |\n| --- | --- | --- | --- | --- |\n"
    return "## Receptive field\n\n" + (f"```\n{body}\n```\n" if listed else f"{head}{body}\n"), faults


def _arithmetic(run: Run) -> Part:
    a, b, c = (run.chance.choice((8, 12, 16, 24, 32)) for _ in range(3))
    images = run.chance.choice((50_000, 60_000))
    batch = run.chance.choice((32, 64, 128, 256))
    lines = [
        (f"- The kernels take 3 × 3 × {a} × {b} = ", f"{9 * a * b:,}"),
        (f"- One epoch takes ceil({images:,} / {batch}) = ", f"{-(-images // batch):,}"),
        (f"- Together {a} + {b} + {c} + 100 = ", str(a + b + c + 100)),
    ]
    faults = [Fault("arithmetic", head + value, head + slip(value, run.chance)) for head, value in lines]
    return "## Counted\n\n" + "\n".join(fault.line for fault in faults) + "\n", faults


def _formulas(run: Run) -> Part:
    """Two inputs, two hidden and two outputs, in one of the notations people write."""
    error, times = run.chance.choice((("E_total", " * "), ("E_t", " * "), ("E", " × ")))

    def write(text: str) -> str:
        return text.replace(" * ", times)

    lines = [
        "h1 = w1 * i1 + w2 * i2", "h2 = w3 * i1 + w4 * i2", "a_h1 = σ(h1) = 1 / (1 + exp(-h1))", "a_h2 = σ(h2)",
        "o1 = w5 * a_h1 + w6 * a_h2", "o2 = w7 * a_h1 + w8 * a_h2", "a_o1 = σ(o1)", "a_o2 = σ(o2)",
        f"{error} = E1 + E2", "E1 = ½ * (t1 - a_o1)²", "E2 = ½ * (t2 - a_o2)²",
    ]  # fmt: skip
    gradients = [
        f"∂{error}/∂w{5 + 2 * o + h} = (a_o{o + 1} - t{o + 1}) * a_o{o + 1} * (1 - a_o{o + 1}) * a_h{h + 1}"
        for o in (0, 1) for h in (0, 1)
    ]  # fmt: skip
    for h in (0, 1):
        paths = " + ".join(
            f"(a_o{o + 1} - t{o + 1}) * a_o{o + 1} * (1 - a_o{o + 1}) * w{5 + 2 * o + h}" for o in (0, 1)
        )
        gradients += [
            f"∂{error}/∂w{1 + 2 * h + i} = ({paths}) * a_h{h + 1} * (1 - a_h{h + 1}) * i{i + 1}" for i in (0, 1)
        ]
    faults = []
    for line in map(write, gradients):
        left, right = line.split(" = ")
        swaps = [("(1 - a", "(1 + a"), ("- t1", "- t2"), ("a_h1", "a_h2"), ("a_h2", "a_h1"), ("i1", "i2"), ("w5", "w6")]
        old, new = run.chance.choice([swap for swap in swaps if swap[0] in right])
        faults.append(Fault("formula", line, f"{left} = {right.replace(old, new, 1)}"))
    shown = "\n".join([*map(write, lines), "", *map(write, gradients)])
    return f"## Backpropagation\n\n```\n{shown}\n```\n", faults


def readmes(seeds: range) -> Iterator[tuple[int, Readme]]:
    """The READMEs of these seeds."""
    for seed in seeds:
        yield seed, readme(seed)
