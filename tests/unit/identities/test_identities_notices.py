"""The information notices: what the law asks to be said, to each audience, frozen by version and hash."""

import pytest

from functions.identities.model.notices import AUDIENCES, VERSION, Audience, notice
from tests.support.slices import Slice

FROZEN = {
    "volunteers": "bf37935f910e6a6701859ea434482f15289e676db1b25c1138f89bc5046aeab4",
    "companies": "4512b7cc16cb0058328ab53cd47d15fdc4de5b3050c2d61c34f4290a2898cefb",
    "advisers": "7910c9589d0cfb95f4221079a5a11db4dbc0ec9ee251be7f5df2cb083af6fc7c",
}
"""Of `notice-2`, for an operator « Ici » and a contact « dpo »: another wording is another version."""


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


def test_a_company_reads_who_is_told_whom_to_call_there() -> None:
    said = words("companies")

    assert "L’autre entreprise, après trois signatures seulement" in said
    assert (
        "Si vous ouvrez une séance, chaque entreprise qui s’y inscrit lit le nom de la vôtre et votre contact" in said
    )
    assert "Le conseiller qui vous approche lit le nom de l’entreprise et votre contact" in said


@pytest.mark.parametrize("audience", AUDIENCES)
def test_another_wording_is_another_version(audience: Audience) -> None:
    assert VERSION == "notice-2"
    assert notice(audience, "Ici", "dpo").sha256 == FROZEN[audience]


@pytest.mark.parametrize("audience", AUDIENCES)
def test_anybody_reads_a_notice(identities: Slice, audience: Audience) -> None:
    read = identities.call("GET", f"/identities/notices/{audience}")

    assert read.status == 200
    assert read.body["sha256"] == notice(audience, "L’opérateur", "dpo@passerelle.example").sha256


def test_there_is_no_notice_for_somebody_else(identities: Slice) -> None:
    assert identities.call("GET", "/identities/notices/hosts").status == 404
