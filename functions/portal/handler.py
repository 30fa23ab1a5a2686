"""Entry point of the portal: the contract of HTTP, for machines and for people. Public, and without a table."""

import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

from functions.portal import rendering
from functions.portal.model import contract
from functions.portal.requests import ApiDocument
from passerelle.access import public
from passerelle.http import Answer, Api, NoBody, Page, Request

DOCUMENT: Final = Path(__file__).resolve().parents[2] / "events" / "openapi.json"
"""The generated contract, packed beside the code."""


@dataclass(frozen=True)
class Wiring:
    """What is shown, read once."""

    document: ApiDocument
    page: Page


@cache
def wire() -> Wiring:
    """Read the contract and set the page."""
    document = json.loads(DOCUMENT.read_text(encoding="utf-8"))
    return Wiring(ApiDocument.model_validate(document), rendering.page(contract(document)))


api: Final = Api("portal")


@api.get("/openapi.json", allow=public(), answer=ApiDocument, summary="This contract, as an OpenAPI 3.1 document.")
def show_document(_: Request[NoBody]) -> Answer:
    return Answer(wire().document)


@api.get("/portal/api", allow=public(), media_type="text/html", summary="This contract, as a page for people.")
def show_page(_: Request[NoBody]) -> Answer:
    return Answer(page=wire().page)
