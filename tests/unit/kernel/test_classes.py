"""The ledger of classes: its counts are those of the cards that are shown, whatever runs at once or dies midway."""

from collections import Counter
from collections.abc import Iterator

import boto3
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from passerelle.classes import Classes, Member, budgets
from passerelle.contracts.cards import Area, ProfileCard, ShownExperience, WorkingTime
from passerelle.masking import Census, class_of, mark_of, tally, workforce_of
from passerelle.store import Table, VersionConflict
from tests.security.attacker.platform import Ledger
from tests.support.aws import mocked_aws
from tests.support.slices import CLASSES, make_table, the_classes

OWNERS = [f"cmp_{number}" for number in range(8)]


def a_card(occupation: str = "H2913") -> ProfileCard:
    return ProfileCard(
        occupation=occupation,
        skills=(),
        experience=ShownExperience.ANY,
        area=Area(level="epci", code="200023414"),
        radius_km=30,
        available_from="2027-01",
        available_to="2027-03",
        working_time=WorkingTime.FULL_TIME,
        shifts=(),
    )


WELDER, FITTER = a_card(), a_card("H2902")
NAME = class_of(WELDER)


@pytest.fixture
def classes() -> Iterator[Classes]:
    with mocked_aws():
        make_table(CLASSES)
        yield the_classes()


def moved(classes: Classes, before: ProfileCard | None, after: ProfileCard | None, owner: str, id: str) -> None:
    transaction = Table(CLASSES).begin()
    classes.move(transaction, before, after, Member(owner, id))
    transaction.commit()


def filled(classes: Classes, owners: list[str] | None = None) -> None:
    for number, owner in enumerate(owners or OWNERS[:7]):
        moved(classes, None, WELDER, owner, f"prf_{number}")


def test_a_class_protects_once_it_is_full_and_no_longer_when_one_leaves(classes: Classes) -> None:
    filled(classes, OWNERS[:6])
    assert classes.protect([WELDER, FITTER]) == [False, False]

    moved(classes, None, WELDER, OWNERS[6], "prf_6")
    assert classes.protect([WELDER, FITTER]) == [True, False]

    moved(classes, WELDER, None, OWNERS[0], "prf_0")
    assert classes.protect([WELDER]) == [False]


def test_counts_are_by_company_and_name_none(classes: Classes) -> None:
    filled(classes, [OWNERS[0], OWNERS[0], OWNERS[1]])

    assert classes.counted([NAME, "profile|nobody"]) == {NAME: tally({mark_of(OWNERS[0]): 2, mark_of(OWNERS[1]): 1})}
    rows = boto3.client("dynamodb").scan(TableName=CLASSES)["Items"]
    counts = [row for row in rows if "cards" in row]
    assert counts
    assert all("cmp_" not in str(row) for row in counts)


def test_one_card_is_counted_once_however_often_it_is_entered(classes: Classes) -> None:
    filled(classes, [OWNERS[0]])

    with pytest.raises(VersionConflict):
        moved(classes, None, WELDER, OWNERS[0], "prf_0")
    with pytest.raises(VersionConflict):
        moved(classes, FITTER, WELDER, OWNERS[0], "prf_0")

    assert classes.counted([NAME, class_of(FITTER)]) == {NAME: tally({mark_of(OWNERS[0]): 1})}


def test_of_two_moves_decided_at_once_one_stands(classes: Classes) -> None:
    filled(classes, [OWNERS[0]])
    leaving, moving = Table(CLASSES).begin(), Table(CLASSES).begin()
    classes.move(leaving, WELDER, None, Member(OWNERS[0], "prf_0"))
    classes.move(moving, WELDER, FITTER, Member(OWNERS[0], "prf_0"))

    leaving.commit()
    with pytest.raises(VersionConflict):
        moving.commit()

    assert classes.counted([NAME, class_of(FITTER)]) == {NAME: Census()}


def test_a_thinned_class_is_opened_with_all_who_are_left_until_it_is_settled(classes: Classes) -> None:
    filled(classes)
    moved(classes, WELDER, None, OWNERS[0], "prf_0")

    opened = classes.reopened("profile")

    assert {member.id for member in opened.members} == {f"prf_{number}" for number in range(1, 7)}
    assert opened.counted([NAME]) == {}
    assert classes.reopened("demand").looked_at == ()
    assert classes.reopened("profile").members == opened.members, "who died before settling finds it again"
    classes.settled(opened.looked_at)
    assert classes.reopened("profile").looked_at == ()


def test_a_class_that_still_protects_is_looked_at_and_left_as_it_is(classes: Classes) -> None:
    filled(classes, OWNERS)
    moved(classes, WELDER, None, OWNERS[0], "prf_0")

    opened = classes.reopened("profile")

    assert [one.name for one in opened.looked_at] == [NAME]
    assert opened.members == ()
    assert opened.counted([NAME])[NAME].members == 7


def test_a_loss_between_look_and_settling_is_not_forgotten(classes: Classes) -> None:
    filled(classes, OWNERS)
    moved(classes, WELDER, None, OWNERS[0], "prf_0")
    opened = classes.reopened("profile")
    moved(classes, WELDER, None, OWNERS[1], "prf_1")

    classes.settled(opened.looked_at)

    again = classes.reopened("profile")
    assert [one.name for one in again.looked_at] == [NAME]
    assert len(again.members) == 6


def test_two_losses_between_look_and_settling_are_not_forgotten(classes: Classes) -> None:
    filled(classes, OWNERS)
    moved(classes, WELDER, None, OWNERS[0], "prf_0")
    opened = classes.reopened("profile")
    moved(classes, WELDER, None, OWNERS[1], "prf_1")
    moved(classes, WELDER, None, OWNERS[2], "prf_2")

    classes.settled(opened.looked_at)

    assert len(classes.reopened("profile").members) == 5


def test_a_restart_in_the_middle_leaves_the_rest_to_the_next_look(classes: Classes) -> None:
    filled(classes)
    moved(classes, WELDER, None, OWNERS[0], "prf_0")
    first, *_ = classes.reopened("profile").members
    moved(classes, WELDER, FITTER, first.owner, first.id)

    left = the_classes().reopened("profile").members

    assert {member.id for member in left} == {f"prf_{number}" for number in range(1, 7)} - {first.id}


def test_a_workforce_protects_by_itself(classes: Classes) -> None:
    assert classes.protect([WELDER]) == [False]
    classes.import_workforce([(workforce_of(WELDER), Census(70, 9, 10))])
    assert classes.protect([WELDER, FITTER]) == [True, False]
    classes.import_workforce([(workforce_of(WELDER), Census(70, 9, 11))])
    assert classes.protect([WELDER]) == [False]


def test_a_platform_without_a_minimum_shows_everything_that_is_counted(classes: Classes) -> None:
    filled(classes, [OWNERS[0]])

    assert Classes(CLASSES, budgets(0, 0, 100)).protect([WELDER, FITTER]) == [True, True]


@settings(max_examples=8)
@given(st.lists(st.tuples(st.integers(0, 5), st.sampled_from([None, WELDER, FITTER])), max_size=12))
def test_counts_are_those_of_the_cards_though_every_move_is_tried_twice(
    moves: list[tuple[int, ProfileCard | None]],
) -> None:
    shown: dict[int, ProfileCard | None] = {}
    with mocked_aws():
        make_table(CLASSES)
        classes, memory = the_classes(), Ledger(budgets(5, 3, 60))
        for number, after in moves:
            owner, before = OWNERS[number // 2], shown.get(number)
            moved(classes, before, after, owner, f"prf_{number}")
            if before != after:
                with pytest.raises(VersionConflict):
                    moved(classes, before, after, owner, f"prf_{number}")
            memory.move(before, after, Member(owner, f"prf_{number}"))
            shown[number] = after

        for card in (WELDER, FITTER):
            name = class_of(card)
            by_hand = tally(Counter(mark_of(OWNERS[number // 2]) for number, one in shown.items() if one == card))
            assert classes.counted([name]).get(name, Census()) == by_hand
            assert memory.counted([name]).get(name, Census()) == by_hand
            assert classes.protect([card]) == memory.protect([card])
