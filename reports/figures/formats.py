"""Numbers as a reader sees them. Accuracies are cut, never rounded: 99.399 % must not read 99.4 %."""

import math
from fractions import Fraction

from mnist.runs.shares import cut

NOT_MEASURED = "not measured"
SUPERSCRIPTS = str.maketrans("0123456789-", "⁰¹²³⁴⁵⁶⁷⁸⁹⁻")


def percent(fraction: Fraction | None, decimals: int = 2) -> str:
    """0.98856 as "98.85 %": the digits beyond are cut."""
    if fraction is None:
        return NOT_MEASURED
    return f"{cut(fraction, decimals)} %"


def percent_given(fraction: Fraction | None) -> str:
    """A figure from outside with the digits it came with: 0.994 as "99.4 %"."""
    if fraction is None:
        return NOT_MEASURED
    text = f"{float(fraction * 100):.6f}".rstrip("0").rstrip(".")
    return f"{text} %"


def points(fraction: Fraction | None) -> str:
    """A difference of two accuracies in percentage points, to two decimals: 0.0012 as "0.12"."""
    return NOT_MEASURED if fraction is None else f"{float(abs(fraction) * 100):.2f}"


def fixed(value: float | None, decimals: int = 4) -> str:
    """A number to so many decimals, with a true minus sign."""
    if value is None or not math.isfinite(value):
        return NOT_MEASURED
    return f"{value:.{decimals}f}".replace("-", "−")


def significant(value: float | None, digits: int = 4) -> str:
    """A number to so many significant digits: 0.2984, 1.25 × 10⁻⁶."""
    if value is None or not math.isfinite(value):
        return NOT_MEASURED
    if value == 0:
        return "0"
    exponent = math.floor(math.log10(abs(value)))
    if -5 <= exponent < 7:
        return f"{value:.{max(0, digits - 1 - exponent)}f}".replace("-", "−")
    return _scientific(value, digits)


def shortest(value: float | None) -> str:
    """The shortest text that reads back as the same number, 1.0 as "1": for learning rates."""
    if value is None or not math.isfinite(value):
        return NOT_MEASURED
    return repr(float(value)).removesuffix(".0")


def exact(value: float | None) -> str:
    """The same for a reader: −0.7, 1 × 10⁻⁸."""
    if value is None or not math.isfinite(value):
        return NOT_MEASURED
    mantissa, exponent, power = shortest(value).partition("e")
    tail = f" × 10{str(int(power)).translate(SUPERSCRIPTS)}" if exponent else ""
    return f"{mantissa.replace('-', '−')}{tail}"


def thousands(value: int | None) -> str:
    """25290 as "25,290"."""
    return NOT_MEASURED if value is None else f"{value:,}"


def reached(epoch: int | None) -> str:
    """The epoch in which something was reached."""
    return "not reached" if epoch is None else f"{epoch:,}"


def factor(value: float | None) -> str:
    """How many times: 1.43, 27.1, 134, 12,300, 7.41 × 10³⁰."""
    if value is None or not math.isfinite(value):
        return NOT_MEASURED
    if value >= 1e6:
        return _scientific(value, 3)
    if value < 10:
        return f"{value:.2f}"
    return f"{value:.1f}" if value < 100 else f"{float(f'{value:.3g}'):,.0f}"


def duration(seconds: float | None) -> str:
    """75.3 as "1 min 15 s"."""
    if seconds is None or not math.isfinite(seconds):
        return NOT_MEASURED
    if seconds < 60:
        return f"{seconds:.1f} s"
    minutes, rest = divmod(round(seconds), 60)
    if minutes < 60:
        return f"{minutes} min {rest} s"
    return f"{minutes // 60} h {minutes % 60} min"


def span(ends: tuple[float, float] | None, digits: int = 3) -> str:
    """From the least to the most, once where the two read alike: 11.8 to 12.0."""
    if ends is None:
        return NOT_MEASURED
    low, high = (significant(end, digits) for end in ends)
    return low if low == high else f"{low} to {high}"


def _scientific(value: float, digits: int) -> str:
    mantissa, _, power = f"{value:.{digits - 1}e}".partition("e")
    return f"{mantissa} × 10{str(int(power)).translate(SUPERSCRIPTS)}".replace("-", "−")
