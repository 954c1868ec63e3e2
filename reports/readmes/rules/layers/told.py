"""Parameters of layers that words, drawings and comments of code tell, against the layer itself; their sums."""

from collections.abc import Sequence

from reports.readmes.proof.evidence import Evidence, alike
from reports.readmes.proof.findings import Finding, Judgements, Kind
from reports.readmes.reading.layers.weighed import Weighed, counted, mended, told_norms, told_total
from reports.readmes.reading.rows import whole

LEAST = 3  # layers that a total is of
LEAST_RIGHT = 2  # counts that show how a text counts
BELOW = 20  # a total that lacks one part of so many is no rounding


def check_told_layers(evidence: Evidence) -> Judgements:
    """Each count that a line gives to its own layer, where twice as many of the text are right as are not.

    Normalisations whose weights and biases are told apart may all be wrong, beside layers that are all right.
    """
    judged = [(layer, whole(layer.told) in layer.counts) for layer in _weighed(evidence) if layer.counts]
    plain = [right for layer, right in judged if not layer.split]
    wrong = plain.count(False)
    if len(plain) - wrong < max(LEAST_RIGHT, 2 * wrong):
        return
    for layer, right in judged:
        if layer.split and wrong:
            continue
        yield None if right else Finding(
            layer.line, Kind.PARAMETERS, f"{layer.told} parameters",
            " or ".join(f"{count:,}" for count in sorted(layer.counts)), _why(layer),
        )  # fmt: skip


def check_told_sums(evidence: Evidence) -> Judgements:
    """A total right behind such layers: below their sum, or that sum with a slip of one digit, or of wrong counts."""
    for layers in evidence.weighed:
        norms = [layer for layer in layers if layer.split]
        for told, parts in (
            (told_total(evidence.document, layers), layers),
            (told_norms(evidence.document, layers), norms),
        ):
            if told is not None and sum(bool(layer.told) for layer in parts) >= LEAST:
                yield from _sum(told, parts)


def _sum(told: tuple[int, str], layers: Sequence[Weighed]) -> Judgements:
    line, text = told
    total, right = counted(layers), mended(layers)
    odd = [layer for layer in layers if layer.told and layer.counts and whole(layer.told) not in layer.counts]
    if odd and not (all(layer.split for layer in odd) and whole(text) == total):
        return
    if whole(text) == right:
        yield None
    elif odd or whole(text) < total or alike(text, str(total)):
        yield Finding(
            line, Kind.TOTAL, f"total {text} parameters", f"{right:,}",
            f"the layers of lines {layers[0].line} to {layers[-1].line} {'have' if odd else 'add up to'} {right:,}",
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
