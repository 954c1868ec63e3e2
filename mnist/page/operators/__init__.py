"""torch's operations, by their names in ATen, as kernels of the page: one table, a file a kind of operation."""

from collections.abc import Callable
from typing import Any

from mnist.page.build import Builder, Operation
from mnist.page.operators import arithmetic, moves, norms, pointwise, products, recurrent, rows, windows

# gives a value, or several in a list, as the operation does
Lower = Callable[[Builder, Operation], Any]

OPERATORS: dict[str, Lower] = {
    **moves.OPERATORS,
    **pointwise.OPERATORS,
    **arithmetic.OPERATORS,
    **rows.OPERATORS,
    **windows.OPERATORS,
    **norms.OPERATORS,
    **products.OPERATORS,
    **recurrent.OPERATORS,
}
