"""The portal: the committed contract for machines, and a page of it that says all of it and runs nothing."""

from __future__ import annotations

import base64
import hashlib
import json
import re
from collections import Counter
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest

from functions.portal.model import contract, kind_of
from functions.portal.rendering import page
from tests.support.slices import Slice, a_slice

DOCUMENT = json.loads((Path(__file__).resolve().parents[3] / "events" / "openapi.json").read_text(encoding="utf-8"))
OPERATIONS = [asked for methods in DOCUMENT["paths"].values() for asked in methods.values()]


class Reader(HTMLParser):
    """The words, the ids, the links and the tags of a page."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.words: list[str] = []
        self.ids: list[str] = []
        self.links: list[str] = []
        self.tags: Counter[str] = Counter()
        self.open: list[str] = []
        self.feed(text)
        self.text = " ".join(" ".join(self.words).split())

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        said = dict(attrs)
        self.tags[tag] += 1
        self.ids += [said["id"]] if said.get("id") else []
        self.links += [said["href"]] if tag == "a" and said.get("href") else []
        if tag not in {"meta", "link", "br"}:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.words.append(data)


@pytest.fixture(scope="module")
def portal() -> Iterator[Slice]:
    with a_slice("portal") as running:
        yield running


@pytest.fixture(scope="module")
def read(portal: Slice) -> Reader:
    return Reader(portal.call("GET", "/portal/api").text)


def test_machines_get_the_committed_contract(portal: Slice) -> None:
    answer = portal.call("GET", "/openapi.json")

    assert (answer.status, answer.headers["Content-Type"]) == (200, "application/json")
    assert answer.body == DOCUMENT


def test_the_page_runs_and_loads_nothing(portal: Slice) -> None:
    answer = portal.call("GET", "/portal/api")

    policy = dict(part.strip().split(" ", 1) for part in answer.headers["Content-Security-Policy"].split(";"))
    (style,) = re.findall(r"<style>(.*?)</style>", answer.text, re.DOTALL)
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    assert policy["default-src"] == policy["base-uri"] == policy["form-action"] == policy["frame-ancestors"] == "'none'"
    assert policy["style-src"] == f"'sha256-{digest}'"
    assert "script-src" not in policy
    assert answer.headers["Referrer-Policy"] == "no-referrer"
    assert re.search(r"<script|\sstyle=|\son\w+=|\ssrc=|https?://", answer.text) is None


def test_the_page_is_french_outside_and_english_inside_and_well_formed(portal: Slice, read: Reader) -> None:
    text = portal.call("GET", "/portal/api").text

    assert '<html lang="fr">' in text
    assert '<div lang="en">' in text
    assert (read.tags["h1"], read.tags["main"], read.tags["title"], read.open) == (1, 1, 1, [])
    assert [name for name, count in Counter(read.ids).items() if count > 1] == []


def test_every_link_of_the_page_leads_somewhere(read: Reader) -> None:
    inside = {link.removeprefix("#") for link in read.links if link.startswith("#")}

    assert len(inside) > 50
    assert inside - set(read.ids) == set()
    assert {link for link in read.links if not link.startswith("#")} == {"../openapi.json"}


def words_of(text: str) -> str:
    """The text without marks of code and without spaces, of which a page has its own."""
    return "".join(text.replace("`", "").split())


@pytest.mark.parametrize("asked", OPERATIONS, ids=lambda asked: asked["operationId"])
def test_every_operation_is_told_whole(portal: Slice, asked: dict[str, Any]) -> None:
    text = portal.call("GET", "/portal/api").text
    start = text.index(f'id="{asked["operationId"]}"')
    summary = text[text.rindex("<details>", 0, start) : start]
    told = Reader(text[start : text.index("</details>", start)].partition(">")[2].removesuffix("</dl>"))

    assert words_of(asked["summary"]) in words_of(Reader(f"{summary}></dl></details>").text)
    assert words_of(asked["description"].removeprefix("Callers: ").removesuffix(".")) in words_of(told.text)
    for parameter in asked["parameters"]:
        assert parameter["name"] in told.text
    for way in asked["security"]:
        for scope in way.get("apiKey", ()):
            assert f"Scope of a machine's key {scope}" in told.text
    for body in (asked.get("requestBody"), *asked["responses"].values()):
        for media_type, content in (body or {}).get("content", {}).items():
            assert (kind_of(content["schema"]) if "json" in media_type else media_type) in told.text
    for status, said in asked["responses"].items():
        assert status in told.text
        if "$ref" in said:
            for problem in DOCUMENT["components"]["responses"][said["$ref"].split("/")[-1]]["x-problem-types"]:
                assert problem.rpartition(":")[2] in told.text


def test_every_shape_is_told_with_its_fields(portal: Slice) -> None:
    text = portal.call("GET", "/portal/api").text

    for name, schema in DOCUMENT["components"]["schemas"].items():
        start = text.index(f'id="shape-{name}"')
        told = text[start : text.index("</details>", start)]
        assert [field for field in schema.get("properties", {}) if f"<code>{field}</code>" not in told] == [], name


def test_what_the_contract_says_is_never_markup() -> None:
    told = "<script>alert(1)</script> & \"'"
    document = json.loads(json.dumps(DOCUMENT))
    document["tags"][0]["description"] = told
    document["paths"]["/demands"]["get"]["summary"] = told
    document["components"]["schemas"]["Problem"]["description"] = told

    text = page(contract(document)).text

    assert "<script" not in text
    assert text.count("&lt;script&gt;alert(1)&lt;/script&gt; &amp; &quot;&#x27;") == 3


@pytest.mark.parametrize(
    ("schema", "words"),
    [
        ({"$ref": "#/components/schemas/demands.DemandView"}, "demands.DemandView"),
        ({"anyOf": [{"type": "string"}, {"type": "null"}]}, "string or null"),
        ({"type": "array", "items": {"$ref": "#/components/schemas/Line"}}, "list of Line"),
        ({"type": "object", "additionalProperties": {"type": "integer"}}, "object of integer"),
        ({"type": "string", "format": "date"}, "string (date)"),
        ({"enum": ["go", "refuse"], "type": "string"}, "“go” or “refuse”"),
        ({"const": "R1", "type": "string"}, "“R1”"),
        ({}, "anything"),
    ],
)
def test_a_kind_is_said_in_words(schema: dict[str, Any], words: str) -> None:
    assert kind_of(schema) == words


@pytest.mark.browser
@pytest.mark.parametrize("width", [320, 360, 1280])
def test_a_reader_follows_a_shape_with_the_keyboard_and_nothing_is_too_wide(
    portal: Slice, browser: Any, width: int
) -> None:
    answer = portal.call("GET", "/portal/api")
    tab = browser.new_page(viewport={"width": width, "height": 740})
    complaints: list[str] = []
    tab.on("console", lambda message: complaints.append(message.text))
    try:
        tab.route("**/*", lambda route: route.fulfill(body=answer.text, headers=dict(answer.headers)))
        tab.goto("http://127.0.0.1/portal/api")
        tab.focus("summary:has-text('POST /demands')")
        tab.keyboard.press("Enter")
        tab.focus("#postDemands a[href='#shape-NewDemand']")
        tab.keyboard.press("Enter")
        tab.wait_for_selector("#shape-NewDemand:visible")
        assert tab.evaluate("document.documentElement.scrollWidth") <= width
        tab.evaluate("document.querySelectorAll('details').forEach((one) => { one.open = true; })")
        assert tab.evaluate("document.documentElement.scrollWidth") <= width
        assert tab.evaluate("getComputedStyle(document.body).margin") == "0px"
    finally:
        tab.close()
    assert complaints == []
