"""What people write above a column -> the quantity they mean. Hints only: what a column is, its formulas say."""

import re
import unicodedata
from collections.abc import Iterable
from functools import lru_cache

_LOOKALIKE = str.maketrans({"∂": "d", "δ": "d", "Δ": "d", "𝜕": "d", "ϑ": "d", "σ": "s", "Σ": "s", "ŋ": "η", "ƞ": "η"})
_WORDS = (
    (r"(?:target|tgt|desired|expected)", "t"),
    (r"(?:input|inp)", "i"),
    (r"(?:weight|wt)", "w"),
    (r"(?:hidden)", "h"),
    (r"(?:activated|activation|active|act|output|out|sigmoid|sigm|sig|s)(?:of)?(?=[(_]*[ho]\d)", "a"),
)
_TOTAL = r"(?:e(?:rror)?|loss|cost|j)?_?(?:t|tot|totl|total)(?:_?(?:e|error|loss))?"
_PATTERNS = (
    (r"t(\d+)", "t{0}"),
    (r"[ix](\d+)", "i{0}"),
    (r"w(\d+)", "w{0}"),
    (r"a\(?h(\d+)\)?", "a_h{0}"),
    (r"a\(?o(\d+)\)?", "a_o{0}"),
    (r"(?:net|z|in|sum)?\(?h(\d+)\)?", "h{0}"),
    (r"(?:net|z|in|sum)?\(?o(\d+)\)?", "o{0}"),
    (r"([ho]\d+)\(?(?:out|output|act|activation|activated)\)?", "a_{0}"),
    (r"([ho]\d+)\(?(?:in|net|sum|z)\)?", "{0}"),
    (r"(?:e|error|loss|err)\(?o?(\d+)\)?", "E{0}"),
    (_TOTAL.replace("_?", ""), "E_total"),
    (r"(?:e|error|loss|cost)", "E_total"),
    (r"b(?:ias)?(\d+)", "b{0}"),
    (r"(?!new|upd|next|old|init|final)[^wb]+b(?:ias)?(\d+)", "dE_db{0}"),
    (r"(?!new|upd|next|old|init|final)[^w]+w(\d+)", "dE_dw{0}"),
    (r"d(?:elta)?([ho]\d+)", "delta_{0}"),
)
_NEXT = re.compile(
    r"(?:new|next|updated?)[ _]*([wb]\w*)|([wb]\w*?)[ _]*(?:\(?(?:new|next|updated?)\)?|['’+⁺]|\(t\+1\))", re.IGNORECASE
)
_LEARNING_RATE = re.compile(r"(?:η|ɳ|n|h|α|alpha|eta|lr|l\.r\.?|learning[ _-]*rate)(?: *\(.*\))?[ =:]*", re.IGNORECASE)


@lru_cache(maxsize=10_000)
def quantity(text: str) -> str | None:
    """w1 for 'W_1', dE_dw1 for '∂E_T/∂w1', a_h1 for 'out_h1'; None where the text is no quantity's name."""
    if len(text) > 40:
        return None
    plain = unicodedata.normalize("NFKC", text).translate(_LOOKALIKE).casefold().translate(_LOOKALIKE)
    plain = re.sub(r"[\s_/{}\[\]'’\-.·*$]+", "", plain)
    for word, letter in _WORDS:
        plain = re.sub(word, letter, plain)
    for pattern, name in _PATTERNS:
        if match := re.fullmatch(pattern, plain):
            return name.format(*match.groups())
    return None


class Vocabulary:
    """What a network's own names are called: as they are, as `shown` in print, else as `quantity` reads them.

    `known` gives a network's name for one that `quantity` gives: out_h1 for a_h1.
    """

    def __init__(self, names: Iterable[tuple[str, str]], known: dict[str, str]) -> None:
        self.names = {_plain(text): name for name, shown in names for text in (name, shown)}
        self.known = known

    def exact(self, text: str) -> str | None:
        """What a text names in the network's own words."""
        return self.names.get(_plain(text))

    def quantity(self, text: str) -> str | None:
        """The network's quantity that a text names, or one that other networks have; None where it names none."""
        exact = self.exact(text)
        if exact is not None:
            return exact
        other = quantity(text)
        return None if other is None else self.known.get(other, other)

    def next_weight(self, text: str) -> str | None:
        """w1 for 'new w1', 'w1 (new)', "w1'" and 'w1+': the weight of the next epoch."""
        match = _NEXT.fullmatch(text.strip())
        return self.quantity(match[1] or match[2]) if match else None


def _plain(text: str) -> str:
    return re.sub(r"[\s:=]+", "", unicodedata.normalize("NFKC", text)).casefold() if len(text) <= 40 else text


def is_learning_rate(text: str) -> bool:
    """Whether the text labels a learning rate: 'η =', 'LR', 'Learning Rate', with look-alike letters."""
    plain = unicodedata.normalize("NFKC", text).strip()
    return _LEARNING_RATE.fullmatch(plain) is not None
