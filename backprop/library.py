"""What a Python user of the package calls: networks, derivations, traces, workbooks, checks, in one line each."""

from collections.abc import Sequence
from os import PathLike
from pathlib import Path
from typing import Literal

from backprop.check.findings import FileReport
from backprop.check.isolated import check_files
from backprop.derivation import derive as derivation_
from backprop.derivation.derive import Derivation, Form
from backprop.epochs import trace as trace_
from backprop.epochs.trace import DEFAULT_EPOCHS, DEFAULT_LEARNING_RATES, Trace
from backprop.errors import BackpropError
from backprop.explorer.page import explorer_page
from backprop.gradient import isolated as gradient_
from backprop.gradient.gradient import DEFAULT_ETA, Gradient, Question
from backprop.listing import list_equations
from backprop.network import DEFAULT_NETWORK, load
from backprop.network.load import presets
from backprop.network.network import Network
from backprop.workbook import write
from groundfloor.files import absent, refuse_existing, write_file
from groundfloor.words import ENGLISH_CODE, speak

AnyNetwork = str | PathLike[str] | Network | Derivation


def network_names() -> list[str]:
    """The networks that come with the package, by name."""
    return list(presets())


def load_network(name_or_path: str | PathLike[str]) -> Network:
    """A network of the package by its name, or the description in a TOML file. NetworkError names what is wrong."""
    return load.load_network(str(name_or_path))


def derive(network: AnyNetwork = DEFAULT_NETWORK) -> Derivation:
    """The equations of one epoch: forward pass, loss, every partial derivative, update.

    A network, its name, or its TOML file. In a notebook the derivation shows itself.
    """
    if isinstance(network, Derivation):
        return network
    return derivation_.derive(network if isinstance(network, Network) else load_network(network))


def equations(
    network: AnyNetwork = DEFAULT_NETWORK,
    language: Literal["text", "latex", "excel", "numpy", "javascript"] = "text",
    form: Form = "closed",
) -> str:
    """The same as text, as `backprop derive` prints it."""
    return list_equations(derive(network), language, form)


def trace(
    network: AnyNetwork = DEFAULT_NETWORK,
    learning_rates: Sequence[float] | None = None,
    epochs: int = DEFAULT_EPOCHS,
    form: Form = "closed",
) -> Trace:
    """Every quantity of every epoch, (learning rates, epochs, quantities); `trace.column("E_total")` is one of them.

    Without learning rates: the network's own, or 0.1, 0.2, 0.5, 0.8, 1 and 2. TraceError where a number leaves the
    range of doubles.
    """
    derivation = derive(network)
    return trace_.run_trace(derivation, _rates(derivation, learning_rates), epochs, form)


def write_workbook(
    network: AnyNetwork,
    file: str | PathLike[str],
    learning_rates: Sequence[float] | None = None,
    epochs: int = DEFAULT_EPOCHS,
    form: Form | Literal["matrix"] = "closed",
    *,
    force: bool = False,
    lang: str = ENGLISH_CODE,
) -> Path:
    """Write a workbook in which every computed number is a live formula, a sheet a learning rate; where it is.

    An existing file is replaced only with `force`; nothing half-written is left. `lang` is de, es, ...: see
    `languages()` of groundfloor.words.
    """
    derivation = derive(network)
    write.write_workbook(
        derivation, Path(file), _rates(derivation, learning_rates), epochs, form, force, words=speak(lang)
    )
    return Path(file)


def write_explorer(network: AnyNetwork, file: str | PathLike[str], *, force: bool = False) -> Path:
    """Write one self-contained page that runs the derived equations in a browser; where it is.

    An existing file is replaced only with `force`. BackpropError for a network that computes more numbers in a step
    than a browser can take.
    """
    if not force:
        refuse_existing(Path(file))
    write_file(Path(file), explorer_page(derive(network)), force=force)
    return Path(file)


def check_workbook(file: str | PathLike[str], network: AnyNetwork | None = None) -> FileReport:
    """Every derivative and update of a workbook: a report with its verdict and findings.

    Without a network the workbook may be of any model; its own loss is differentiated. With one, every formula is held
    against its derivation. A file that cannot be read is a report with the verdict `unreadable`, one that takes
    too long `too_slow`. It is opened in a process of its own.
    """
    if not Path(file).is_file():
        what = "is a folder; a workbook is needed" if Path(file).is_dir() else absent(Path(file))
        raise BackpropError(f"{file}: {what}")
    description = None if network is None else derive(network).network
    return next(check_files([Path(file)], description))


def differentiate(
    file: str | PathLike[str], of: str, by: str | Sequence[str], *, check: bool = True, descend: int | None = None,
    eta: float = DEFAULT_ETA,
) -> Gradient:  # fmt: skip
    """∂of/∂cell of every cell of `by` through a workbook's own formulas: values, and live formulas to write.

    Cells are named as Sheet1!B20 and Sheet1!B2:B9, or by defined names. BackpropError says what stands in the way.
    Without `check` no central differences are computed; with `descend` that many steps of gradient descent at the rate
    `eta`, each with its parameters, derivatives and value of `of`. The workbook is opened in a process of its own.
    """
    ranges = (by,) if isinstance(by, str) else tuple(by)
    return gradient_.differentiate(Question(Path(file), of, ranges, check, descend, eta))


def _rates(derivation: Derivation, given: Sequence[float] | None) -> Sequence[float]:
    return given if given is not None else derivation.network.training.learning_rates or DEFAULT_LEARNING_RATES
