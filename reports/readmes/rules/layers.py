"""Parameters of layers that words, drawings and comments of code tell, against the layer itself; their sums."""

from reports.readmes.proof.evidence import Evidence, alike
from reports.readmes.proof.findings import Finding, Judgements, Kind
from reports.readmes.reading.layers.weighed import Weighed, counted, told_total
from reports.readmes.reading.rows import whole

LEAST = 3  # layers that a total is of
LEAST_RIGHT = 2  # counts that show how a text counts
BELOW = 20  # a total that lacks one part of so many is no rounding


def check_told_layers(evidence: Evidence) -> Judgements:
    """Each count that a line gives to its own layer, where twice as many of the text are right as are not."""
    judged = [(layer, whole(layer.told) in layer.counts) for layer in _weighed(evidence) if layer.counts]
    wrong = sum(not right for _, right in judged)
    if len(judged) - wrong < max(LEAST_RIGHT, 2 * wrong):
        return
    for layer, right in judged:
        yield None if right else Finding(
            layer.line, Kind.PARAMETERS, f"{layer.told} parameters",
            " or ".join(f"{count:,}" for count in sorted(layer.counts)), _why(layer),
        )  # fmt: skip


def check_told_sums(evidence: Evidence) -> Judgements:
    """A total right behind such layers: below their sum, or that sum with a slip of one digit."""
    for layers in evidence.weighed:
        told = told_total(evidence.document, layers)
        total = counted(layers)
        odd = any(layer.told and layer.counts and whole(layer.told) not in layer.counts for layer in layers)
        if told is None or odd or sum(bool(layer.told) for layer in layers) < LEAST:
            continue
        line, text = told
        if whole(text) == total:
            yield None
        elif whole(text) < total or alike(text, str(total)):
            yield Finding(
                line, Kind.TOTAL, f"total {text} parameters", f"{total:,}",
                f"the layers of lines {layers[0].line} to {layers[-1].line} add up to {total:,}",
            )  # fmt: skip


def check_too_few(evidence: Evidence) -> Judgements:
    """A number of parameters that the layers of the only network of the text exceed by themselves."""
    told = [said for said in evidence.said if said.what == "parameters"]
    if len(evidence.listed) != 1 or evidence.counted or evidence.coded or not told:
        return
    (network,) = evidence.listed
    if any(said.value * BELOW >= network.total * (BELOW - 1) for said in told):
        return
    for said in told:
        if (said.exact or said.about) and evidence.subject(said, evidence.listed) is not None:
            yield Finding(
                said.line, Kind.COUNT, f"{said.text} parameters", f"at least {network.total:,} parameters",
                f"the weights of the layers in lines {network.first} to {network.last} are {network.total:,}",
            )  # fmt: skip


def _weighed(evidence: Evidence) -> list[Weighed]:
    return [layer for layers in evidence.weighed for layer in layers if layer.told]


def _why(layer: Weighed) -> str:
    if layer.type == "norm":
        return f"two numbers for each of {layer.out} channels"
    area = f" · {layer.kernel} · {layer.kernel}" if layer.type == "conv" else ""
    return f"{layer.inside} · {layer.out}{area} = {layer.weights:,}, and {layer.out} with a bias"
