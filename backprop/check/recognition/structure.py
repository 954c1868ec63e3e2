"""Names for the lines of a table from what depends on what, where an epoch is one sample.

One formula may be wrong in any way: an activation shows itself by its function or as what alone reads a weighted sum, a
weighted sum by its terms or by what its activation reads.
"""

from collections import Counter
from collections.abc import Iterator

from backprop.check.proof.model import Model
from backprop.check.recognition.stretch import Stretch, Usual
from backprop.derivation.equation import Neuron
from backprop.spreadsheet.formula import Binary, Bracket, Node, Number, Reference, Unary, children, references

MOST_READ = 3  # formulas that read an activation, at the least

Term = tuple[int, int]  # the lines of a weight and of what it weighs


def structure(stretch: Stretch, usual: Usual, model: Model, activations: dict[int, Reference]) -> dict[str, int]:
    """Quantity -> line, as far as the formulas' dependencies say."""
    derivation = model.derivation
    reader = _Reader(stretch, usual, activations, bool(derivation.biases))
    lines: dict[str, int] = {}
    known: list[int] = []
    for layer in derivation.layers:
        pairs = reader.neurons(known)
        if not known:
            given = reader.given([z for z, _ in pairs], len(derivation.inputs))
            lines.update(zip((symbol.name for symbol in derivation.inputs), given, strict=False))
        for neuron, (z, a) in zip(layer, pairs, strict=False):
            lines[neuron.z.name] = z
            if a is not None:
                lines[neuron.a.name] = a
            _weights(lines, model, neuron, reader.terms(z))
            if neuron.bias is not None and z in reader.bias:
                lines.setdefault(neuron.bias.name, reader.bias[z])
        outputs = (_output(lines, model, neuron) for neuron in layer)
        known = [line for line in outputs if line is not None]
        reader.used |= set(lines.values())
    for neuron in (neuron for layer in derivation.layers for neuron in layer):
        if neuron.z.name in lines and neuron.a.name not in lines and neuron.a.name not in model.twins:
            reader.used |= set(lines.values())
            most = reader.most_read()
            if most is not None:
                lines[neuron.a.name] = most
    _left_over(lines, [n.a.name for layer in derivation.layers for n in layer], sorted(reader.activations))
    _left_over(lines, list(model.trained), sorted(reader.weights))
    _losses(reader, model, lines)
    _gradients(reader, model, lines)
    return lines


def _output(lines: dict[str, int], model: Model, neuron: Neuron) -> int | None:
    """The line of an activation, or of the sum that it equals."""
    return lines.get(neuron.a.name, lines.get(model.twins.get(neuron.a.name, "")))


def _left_over(lines: dict[str, int], names: list[str], candidates: list[int]) -> None:
    """The lines of a kind that no name has yet go to the names that have no line, if there are as many."""
    missing = [name for name in names if name not in lines]
    free = [line for line in candidates if line not in lines.values()]
    if len(missing) == len(free):
        lines.update(zip(missing, free, strict=True))


def _weights(lines: dict[str, int], model: Model, neuron: Neuron, terms: list[Term]) -> None:
    sources = {
        lines.get(symbol.name, lines.get(model.twins.get(symbol.name, ""))): index
        for index, symbol in enumerate(neuron.incoming)
    }
    for weight, source in terms:
        if source in sources:
            lines[neuron.weights[sources[source]].name] = weight


class _Reader:
    """What the formulas of a stretch read."""

    def __init__(self, stretch: Stretch, usual: Usual, activations: dict[int, Reference], biased: bool) -> None:
        self.stretch, self.usual, self.biased = stretch, usual, biased
        self.used: set[int] = set()
        self.bias: dict[int, int] = {}  # weighted sum -> the line that it adds to its products
        trees = stretch.view.book.trees
        is_activation = {id(trees[number]) for number in activations}
        self.reads = {line: set(self.lines_read(line, tree)) for line, tree in usual.items() if tree is not None}
        self.copied = {}  # line -> the line that it only repeats
        for line, tree in usual.items():
            if isinstance(tree, Reference) and len(self.reads[line]) == 1 and self.reads[line] != {line}:
                self.copied[line] = next(iter(self.reads[line]))
        for line, original in self.copied.items():
            self.reads[line] = self.reads.get(original, self.reads[line])
        self.activations = {
            line: self.lines_read(line, tree)[0]
            for line, tree in usual.items()
            if tree is not None and id(tree) in is_activation and self.lines_read(line, tree)
        }
        self.weights = {
            line
            for line, tree in usual.items()
            if tree is not None and not isinstance(tree, Reference) and (-1, line) in self.places(line, tree)
        }

    def places(self, line: int, tree: Node) -> list[tuple[int, int]]:
        """(step offset, line) of what a formula of that line reads inside the table; held by `$` as in its own step."""
        stretch = self.stretch
        step = min(stretch.first + 1, stretch.last)
        row, column = stretch.view.position(step, line)
        places = []
        for reference in references(tree):
            if reference.sheet in (None, stretch.view.sheet.name):
                at_step, at_line = stretch.view.position(*reference.at(row, column))
                fixed = reference.fixed_column if stretch.view.transposed else reference.fixed_row
                if stretch.first <= at_step <= stretch.last:
                    places.append((0 if fixed else at_step - step, at_line))
        return places

    def lines_read(self, line: int, tree: Node | None) -> list[int]:
        """The lines that it reads in its own step; or in another, if it reads nothing else and not itself."""
        places = [] if tree is None else self.places(line, tree)
        offsets = {offset for offset, _ in places}
        elsewhere = len(offsets) == 1 and all(at != line for _, at in places)
        return [at for offset, at in places if offset == 0 or elsewhere]

    def neurons(self, known: list[int]) -> list[tuple[int, int | None]]:
        """(weighted sum, activation) of the layer above those activations, in the order of the lines."""
        sums = set(self.activations.values())
        by_sum = {z: a for a, z in sorted(self.activations.items(), key=lambda pair: pair[0] not in sums)}
        pairs: dict[int, int | None] = {}
        for line in sorted(self.reads):
            if line in self.used or line in self.weights or line in self.activations or line in self.copied.values():
                continue
            products = self._products(line)
            weighted = bool(products) and all(weight in self.weights for weight, _ in products)
            if line not in by_sum and not weighted:
                continue
            reads = self.reads[line]
            if reads & set(known) if known else not reads & set(self.activations):
                pairs[line] = by_sum.get(line, self._only_reader(line))
        if not known:  # a sum of a layer further up, if its formula lost what it read
            pairs = {z: a for z, a in pairs.items() if self.reads[z] & self.weights}
        return list(pairs.items())

    def _only_reader(self, z: int) -> int | None:
        return next(
            (line for line, read in self.reads.items() if read - {line} == {z} and line not in self.copied), None
        )

    def most_read(self) -> int | None:
        """The line with formulas that most others read, of those without a name: an activation that shows in no way."""
        read = Counter(line for reads in self.reads.values() for line in reads)
        free = [line for line in self.reads if line not in self.used | self.weights | self.activations.keys()]
        most = max(free, key=lambda line: read[line], default=None)
        return most if most is not None and read[most] >= MOST_READ else None

    def given(self, sums: list[int], count: int) -> list[int]:
        """The lines that most weighted sums read beside weights, of those that compute nothing; in their order."""
        for z in sums:
            self._products(z)  # tells biases from inputs
        others = self.weights | set(self.bias.values())
        read = Counter(line for z in sums for line in self.reads[z] - others if self.computes_nothing(line))
        return sorted(sorted(read, key=lambda line: (-read[line], line))[:count])

    def computes_nothing(self, line: int) -> bool:
        tree = self.usual.get(line)
        while isinstance(tree, Bracket):
            tree = tree.inside
        return tree is None or isinstance(tree, Reference) or not set(references(tree))

    def terms(self, z: int) -> list[Term]:
        """Which weight weighs which line in a sum; from the order of its references where it is no sum of products."""
        products = self._products(z)
        if products:
            return products
        tree = self.usual.get(z)
        read = list(dict.fromkeys(self.lines_read(z, tree))) if tree is not None else []
        weights = [line for line in read if line in self.weights]
        others = [line for line in read if line not in self.weights]
        return list(zip(weights, others, strict=False)) if len(weights) == len(others) else []

    def _products(self, line: int) -> list[Term]:
        """The lines of each product in a sum of products of two lines, and a bias; empty where the formula is none."""
        terms: list[Term] = []
        added: list[list[int]] = []
        holder = line

        def walk(node: Node) -> bool:
            match node:
                case Bracket(inside) | Unary("+", inside):
                    return walk(inside)
                case Binary("+", left, right):
                    return walk(left) and walk(right)
                case Binary("*", left, right):
                    places = [self.lines_read(line, factor) for factor in (left, right)]
                    if all(len(place) == 1 for place in places):
                        one, two = places[0][0], places[1][0]
                        terms.append((two, one) if two in self.weights else (one, two))
                        return one in self.weights or two in self.weights
            read = self.lines_read(line, node)
            added.append(read)
            return self.biased and len(added) == 1 and len(read) <= 1

        line = self.copied.get(line, line)
        tree = self.usual.get(line)
        if tree is None or not walk(tree):
            return []
        if terms and added and added[0]:
            self.bias[holder] = added[0][0]
        return terms


def _losses(reader: _Reader, model: Model, lines: dict[str, int]) -> None:
    """E_k reads its activation and one line more, the target; E_total reads them all."""
    derivation = model.derivation
    used = set(lines.values())
    reads = {line: others for line, others in reader.reads.items() if line not in used}
    losses = []
    for number, neuron in enumerate(derivation.layers[-1]):
        output = _output(lines, model, neuron)
        own = [
            line
            for line, others in reads.items()
            if output in others and len(others) == 2 and not others - {output} & used
            and any(isinstance(node, Number) for node in _nodes(reader.usual[line]))
            and all(reader.computes_nothing(other) for other in others - {output})
        ]  # fmt: skip
        for line in own[:1]:
            lines[derivation.targets[number].name] = next(iter(reads[line] - {output}))
            lines[derivation.loss[number].target.name] = line
            losses.append(line)
    read_by_some = {line for read in reader.reads.values() for line in read}
    for line, tree in reader.usual.items():
        read = set(reader.lines_read(line, tree))
        others = read - set(losses)
        if not read & set(losses) or line in {*used, *losses, *read_by_some} or others & used:
            continue
        lines[derivation.loss[-1].target.name] = line
        missing = [equation.target.name for equation in derivation.loss if equation.target.name not in lines]
        lines.update(zip(missing, sorted(others), strict=False))
        break


def _gradients(reader: _Reader, model: Model, lines: dict[str, int]) -> None:
    """The line that a weight's update reads beside the weight itself, one step above, and that few others read."""
    others: dict[str, set[int]] = {}
    for weight in model.trained:
        line = lines.get(weight)
        tree = reader.usual.get(line) if line is not None else None
        if line is not None and tree is not None:
            places = reader.places(line, tree)
            others[weight] = {at for offset, at in places if offset == -1 and at != line and at in reader.usual}
    shared = Counter(line for each in others.values() for line in each)
    for name, each in others.items():
        own = [line for line in each if shared[line] <= len(others) / 2 and line not in lines.values()]
        if len(own) == 1:
            lines[f"dE_d{name}"] = own[0]


def _nodes(tree: Node | None) -> Iterator[Node]:
    if tree is not None:
        yield tree
        for child in children(tree):
            yield from _nodes(child)
