"""Cards get their place in a class that protects person and lender, or an adviser; what was shown only gets coarser."""

from collections.abc import Iterator
from typing import Any

import pytest

from passerelle.contracts.profiles import ProfilePublished, ProfileReferred
from passerelle.masking import class_of
from tests.support.slices import Slice, a_company, a_slice, the_classes
from tests.unit.profiles.volunteers import drafted, identified, linked, said, submitted

OWN_NEWS = {"ProfilePublished", "ProfileReferred", "ProfileWithdrawn"}
LENDERS = tuple(f"cmp_{name}" for name in ("lender", "second", "third", "fourth", "fifth", "sixth", "seventh"))


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


def one_of_each(profiles: Slice, **other: Any) -> list[str]:
    """Seven volunteers alike, of seven lenders: the smallest class in which nobody stands out."""
    return [agreed(profiles, lender, **other) for lender in LENDERS]


def test_six_of_a_kind_are_an_advisers_and_the_seventh_brings_all_of_them_out(profiles: Slice) -> None:
    six = [agreed(profiles, lender) for lender in LENDERS[:6]]

    assert states(profiles, six) == ["with_adviser"] * 6
    assert [seen(profiles, handle)["shown"] for handle in six] == [None] * 6
    assert not profiles.facts(ProfilePublished)
    assert len(profiles.facts(ProfileReferred)) == 6

    seven = [*six, agreed(profiles, LENDERS[6])]

    assert states(profiles, seven) == ["published"] * 7
    cards = [fact.card for fact in profiles.facts(ProfilePublished)]
    assert len({class_of(card) for card in cards}) == 1
    assert cards[0].area.level == "epci", "seven who read alike need hide nothing more"


def test_seven_of_three_lenders_name_a_lender_too_easily(profiles: Slice) -> None:
    seven = [agreed(profiles, LENDERS[number % 3]) for number in range(7)]

    assert states(profiles, seven) == ["with_adviser"] * 7


def test_a_second_card_of_a_lender_waits_until_the_class_bears_it(profiles: Slice) -> None:
    seven = one_of_each(profiles)
    second = agreed(profiles, LENDERS[0])

    assert states(profiles, seven) == ["published"] * 7
    assert seen(profiles, second)["shown"] is None


def test_who_differs_in_seniority_is_shown_without_it(profiles: Slice) -> None:
    bands = ("0-2", "3-5", "0-2", "3-5", "3-5", "0-2", "3-5")
    seven = [agreed(profiles, lender, experience=band) for lender, band in zip(LENDERS, bands, strict=True)]

    assert states(profiles, seven) == ["published"] * 7
    assert {seen(profiles, handle)["shown"]["experience"] for handle in seven} == {"0-5"}


def test_a_broken_class_is_hidden_at_once_and_its_members_given_to_an_adviser(profiles: Slice) -> None:
    seven = one_of_each(profiles)
    card = profiles.facts(ProfilePublished)[0].card
    assert the_classes().protect([card]) == [True]
    before = profiles.envelopes()

    withdrawn(profiles, seven[0])

    assert the_classes().protect([card]) == [False], "before any news has travelled"

    heard(profiles, before)

    assert states(profiles, seven) == ["withdrawn", *["with_adviser"] * 6]
    assert the_classes().counted([class_of(card)])[class_of(card)].members == 0


def test_a_card_that_was_shown_coarse_is_never_shown_finer(profiles: Slice) -> None:
    bands = ("0-2", *["3-5"] * 6)
    seven = [agreed(profiles, lender, experience=band) for lender, band in zip(LENDERS, bands, strict=True)]
    assert {seen(profiles, handle)["shown"]["experience"] for handle in seven} == {"0-5"}
    before = profiles.envelopes()

    withdrawn(profiles, seven[0])
    heard(profiles, before)
    agreed(profiles, LENDERS[0], experience="3-5")

    shown = [seen(profiles, handle)["shown"] for handle in seven[1:]]
    assert all(card is not None and card["experience"] != "3-5" for card in shown), shown


def test_in_batches_nothing_is_shown_before_the_batch() -> None:
    with a_masked_slice(publication_hours="24") as profiles:
        seven = one_of_each(profiles)
        assert states(profiles, seven) == ["published"] * 7
        assert [seen(profiles, handle)["shown"] for handle in seven] == [None] * 7
        assert not profiles.facts(ProfilePublished)

        assert profiles.handler.publish({}, None) == {"changed": 7}

        assert all(seen(profiles, handle)["shown"] for handle in seven)
        assert profiles.handler.publish({}, None) == {"changed": 0}
