"""The shell of a self-contained page: policy, light and dark, print, sorting. Nothing in it is loaded from elsewhere.

A page brings its body, its own style and its own script. The style may use the colours --text, --dim, --back, --panel,
--line and --accent, which follow light and dark; the script the functions of page.js.
"""

import base64
import hashlib
from importlib.resources import files

from jinja2 import Environment, StrictUndefined
from markupsafe import Markup


def page(
    title: str, body: str, *, style: str = "", script: str = "", first_line: str = "", pictures: bool = False
) -> str:
    """The whole document. `title` is text; all others are markup that is ours, or sanitised already.

    The one script that may run is the page's own, by its digest; pictures, where there are any, are data: addresses.
    """
    code = f"{_read('page.js')}{script}".strip()
    environment = Environment(autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)
    return environment.from_string(_read("page.html.j2")).render(
        title=title,
        body=Markup(body.strip()),
        style=Markup(f"{_read('page.css')}{style}".strip()),
        script=Markup(f"\n{code}\n"),
        first_line=Markup(first_line),
        policy=Markup(_policy(f"\n{code}\n", pictures)),
    )


def read_part(package: str, name: str) -> str:
    """A file that lies beside a package's modules: its style, script or template."""
    return files(package).joinpath(name).read_text(encoding="utf-8")


def _read(name: str) -> str:
    return read_part("groundfloor.pages", name)


def _policy(script: str, pictures: bool) -> str:
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    parts = ["default-src 'none'", "style-src 'unsafe-inline'", f"script-src 'sha256-{digest}'"]
    parts += ["img-src data:"] if pictures else []
    return "; ".join([*parts, "base-uri 'none'", "form-action 'none'"])
