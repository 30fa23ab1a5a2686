"""Cards get their place in a class of five people of three lenders, or an adviser; what was shown only gets coarser."""

from collections.abc import Iterator
from typing import Any

import pytest

from passerelle.contracts.profiles import ProfilePublished, ProfileReferred
from passerelle.masking import class_of
from tests.support.slices import Slice, a_company, a_slice, the_classes
from tests.unit.profiles.volunteers import drafted, identified, linked, said, submitted

OWN_NEWS = {"ProfilePublished", "ProfileReferred", "ProfileWithdrawn"}
LENDERS = ("cmp_lender", "cmp_other", "cmp_third")


@pytest.fixture
def profiles() -> Iterator[Slice]:
    with a_masked_slice() as slice_under_test:
        yield slice_under_test


def a_masked_slice(**other: str) -> Any:
    budget = {"min_members": "5", "min_lenders": "3", "max_lender_share": "60"}
    return a_slice("profiles", operator_name="Pôle", privacy_contact="dpo@passerelle.example", **(budget | other))


def agreed(profiles: Slice, lender: str = "cmp_lender", **other: Any) -> str:
    """A volunteer of a lender who said yes; what the platform told itself is delivered."""
    draft = drafted(profiles, actor=a_company(lender), **other)
    identified(profiles, draft, tenant=lender)
    submitted(profiles, draft, actor=a_company(lender))
    told = profiles.envelopes()
    assert said(profiles, linked(profiles, draft, tenant=lender), "accept").status == 200
    heard(profiles, told)
    return f"{lender}/{draft['id']}"


def heard(profiles: Slice, before: list[Any]) -> None:
    """The slice hears its own news, as the bus brings them; news of these, too."""
    known = {envelope.id for envelope in before}
    new = [one for one in profiles.envelopes() if one.id not in known and one.type in OWN_NEWS]
    if new:
        before = profiles.envelopes()
        assert profiles.deliver(*new) == []
        heard(profiles, before)


def seen(profiles: Slice, handle: str) -> dict[str, Any]:
    """The profile as its lender reads it."""
    lender, profile_id = handle.split("/")
    body: dict[str, Any] = profiles.call("GET", f"/profiles/{profile_id}", actor=a_company(lender)).body
    return body


def withdrawn(profiles: Slice, handle: str) -> None:
    lender, profile_id = handle.split("/")
    profiles.call("POST", f"/profiles/{profile_id}/withdrawal", actor=a_company(lender))


def states(profiles: Slice, handles: list[str]) -> list[str]:
    return [seen(profiles, handle)["state"] for handle in handles]


def test_four_of_a_kind_are_an_advisers_and_the_fifth_brings_all_of_them_out(profiles: Slice) -> None:
    four = [agreed(profiles, LENDERS[number % 3]) for number in range(4)]

    assert states(profiles, four) == ["with_adviser"] * 4
    assert [seen(profiles, handle)["shown"] for handle in four] == [None] * 4
    assert not profiles.facts(ProfilePublished)
    assert len(profiles.facts(ProfileReferred)) == 4

    five = [*four, agreed(profiles, LENDERS[1])]

    assert states(profiles, five) == ["published"] * 5
    cards = [fact.card for fact in profiles.facts(ProfilePublished)]
    assert len({class_of(card) for card in cards}) == 1
    assert cards[0].area.level == "epci", "five who read alike need hide nothing more"


def test_five_of_two_lenders_name_a_lender_too_easily(profiles: Slice) -> None:
    five = [agreed(profiles, LENDERS[number % 2]) for number in range(5)]

    assert states(profiles, five) == ["with_adviser"] * 5


def test_a_lender_with_more_than_three_in_five_is_too_easily_guessed(profiles: Slice) -> None:
    eight = [agreed(profiles, lender) for lender in (*["cmp_lender"] * 6, "cmp_other", "cmp_third")]

    assert states(profiles, eight) == ["with_adviser"] * 8


def test_who_differs_in_seniority_is_shown_without_it(profiles: Slice) -> None:
    bands = ("0-2", "3-5", "0-2", "3-5", "3-5")
    five = [agreed(profiles, LENDERS[number % 3], experience=band) for number, band in enumerate(bands)]

    assert states(profiles, five) == ["published"] * 5
    assert {seen(profiles, handle)["shown"]["experience"] for handle in five} == {"0-5"}


def test_a_broken_class_is_hidden_at_once_and_placed_anew_coarser_or_given_to_an_adviser(profiles: Slice) -> None:
    five = [agreed(profiles, LENDERS[number % 3]) for number in range(5)]
    card = profiles.facts(ProfilePublished)[0].card
    assert the_classes().protect([card]) == [True]
    before = profiles.envelopes()

    withdrawn(profiles, five[0])

    assert the_classes().protect([card]) == [False], "before any news has travelled"

    heard(profiles, before)

    assert states(profiles, five) == ["withdrawn", *["with_adviser"] * 4]
    assert the_classes().counted([class_of(card)])[class_of(card)].members == 0


def test_a_card_that_was_shown_coarse_is_never_shown_finer(profiles: Slice) -> None:
    bands = ("0-2", "3-5", "3-5", "3-5", "3-5")
    five = [agreed(profiles, LENDERS[number % 3], experience=band) for number, band in enumerate(bands)]
    assert {seen(profiles, handle)["shown"]["experience"] for handle in five} == {"0-5"}
    before = profiles.envelopes()

    withdrawn(profiles, five[0])
    heard(profiles, before)
    agreed(profiles, LENDERS[0], experience="3-5")

    shown = [seen(profiles, handle)["shown"] for handle in five[1:]]
    assert all(card is not None and card["experience"] != "3-5" for card in shown), shown


def test_in_batches_nothing_is_shown_before_the_batch() -> None:
    with a_masked_slice(publication_hours="24") as profiles:
        five = [agreed(profiles, LENDERS[number % 3]) for number in range(5)]
        assert states(profiles, five) == ["published"] * 5
        assert [seen(profiles, handle)["shown"] for handle in five] == [None] * 5
        assert not profiles.facts(ProfilePublished)

        assert profiles.handler.publish({}, None) == {"changed": 5}

        assert all(seen(profiles, handle)["shown"] for handle in five)
        assert profiles.handler.publish({}, None) == {"changed": 0}
