"""The constraints of a task and whether a run holds them. Exact fractions: nothing is rounded before it is compared."""

from dataclasses import dataclass
from fractions import Fraction

from reports.errors import ReportsError


@dataclass(frozen=True, slots=True)
class Goals:
    """At least this accuracy on the test set, with fewer parameters and fewer epochs than these."""

    accuracy: Fraction = Fraction(994, 1000)
    parameters: int = 20_000
    epochs: int = 20


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether each constraint holds; None where it is not judged, as on data that is not MNIST.

    An accuracy that holds is as measured; `last_shown` says whether the lower end of its 95 % interval holds, too.
    That of the best epoch, which was chosen on the test set, is never shown.
    """

    last_accuracy: bool | None
    last_shown: bool | None
    best_accuracy: bool | None
    parameters: bool | None
    epochs: bool | None

    @property
    def all(self) -> bool | None:
        """Whether all hold, the accuracy being that of the last epoch."""
        return _all(self.last_accuracy, self.parameters, self.epochs)

    @property
    def all_shown(self) -> bool | None:
        """Whether all hold, and the accuracy by the lower end of its interval."""
        return _all(self.last_shown, self.parameters, self.epochs)

    @property
    def all_at_best(self) -> bool | None:
        """Whether all hold if the epoch may be chosen on the test set."""
        return _all(self.best_accuracy, self.parameters, self.epochs)


NOT_JUDGED = Verdict(None, None, None, None, None)


def goals(accuracy_percent: float, parameters: int, epochs: int) -> Goals:
    """Goals from what a user types: 99.4, 20000, 20. The decimal is taken as written, not as its nearest double."""
    if not 0 <= accuracy_percent <= 100:
        raise ReportsError(f"target accuracy {accuracy_percent:g} is not a percentage; 0 to 100 needed")
    if 0 < accuracy_percent < 1:
        raise ReportsError(
            f"target accuracy {accuracy_percent:g} is {accuracy_percent:g} %; did you mean {100 * accuracy_percent:g}?"
        )
    for name, value in (("parameters", parameters), ("epochs", epochs)):
        if value < 1:
            raise ReportsError(f"limit of {value} {name}; 1 or more needed")
    return Goals(Fraction(repr(accuracy_percent)) / 100, parameters, epochs)


def judge(goals: Goals, last: Fraction, low: Fraction | float, best: Fraction, parameters: int, epochs: int) -> Verdict:
    """Each constraint against the measured figure; `low` is the lower end of the interval of `last`."""
    return Verdict(
        last_accuracy=last >= goals.accuracy,
        last_shown=low >= goals.accuracy,
        best_accuracy=best >= goals.accuracy,
        parameters=parameters < goals.parameters,
        epochs=epochs < goals.epochs,
    )


def _all(*verdicts: bool | None) -> bool | None:
    return None if None in verdicts else all(verdicts)
