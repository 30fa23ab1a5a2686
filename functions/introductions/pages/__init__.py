"""The page of an employee's go link: one document, one script, one style, nothing from anywhere else.

Its policy allows scripts, styles and requests from this origin alone, no inline code, no frame around it.
"""

from functools import cache
from importlib import resources
from typing import Final

from passerelle.http import Page

POLICY: Final = (
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src data:; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'"
)


def go() -> Page:
    """The document."""
    return Page(_text("go.html"), "text/html; charset=utf-8", POLICY)


def script() -> Page:
    """Its script."""
    return Page(_text("page.js"), "text/javascript; charset=utf-8")


def style() -> Page:
    """Its style."""
    return Page(_text("page.css"), "text/css; charset=utf-8")


@cache
def _text(name: str) -> str:
    return (resources.files(__name__) / name).read_text(encoding="utf-8")
