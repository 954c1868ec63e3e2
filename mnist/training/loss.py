"""The loss of what a network gives, logits or log-probabilities, and the probabilities in it."""

from torch import Tensor
from torch.nn import functional as F  # noqa: N812  the name torch's own documentation gives it

from mnist.runs.architecture import Outputs


def cross_entropy(
    scores: Tensor, labels: Tensor, gives: Outputs, *, smoothing: float = 0, each: bool = False
) -> Tensor:
    """The mean of -Σ_k t_k · log p_k over (n, classes) scores, or (n,) of `each` sample.

    p = softmax(logits), or exp(log-probabilities); t is 1 - smoothing for the label, and smoothing spread evenly over
    all classes. Scores that are log-probabilities already go through no second softmax.
    """
    reduction = "none" if each else "mean"
    if gives == "logits":
        return F.cross_entropy(scores, labels, label_smoothing=smoothing, reduction=reduction)
    losses = F.nll_loss(scores, labels, reduction=reduction)
    if not smoothing:
        return losses
    even = -scores.mean(1)
    return (1 - smoothing) * losses + smoothing * (even if each else even.mean())


def probabilities(scores: Tensor, gives: Outputs) -> Tensor:
    """(n, classes) that sum to 1."""
    return scores.softmax(1) if gives == "logits" else scores.exp()
