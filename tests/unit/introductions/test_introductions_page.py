"""The employee's go page: served strictly, and walked through in a real browser where there is one."""

from __future__ import annotations

import re
from typing import Any

import pytest

from passerelle.contracts.introductions import IntroductionDisclosed
from tests.support.pages import a_tab, pictured, served
from tests.support.slices import Slice, a_company
from tests.unit.introductions.committing import HOSTING, LENDING, PATH, TOKEN, linked, mutual, shown, signs, written

PAGES = ("/introductions/go", "/introductions/go/page.js", "/introductions/go/page.css")


def test_the_page_and_its_files_are_served_to_anybody_with_their_types(introductions: Slice) -> None:
    answers = [introductions.call("GET", path) for path in PAGES]

    assert [answer.status for answer in answers] == [200, 200, 200]
    types = [answer.headers["Content-Type"].split(";")[0] for answer in answers]
    assert types == ["text/html", "text/javascript", "text/css"]
    assert {answer.headers["Referrer-Policy"] for answer in answers} == {"no-referrer"}


def test_the_policy_allows_nothing_inline_and_nothing_from_elsewhere(introductions: Slice) -> None:
    page = introductions.call("GET", "/introductions/go")

    policy = dict(part.strip().split(" ", 1) for part in page.headers["Content-Security-Policy"].split(";"))
    assert (policy["default-src"], policy["script-src"], policy["style-src"]) == ("'none'", "'self'", "'self'")
    assert policy["frame-ancestors"] == "'none'"
    assert re.search(r"<script(?![^>]*src=)|\sstyle=|\son\w+=|<style", page.text) is None
    for path in PAGES:
        assert re.search(r"https?://|//[a-z]+\.", introductions.call("GET", path).text) is None


def test_the_page_says_that_refusing_has_no_consequence_and_offers_it_equally(introductions: Slice) -> None:
    text = introductions.call("GET", "/introductions/go").text

    assert '<html lang="fr">' in text
    assert "refuser n’a aucune conséquence pour vous" in text
    go, refuse = (re.findall(rf'<button ([^>]*)data-decision="{word}"', text) for word in ("go", "refuse"))
    assert go[0] == refuse[-1]


def test_opening_the_page_or_reading_the_sheet_uses_nothing_up(introductions: Slice) -> None:
    mutual(introductions)
    written(introductions)
    linked(introductions)
    before = introductions.call("GET", PATH, actor=LENDING).headers["ETag"]

    for _ in range(3):
        introductions.call("GET", "/introductions/go")
        assert shown(introductions).body["state"] == "undecided"

    assert introductions.call("GET", PATH, actor=LENDING).headers["ETag"] == before


def test_no_answer_carries_the_token(introductions: Slice) -> None:
    mutual(introductions)
    written(introductions)
    linked(introductions)

    assert TOKEN not in shown(introductions).text
    assert TOKEN not in "".join(str(row) for row in introductions.rows())


@pytest.mark.parametrize("width", [360, 1280])
def test_he_reads_gives_his_go_by_keyboard_and_stops_again(introductions: Slice, browser: Any, width: int) -> None:
    mutual(introductions)
    other = mutual(introductions, host="cmp_rival", demand="dem_rival")
    introductions.call("GET", other, actor=a_company("cmp_rival"))
    written(introductions, outside_geographic_sector=True, probation_days=15)
    signs(introductions, LENDING)
    linked(introductions)
    with served(introductions, PAGES[0]) as address, a_tab(browser, width) as tab:
        tab.goto(f"{address}#{TOKEN}")
        tab.wait_for_selector("#choice:visible")
        assert TOKEN not in tab.url
        assert tab.evaluate("document.documentElement.scrollWidth <= innerWidth")
        assert "Montage de sous-ensembles" in tab.inner_text("#card")
        assert "Seine-Maritime" in tab.inner_text("#looks")
        assert "CSE de votre employeur" in tab.inner_text("#start")
        pictured(tab, f"go-{width}")
        tab.focus('#choice [data-decision="go"]')
        tab.keyboard.press("Enter")
        tab.wait_for_selector("#leaving:visible")
        assert tab.inner_text("h1 >> visible=true").startswith("Vous avez donné votre feu vert")
        pictured(tab, f"gone-{width}")
        assert signs(introductions, HOSTING).status == 200
        tab.focus('#leaving [data-decision="refuse"]')
        tab.keyboard.press("Enter")
        tab.wait_for_selector("#leaving", state="hidden")
        assert "sans suite" in tab.inner_text("h1 >> visible=true")
    assert len(introductions.facts(IntroductionDisclosed)) == 1


def test_he_is_told_when_he_is_committed_elsewhere(introductions: Slice, browser: Any) -> None:
    mutual(introductions)
    other = mutual(introductions, host="cmp_rival", demand="dem_rival")
    for path, host in ((PATH, HOSTING), (other, a_company("cmp_rival"))):
        written(introductions, path, host)
    linked(introductions)
    linked(introductions, "another-token-of-the-tests-long-enough", other)
    with served(introductions, PAGES[0]) as address:
        for token in ("another-token-of-the-tests-long-enough", TOKEN):
            with a_tab(browser) as tab:
                tab.goto(f"{address}#{token}")
                tab.click('#choice [data-decision="go"]')
                if token == TOKEN:
                    tab.wait_for_selector("#choice-trouble:not(:empty)")
                    assert "déjà donné votre feu vert" in tab.inner_text("#choice-trouble")
                else:
                    tab.wait_for_selector("#leaving:visible")


def test_a_link_without_token_or_with_a_wrong_one_is_explained(introductions: Slice, browser: Any) -> None:
    with served(introductions, PAGES[0]) as address, a_tab(browser) as tab:
        tab.goto(address)
        assert "Ouvrez le lien reçu par mail" in tab.inner_text("#trouble")
        tab.goto("about:blank")
        tab.goto(f"{address}#{'x' * 43}")
        tab.wait_for_selector("#trouble:visible")
        tab.wait_for_selector("#trouble-title:has-text('ne fonctionne')")
