"""The employee's signing page: served strictly, and walked through in a real browser where there is one."""

from __future__ import annotations

import json
import os
import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from tests.support.slices import Slice
from tests.unit.agreements.loans import CODE, TOKEN, Clock, coded, drafted, ready, sha, signed_by, state

PAGES = ("/agreements/sign", "/agreements/sign/page.js", "/agreements/sign/page.css")
SHOTS = os.environ.get("SHOTS")


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


@contextmanager
def served(loans: Slice) -> Iterator[str]:
    """The slice behind a real address, with the documents beside it."""
    one_at_a_time = threading.Lock()

    class Front(BaseHTTPRequestHandler):
        def log_message(self, *_: Any) -> None:
            """Say nothing."""

        def do_GET(self) -> None:
            raw = self.rfile.read(int(self.headers.get("Content-Length") or 0)).decode()
            if self.path == "/documents/personal":
                kinds = ("contract_amendment", "employee_agreement")
                items = [{"kind": kind, "sha256": sha(kind, 2), "url": f"/files/{kind}.pdf"} for kind in kinds]
                return self._say(200, {"Content-Type": "application/json"}, json.dumps({"items": items}))
            with one_at_a_time:
                answer = loans.call(self.command, self.path, raw=raw or None, headers=dict(self.headers))
            return self._say(answer.status, dict(answer.headers), answer.text)

        do_POST = do_GET  # noqa: N815 -- the name that http.server looks for

        def _say(self, status: int, headers: dict[str, str], text: str) -> None:
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(text.encode())

    server = ThreadingHTTPServer(("127.0.0.1", 0), Front)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/agreements/sign"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


@contextmanager
def a_tab(browser: Any, width: int = 360) -> Iterator[Any]:
    """A tab of this width, in which nothing may go wrong."""
    tab = browser.new_page(viewport={"width": width, "height": 740})
    complaints: list[str] = []
    tab.on("pageerror", lambda error: complaints.append(str(error)))
    tab.on("console", lambda message: complaints.append(message.text) if "Security Policy" in message.text else None)
    try:
        yield tab
        assert complaints == []
    finally:
        tab.close()


def shot(tab: Any, name: str) -> None:
    """Keep an image to be looked at, where the environment names a folder for it."""
    if SHOTS:
        tab.screenshot(path=f"{SHOTS}/{name}.png", full_page=True)


@pytest.mark.browser
@pytest.mark.parametrize("width", [360, 1280])
def test_he_reads_asks_for_a_code_and_signs_with_the_keyboard_alone(
    loans: Slice, clock_: Clock, browser: Any, width: int
) -> None:
    drafted(loans)
    ready(loans)
    with served(loans) as address, a_tab(browser, width) as tab:
        tab.goto(f"{address}#{TOKEN}")
        tab.wait_for_selector("#documents a")
        assert tab.url == address
        assert tab.evaluate("document.documentElement.scrollWidth <= innerWidth")
        assert tab.locator("#documents a").count() == 2
        shot(tab, f"sign-{width}")

        tab.focus("#send-code")
        tab.keyboard.press("Enter")
        tab.wait_for_selector("#code-sent:not(:empty)")
        clock_.pass_(minutes=1)
        loans.deliver(coded("employee"))
        tab.keyboard.type("AAAAAAAAAA")
        tab.keyboard.press("Enter")
        tab.wait_for_selector("#choice-trouble:not(:empty)")
        shot(tab, f"wrong-code-{width}")
        tab.fill("#code", CODE.lower())
        tab.keyboard.press("Enter")
        tab.wait_for_selector("#outcome[data-state=signed_by_you]:not([hidden])")
        shot(tab, f"signed-{width}")

        assert tab.evaluate("document.activeElement.id") == "title"
    assert state(loans) == "partially_signed"


@pytest.mark.browser
def test_he_refuses_after_a_second_thought_and_reads_that_nothing_follows(loans: Slice, browser: Any) -> None:
    drafted(loans)
    ready(loans)
    with served(loans) as address, a_tab(browser) as tab:
        tab.goto(f"{address}#{TOKEN}")
        tab.click("#refuse")
        assert state(loans) == "ready_to_sign"
        shot(tab, "refuse-360")
        tab.click("#refuse-no")
        tab.click("#refuse")
        tab.click("#refuse-yes")
        tab.wait_for_selector("#outcome[data-state=not_proceeding]:not([hidden])")
        shot(tab, "refused-360")

        assert "aucune conséquence" in tab.inner_text("#outcome")
        assert not tab.is_visible("#signing")
    assert state(loans) == "rejected"


@pytest.mark.browser
def test_a_link_that_does_not_work_says_what_to_do(loans: Slice, browser: Any) -> None:
    with served(loans) as address, a_tab(browser) as tab:
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
    with served(loans) as address, a_tab(browser, 1280) as tab:
        tab.goto(f"{address}#{TOKEN}")
        tab.wait_for_selector("#outcome[data-state=signed]:not([hidden])")

        assert not tab.is_visible("#freedom")
        assert not tab.is_visible("#signing")
