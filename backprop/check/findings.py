"""What a check says: findings, notes and a report a file, as data; and as JSON."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any, Literal

Verdict = Literal[
    "correct", "mistakes", "incomplete", "no_derivatives", "not_understood", "not_this_network", "too_slow",
    "unreadable",
]  # fmt: skip
Severity = Literal["error", "latent"]


class Kind(StrEnum):
    """What is wrong with a cell."""

    WRONG_REFERENCE = "wrong_reference"  # another cell belongs in one place
    WRONG_ROW = "wrong_row"  # the right quantity, of another epoch
    WRONG_OPERATOR = "wrong_operator"
    SIGN = "sign"
    WRONG_NUMBER = "wrong_number"  # a coefficient or an exponent
    MISSING_FACTOR = "missing_factor"
    EXTRA_FACTOR = "extra_factor"
    MISSING_PARENTHESES = "missing_parentheses"
    EXTRA_PARENTHESES = "extra_parentheses"
    MOVED_PARENTHESIS = "moved_parenthesis"
    MISSING_ABSOLUTE = "missing_absolute"  # a reference without $ that leaves its cell when filled down
    FROZEN_ROW = "frozen_row"  # a $ that holds a reference in one epoch
    OVERWRITTEN = "overwritten"  # another quantity's formula, or one unlike every other in its column
    HARD_CODED = "hard_coded"  # a number where a formula belongs
    WRONG_FORMULA = "wrong_formula"  # no single change makes it right
    NOT_COMPUTABLE = "not_computable"  # a formula that cannot be read, or uses a text or an unknown function
    STALE_VALUE = "stale_value"  # the stored value is not what the formula gives
    ERROR_VALUE = "error_value"  # #REF!, #VALUE!, ...
    PASTED_VALUES_DIFFER = "pasted_values_differ"
    REPEATED_ROWS = "repeated_rows"
    INPUT_CHANGES = "input_changes"  # an input or a target is not the same in every epoch
    INCOMPLETE = "incomplete"  # cells of an epoch are empty


@dataclass(frozen=True, slots=True)
class Finding:
    """One mistake, in every cell that shares it."""

    sheet: str
    cell: str  # the first
    range: str
    quantity: str
    kind: Kind
    severity: Severity
    formula: str | None  # as it stands in `cell`
    should_be: str | None  # in the workbook's own cells, for `cell`
    explanation: str
    effect: str | None = None  # what it does to the numbers


@dataclass(frozen=True, slots=True)
class Note:
    """Something beside the formulas that a reader should know."""

    sheet: str
    cell: str | None
    kind: str
    text: str


@dataclass(frozen=True, slots=True)
class TableReport:
    """An epoch table as it was understood."""

    sheet: str
    header_row: int | None
    first_row: int
    last_row: int
    orientation: Literal["rows", "columns"]  # in which direction an epoch lies
    columns: dict[str, str]
    learning_rate: float | None
    learning_rate_cell: str | None
    cells_checked: int


@dataclass(frozen=True, slots=True)
class DerivativeReport:
    """Cells of a workbook of any model that are, or are meant to be, derivatives of one loss."""

    sheet: str
    range: str
    of: str  # the loss: its cell, or in words what no cell holds
    by: str  # the cell by which the first of them is the derivative
    factor: float | None  # by which they are more than the derivative; None where they are not
    status: Literal["right", "wrong", "follows"]  # follows: its own formula is right, what it reads is not


@dataclass(frozen=True, slots=True)
class Proof:
    """What of a workbook of any model was proven."""

    derivatives: int  # cells that were held against a derivative
    right: int
    updates: int  # formulas that change a parameter
    proven: int  # of them old value less rate times derivative
    through_optimiser: int  # of them that read the right derivative through what an optimiser keeps
    cells: tuple[DerivativeReport, ...] = ()


@dataclass(frozen=True, slots=True)
class FileReport:
    """Everything about one workbook."""

    file: str
    sha256: str | None
    verdict: Verdict
    network: str | None
    message: str = ""  # why it could not be read, or what it is instead
    tables: tuple[TableReport, ...] = ()
    findings: tuple[Finding, ...] = ()
    notes: tuple[Note, ...] = ()
    unchecked: tuple[Note, ...] = ()  # what belongs to the tables and was neither proven nor refuted
    proof: Proof | None = None  # of a workbook of any model


def as_json(reports: Sequence[FileReport], passed_over: Sequence[str] = ()) -> dict[str, Any]:
    """The document of `--json`; `passed_over` are files beside them that are not checked."""
    return {"files": [asdict(report) for report in reports], "passed_over": list(passed_over)}


def exit_code(reports: Sequence[FileReport]) -> int:
    """0 all correct, 1 findings (or another network, or an unfinished table), 2 a file not read or too slow."""
    verdicts = {report.verdict for report in reports}
    return 2 if verdicts & {"unreadable", "too_slow"} or not reports else int(verdicts != {"correct"})
