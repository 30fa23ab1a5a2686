"""The employee's signing page: served strictly, and walked through in a real browser where there is one."""

from __future__ import annotations

import re
from typing import Any

import pytest

from tests.support.pages import a_tab, pictured, served
from tests.support.slices import Slice
from tests.unit.agreements.loans import CODE, TOKEN, Clock, coded, drafted, ready, sha, signed_by, state

DOCUMENTS = {
    "/documents/personal": {
        "items": [
            {"kind": kind, "sha256": sha(kind, 2), "url": f"/files/{kind}.pdf"}
            for kind in ("contract_amendment", "employee_agreement")
        ]
    }
}
"""What the documents slice says beside it."""

PAGES = ("/agreements/sign", "/agreements/sign/page.js", "/agreements/sign/page.css")


def test_the_page_and_its_files_are_served_to_anybody_with_their_types(loans: Slice) -> None:
    answers = [loans.call("GET", path) for path in PAGES]

    assert [answer.status for answer in answers] == [200, 200, 200]
    assert [answer.headers["Content-Type"].split(";")[0] for answer in answers] == [
        "text/html",
        "text/javascript",
        "text/css",
    ]
    assert {answer.headers["X-Content-Type-Options"] for answer in answers} == {"nosniff"}
    assert {answer.headers["Referrer-Policy"] for answer in answers} == {"no-referrer"}


def test_the_policy_allows_nothing_inline_and_nothing_from_elsewhere(loans: Slice) -> None:
    page = loans.call("GET", "/agreements/sign")

    policy = dict(part.strip().split(" ", 1) for part in page.headers["Content-Security-Policy"].split(";"))
    assert (policy["default-src"], policy["script-src"], policy["style-src"]) == ("'none'", "'self'", "'self'")
    assert policy["frame-ancestors"] == "'none'"
    assert re.search(r"<script(?![^>]*src=)|\sstyle=|\son\w+=|<style", page.text) is None
    for path in PAGES:
        assert re.search(r"https?://|//[a-z]+\.", loans.call("GET", path).text) is None


def test_the_page_says_that_refusing_has_no_consequence_and_never_advanced(loans: Slice) -> None:
    text = loans.call("GET", "/agreements/sign").text

    assert '<html lang="fr">' in text
    assert "Refuser n’a aucune conséquence pour vous" in text
    assert "avancée" not in text
    assert "user-scalable" not in text
    assert "<noscript>" in text


@pytest.mark.browser
@pytest.mark.parametrize("width", [360, 1280])
def test_he_reads_asks_for_a_code_and_signs_with_the_keyboard_alone(
    loans: Slice, clock_: Clock, browser: Any, width: int
) -> None:
    drafted(loans)
    ready(loans)
    with served(loans, PAGES[0], DOCUMENTS) as address, a_tab(browser, width) as tab:
        tab.goto(f"{address}#{TOKEN}")
        tab.wait_for_selector("#documents a")
        assert tab.url == address
        assert tab.evaluate("document.documentElement.scrollWidth <= innerWidth")
        assert tab.locator("#documents a").count() == 2
        pictured(tab, f"sign-{width}")

        tab.focus("#send-code")
        tab.keyboard.press("Enter")
        tab.wait_for_selector("#code-sent:not(:empty)")
        clock_.pass_(minutes=1)
        loans.deliver(coded("employee"))
        tab.keyboard.type("AAAAAAAAAA")
        tab.keyboard.press("Enter")
        tab.wait_for_selector("#choice-trouble:not(:empty)")
        pictured(tab, f"wrong-code-{width}")
        tab.fill("#code", CODE.lower())
        tab.keyboard.press("Enter")
        tab.wait_for_selector("#outcome[data-state=signed_by_you]:not([hidden])")
        pictured(tab, f"signed-{width}")

        assert tab.evaluate("document.activeElement.id") == "title"
    assert state(loans) == "partially_signed"


@pytest.mark.browser
def test_he_refuses_after_a_second_thought_and_reads_that_nothing_follows(loans: Slice, browser: Any) -> None:
    drafted(loans)
    ready(loans)
    with served(loans, PAGES[0], DOCUMENTS) as address, a_tab(browser) as tab:
        tab.goto(f"{address}#{TOKEN}")
        tab.click("#refuse")
        assert state(loans) == "ready_to_sign"
        pictured(tab, "refuse-360")
        tab.click("#refuse-no")
        tab.click("#refuse")
        tab.click("#refuse-yes")
        tab.wait_for_selector("#outcome[data-state=not_proceeding]:not([hidden])")
        pictured(tab, "refused-360")

        assert "aucune conséquence" in tab.inner_text("#outcome")
        assert not tab.is_visible("#signing")
    assert state(loans) == "rejected"


@pytest.mark.browser
def test_a_link_that_does_not_work_says_what_to_do(loans: Slice, browser: Any) -> None:
    with served(loans, PAGES[0], DOCUMENTS) as address, a_tab(browser) as tab:
        tab.goto(f"{address}#{'x' * 43}")
        tab.wait_for_selector("#trouble:not([hidden])")
        assert "ne fonctionne pas" in tab.inner_text("#trouble-title")

        tab.goto("about:blank")
        tab.goto(address)
        tab.wait_for_selector("#trouble:not([hidden])")
        assert "mail" in tab.inner_text("#trouble-text")


@pytest.mark.browser
def test_once_all_have_signed_he_reads_it(loans: Slice, clock_: Clock, browser: Any) -> None:
    drafted(loans)
    ready(loans)
    signed_by(loans, clock_, "lender", "host", "employee")
    with served(loans, PAGES[0], DOCUMENTS) as address, a_tab(browser, 1280) as tab:
        tab.goto(f"{address}#{TOKEN}")
        tab.wait_for_selector("#outcome[data-state=signed]:not([hidden])")

        assert not tab.is_visible("#freedom")
        assert not tab.is_visible("#signing")
