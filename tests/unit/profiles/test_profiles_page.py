"""The volunteer's page: served strictly, and walked through in a real browser where there is one."""

import re
from collections.abc import Iterator
from typing import Any

import pytest

from passerelle.contracts.profiles import ErasureAsked, OptInAccepted, ReviewAsked
from tests.support.pages import a_tab, pictured, served
from tests.support.slices import Slice
from tests.unit.profiles.volunteers import (
    CERTIFICATE,
    COMMON_SKILL,
    asked,
    confirmation_due,
    profiles_slice,
    published,
    review_answered,
    said,
    stands,
)

PAGES = ("/profiles/opt-in", "/profiles/opt-in/page.js", "/profiles/opt-in/page.css")


@pytest.fixture
def profiles() -> Iterator[Slice]:
    with profiles_slice() as slice_under_test:
        yield slice_under_test


def test_the_page_and_its_files_are_served_to_anybody_with_their_types(profiles: Slice) -> None:
    answers = [profiles.call("GET", path) for path in PAGES]

    assert [answer.status for answer in answers] == [200, 200, 200]
    assert [answer.headers["Content-Type"].split(";")[0] for answer in answers] == [
        "text/html",
        "text/javascript",
        "text/css",
    ]
    assert {answer.headers["X-Content-Type-Options"] for answer in answers} == {"nosniff"}
    assert {answer.headers["Referrer-Policy"] for answer in answers} == {"no-referrer"}


def test_the_policy_allows_nothing_inline_and_nothing_from_elsewhere(profiles: Slice) -> None:
    page = profiles.call("GET", "/profiles/opt-in")

    policy = dict(part.strip().split(" ", 1) for part in page.headers["Content-Security-Policy"].split(";"))
    assert (policy["default-src"], policy["script-src"], policy["style-src"]) == ("'none'", "'self'", "'self'")
    assert policy["frame-ancestors"] == "'none'"
    assert re.search(r"<script(?![^>]*src=)|\sstyle=|\son\w+=|<style", page.text) is None


def test_no_file_of_the_page_names_another_origin(profiles: Slice) -> None:
    for path in PAGES:
        assert re.search(r"https?://|//[a-z]+\.", profiles.call("GET", path).text) is None


def test_the_page_is_french_named_and_zoomable(profiles: Slice) -> None:
    text = profiles.call("GET", "/profiles/opt-in").text

    assert '<html lang="fr">' in text
    assert "<title>" in text
    assert "user-scalable" not in text
    assert "<noscript>" in text


def test_yes_and_no_are_equal_buttons(profiles: Slice) -> None:
    text = profiles.call("GET", "/profiles/opt-in").text

    accept, refuse = (re.search(rf'<button ([^>]*)data-decision="{word}"', text) for word in ("accept", "refuse"))
    assert accept is not None
    assert refuse is not None
    assert accept.group(1) == refuse.group(1)


def opened(tab: Any, address: str, token: str) -> None:
    tab.goto("about:blank")
    tab.goto(f"{address}#{token}")
    tab.wait_for_selector("#offer:not([hidden])")


@pytest.mark.browser
def test_a_volunteer_reads_accepts_and_withdraws_with_the_keyboard_alone(profiles: Slice, browser: Any) -> None:
    draft, token = asked(profiles, skills=[COMMON_SKILL, CERTIFICATE])

    with served(profiles, PAGES[0]) as address, a_tab(browser) as tab:
        opened(tab, address, token)
        assert token not in tab.url
        assert tab.evaluate("JSON.stringify([localStorage, sessionStorage, document.cookie])") == '[{},{},""]'
        assert "Soudeur / Soudeuse" in tab.inner_text("#card")
        assert "Qualifications de soudage" in tab.inner_text("#hidden")
        assert "Refuser n’a aucune conséquence pour vous" in tab.inner_text("#choice")

        tab.keyboard.press("Tab")
        assert tab.evaluate("document.activeElement.textContent") == "Aller à votre choix"
        tab.keyboard.press("Tab")
        assert tab.evaluate("document.activeElement.dataset.decision") == "accept"
        assert tab.evaluate("getComputedStyle(document.activeElement).outlineStyle") == "solid"
        tab.keyboard.press("Enter")
        tab.wait_for_selector("#outcome[data-state=published]")
        assert stands(profiles, draft) == "published"

        tab.keyboard.press("Tab")
        assert tab.evaluate("document.activeElement.dataset.decision") == "withdraw"
        tab.keyboard.press("Enter")
        tab.wait_for_selector("#outcome[data-state=withdrawn]")
        assert stands(profiles, draft) == "withdrawn"
        assert tab.is_hidden("#reading")


@pytest.mark.browser
def test_a_volunteer_who_comes_back_finds_where_he_stands(profiles: Slice, browser: Any) -> None:
    _, token = published(profiles)

    with served(profiles, PAGES[0]) as address, a_tab(browser) as tab:
        opened(tab, address, token)
        assert tab.inner_text("#title") == "Votre fiche est montrée"
        assert tab.is_visible("[data-decision=withdraw]")
        assert tab.is_hidden("[data-decision=accept]")

        said(profiles, token, "withdraw")
        opened(tab, address, token)
        assert tab.inner_text("#title") == "Votre fiche n’est montrée à personne"
        assert tab.is_hidden("[data-decision=withdraw]")


@pytest.mark.browser
@pytest.mark.parametrize("fragment", ["", "#choice", f"#{'A' * 43}"])
def test_a_missing_or_dead_link_says_what_to_do(profiles: Slice, browser: Any, fragment: str) -> None:
    with served(profiles, PAGES[0]) as address, a_tab(browser) as tab:
        tab.goto(address + fragment)
        tab.wait_for_selector("#trouble:not([hidden])")

        assert "mail" in tab.inner_text("#trouble-text")
        assert "n’est montrée à personne" in tab.inner_text("#trouble")


@pytest.mark.browser
def test_a_lost_connection_leaves_the_choice_open_and_the_same_press_works_later(profiles: Slice, browser: Any) -> None:
    draft, token = asked(profiles)

    with served(profiles, PAGES[0]) as address, a_tab(browser) as tab:
        opened(tab, address, token)
        tab.route("**/decision", lambda route: route.abort())
        tab.click("[data-decision=refuse]")
        tab.wait_for_selector("#choice-trouble:not(:empty)")
        assert "connexion" in tab.inner_text("#choice-trouble")
        assert stands(profiles, draft) == "awaiting_opt_in"

        tab.unroute("**/decision")
        tab.click("[data-decision=refuse]")
        tab.wait_for_selector("#outcome[data-state=withdrawn]")


@pytest.mark.browser
@pytest.mark.parametrize("width", [320, 360, 768, 1280])
def test_nothing_is_wider_than_the_screen_and_buttons_are_large_and_alike(
    profiles: Slice, browser: Any, width: int
) -> None:
    _, token = asked(profiles)

    with served(profiles, PAGES[0]) as address, a_tab(browser, width) as tab:
        opened(tab, address, token)

        assert tab.evaluate("document.documentElement.scrollWidth") <= width
        accept, refuse = (
            tab.locator(f"#choice [data-decision={word}]").bounding_box() for word in ("accept", "refuse")
        )
        assert (accept["width"], accept["height"]) == (refuse["width"], refuse["height"])
        assert accept["height"] >= 44


@pytest.mark.browser
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_text_stands_out_from_its_ground(profiles: Slice, browser: Any, scheme: str) -> None:
    _, token = asked(profiles)

    with served(profiles, PAGES[0]) as address, a_tab(browser) as tab:
        tab.emulate_media(color_scheme=scheme)
        opened(tab, address, token)

        ratios = tab.evaluate(_CONTRASTS)
        assert len(ratios) > 30
        assert min(ratios) >= 4.5


_CONTRASTS = """() => {
  const channels = (colour) => colour.match(/[\\d.]+/g).map(Number);
  const luminance = ([r, g, b]) => [r, g, b].map((v) => v / 255)
    .map((v) => (v <= 0.03928 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4))
    .reduce((sum, v, i) => sum + v * [0.2126, 0.7152, 0.0722][i], 0);
  const ground = (node) => {
    for (let at = node; at; at = at.parentElement) {
      const colour = channels(getComputedStyle(at).backgroundColor);
      if (colour.length === 3 || colour[3] > 0) return colour;
    }
    return [255, 255, 255];
  };
  return [...document.querySelectorAll("main *, footer *, header *")]
    .filter((node) => node.offsetParent && [...node.childNodes].some((c) => c.nodeType === 3 && c.data.trim()))
    .map((node) => [luminance(channels(getComputedStyle(node).color)), luminance(ground(node))].sort((a, b) => b - a))
    .map(([light, dark]) => (light + 0.05) / (dark + 0.05));
}"""


@pytest.mark.browser
def test_a_volunteer_asks_for_a_human_being_and_reads_the_answer(profiles: Slice, browser: Any) -> None:
    draft, token = published(profiles)

    with served(profiles, PAGES[0]) as address, a_tab(browser) as tab:
        opened(tab, address, token)
        assert tab.is_hidden("#review-text")
        tab.select_option("#review-reason", "order")
        tab.click("#review")
        tab.wait_for_selector("#review-text:not([hidden])")
        assert "au plus tard le" in tab.inner_text("#review-text")
        assert tab.is_hidden("#review-ask")
        (wish,) = profiles.facts(ReviewAsked)
        assert wish.reason == "order"

        review_answered(profiles, draft)
        opened(tab, address, token)
        assert "trouvé d’erreur" in tab.inner_text("#review-text")
        assert tab.is_visible("#review-ask")
        pictured(tab, "opt-in-rights")


@pytest.mark.browser
def test_asked_again_he_says_that_his_yes_holds(profiles: Slice, browser: Any) -> None:
    draft, token = published(profiles)
    confirmation_due(profiles, draft)

    with served(profiles, PAGES[0]) as address, a_tab(browser) as tab:
        opened(tab, address, token)
        assert tab.is_hidden("#leaving")
        pictured(tab, "opt-in-again")
        tab.click("#confirm [data-decision=accept]")
        tab.wait_for_selector("#confirm", state="hidden")
        assert len(profiles.facts(OptInAccepted)) == 2
        assert tab.is_visible("#leaving")


@pytest.mark.browser
def test_everything_is_erased_by_two_presses_and_not_by_one(profiles: Slice, browser: Any) -> None:
    _, token = published(profiles)

    with served(profiles, PAGES[0]) as address, a_tab(browser) as tab:
        opened(tab, address, token)
        tab.focus("#erasure")
        tab.keyboard.press("Enter")
        assert profiles.facts(ErasureAsked) == []
        assert tab.evaluate("document.activeElement.id") == "erasure-now"
        tab.keyboard.press("Enter")
        tab.wait_for_selector("#outcome[data-state=erased]")
        assert len(profiles.facts(ErasureAsked)) == 1
        assert tab.is_hidden("#rights")


@pytest.mark.browser
def test_the_voluntary_questions_are_one_press_away_and_the_link_goes_along(profiles: Slice, browser: Any) -> None:
    _, token = published(profiles)

    with served(profiles, PAGES[0], {"/inclusion/personal": {}}) as address, a_tab(browser) as tab:
        opened(tab, address, token)
        tab.click("#inclusion")
        tab.wait_for_url("**/inclusion/personal*")
        assert tab.url.endswith(f"#{token}")
