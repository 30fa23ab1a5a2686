"""The first half of the lending journey, from registration to mutual interest, on the application that is deployed."""

import hashlib
import io
from collections.abc import Iterator
from typing import Any

import pytest
from pypdf import PdfReader

from cdk.demo.player import Player
from tests.support.world import HOST, LENDER, Told, a_world, play, standing

EXPECTED: dict[str, Any] = {
    "companies": {
        LENDER.handle: {
            "company": "active",
            "profiles": {"published": 2, "withdrawn": 2},
            "demands": {},
            "introductions": {"mutual": 1, "not_proceeding": 5},
            "letters": 6,
            "agreements": {},
        },
        HOST.handle: {
            "company": "active",
            "profiles": {},
            "demands": {"closed": 1, "open": 1},
            "introductions": {"mutual": 1, "not_proceeding": 5},
            "letters": 6,
            "agreements": {},
        },
    },
    "set aside": {},
}


@pytest.fixture(scope="module")
def played() -> Iterator[tuple[Player, Told]]:
    with a_world() as player:
        yield player, play(player)


def test_everybody_ends_where_the_journey_leads(played: tuple[Player, Told]) -> None:
    player, _ = played

    seen = standing(player)

    del seen["mails"]
    assert seen == EXPECTED


def test_the_employee_alone_gets_his_link(played: tuple[Player, Told]) -> None:
    player, told = played

    for volunteer in told.volunteers.values():
        (mail,) = player.cloud.mailbox.to(volunteer.part.email)
        assert mail.to == (volunteer.part.email,)
        assert "/profiles/opt-in#" in mail.text


def test_every_match_is_explained_as_data_and_in_french(played: tuple[Player, Told]) -> None:
    player, told = played

    matches = player.matches(told.demands[0])

    assert [match["score"] for match in matches] == sorted((match["score"] for match in matches), reverse=True)
    for match in matches:
        parts = sum(criterion["weight"] * criterion["fit"] for criterion in match["criteria"])
        assert match["score"] == pytest.approx(parts, abs=1e-4)
        assert all(criterion["text"] for criterion in match["criteria"])


def test_the_withdrawn_and_the_unwilling_are_not_shown(played: tuple[Player, Told]) -> None:
    player, told = played

    shown = {match["profile_id"] for match in player.matches(told.demands[0])}

    assert shown == {told.volunteers[role].profile_id for role in ("found", "declined")}


def test_the_letter_is_the_one_its_digest_names_and_holds_the_match(played: tuple[Player, Told]) -> None:
    player, told = played

    document, content = player.letter(HOST.handle, told.mutual)

    text = " ".join("".join(page.extract_text() for page in PdfReader(io.BytesIO(content)).pages).split())
    assert hashlib.sha256(content).hexdigest() == document["sha256"]
    assert document["sha256"] in document["url"]
    assert player.nomenclature.occupation("H2909").label in text
    assert player.nomenclature.occupation("H2901").label in text


def test_a_third_company_finds_nothing_of_it(played: tuple[Player, Told]) -> None:
    player, told = played
    stranger = player.signed_in("curieux@ailleurs.example")

    for path in (
        f"/introductions/{told.mutual}",
        f"/profiles/{told.volunteers['found'].profile_id}",
        f"/demands/{told.demands[0]}",
        f"/matching/demands/{told.demands[0]}/matches",
    ):
        assert stranger.ask("GET", path).status_code in {403, 404}


def test_what_was_used_was_granted(played: tuple[Player, Told]) -> None:
    player, _ = played

    assert player.cloud.recorder.used_but_not_granted() == []
