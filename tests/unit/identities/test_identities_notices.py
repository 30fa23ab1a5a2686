"""The information notices: what the law asks to be said, to each audience, frozen by version and hash."""

import pytest

from functions.identities.model.notices import AUDIENCES, VERSION, Audience, notice
from tests.support.slices import Slice

FROZEN = {
    "volunteers": "47b79788daf01064fe7e9bf1e7b64a2804f25a2ac57f1eec74bc7cb1c94bb6d6",
    "companies": "c7f3824b9b29b4e98bcbaf9d65c49305689dd57cff155f9fab49216c935bcd06",
    "advisers": "19c7baf1f89f3de9f620db2af0a50d2a44cb6ab9a97b57f47e543e07fc09c12c",
}
"""Of `notice-1`, for an operator « Ici » and a contact « dpo »: another wording is another version."""


def words(audience: Audience) -> str:
    sections = notice(audience, "Pôle Exemple", "dpo@exemple.fr").sections
    return " ".join(text for section in sections for text in (section.heading, *section.paragraphs))


@pytest.mark.parametrize("audience", AUDIENCES)
def test_a_notice_says_all_that_the_law_wants_said(audience: Audience) -> None:
    said = words(audience)

    for wanted in ("responsable", "Base :", "Combien de temps", "Vos droits", "trente jours", "CNIL", "dpo@exemple.fr"):
        assert wanted in said, wanted
    assert "Pôle Exemple" in said
    assert "{" not in said


@pytest.mark.parametrize("audience", AUDIENCES)
def test_a_notice_never_calls_anybody_anonymous(audience: Audience) -> None:
    assert "anonym" not in words(audience).lower()


def test_the_volunteer_reads_that_he_is_free_and_what_is_shown_of_him() -> None:
    said = words("volunteers")

    assert "profil masqué" in said
    assert "Refuser ou vous retirer n’a aucune conséquence" in said


@pytest.mark.parametrize("audience", AUDIENCES)
def test_another_wording_is_another_version(audience: Audience) -> None:
    assert VERSION == "notice-1"
    assert notice(audience, "Ici", "dpo").sha256 == FROZEN[audience]


@pytest.mark.parametrize("audience", AUDIENCES)
def test_anybody_reads_a_notice(identities: Slice, audience: Audience) -> None:
    read = identities.call("GET", f"/identities/notices/{audience}")

    assert read.status == 200
    assert read.body["sha256"] == notice(audience, "L’opérateur", "dpo@passerelle.example").sha256


def test_there_is_no_notice_for_somebody_else(identities: Slice) -> None:
    assert identities.call("GET", "/identities/notices/hosts").status == 404
