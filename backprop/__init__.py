"""Backpropagation of small networks: derived by sympy, printed for many targets, written as live Excel workbooks.

import backprop

network = backprop.load_network("mazur")
derivation = backprop.derive(network)  # shows its equations in a notebook
trace = backprop.trace(network, learning_rates=[0.5], epochs=100)
backprop.write_workbook(network, "mazur.xlsx")
backprop.write_explorer(network, "mazur.html")
report = backprop.check_workbook("homework.xlsx", network)
gradient = backprop.differentiate("loan.xlsx", of="Sheet1!B20", by=["Sheet1!B2:B9"])
"""

from typing import TYPE_CHECKING

from groundfloor.lazy import lazily

if TYPE_CHECKING:
    from backprop.check.findings import FileReport as FileReport
    from backprop.check.findings import Finding as Finding
    from backprop.derivation.derive import Derivation as Derivation
    from backprop.epochs.trace import Trace as Trace
    from backprop.gradient.gradient import Gradient as Gradient
    from backprop.library import check_workbook as check_workbook
    from backprop.library import derive as derive
    from backprop.library import differentiate as differentiate
    from backprop.library import equations as equations
    from backprop.library import load_network as load_network
    from backprop.library import network_names as network_names
    from backprop.library import trace as trace
    from backprop.library import write_explorer as write_explorer
    from backprop.library import write_workbook as write_workbook
    from backprop.network.network import Network as Network
    from groundfloor.errors import InputError as InputError

__all__ = [
    "Derivation",
    "FileReport",
    "Finding",
    "Gradient",
    "InputError",
    "Network",
    "Trace",
    "check_workbook",
    "derive",
    "differentiate",
    "equations",
    "load_network",
    "network_names",
    "trace",
    "write_explorer",
    "write_workbook",
]
_library = dict.fromkeys(
    (
        "check_workbook",
        "derive",
        "differentiate",
        "equations",
        "load_network",
        "network_names",
        "trace",
        "write_explorer",
        "write_workbook",
    ),
    "backprop.library",
)
__getattr__, __dir__ = lazily(
    __name__,
    _library
    | {
        "InputError": "groundfloor.errors",
        "Derivation": "backprop.derivation.derive",
        "FileReport": "backprop.check.findings",
        "Finding": "backprop.check.findings",
        "Gradient": "backprop.gradient.gradient",
        "Network": "backprop.network.network",
        "Trace": "backprop.epochs.trace",
    },
)
