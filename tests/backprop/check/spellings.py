"""The formulas of the 8-weight network in the spellings that people use, and what they write above the columns.

Templates name quantities in braces, `{w1<}` in the epoch before, so one formula serves every layout and orientation.
"""

from collections.abc import Callable, Mapping

INPUTS, TARGETS, WEIGHTS = (0.05, 0.10), (0.01, 0.99), (0.15, 0.20, 0.25, 0.30, 0.40, 0.45, 0.50, 0.55)
GIVEN = dict(zip(("i1", "i2", "t1", "t2"), INPUTS + TARGETS, strict=True))
WEIGHT_NAMES = tuple(f"w{k}" for k in range(1, 9))
GRADIENT = tuple(f"dE_dw{k}" for k in range(1, 9))
ORDER = tuple("t1 t2 i1 i2 w1 w2 w3 w4 h1 a_h1 h2 a_h2 w5 w6 w7 w8 o1 a_o1 o2 a_o2 E1 E2 E_total".split()) + GRADIENT  # noqa: SIM905

INCOMING = {"h1": ("w1", "i1", "w2", "i2"), "h2": ("w3", "i1", "w4", "i2"),
            "o1": ("w5", "a_h1", "w6", "a_h2"), "o2": ("w7", "a_h1", "w8", "a_h2")}  # fmt: skip
INTO = {f"w{k}": (1 if k in (1, 2) else 2, 1 + (k + 1) % 2) for k in range(1, 5)} | {
    f"w{k}": (1 if k in (5, 6) else 2, 1 + (k + 1) % 2) for k in range(5, 9)
}  # weight -> (its neuron, its input), counted from 1


def closed(
    error: str = "({a_o#}-{t#})", slope: str = "{#}*(1-{#})", total: str = "{E1}+{E2}",
    half: str = "0.5*({t#}-{a_o#})^2", sigmoid: str = "1/(1+EXP(-{#}))", weighted: str = "{0}*{1}+{2}*{3}",
    update: str = "{w#<}-{eta}*{dE_dw#<}", product: str = "{}*{}*{}",
) -> dict[str, str]:  # fmt: skip
    """Name -> template: every formula in one row, in a spelling of its pieces; `#` stands for number or name."""
    made = {}
    for name, parts in INCOMING.items():
        made[name] = weighted.format(*(f"{{{part}}}" for part in parts))
        made[f"a_{name}"] = sigmoid.replace("#", name)
    for k in "12":
        made[f"E{k}"] = half.replace("#", k)
    made["E_total"] = total
    delta = {k: f"{error.replace('#', k)}*{slope.replace('#', f'a_o{k}')}" for k in "12"}
    for k in range(1, 9):
        neuron, source = INTO[f"w{k}"]
        if k >= 5:
            made[f"dE_dw{k}"] = f"{delta[str(neuron)]}*{{a_h{source}}}"
        else:
            back = f"({delta['1']}*{{w{4 + neuron}}}+{delta['2']}*{{w{6 + neuron}}})"
            made[f"dE_dw{k}"] = product.format(back, slope.replace("#", f"a_h{neuron}"), f"{{i{source}}}")
        made[f"w{k}"] = update.replace("#", str(k))
    return made


CLOSED = closed()
FUNCTIONS = closed(
    error="-1*({t#}-{a_o#})", slope="{#}*(1-{#})", total="SUM({E1},{E2})", half="POWER({t#}-{a_o#},2)/2",
    sigmoid="1/(1+EXP({#}*-1))", weighted="SUM({0}*{1},{2}*{3})", update="{w#<}-{dE_dw#<}*{eta}",
)  # fmt: skip
AREAS = closed(
    error="-({t#}-{a_o#})", slope="({#}-POWER({#},2))", total="SUM({E1}:{E2})", half="1/2*SUMXMY2({t#},{a_o#})",
    sigmoid="EXP({#})/(1+EXP({#}))", weighted="SUMPRODUCT({0}:{2},{1})", update="{w#<}+-{eta}*{dE_dw#<}",
)  # fmt: skip
for _name in ("h1", "h2"):
    AREAS[_name] = f"SUMPRODUCT({{{INCOMING[_name][0]}}}:{{{INCOMING[_name][2]}}},{{i1}}:{{i2}})"
for _name in ("o1", "o2"):
    AREAS[_name] = CLOSED[_name]
ROOTS = closed(
    slope="(1-{#})*{#}", total="0.5*({t1}-{a_o1})^2+0.5*({t2}-{a_o2})^2", half="SQRT(({t#}-{a_o#})^4)/2",
    sigmoid="(1+EXP(-{#}))^-1", weighted="({0}*{1})+({2}*{3})", update="{w#<}-({eta}*{dE_dw#<})",
    product="{2}*{1}*{0}",
)  # fmt: skip
CALLS = closed(
    slope="PRODUCT({#},1-{#})", total="SUM({E1}:{E2})", half="0.5*POWER({a_o#}-{t#},2)",
    sigmoid="1/(1+EXP(-1*{#}))", weighted="PRODUCT({0},{1})+PRODUCT({2},{3})", product="PRODUCT({},{},{})",
)  # fmt: skip


def helped(depth: int) -> tuple[dict[str, str], tuple[str, ...]]:
    """Formulas through columns of local derivatives, and the names of those columns; deeper ones read shallower."""
    made, extra = dict(CLOSED), []

    def helper(name: str, template: str) -> None:
        made[name] = template
        extra.append(name)

    for k in "12":
        helper(f"dE_dao{k}", f"{{a_o{k}}}-{{t{k}}}")
        helper(f"dao{k}_do{k}", f"{{a_o{k}}}*(1-{{a_o{k}}})")
        helper(f"dah{k}_dh{k}", f"{{a_h{k}}}*(1-{{a_h{k}}})")
    if depth > 1:
        for k in "12":
            helper(f"dE_do{k}", f"{{dE_dao{k}}}*{{dao{k}_do{k}}}")
        for k in (1, 2):
            helper(f"dE1_dah{k}", f"{{dE_do1}}*{{w{4 + k}}}")
            helper(f"dE2_dah{k}", f"{{dE_do2}}*{{w{6 + k}}}")
            helper(f"dE_dah{k}", f"{{dE1_dah{k}}}+{{dE2_dah{k}}}")
            helper(f"dE_dh{k}", f"{{dE_dah{k}}}*{{dah{k}_dh{k}}}")
    for k in range(1, 9):
        neuron, source = INTO[f"w{k}"]
        output = {j: f"{{dE_do{j}}}" if depth > 1 else f"{{dE_dao{j}}}*{{dao{j}_do{j}}}" for j in (1, 2)}
        if k >= 5:
            made[f"dE_dw{k}"] = f"{output[neuron]}*{{a_h{source}}}"
        elif depth > 1:
            made[f"dE_dw{k}"] = f"{{dE_dh{neuron}}}*{{i{source}}}"
        else:
            back = f"({output[1]}*{{w{4 + neuron}}}+{output[2]}*{{w{6 + neuron}}})"
            made[f"dE_dw{k}"] = f"{back}*{{dah{neuron}_dh{neuron}}}*{{i{source}}}"
    return made, tuple(extra)


def spelled(activation: str = "a_{}", total: str = "E_total", gradient: str = "∂E/∂w{}") -> Callable[[str], str]:
    def header(name: str) -> str:
        if name.startswith("a_"):
            return activation.format(name[2:])
        if name in GRADIENT:
            return gradient.format(name[-1])
        return total if name == "E_total" else "η" if name == "eta" else name

    return header


def lying(name: str) -> str:
    return {"t2": "i2", "h2": "h1", "dE_dw3": "∂E/∂w4", "dE_dw4": "∂E/∂w3"}.get(name, spelled()(name))


def stacked(name: str) -> str:
    """net_h1 and out_h1, as Mazur writes."""
    return f"net_{name}" if name in INCOMING else spelled("out_{}")(name)


def biased(formulas: Mapping[str, str]) -> dict[str, str]:
    """The formulas with a bias a layer: b1 and b2."""
    bias = {name: f"+{{b{1 + (name[0] == 'o')}}}" for name in INCOMING}
    return {name: text + bias.get(name, "") for name, text in formulas.items()}
