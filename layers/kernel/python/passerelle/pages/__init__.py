"""The pages that personal links open: one frame, one script and one style for all; a slice gives its texts and parts.

A page never holds the token: it lies behind `#`, the script reads it, forgets it from the address bar and sends it in
bodies alone. The policy allows scripts, styles and requests from this origin alone, no inline code, no frame around it.

A slice's folder `pages/` holds `article.html` (what is read and decided), `page.js` (what it does, through the kit's
`page`) and `page.css` (what only it looks like).
"""

from dataclasses import dataclass
from functools import cache
from importlib import resources
from string import Template
from typing import Final

from passerelle.access import public
from passerelle.http import Answer, Api, NoBody, Page, Request

POLICY: Final = (
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src data:; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'"
)


@dataclass(frozen=True)
class PersonalPage:
    """What is a page's own. The texts are French HTML; `folder` is the package of its article, script and style."""

    path: str
    summary: str
    folder: str
    title: str
    without_script: str
    reassurance: str
    farewell: str = ""


def serve(api: Api, page: PersonalPage) -> None:
    """Declare the three public routes of a page: the document, its script, its style. Opening it uses nothing up."""

    @api.get(page.path, allow=public(), media_type="text/html", summary=page.summary)
    def document(_: Request[NoBody]) -> Answer:
        return Answer(page=Page(_document(page), "text/html; charset=utf-8", POLICY))

    script, style = f"{page.path}/page.js", f"{page.path}/page.css"

    @api.get(script, allow=public(), media_type="text/javascript", summary="The script of that page.")
    def code(_: Request[NoBody]) -> Answer:
        return Answer(page=Page(_both("page.js", page.folder), "text/javascript; charset=utf-8"))

    @api.get(style, allow=public(), media_type="text/css", summary="The style of that page.")
    def look(_: Request[NoBody]) -> Answer:
        return Answer(page=Page(_both("page.css", page.folder), "text/css; charset=utf-8"))


def style() -> str:
    """The kit's own style, for pages that nobody needs a link to read."""
    return _text(__name__, "page.css")


@cache
def _document(page: PersonalPage) -> str:
    return Template(_text(__name__, "frame.html")).substitute(
        title=page.title,
        files=page.path.rsplit("/", 1)[1],
        without_script=page.without_script,
        reassurance=page.reassurance,
        farewell=page.farewell,
        article=_text(page.folder, "article.html").rstrip(),
    )


def _both(name: str, folder: str) -> str:
    """The kit's file, then the page's own."""
    return f"{_text(__name__, name)}\n{_text(folder, name)}"


@cache
def _text(folder: str, name: str) -> str:
    return (resources.files(folder) / name).read_text(encoding="utf-8")
