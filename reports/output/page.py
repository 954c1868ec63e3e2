"""A report's markdown as one self-contained HTML page: pictures, style and formulas inside, nothing loaded.

Of raw HTML the page keeps a few tags without attributes and anchors; all other is shown as text.
"""

import base64
import html
import mimetypes
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from markdown_it import MarkdownIt
from markdown_it.renderer import RendererHTML
from markdown_it.rules_inline import StateInline
from markdown_it.token import Token

from groundfloor.pages import page as shell
from reports.output.mark import MARK
from reports.output.mathml import mathml

Formula = Callable[[str, bool], str | None]

INLINE_MATH = re.compile(r"\$`([^`]+)`\$")
KEPT = re.compile(r'(<a id="[\w-]+">|</a>|</?(?:details|summary|sub|sup|kbd|br)>)')
VERDICT = re.compile("[✓✗]")
WHOLE = re.compile(r"\b[A-Za-z]\w*-\d+\b")
DRAWN = {"✓": '<span class="verdict yes">✓</span>', "✗": '<span class="verdict no">✗</span>'}
COMMENT = re.compile(r"<!--.*?-->", re.DOTALL)
SIZE = re.compile(rb'<svg [^>]*?width="([\d.]+)(pt)?" height="([\d.]+)(?:pt)?"')


@dataclass(frozen=True, slots=True)
class Live:
    """A picture of which a script makes more, where scripts run: the script looks for the element [data-explore]."""

    picture: str
    script: str


def page(markdown: str, pictures: Mapping[str, bytes], formula: Formula = mathml, live: Live | None = None) -> str:
    """The page of a report and its pictures, by path as the markdown names them. The same report gives the same text.

    A picture that is not among them becomes a link to where it lies. `formula` makes an element of LaTeX, set apart or
    not; the LaTeX stands as it is where there is none. Without scripts, and in print, a `live` picture is a picture.
    """
    parser = _parser()
    tokens = parser.parse(markdown)
    environment = {"pictures": pictures, "formula": formula, "live": None if live is None else live.picture}
    body = parser.renderer.render(tokens, parser.options, environment)
    return shell.page(
        _title(tokens),
        f"<main>\n{body}</main>",
        style=shell.read_part("reports.output", "page.css"),
        script=shell.read_part("reports.output", "page.js") + ("" if live is None else live.script),
        first_line=MARK,
        pictures=True,
    )


def _parser() -> MarkdownIt:
    """Markdown as GitHub reads it, as far as reports write it."""
    parser = MarkdownIt("commonmark", {"alerts": True}).enable(["table", "strikethrough"])
    parser.inline.ruler.before("backticks", "math_inline", _math_rule)
    rules: dict[str, Callable[..., str]] = {
        "math_inline": _math_inline,
        "fence": _fence,
        "image": _image,
        "html_block": _raw,
        "html_inline": _raw,
        "text": _text,
        "table_open": _table_open,
        "table_close": _table_close,
    }
    for name, rule in rules.items():
        parser.add_render_rule(name, rule)
    return parser


def _math_rule(state: StateInline, silent: bool) -> bool:
    match = INLINE_MATH.match(state.src, state.pos)
    if match is None:
        return False
    if not silent:
        state.push("math_inline", "math", 0).content = match[1]
    state.pos = match.end()
    return True


def _math_inline(_: RendererHTML, tokens: Sequence[Token], at: int, __: Any, env: Any) -> str:
    return _formula(tokens[at].content, False, env)


def _fence(renderer: RendererHTML, tokens: Sequence[Token], at: int, options: Any, env: Any) -> str:
    if tokens[at].info.strip() == "math":
        return f'<div class="formula">{_formula(tokens[at].content, True, env)}</div>\n'
    return RendererHTML.fence(renderer, tokens, at, options, env)


def _formula(latex: str, display: bool, env: Any) -> str:
    return env["formula"](latex, display) or f"<code>{html.escape(latex.strip())}</code>"


def _image(renderer: RendererHTML, tokens: Sequence[Token], at: int, options: Any, env: Any) -> str:
    token = tokens[at]
    source = str(token.attrs["src"])
    words = html.escape(renderer.renderInlineAsText(token.children or [], options, env))
    content = env["pictures"].get(source)
    if content is None:
        return f'<a href="{html.escape(source)}">{words or html.escape(source)}</a>'
    kind = mimetypes.guess_type(source)[0] or "application/octet-stream"
    picture = f'<img src="data:{kind};base64,{base64.b64encode(content).decode()}" alt="{words}"{_size(content)}>'
    return f"<span data-explore>{picture}</span>" if source == env["live"] else picture


def _size(picture: bytes) -> str:
    """Width and height of an SVG in pixels, so that a page has its places before it has its pictures."""
    match = SIZE.search(picture[:1_000])
    if match is None:
        return ""
    pixels = 96 / 72 if match[2] else 1
    width, height = (round(float(side) * pixels) for side in (match[1], match[3]))
    return f' width="{width}" height="{height}"'


def _raw(_: RendererHTML, tokens: Sequence[Token], at: int, *__: Any) -> str:
    parts = KEPT.split(COMMENT.sub("", tokens[at].content))
    return "".join(part if number % 2 else html.escape(part) for number, part in enumerate(parts))


def _text(_: RendererHTML, tokens: Sequence[Token], at: int, *__: Any) -> str:
    """Ticks and crosses are drawn by the style, as not every font has them; Conv2d-1 is never broken at its hyphen."""
    text = WHOLE.sub(r'<span class="whole">\g<0></span>', html.escape(tokens[at].content))
    return VERDICT.sub(lambda match: DRAWN[match[0]], text)


def _table_open(*_: Any) -> str:
    return '<div class="table"><table>\n'


def _table_close(*_: Any) -> str:
    return "</table></div>\n"


def _title(tokens: Sequence[Token]) -> str:
    """The words of the first heading."""
    for opening, inline in pairwise(tokens):
        if opening.type == "heading_open":
            return "".join(child.content for child in inline.children or [])
    return "Report"
