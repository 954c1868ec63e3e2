"""How people name what stands in a column or a block: many spellings of the same things."""

from collections.abc import Callable

from benchmarks.any_model.programs.program import Quantity

PLAIN = {
    "lr": "learning rate", "beta": "momentum", "beta1": "beta1", "beta2": "beta2", "rho": "decay", "eps": "epsilon",
    "t": "t", "E": "E", "L": "E sample",
}  # fmt: skip
OTHER = {
    "lr": ("η", "alpha", "Lernrate", "lr"), "beta": ("β", "gamma", "Momentum", "mom"),
    "E": ("Loss", "J", "Fehler", "cost"),
}  # fmt: skip


def index(quantity: Quantity, r: int, c: int, by: Quantity | None = None) -> str:
    """w1, w2, ... or w11, w12: which element."""
    rows, columns = (by.rows, by.columns) if by else (quantity.rows, quantity.columns)
    if by and quantity.samples and quantity.columns == rows * columns:
        r, c = divmod(c, columns)
    if rows * columns == 1:
        return ""
    if rows == 1 or columns == 1:
        return str(max(r, c) + 1)
    return f"{r + 1}{c + 1}"


def symbol(name: str, mark: str) -> str:
    """W1 and its element 12 as w1_12; X and 2 as x2."""
    base = name[0].lower() + name[1:]
    return f"{base}_{mark}" if mark and base[-1].isdigit() else f"{base}{mark}"


SPELLINGS: dict[str, Callable[[str], str]] = {
    "dE/dw": lambda s: f"dE/d{s}",
    "∂E/∂w": lambda s: f"∂E/∂{s}",
    "dw": lambda s: f"d{s}",
    "dL/dw": lambda s: f"dL/d{s}",
    "grad w": lambda s: f"grad {s}",
    "gradient of": lambda s: f"gradient of {s}",
    "Ableitung": lambda s: f"Ableitung nach {s}",
    "dérivée": lambda s: f"dérivée de {s}",
    "dLoss_dw": lambda s: f"dLoss_d{s}",
    "∇w": lambda s: f"∇{s}",
    "w.grad": lambda s: f"{s}.grad",
    "derivada": lambda s: f"derivada de {s}",
    "梯度": lambda s: f"{s}梯度",
    "error signal": lambda s: f"err {s}",
    "none": lambda s: "",
}


def header(quantity: Quantity, by: Quantity | None, r: int, c: int, style: str) -> str:
    """Of one element; of a whole block with r = -1."""
    mark = "" if r < 0 else index(quantity, r, c, by if quantity.by else None)
    if style == "none":
        return ""
    if quantity.role in ("derivative", "gradient"):
        if quantity.by.startswith("Z") and style in ("dw", "∂E/∂w"):
            return f"δ{quantity.by[1:]}" + (f"_{mark}" if mark else "")
        return SPELLINGS[style](symbol(quantity.by, mark))
    if quantity.role == "local":
        z, d = symbol(quantity.by, mark), "∂" if style.startswith("∂") else "d"
        return f"{d}a/{d}{z}"
    if quantity.role == "initial":
        return f"initial {symbol(quantity.name.replace('_start', ''), mark)}"
    if quantity.role == "update":
        return f"new {symbol(quantity.by, mark)}" if style != "dw" else f"{symbol(quantity.by, mark)}'"
    names = dict(PLAIN)
    if style in ("∂E/∂w", "Ableitung", "grad w", "dw"):
        which = ("∂E/∂w", "grad w", "Ableitung", "dw").index(style)
        names |= {key: spellings[which] for key, spellings in OTHER.items()}
    if quantity.role == "loss" and style.startswith("dL"):
        names |= {"E": "L", "L": "L sample"}
    if quantity.name in names:
        return names[quantity.name]
    if quantity.role in ("memory", "state"):
        return symbol(quantity.name.replace("_old", ""), mark) + (" old" if quantity.role == "state" else "")
    return symbol(quantity.name, mark)
