"""Where a formula and the one that belongs there differ, in pieces that a reader takes in at once."""

import re
from difflib import SequenceMatcher

COMPARED = 600  # pieces of a formula; more are not compared, as that takes the square of the time
ALIKE = 0.5  # formulas with less in common show no differences: all of it differs

Pieces = list[tuple[str, bool]]  # (text, differs)

_PIECE = re.compile(r"\s+|\$?[A-Za-z]{1,3}\$?[0-9]+|[A-Za-z_.][\w.]*|[0-9]+\.?[0-9]*(?:[Ee][+-]?[0-9]+)?|.", re.DOTALL)


def differences(formula: str, should_be: str) -> tuple[Pieces, Pieces]:
    """Both formulas in pieces, each piece with whether it is missing from the other; spaces never differ."""
    old, new = _PIECE.findall(formula), _PIECE.findall(should_be)
    if max(len(old), len(new)) > COMPARED:
        return [(formula, False)], [(should_be, False)]
    left, right = ([piece for piece in pieces if not piece.isspace()] for pieces in (old, new))
    matcher = SequenceMatcher(None, left, right, autojunk=False)
    if matcher.ratio() < ALIKE:
        return [(formula, False)], [(should_be, False)]
    blocks = matcher.get_matching_blocks()
    kept_left = {block.a + index for block in blocks for index in range(block.size)}
    kept_right = {block.b + index for block in blocks for index in range(block.size)}
    return _marked(old, kept_left), _marked(new, kept_right)


def _marked(pieces: list[str], kept: set[int]) -> Pieces:
    """Neighbours that differ alike become one piece; `kept` numbers the pieces that are no space."""
    marked: Pieces = []
    position = -1
    for piece in pieces:
        space = piece.isspace()
        position += not space
        differs = not space and position not in kept
        if marked and (marked[-1][1] == differs or (space and not marked[-1][1])):
            marked[-1] = (marked[-1][0] + piece, marked[-1][1])
        else:
            marked.append((piece, differs))
    return marked
