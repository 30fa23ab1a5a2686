"""The kit of personal pages: what a slice gives stands in the frame, after the kit's own script and style."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace

import pytest

from passerelle.access import Role
from passerelle.http import Api
from passerelle.pages import POLICY, PersonalPage, serve, style
from tests.support.slices import Reply, Slice

OWN = {"article.html": "<p>Le choix coûte 0 $ et {rien}.</p>\n", "page.js": "page.open({});", "page.css": ".own { }"}


@pytest.fixture
def api(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Api]:
    folder = tmp_path / "page_of_a_slice"
    folder.mkdir()
    for name, text in {**OWN, "__init__.py": ""}.items():
        (folder / name).write_text(text, encoding="utf-8")
    monkeypatch.syspath_prepend(tmp_path)
    api = Api("slice")
    serve(
        api,
        PersonalPage(
            path="/slice/choice",
            summary="The page of a choice.",
            folder="page_of_a_slice",
            title="Votre choix",
            without_script="Rien n’est décidé.",
            reassurance="Vous êtes libre.",
            farewell=" À bientôt.",
        ),
    )
    yield api
    sys.modules.pop("page_of_a_slice", None)


def got(api: Api, path: str) -> Reply:
    return Slice("slice", SimpleNamespace(api=api), "", "").call("GET", path)


def test_it_declares_three_public_routes_and_no_other(api: Api) -> None:
    declared = {(route.method, route.path, route.media_type) for route in api.routes}

    assert declared == {
        ("GET", "/slice/choice", "text/html"),
        ("GET", "/slice/choice/page.js", "text/javascript"),
        ("GET", "/slice/choice/page.css", "text/css"),
    }
    assert all(Role.PUBLIC in route.allow.roles for route in api.routes)


def test_the_article_and_the_texts_stand_in_the_frame_as_they_are(api: Api) -> None:
    answer = got(api, "/slice/choice")

    text = answer.text
    assert "<title>Votre choix – Passerelle</title>" in text
    assert OWN["article.html"].strip() in text
    assert "être lu. Rien n’est décidé.</p>" in text
    assert '<p class="reassurance">Vous êtes libre.</p>' in text
    assert "depuis votre mail. À bientôt.</p>" in text
    assert 'href="choice/page.css"' in text
    assert 'src="choice/page.js"' in text
    assert re.search(r"\$\w", text) is None
    assert answer.headers["Content-Security-Policy"] == POLICY
    assert answer.headers["Referrer-Policy"] == "no-referrer"


def test_the_kit_comes_first_and_the_own_part_after_it(api: Api) -> None:
    script, sheet = (got(api, f"/slice/choice/{name}").text for name in ("page.js", "page.css"))

    assert script.index("const page = ") < script.index(OWN["page.js"])
    assert sheet == f"{style()}\n{OWN['page.css']}"


def test_the_policy_allows_this_origin_alone() -> None:
    policy = dict(part.strip().split(" ", 1) for part in POLICY.split(";"))

    assert policy["default-src"] == "'none'"
    assert {policy[kind] for kind in ("script-src", "style-src", "connect-src")} == {"'self'"}
    assert {policy[kind] for kind in ("base-uri", "form-action", "frame-ancestors")} == {"'none'"}
    assert "unsafe" not in POLICY


def test_no_page_of_ours_holds_the_token_itself() -> None:
    scripts = list((Path(__file__).resolve().parents[3] / "functions").glob("*/pages/page.js"))

    assert len(scripts) == 5
    for script in scripts:
        text = script.read_text(encoding="utf-8")
        assert re.search(r"token|location|fetch|Storage|cookie|innerHTML|eval", text) is None, script
