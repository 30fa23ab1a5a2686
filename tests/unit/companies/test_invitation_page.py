"""The page of an invitation's link, in a browser: read on a phone, copied or declined by keyboard, never said again."""

from __future__ import annotations

from typing import Any

import pytest

from tests.support.pages import a_tab, pictured, served
from tests.support.slices import Slice
from tests.unit.companies.people import GUEST, a_house, accept, an_account, invited, seen_as, standings

PAGE = "/companies/invitation"


def opened(tab: Any, address: str, token: str) -> None:
    tab.goto("about:blank")
    tab.goto(f"{address}#{token}")
    tab.wait_for_selector("#offer:not([hidden]), #trouble:not([hidden])")


def test_the_page_and_its_files_are_served_to_anybody(companies: Slice) -> None:
    for path, kind in ((PAGE, "text/html"), (f"{PAGE}/page.js", "text/javascript"), (f"{PAGE}/page.css", "text/css")):
        answer = companies.call("GET", path)
        assert (answer.status, answer.headers["Content-Type"].split(";")[0]) == (200, kind)
    assert "unsafe" not in companies.call("GET", PAGE).headers["Content-Security-Policy"]


@pytest.mark.browser
def test_it_says_what_the_role_allows_and_hands_the_code_over(companies: Slice, browser: Any) -> None:
    company, owner = a_house(companies)
    _, token = invited(companies, company, seen_as(companies, owner), role="reader")

    with served(companies, PAGE) as address, a_tab(browser) as tab:
        tab.context.grant_permissions(["clipboard-read", "clipboard-write"])
        opened(tab, address, token)

        assert "sans rien modifier" in tab.inner_text("#allows")
        assert company not in tab.content()
        assert token not in tab.content()
        assert token not in tab.evaluate("location.href")
        assert tab.evaluate("document.documentElement.scrollWidth <= innerWidth")
        pictured(tab, "invitation")
        tab.focus("#copy")
        tab.keyboard.press("Enter")
        tab.wait_for_selector("#copied:not(:empty)")
        assert tab.evaluate("navigator.clipboard.readText()") == token
        assert "copié" in tab.inner_text("#copied")


@pytest.mark.browser
def test_it_is_declined_by_keyboard_and_the_link_stops(companies: Slice, browser: Any) -> None:
    company, owner = a_house(companies)
    me = seen_as(companies, owner)
    member, token = invited(companies, company, me)

    with served(companies, PAGE) as address, a_tab(browser) as tab:
        opened(tab, address, token)
        tab.focus("#decline")
        tab.keyboard.press("Enter")
        tab.wait_for_selector("#outcome[data-state=declined]")
        assert "refusé" in tab.inner_text("#title")
        assert tab.is_hidden("#reading")
        assert member not in standings(companies, company, me)
        pictured(tab, "invitation-declined")

        opened(tab, address, token)
        assert "ne fonctionne pas" in tab.inner_text("#trouble-title")


@pytest.mark.browser
def test_what_was_accepted_meanwhile_is_said(companies: Slice, browser: Any) -> None:
    company, owner = a_house(companies)
    _, token = invited(companies, company, seen_as(companies, owner))

    with served(companies, PAGE) as address, a_tab(browser) as tab:
        opened(tab, address, token)
        assert accept(companies, an_account(GUEST), token).status == 200
        tab.click("#decline")
        tab.wait_for_selector("#outcome[data-state=accepted]")

        assert "Vous avez accepté" in tab.inner_text("#title")
        assert tab.is_hidden("#reading")
