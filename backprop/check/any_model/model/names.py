"""What a title says of derivatives: that one stands beside it, of what it is one and by what."""

import re

_QUOTIENT = re.compile(r"[∂𝜕δd]\s*\(?\s*(\w[\w ]*?)?\s*\)?\s*/\s*[∂𝜕δd]\s*\(?\s*(\w+)\s*\)?")
_SLOPE = re.compile(
    r"[∂𝜕δΔ∇]|(?i:\bd\w*\s*/\s*d|grad|deriv|\bslope|ableitung|steigung|dérivée|pochodn|производн|türev|梯度|导数|勾配|微分)"
)
_PREFIXED = re.compile(r"(?i)(?:grad(?:ient)?(?:\s+of|_|\s)?|∇|g_|∂|𝜕)\s*_?\(?\s*([a-z]\w{0,8})\s*\)?")
_SHORT = re.compile(  # dW1, d_bias, dtheta, not date or difference
    r"d_?\(?((?:[a-zA-Z]|[wbvuxyzhao][a-zA-Z]|[A-Z][a-zA-Z]{1,2}|weights?|bias(?:es)?|theta|alpha|beta|slope|intercept)"
    r"[_ ]?\d{0,4}(?:[_,]\d+)?)\)?"
)
_WORDS = {"day", "dot", "dab", "dub", "dvd", "dam", "dax"}
_PRIMED = re.compile(r"([a-zA-Zσφ]\w*)(')? ?'\s*\(\s*(\w+)\s*\)")
_DELTA = re.compile(r"(?i)(?:delta|δ)[ _]?\w{0,6}")
_IN_WORDS = re.compile(
    r"(?i)(?:derivative|partial|gradient|ableitung|dérivée|derivada|derivata)\s+(?:by|of|for|w\.?r\.?t\.?|nach|von|"
    r"de|en|respecto (?:a|de)|con respecto a|par rapport à|em relação a|rispetto a)\s+(\w{1,12})"
)
_UNDERSCORED = re.compile(r"(?i)d_?([a-z]+?(?:_?tot(?:al)?)?)_?d_?([a-z]\w*)")
_SUFFIXED = re.compile(r"(?i)(\w{1,6})[ _](?:grad|gradient|slope)")
_LOSS_NAMES = re.compile(
    r"(?i)(?:e|j|l|c|err|error|loss|cost|sse|mse|bce|ce|ecm|verlust|fehler)"
    r"(?:[ _]?(?:t|tot|total|\d+))?|"
)
_INDEX = re.compile(r"[\d₀-₉]+(?:[_,.]?[\d₀-₉]+)*")


def derivative_of(text: str) -> str | None:
    """W1 for dW1, dL/dW1, ∂E/∂W1, grad W1; None for what names no derivative of a loss."""
    text = text.strip()
    if match := _QUOTIENT.fullmatch(text):
        return match[2] if _LOSS_NAMES.fullmatch(match[1] or "") else None
    if (match := _UNDERSCORED.fullmatch(text)) and match[1] and _LOSS_NAMES.fullmatch(match[1]):
        return match[2]
    if (match := _SHORT.fullmatch(text)) and text.lower() not in _WORDS:
        return match[1]
    match = _IN_WORDS.fullmatch(text) or _PREFIXED.fullmatch(text) or _SUFFIXED.fullmatch(text)
    return match[1] if match else None


def is_derivative(text: str) -> bool:
    """Whether a title says that a cell is a derivative of the loss, or a δ."""
    return derivative_of(text) is not None or _DELTA.fullmatch(text.strip()) is not None


def promises_slope(text: str) -> bool:
    """Whether a text names any derivative at all."""
    return derivative_of(text) is not None or bool(re.search(r"[∂𝜕∇]|(?i:grad|deriv|\bdelta\b)|\bd\w+ ?/ ?d\w+", text))


def derived_in(text: str) -> str | None:
    """z for dz/dx: of what a title says that it is the derivative."""
    match = _QUOTIENT.fullmatch(text.strip())
    return bare_title(match[1] or "") if match else None


def quotient_of(text: str) -> tuple[str, str] | None:
    """f and x of df/dx or ∂f/∂x, f(x) and x of f'(x), f'(x) and x of f''(x): of what a title names the derivative."""
    text = text.strip().replace("′", "'").replace("''", "' '")
    if match := _QUOTIENT.fullmatch(text):
        return (match[1], match[2]) if match[1] else None
    match = _PRIMED.fullmatch(text)
    return (f"{match[1]}{match[2] or ''}({match[3]})", match[3]) if match else None


def bare_title(text: str) -> str:
    """A title without blanks, brackets, capitals: what two titles have in common."""
    return re.sub(r"[\s_=:()\[\]]", "", text).lower()


def names_slope(text: str) -> bool:
    """Whether a text says that beside it stands a derivative."""
    return bool(_SLOPE.search(text))


def without_index(text: str) -> str:
    """dérivée de w for "dérivée de w1_2"; nothing where no index stands."""
    bare = _INDEX.sub("", text)
    return bare if bare != text else ""
