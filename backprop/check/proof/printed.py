"""What the NumPy printer's source calls, over the numbers of any arithmetic."""

import numpy as np

from backprop.epochs.compiled import Functions
from backprop.spreadsheet.arithmetic import NUMPY, Arithmetic


def printed_functions(arithmetic: Arithmetic) -> Functions:
    """What the NumPy printer's source calls, over arrays of the numbers of that arithmetic."""
    functions = {name: getattr(arithmetic, name) for name in ("exp", "log", "sqrt", "tanh", "cos", "floor")}
    if arithmetic is not NUMPY:
        functions = {name: np.frompyfunc(function, 1, 1) for name, function in functions.items()}
    of_arrays = {name: getattr(np, name) for name in ("maximum", "minimum", "where", "full_like")}
    return {**functions, **of_arrays, "pi": arithmetic.pi}
