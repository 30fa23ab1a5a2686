"""The page of the voluntary questions, in a browser: answered by keyboard, never said back, taken back at once."""

from __future__ import annotations

from typing import Any

import pytest

from tests.support.pages import a_tab, pictured, served
from tests.support.slices import Slice
from tests.unit.inclusion.conftest import linked, sheet

PAGE = "/inclusion/personal"


def opened(tab: Any, address: str, token: str) -> None:
    tab.goto("about:blank")
    tab.goto(f"{address}#{token}")
    tab.wait_for_selector("#offer:not([hidden])")


def a_token(inclusion: Slice) -> str:
    """A link whose token is as long as real ones."""
    return linked(inclusion, "prf_aaaaaaaaaaaaaaaa")


def test_the_page_and_its_files_are_served_to_anybody(inclusion: Slice) -> None:
    for path, kind in ((PAGE, "text/html"), (f"{PAGE}/page.js", "text/javascript"), (f"{PAGE}/page.css", "text/css")):
        answer = inclusion.call("GET", path)
        assert (answer.status, answer.headers["Content-Type"].split(";")[0]) == (200, kind)
    assert "unsafe" not in inclusion.call("GET", PAGE).headers["Content-Security-Policy"]


@pytest.mark.browser
def test_each_question_has_its_choices_and_none_is_chosen(inclusion: Slice, browser: Any) -> None:
    with served(inclusion, PAGE) as address, a_tab(browser) as tab:
        opened(tab, address, a_token(inclusion))

        assert tab.locator("fieldset").count() == 4
        assert tab.locator("input:checked").count() == 0
        assert tab.locator("fieldset legend").all_inner_texts()[0] == "Vous êtes"
        assert "ne change rien" in tab.inner_text("#offer")
        assert tab.is_hidden("#withdraw")
        assert tab.evaluate("document.documentElement.scrollWidth <= innerWidth")
        pictured(tab, "inclusion")


@pytest.mark.browser
def test_an_answer_is_kept_and_not_shown_again_and_taken_back(inclusion: Slice, browser: Any) -> None:
    token = a_token(inclusion)

    with served(inclusion, PAGE) as address, a_tab(browser) as tab:
        opened(tab, address, token)
        tab.focus("#question-sex input[value=woman]")
        tab.keyboard.press("Space")
        tab.focus("#keep")
        tab.keyboard.press("Enter")
        tab.wait_for_selector("#outcome[data-state=answered]")
        assert sheet(inclusion, token).body["answered"] == ["sex"]
        assert tab.locator("input:checked").count() == 0
        assert "enregistrée" in tab.inner_text("#question-sex .state")
        assert "Sans réponse" in tab.inner_text("#question-qpv .state")
        pictured(tab, "inclusion-answered")

        opened(tab, address, token)
        tab.click("#question-sex button")
        tab.wait_for_selector("#withdraw", state="hidden")
        assert sheet(inclusion, token).body["answered"] == []


@pytest.mark.browser
def test_saying_nothing_keeps_nothing(inclusion: Slice, browser: Any) -> None:
    token = a_token(inclusion)

    with served(inclusion, PAGE) as address, a_tab(browser) as tab:
        opened(tab, address, token)
        tab.click("#keep")
        tab.wait_for_selector("#outcome", state="hidden")

        assert sheet(inclusion, token).body["answered"] == []
