"""The equations of a page: MathML templates, each shared by the equations that differ in their names only."""

from dataclasses import dataclass, field

from backprop.derivation.derive import Derivation
from backprop.derivation.equation import TOTAL_LOSS, Equation, Stage
from backprop.printers.mathml import mathml_sign, mathml_template

_OVER_SAMPLES = ("mean", "summed")


@dataclass(frozen=True, slots=True)
class Formula:
    """An equation over places: its target, the stage, the number of its template, the names in its places."""

    target: str
    stage: Stage
    template: int
    names: tuple[str, ...]
    over: str = ""  # mean or summed: the right side is the part of one sample, and this is taken over all


@dataclass(slots=True)
class Formulas:
    """Formulas and the templates that they share."""

    templates: dict[str, int] = field(default_factory=dict)
    formulas: list[Formula] = field(default_factory=list)

    def add(self, equation: Equation) -> None:
        """The equation's formula, with its template if it is a new one."""
        value, over = equation.expression, ""
        if type(value).__name__ in _OVER_SAMPLES:
            over, value = type(value).__name__, value.args[0]
        text, names = mathml_template(value)
        number = self.templates.setdefault(text, len(self.templates))
        self.formulas.append(Formula(equation.target.name, equation.stage, number, names, over))


def formulas(derivation: Derivation) -> Formulas:
    """Every equation of a derivation in steps."""
    made = Formulas()
    for equation in derivation.equations("steps"):
        made.add(equation)
    return made


def signs(derivation: Derivation) -> dict[str, str]:
    """The MathML of every quantity's name."""
    names = [symbol.name for symbol in (*derivation.inputs, *derivation.targets, *derivation.parameters)]
    names += [equation.target.name for equation in derivation.equations("steps")]
    names += ["eta", TOTAL_LOSS, *derivation.numbers, *derivation.network.constants(1)]
    return {name: mathml_sign(name) for name in dict.fromkeys(names)}
