"""From gradients to new parameters: the update of each optimiser, with its memory."""

from collections.abc import Callable

import numpy as np

from benchmarks.any_model.programs.expressions import (
    ONE,
    Block,
    Expr,
    Neg,
    Ref,
    Tag,
    add,
    call,
    div,
    mul,
    square,
    sub,
)  # fmt: skip
from benchmarks.any_model.programs.program import Program, Quantity
from benchmarks.any_model.programs.wish import Wish

CONSTANTS = {"lr": 0.1, "beta": 0.9, "beta1": 0.9, "beta2": 0.99, "rho": 0.9, "eps": 1e-6}
OPTIMISERS = ("sgd", "momentum", "momentum, plain sum", "momentum, average", "adam", "adam, no correction", "rmsprop",
              "adagrad", "none")  # fmt: skip
At = Callable[[str], Expr]  # a quantity's element, or all of it
RATE = Tag("rate", Ref("lr"))


def constant(name: str) -> Expr:
    return Ref(name)


def rows_of(kind: str, negative: bool) -> dict[str, Callable[[At], Expr]]:
    """Memories `m`, `v` and the new parameter `new`, by `p` (parameter), `g` (gradient) and the old memories."""
    beta, b1, b2, rho, eps = map(constant, ("beta", "beta1", "beta2", "rho", "eps"))
    down: Callable[[Expr, Expr], Expr] = add if negative else sub
    adam = {
        "m": lambda at: add(mul(b1, at("m_old")), mul(sub(ONE, b1), at("g"))),
        "v": lambda at: add(mul(b2, at("v_old")), mul(sub(ONE, b2), square(at("g")))),
    }
    root = lambda below: add(call("SQRT", below), eps)  # noqa: E731
    match kind:
        case "sgd":
            return {"new": lambda at: down(at("p"), mul(RATE, at("g")))}
        case "momentum":
            return {"m": lambda at: down(mul(beta, at("m_old")), mul(RATE, at("g"))),
                    "new": lambda at: add(at("p"), at("m"))}  # fmt: skip
        case "momentum, plain sum":
            return {"m": lambda at: add(mul(beta, at("m_old")), at("g")),
                    "new": lambda at: down(at("p"), mul(RATE, at("m")))}  # fmt: skip
        case "momentum, average":
            return {"m": lambda at: add(mul(beta, at("m_old")), mul(sub(ONE, beta), at("g"))),
                    "new": lambda at: down(at("p"), mul(RATE, at("m")))}  # fmt: skip
        case "adam":
            power = lambda base: call("POWER", base, Ref("t"))  # noqa: E731
            return {**adam, "mh": lambda at: div(at("m"), sub(ONE, power(b1))),
                    "vh": lambda at: div(at("v"), sub(ONE, power(b2))),
                    "new": lambda at: down(at("p"), div(mul(RATE, at("mh")), root(at("vh"))))}  # fmt: skip
        case "adam, no correction":
            return {**adam, "new": lambda at: down(at("p"), div(mul(RATE, at("m")), root(at("v"))))}
        case "rmsprop":
            return {"v": lambda at: add(mul(rho, at("v_old")), mul(sub(ONE, rho), square(at("g")))),
                    "new": lambda at: down(at("p"), div(mul(RATE, at("g")), root(at("v"))))}  # fmt: skip
        case "adagrad":
            return {"v": lambda at: add(at("v_old"), square(at("g"))),
                    "new": lambda at: down(at("p"), mul(div(RATE, root(at("v"))), at("g")))}  # fmt: skip
    return {}


def optimise(program: Program, wish: Wish, draw: np.random.Generator) -> None:
    """Constants first, then each parameter's memory and update."""
    if wish.optimiser == "none":
        return
    given = {}
    for name, usual in CONSTANTS.items():
        value = float(draw.choice([0.05, 0.1, 0.2, 0.5])) if name == "lr" else usual
        kind = "fixed" if name == "eps" else "rate" if name == "lr" else "unit"
        given[name] = Quantity(name, 1, 1, "constant", values=np.array([[value]]), once=True, kind=kind)
    if wish.optimiser == "adam":
        turns = np.arange(1.0, wish.steps + 1)[:, None, None]
        given["t"] = Quantity("t", 1, 1, "input", values=turns, kind="fixed")
    program.quantities = {**given, **program.quantities}
    rules = rows_of(wish.optimiser, wish.convention == "negative")
    for parameter in program.role("parameter"):
        _update(program, parameter, rules)
    program.needed()


def _update(program: Program, parameter: Quantity, rules: dict[str, Callable[[At], Expr]]) -> None:
    p = parameter.name
    named = {"p": p, "g": f"d{p}", "new": f"{p}_new"}
    for memory in ("m", "v", "mh", "vh"):
        named |= {memory: f"{memory}{p}", f"{memory}_old": f"{memory}{p}_old"}
    for key in rules:
        if key in ("m", "v"):
            zeros = np.zeros((parameter.rows, parameter.columns))
            program.add(Quantity(named[f"{key}_old"], *zeros.shape, "state", values=zeros, carried=named[key],
                                 kind="positive"))  # fmt: skip
    for key, rule in rules.items():
        element = lambda r, c, rule=rule: rule(lambda name: Ref(named[name], r, c))  # noqa: E731
        matrix = rule(lambda name: Block(named[name]))
        role = "update" if key == "new" else "memory"
        program.add(Quantity(named[key], parameter.rows, parameter.columns, role, element, matrix, by=p))
    parameter.carried = f"{p}_new"


__all__ = ["OPTIMISERS", "Neg", "optimise"]
