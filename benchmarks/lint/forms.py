"""Further parts of made-up READMEs: the data set, code with its sizes and fields, lists of parts and sizes, limits."""

from benchmarks.lint.run import Fault, Part, Run, slip


def _data(run: Run) -> Part:
    name, train, side = run.chance.choice((("MNIST", 60_000, 28), ("Fashion-MNIST", 60_000, 28)))
    whole = run.chance.choice(
        (
            f"The {name} data set has {{train}} training images and {{test}} test images of {side}x{side} pixels.",
            f"{name} consists of {{train}} images for training and {{test}} for testing, in 10 classes.",
        )
    )
    line = whole.format(train=f"{train:,}", test="10,000")
    wrong = run.chance.choice((("50,000", "10,000"), (f"{train:,}", "1,000"), ("80,000", "10,000")))
    return f"## Data\n\n{line}\n", [Fault("data set", line, whole.format(train=wrong[0], test=wrong[1]))]


def _code(run: Run) -> Part:
    """The layers as code, with the sizes and the receptive field in comments."""
    lines, faults = [], []
    size, r, j, into = 28, 1, 1, 1
    for n in range(run.chance.randint(4, 6)):
        pooled = n == 2
        kernel, pad, out = (2, 0, into) if pooled else (3, run.chance.choice((0, 1)), run.chance.choice((8, 12, 16)))
        call = f"nn.MaxPool2d({kernel}, 2)" if pooled else f"nn.Conv2d({into}, {out}, {kernel}, padding={pad})"
        left = (size + 2 * pad - kernel) // (2 if pooled else 1) + 1
        r, j = r + (kernel - 1) * j, j * (2 if pooled else 1)
        form = f"self.layer{n} = {call}  # input: {size}x{size}x{into}, output: {{0}}x{{0}}x{out}, RF: {{1}}x{{1}}"
        lines.append(form.format(left, r))
        faults.append(Fault("size", lines[-1], form.format(left + run.chance.choice((-2, 1, 2)), r)))
        if n:
            faults.append(Fault("field of code", lines[-1], form.format(left, r + run.chance.choice((1, 2, 4)))))
        size, into = left, out
    return "## Code\n\n```python\n" + "\n".join(lines) + "\n```\n", faults


def _parts(run: Run) -> Part:
    pairs = list(zip(run.channels, run.channels[1:], strict=False))
    counts = [(f"block{n}", 9 * a * b + 2 * b) for n, (a, b) in enumerate(pairs, 1)]
    counts.append(("output", 10 * run.channels[-1] + 10))
    body = "\n".join(f"Layer: {name} | Parameters: {count:,}" for name, count in counts)
    line = f"Total trainable parameters: {run.parameters:,}"
    wrong = f"Total trainable parameters: {slip(f'{run.parameters:,}', run.chance)}"
    return f"## Parts\n\n```\n{body}\n\n{line}\n```\n", [Fault("parts", line, wrong)]


def _limits(run: Run) -> Part:
    limit = (run.parameters // 1_000 + run.chance.randint(1, 4)) * 1_000
    aim = f"{max(run.test) / 100 - run.chance.choice((0.1, 0.25)):.2f}"
    top = run.percent(run.best)
    lines = [
        (f"- ✅ Parameters: {run.parameters:,} (limit of {limit:,})", f"limit of {run.parameters // 1_000:,}000)"),
        (f"- ✅ Test accuracy: {top}% (target: {aim}%)", f"target: {float(top) + 0.05:.2f}%)"),
    ]
    faults = [Fault("limit", line, line[: line.index("(") + 1] + wrong) for line, wrong in lines]
    return "## Limits\n\n" + "\n".join(fault.line for fault in faults) + "\n", faults


def _sizes(run: Run) -> Part:
    """A list of layers that tells the size that each leaves."""
    rows, faults, size = ["1. Input: 28x28 picture"], [], 28
    for n in range(6):
        pooled = n == 2
        left = size // 2 if pooled else size - 2
        form = (
            "   - MaxPool: 2x2 stride 2 -> {0}x{0}"
            if pooled
            else f"   - Conv{n}: {n + 8} filters, 3x3 kernel -> {{0}}x{{0}}"
        )
        rows.append(form.format(left))
        if 0 < n < 5:
            faults.append(Fault("size in a list", rows[-1], form.format(left + run.chance.choice((3, 5, 7)))))
        size = left
    return "## Layers\n\n" + "\n".join(rows) + "\n", faults


FORMS = (_data, _code, _parts, _limits, _sizes)
