"""Formulas and addresses of OpenDocument -> those of Excel, as text, and back: the parser reads Excel's.

[.A1:.B2] is A1:B2, [$'My sheet'.A1] is 'My sheet'!A1; `;` separates arguments, in arrays columns, `|` rows; `~` joins
areas and `!` cuts them; functions that OpenDocument does not know bear the name of who does: COM.MICROSOFT.IFS.
"""

import re
from collections.abc import Iterator

from openpyxl.formula.tokenizer import Token

from backprop.spreadsheet.formula import MAX_CHARACTERS, FormulaError, tokenize

# What Excel calls functions of OpenDocument, where it is not the same.
_EXCEL_NAMES = {
    "B": "BINOM.DIST.RANGE",
    "CEILING": "CEILING.MATH",
    "CHISQDIST": "CHISQ.DIST",
    "CHISQINV": "CHISQ.INV",
    "FDIST": "F.DIST",
    "FINV": "F.INV",
    "FLOOR": "FLOOR.MATH",
    "FORMULA": "FORMULATEXT",
    "SKEWP": "SKEW.P",
}
_VENDORS = ("COM.MICROSOFT.", "ORG.LIBREOFFICE.", "ORG.OPENOFFICE.", "LEGACY.")

# The way back: whose name a function of Excel bears in OpenDocument.
_MICROSOFT = {
    "AGGREGATE", "CEILING", "CONCAT", "ENCODEURL", "FILTER", "FILTERXML", "FLOOR", "IFS", "LET", "MAXIFS", "MINIFS",
    "RANDARRAY", "SEQUENCE", "SORT", "SORTBY", "SWITCH", "TEXTJOIN", "UNIQUE", "WEBSERVICE", "XLOOKUP", "XMATCH",
}  # fmt: skip
_PLAIN = {"ERROR.TYPE"}  # that has a dot all the same
_LEGACY = {"CHIDIST", "CHIINV", "CHITEST", "FDIST", "FINV", "NORMSDIST", "NORMSINV", "TDIST"}
_BACK = {"BINOM.DIST.RANGE": "B", "FORMULATEXT": "FORMULA", "SKEW.P": "SKEWP"}
_BACK |= {name: f"LEGACY.{name}" for name in _LEGACY}
_BACK |= {name: f"ORG.LIBREOFFICE.{name}" for name in ("RAND.NV", "RANDBETWEEN.NV", "RAWSUBTRACT", "FOURIER", "REGEX")}
_BACK |= {
    name: f"ORG.OPENOFFICE.{name}" for name in ("CONVERT", "DAYSINMONTH", "DAYSINYEAR", "MONTHS", "WEEKS", "YEARS")
}

_PREFIX = re.compile(r"([A-Za-z]\w*):(?==)|(?==)")
_PIECES = re.compile(
    r'(?P<text>"[^"]*")'
    r"|(?P<place>\[(?:'[^']*'|[^\[\]'])*\])"
    r"|(?P<label>'[^']*')"
    r"|(?P<error>#[A-Z/]+[0-9]?[!?])"
    r"|(?P<function>[^\W\d][\w.]*)(?=\s*\()"
    r"|(?P<name>[^\W\d][\w.]*(?:![\w.$]+)?)"
    r"|(?P<sign>[;|{}~!])"
    r"|(?P<other>.)",
    re.DOTALL,
)
_SHEET = r"(?:\$?(?P<{0}>'(?:[^']|'')*'|[^'#.\[\]: ]+))?"
_ENDS = r"\.(?P<{0}>(?:\$?[A-Za-z]{{1,3}})?(?:\$?[0-9]{{1,7}})?)"
_ADDRESS = re.compile(
    "".join((_SHEET.format("sheet"), _ENDS.format("first"), "(?::", _SHEET.format("other"), _ENDS.format("last"), ")?"))
)
_OUTSIDE = re.compile(r"'((?:[^']|'')*)'#(.*)", re.DOTALL)  # 'file:///a.ods'#$Sheet1.A1
_TRUTH = re.compile(r"\b(TRUE|FALSE)\s*\(\s*\)", re.IGNORECASE)


def to_excel(text: str) -> str:
    """A formula of OpenDocument as Excel would show it, with its '='; FormulaError where it is none."""
    if len(text) > 2 * MAX_CHARACTERS:
        raise FormulaError(f"formula of {len(text):,} characters; at most {MAX_CHARACTERS:,}")
    prefix = _PREFIX.match(text)
    if prefix is None:
        raise FormulaError(f"formula {text[:60]!r} does not begin with =")
    if prefix[1] == "msoxl":  # Excel's own language
        return text[prefix.end() :]
    return "".join(_translated(text[prefix.end() :]))


def _translated(text: str) -> Iterator[str]:
    in_array, skip_to = False, 0
    before = ""
    for match in _PIECES.finditer(text):
        kind, piece = match.lastgroup, match[0]
        if match.start() < skip_to:
            continue
        if kind == "place":
            yield cells(piece[1:-1])
        elif kind == "function":
            truth = _TRUTH.match(text, match.start())
            skip_to = truth.end() if truth else 0
            yield truth[1].upper() if truth else _excel_name(piece)
        elif kind == "sign":
            in_array = piece == "{" or (in_array and piece != "}")
            yield _sign(piece, in_array, before)
        else:
            yield piece
        before = piece


def _sign(sign: str, in_array: bool, before: str) -> str:
    if sign == "!":
        return " " if before.endswith(("]", ")")) else sign
    return {";": ",", "~": ",", "|": ";" if in_array else "|"}.get(sign, sign)


def _excel_name(name: str) -> str:
    upper = name.upper()
    for vendor in _VENDORS:
        if upper.startswith(vendor):
            return name[len(vendor) :]
    return _EXCEL_NAMES.get(upper, name)


def cells(address: str) -> str:
    """Excel's form of an address: 'My sheet'!A1:B2 for $'My sheet'.A1:.B2. One that leads nowhere is #REF!."""
    outside = _OUTSIDE.fullmatch(address)
    if outside is not None:
        inner = _ADDRESS.fullmatch(outside[2])
        file = outside[1].rpartition("/")[2]
        return "#REF!" if inner is None else f"'[{file}]{_name(inner['sheet'])}'!{_corners(inner)}"
    match = _ADDRESS.fullmatch(address)
    if match is None or not match["first"]:
        return "#REF!"
    sheet, other = match["sheet"], match["other"]
    if sheet is None:
        return _corners(match)
    if other is not None and _name(other) != _name(sheet):
        return f"{_quoted(f'{_name(sheet)}:{_name(other)}')}!{_corners(match)}"
    return f"{_quoted(_name(sheet))}!{_corners(match)}"


def _name(sheet: str | None) -> str:
    return sheet[1:-1] if sheet is not None and sheet.startswith("'") else sheet or ""


def _quoted(name: str) -> str:
    return name if re.fullmatch(r"[A-Za-z_][A-Za-z_]*", name) else f"'{name}'"


def _corners(match: re.Match[str]) -> str:
    return match["first"] if match["last"] is None else f"{match['first']}:{match['last']}"


def from_excel(text: str) -> str:
    """The formula, with its '=', in OpenDocument's language and with its name: of:=..."""
    return "of:=" + "".join(map(_back, tokenize(text)))


def _back(token: Token) -> str:
    value = str(token.value)
    if token.type == Token.OPERAND and token.subtype == Token.RANGE:
        return f":{_place(value[1:])}" if value.startswith(":") else _place(value)
    if token.type == Token.OPERAND and token.subtype == Token.LOGICAL:
        return f"{value.upper()}()"
    if token.type == Token.FUNC and token.subtype == Token.OPEN:
        first, colon, name = value[:-1].rpartition(":")  # A1:INDEX( is one token
        return f"{_place(first) if colon else ''}{colon}{_vendors_name(name)}("
    if token.type == Token.SEP:
        return {",": ";", ";": "|"}[value]
    if token.type == Token.OP_IN:
        return {",": "~", " ": "!"}.get(value, value)
    return {"ARRAY": "{", "ARRAYROW": ""}.get(value, value)


def _vendors_name(name: str) -> str:
    upper = name.upper().removeprefix("_XLFN.").removeprefix("_XLWS.")
    if upper in _BACK:
        return _BACK[upper]
    microsoft = upper in _MICROSOFT or ("." in upper and upper not in _PLAIN)
    return f"COM.MICROSOFT.{upper}" if microsoft else upper


def _place(text: str) -> str:
    """[.A1] for A1; what is no address, a name, as it is."""
    sheet, mark, inside = text.rpartition("!")
    corners = inside.split(":")
    if len(corners) > 2 or not all(re.fullmatch(r"(\$?[A-Za-z]{1,3})?(\$?[0-9]{1,7})?", corner) for corner in corners):
        return text
    if not (len(corners) == 2 or re.fullmatch(r"\$?[A-Za-z]{1,3}\$?[1-9][0-9]{0,6}", inside)):
        return text
    named = sheet if sheet.startswith("'") or not mark else f"'{sheet}'" if not re.fullmatch(r"\w+", sheet) else sheet
    first, *last = corners
    return f"[{f'${named}' if mark else ''}.{first}{''.join(f':.{corner}' for corner in last)}]"
