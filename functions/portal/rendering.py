"""The page of the contract: introduced in French, told in English as it is written, complete without any script.

Its style stands in the page and is allowed by its digest; nothing is loaded from anywhere. What a link leads to lies
inside its fold, so that the browser opens it.
"""

import base64
import hashlib
import re
from collections.abc import Iterable
from functools import cache
from html import escape
from importlib import resources

from functions.portal.model import Chapter, Contract, Line, Operation, Outcome, Shape
from passerelle import pages
from passerelle.http import Page


def page(contract: Contract) -> Page:
    """The whole page, under a policy that allows its own style alone."""
    style = f"{pages.style()}\n{_text('page.css')}"
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    policy = (
        f"default-src 'none'; style-src 'sha256-{digest}'; img-src data:; "
        "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    )
    return Page(_document(contract, style), "text/html; charset=utf-8", policy)


def _document(contract: Contract, style: str) -> str:
    names = {shape.name for shape in contract.shapes}
    contents = "".join(f'<li><a href="#{escape(one.name)}">{escape(one.name)}</a></li>' for one in contract.chapters)
    chapters = "".join(_chapter(one, names) for one in contract.chapters if one.operations)
    shapes = "".join(_shape(one, names) for one in contract.shapes)
    return f"""<!doctype html>
<html lang="fr">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<meta name="color-scheme" content="light dark">
<title>L’interface de programmation – Passerelle</title>
<link rel="icon" href="data:,">
<style>{style}</style>
</head>
<body>
<a class="skip" href="#contents">Aller au contrat</a>
<header class="banner"><p class="brand">Passerelle</p><p class="tagline">le prêt de salariés volontaires</p></header>
<main>
{_text("introduction.html")}
{_examples()}
<div lang="en">
<nav id="contents" class="chapter" aria-labelledby="contents-title">
<h2 id="contents-title">Contract, version {escape(contract.version)}</h2>
<ul class="contents">{contents}<li><a href="#shapes">shapes</a></li></ul>
</nav>
{chapters}
<section class="chapter" aria-labelledby="shapes"><h2 id="shapes">Shapes</h2>{shapes}</section>
</div>
</main>
</body>
</html>
"""


def _examples() -> str:
    """The first calls as programs that run as they stand; they are run by the tests too."""
    told = "".join(
        f'<details><summary><h3>{title}</h3></summary><pre class="program" tabindex="0" aria-label="{title}"><code>'
        f"{escape(_text(f'examples/{name}'))}</code></pre></details>\n"
        for title, name in (("Avec curl", "first_calls.sh"), ("Avec Python", "first_calls.py"))
    )
    return f'<section class="part" aria-labelledby="examples"><h2 id="examples">Premiers appels</h2>{told}</section>'


def _chapter(chapter: Chapter, names: set[str]) -> str:
    operations = "".join(_operation(one, names) for one in chapter.operations)
    name = escape(chapter.name)
    return (
        f'<section class="chapter" aria-labelledby="{name}"><h2 id="{name}">{name}</h2>'
        f"<p>{_prose(chapter.purpose)}</p>{operations}</section>\n"
    )


def _operation(one: Operation, names: set[str]) -> str:
    facts = [("Callers", _prose(one.callers))]
    if one.scopes:
        facts.append(("Scope of a machine's key", ", ".join(f"<code>{escape(scope)}</code>" for scope in one.scopes)))
    if one.parameters:
        facts.append(("Parameters", _lines(one.parameters, names)))
    if one.takes:
        facts.append(("Body", _kind(one.takes, names)))
    facts.append(("Answers", _outcomes(one.answers, names)))
    facts.append(("Problems", _outcomes(one.problems, names)))
    told = "".join(f"<dt>{label}</dt><dd>{text}</dd>" for label, text in facts)
    return (
        f'<details><summary><h3><code><span class="method">{one.method}</span> '
        f'{escape(one.path)}</code></h3><span class="said">{_prose(one.summary)}</span></summary>'
        f'<dl class="facts" id="{escape(one.id)}">{told}</dl></details>\n'
    )


def _outcomes(outcomes: Iterable[Outcome], names: set[str]) -> str:
    told = []
    for one in outcomes:
        holds = f": {_kind(one.holds, names)}" if one.holds and not one.problems else ""
        types = " ".join(f"<code>{escape(problem)}</code>" for problem in one.problems)
        told.append(f"<li>{one.status} {escape(one.meaning)}{holds} {types}</li>")
    return f'<ul class="lines">{"".join(told)}</ul>'


def _shape(shape: Shape, names: set[str]) -> str:
    inside = _lines(shape.fields, names) if shape.fields else f"<p>{_kind(shape.kind, names)}</p>"
    meaning = f"<p>{_prose(shape.meaning)}</p>" if shape.meaning else ""
    return (
        f"<details><summary><h3><code>{escape(shape.name)}</code></h3></summary>"
        f'<div id="shape-{escape(shape.name)}">{meaning}{inside}</div></details>\n'
    )


def _lines(lines: Iterable[Line], names: set[str]) -> str:
    told = []
    for line in lines:
        must = ", required" if line.required else ""
        meaning = f"<br><span>{_prose(line.meaning)}</span>" if line.meaning else ""
        told.append(f"<li><code>{escape(line.name)}</code>: {_kind(line.kind, names)}{must}{meaning}</li>")
    return f'<ul class="lines">{"".join(told)}</ul>'


def _kind(kind: str, names: set[str]) -> str:
    """A kind in words, in which each shape leads to where it is told."""
    return " ".join(
        f'<a href="#shape-{escape(word)}">{escape(word)}</a>' if word in names else escape(word)
        for word in kind.split(" ")
    )


def _prose(text: str) -> str:
    return re.sub(r"`([^`]+)`", r"<code>\1</code>", escape(text))


@cache
def _text(name: str) -> str:
    return (resources.files("functions.portal") / name).read_text(encoding="utf-8")
