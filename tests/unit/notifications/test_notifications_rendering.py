"""The mails as files: French, accessible, without remote content; values are data, never markup."""

import re
from datetime import UTC, datetime
from html.parser import HTMLParser
from importlib import resources

import pytest
from hypothesis import given
from hypothesis import strategies as st

from functions.notifications.model import SUBJECTS, Template, french_moment
from functions.notifications.rendering import rendered
from passerelle.french import day

VALUES = {
    "given_name": "Ana",
    "family_name": "Lima",
    "contact_name": "Sacha Roy",
    "link": "https://passerelle.example/profiles/opt-in#abc",
    "until": "1er mars 2026",
    "code": "K7RM2QX9TB",
    "introduction": "int_1",
    "agreement": "agr_1",
    "endpoint": "whe_1",
    "reason": "elle a répondu 410.",
    "host_name": "Canari Accueil",
    "news": "Propositions de conditions à lire\u00a0: 2",
    "subject": "per_1",
    "session": "ses_1",
    "may": "lire, modifier et signer pour elle",
}
WITHOUT_LINK = {
    Template.REVIEW_ANSWERED,
    Template.DISCLOSED_EMPLOYEE,
    Template.SIGNING_CODE,
    Template.EMPLOYEE_SIGNING_CODE,
}
"""Read where one is already: on the page that asks for the code, in the mail before."""


class Page(HTMLParser):
    """What a browser would make of it: the tags, and the text."""

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.tags: list[str] = []
        self.attributes: list[tuple[str, str | None]] = []
        self.text = ""
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes += attrs

    def handle_data(self, data: str) -> None:
        self.text += data


def test_every_template_has_a_subject_and_both_forms() -> None:
    files = {entry.name for entry in (resources.files("functions.notifications") / "templates").iterdir()}

    assert set(SUBJECTS) == set(Template)
    assert {f"{template}.{form}" for template in Template for form in ("txt", "html")} <= files


@pytest.mark.parametrize("template", list(Template))
def test_a_subject_line_has_no_room_for_any_value(template: Template) -> None:
    """It is the same for everybody: no name, no number, no id, and nothing that rendering would fill in."""
    subject = SUBJECTS[template]

    assert re.fullmatch(r"Passerelle\u00a0: [a-zà-ÿ’ -]+(\u00a0\?)?", subject)
    others = dict.fromkeys(VALUES, "Zéphyrine")
    assert {rendered(template, "a@b.fr", values, "evt_1").subject for values in (VALUES, others)} == {subject}


@pytest.mark.parametrize("template", list(Template))
def test_a_mail_is_accessible_french_and_self_contained(template: Template) -> None:
    mail = rendered(template, "a@b.fr", VALUES, "evt_1")

    page = Page(mail.html)
    assert ("lang", "fr") in page.attributes
    assert page.tags.count("h1") == page.tags.count("main") == page.tags.count("title") == 1
    assert not {"img", "script", "link", "iframe", "style", "form"} & set(page.tags)
    assert [value for name, value in page.attributes if name in {"src", "background"}] == []
    links = set() if template in WITHOUT_LINK else {VALUES["link"]}
    assert {value for name, value in page.attributes if name == "href"} == links
    assert (VALUES["link"] in mail.text) == bool(links)
    for text in (mail.subject, mail.text, page.text):
        assert "'" not in text
        assert " :" not in text.replace("\u00a0:", "")
        assert " ?" not in text
        assert "anonyme" not in text.lower()
    assert "evt_1" in mail.text
    assert "$" not in mail.text + mail.html


@pytest.mark.parametrize("template", list(Template))
@given(value=st.text(alphabet=st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"]), min_size=1, max_size=60))
def test_what_people_typed_is_shown_and_never_read_as_markup(template: Template, value: str) -> None:
    typed = VALUES | {"given_name": value, "contact_name": value, "host_name": value}

    page, plain = (
        Page(rendered(template, "a@b.fr", typed, "evt_1").html),
        Page(rendered(template, "a@b.fr", VALUES, "evt_1").html),
    )

    assert page.tags == plain.tags
    assert page.attributes == plain.attributes
    assert value in page.text
    assert value in rendered(template, "a@b.fr", typed, "evt_1").text


@pytest.mark.parametrize("name", ["<script>alert(1)</script>", '"><img src=x>', "${link}", "$code", "&amp;"])
def test_a_hostile_name_stays_a_name(name: str) -> None:
    mail = rendered(Template.OPT_IN, "a@b.fr", VALUES | {"given_name": name}, "evt_1")

    assert name in Page(mail.html).text
    assert name in mail.text
    assert "<script" not in mail.html
    assert "<img" not in mail.html


def test_a_missing_value_is_an_error() -> None:
    with pytest.raises(KeyError):
        rendered(Template.OPT_IN, "a@b.fr", {"link": "x"}, "evt_1")


@pytest.mark.parametrize(
    ("on", "words"),
    [((2026, 3, 1), "1er mars 2026"), ((2026, 8, 31), "31 août 2026"), ((2027, 12, 2), "2 décembre 2027")],
)
def test_days_are_written_as_french_people_write_them(on: tuple[int, int, int], words: str) -> None:
    assert day(datetime(*on, tzinfo=UTC)) == words
    assert french_moment(datetime(*on, 9, 5, tzinfo=UTC)) == f"{words} à 9 h 05"
