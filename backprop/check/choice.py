"""Which of the known networks a workbook holds of which nobody says: signs propose, proofs decide, sheet by sheet."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from backprop.check.known import Held, Tables, read_tables
from backprop.check.proof.model import refuse_unchecked
from backprop.check.proof.prover import Prover
from backprop.check.recognition.described import described
from backprop.check.recognition.find import has_epochs
from backprop.check.recognition.naming import proven_as_headed
from backprop.check.tables.own_workbooks import sheet_of_differences
from backprop.derivation.equation import RATE
from backprop.epochs.outline import outline_of
from backprop.errors import BackpropError
from backprop.network import DEFAULT_NETWORK
from backprop.network.alike import name_of
from backprop.network.load import load_network, presets
from backprop.network.network import Network
from backprop.printers.quantities import written
from backprop.spreadsheet.book import Book

CLEAR = 0.7  # of the quantities that headings name, proven, for the table to be of the network that they describe
FEW = 2  # quantities that are not proven: mistakes, not another network
SUMS_DOUBTED = 2  # weighted sums, for biases to be looked for


@dataclass(frozen=True, slots=True)
class Choice:
    """A network, and the tables that are its."""

    prover: Prover
    tables: Tables


def choose(book: Book) -> list[Choice]:
    """The networks that the workbook's sheets hold, each with its tables; one without tables where none is known.

    The network that headings describe comes first, then the 8-weight network, then this with biases, where its sums
    are wrong or epochs are there that are not its. Of each sheet the
    network is chosen under which the fewest quantities are wrong; with nothing wrong the search ends.
    """
    tried: list[Choice] = []
    for prover in _candidates(book, tried):
        tried.append(Choice(prover, read_tables(book, prover)))
        tables = tried[-1].tables
        if tables.held and not tables.doubted and not tables.others:
            return tried[-1:]
    return _by_sheet(tried)


def _candidates(book: Book, tried: list[Choice]) -> Iterator[Prover]:
    """The networks in the order in which they are tried; what those before gave is in `tried`."""
    named = {prover.model.network.name: prover for prover in (*_as_headed(book), *_by_every_heading(book))}
    yield from named.values()
    if named and sheet_of_differences(book):
        return  # a workbook of `backprop workbook`, whose headings describe it
    eight = load_network(DEFAULT_NETWORK)
    if eight.name not in named:
        yield _prover(eight)
    found = any(choice.tables.held for choice in tried)
    if any(_lacks_biases(choice) for choice in tried) if found else has_epochs(book, tried[-1].prover.model):
        yield from map(_prover, _with_biases(eight))


def _prover(network: Network) -> Prover:
    return Prover(outline_of(network), is_told=False)


def _as_headed(book: Book) -> Iterator[Prover]:
    """Of each table whose headings describe networks the one that is most proven, where it is clear enough."""
    eight = load_network(DEFAULT_NETWORK)
    for table in described(book):
        best: tuple[float, Prover] | None = None
        usual = (eight,) * any(network.name == eight.name for network in table.networks)  # with its own notation
        for network in (*usual, *table.networks):
            try:
                refuse_unchecked(network)
            except BackpropError:
                break
            prover = _prover(network)
            named, proven = proven_as_headed(table.stretch, prover)
            share = len(proven) / max(1, len(named))
            if best is None or share > best[0]:
                best = share, prover
            unproven = named - proven
            if not unproven or (len(unproven) <= FEW < len(prover.model.trained) and RATE not in unproven):
                break  # others would be wrong in as many derivatives or updates, or in the schedule's rate
        if best is not None and best[0] >= CLEAR:
            yield best[1]


def _by_every_heading(book: Book) -> Iterator[Prover]:
    """The networks of the package that share weights, which headings do not tell, where a sheet has all their names."""
    for network in map(load_network, presets()):
        if not all(layer.dense for layer in network.layers):
            prover = _prover(network)
            names = set(map(written, prover.model.needed))
            if any(names <= {text for _, _, text in sheet.texts()} for sheet in book.sheets.values()):
                yield prover


def _lacks_biases(choice: Choice) -> bool:
    """Whether weighted sums of a network without biases are wrong: they may have some."""
    outline = choice.prover.model.outline
    sums = {neuron.z.name for layer in outline.layers for neuron in layer}
    return not outline.biases and any(len(sums & held.doubted) >= SUMS_DOUBTED for held in choice.tables.held)


def _with_biases(network: Network) -> Iterator[Network]:
    """The network with biases: one a layer or one a neuron, as given numbers or trained."""
    for trained in (False, True):
        for shared in (True, False):
            fields = network.model_dump(exclude_unset=True)
            for layer in fields["layers"]:
                layer.update({"shared_bias": 0.0} if shared else {"biases": [0.0] * len(layer["weights"])})
            fields["training"] = {**fields.get("training", {}), "train_biases": trained}
            biased = Network.model_validate(fields)
            name = name_of(biased)
            yield load_network(name) if name in presets() else biased.model_copy(update={"name": name})


def _by_sheet(tried: list[Choice]) -> list[Choice]:
    """Each sheet's tables under the network that leaves the fewest quantities wrong; else what was tried last."""
    best: dict[str, tuple[int, int]] = {}
    for number, choice in enumerate(tried):
        for sheet, held in _sheets(choice).items():
            wrong = sum(len(item.doubted) for item in held)
            best[sheet] = min(best.get(sheet, (wrong, number)), (wrong, number))
    chosen = []
    for number, choice in enumerate(tried):
        of_sheets = {sheet for sheet, (_, by) in best.items() if by == number}
        kept = tuple(item for item in choice.tables.held if item.key.table.view.sheet.name in of_sheets)
        if kept:
            chosen.append(replace(choice, tables=replace(choice.tables, held=kept)))
    return chosen or tried[-1:]


def _sheets(choice: Choice) -> dict[str, list[Held]]:
    sheets: dict[str, list[Held]] = {}
    for item in choice.tables.held:
        sheets.setdefault(item.key.table.view.sheet.name, []).append(item)
    return sheets
