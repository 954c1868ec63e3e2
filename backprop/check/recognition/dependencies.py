"""What the formulas of a stretch read: weighted sums by their products, and what reads them in turn."""

from collections import Counter

from backprop.check.recognition.stretch import Stretch, Usual
from backprop.spreadsheet.formula import Binary, Bracket, Node, Reference, Unary, references

MOST_READ = 3  # formulas that read an activation, at the least

Term = tuple[int, int]  # the lines of a weight and of what it weighs


class Dependencies:
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

    def read_a_step_above(self, line: int) -> set[int]:
        """The lines that its formula reads in the step before."""
        tree = self.usual.get(line)
        return set() if tree is None else {at for offset, at in self.places(line, tree) if offset == -1}

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
        """Whether a line holds numbers, or repeats another cell."""
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
