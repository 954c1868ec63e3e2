"""What people write above a column -> the quantity they mean. Hints only: what a column is, its formulas say."""

import re
import unicodedata

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
    (r"(?!new|upd|next|old|init|final)[^w]+w(\d+)", "dE_dw{0}"),
    (r"d(?:elta)?([ho]\d+)", "delta_{0}"),
)
_LEARNING_RATE = re.compile(r"(?:η|ɳ|n|h|α|alpha|eta|lr|l\.r\.?|learning[ _-]*rate)(?: *\(.*\))?[ =:]*", re.IGNORECASE)


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


def is_learning_rate(text: str) -> bool:
    """Whether the text labels a learning rate: 'η =', 'LR', 'Learning Rate', with look-alike letters."""
    plain = unicodedata.normalize("NFKC", text).strip()
    return _LEARNING_RATE.fullmatch(plain) is not None
