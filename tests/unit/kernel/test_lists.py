"""Lists in pages: whoever walks one sees everything that stays exactly once, however the list changes meanwhile."""

import random
from collections import Counter
from collections.abc import Iterator

import pytest
from pydantic import BaseModel

from passerelle.store import BadCursor, Key, Listing, Table, cursor_after
from tests.support.aws import mocked_aws
from tests.support.slices import make_table

HEADING, MANY, AT_ONCE, PAGE = "cmp_us#things", 10_000, 100, 1_000


class Thing(BaseModel):
    """Something that is listed."""

    name: str
    size: int = 0


@pytest.fixture
def table() -> Iterator[Table]:
    with mocked_aws():
        make_table("lists")
        yield Table("lists")


def key(name: str) -> Key:
    return Key("cmp_us", "thing", name)


def written(table: Table, names: list[str], *, version: int = 1, heading: str = HEADING) -> None:
    for start in range(0, len(names), AT_ONCE):
        transaction = table.begin()
        for name in names[start : start + AT_ONCE]:
            thing = Thing(name=name, size=version)
            transaction.save(key(name), thing, version=version, listing=Listing(heading, name))
        transaction.commit()


def removed(table: Table, names: list[str], *, version: int = 1) -> None:
    transaction = table.begin()
    for name in names:
        transaction.delete(key(name), version=version)
    transaction.commit()


def test_of_ten_thousand_walked_while_others_write_each_is_seen_once(table: Table) -> None:
    chance = random.Random(7)
    there = [f"thg_{number:06}" for number in chance.sample(range(1_000_000), MANY)]
    written(table, there)
    written(table, [f"other_{number}" for number in range(50)], heading="cmp_them#things")
    spare = [f"thg_{number:06}x" for number in chance.sample(range(1_000_000), 400)]
    leaving, changing = chance.sample(there, 200), chance.sample(there, 200)
    leaving = [name for name in leaving if name not in changing]
    gone, seen, cursor, came = set[str](), Counter[str](), None, dict[str, bool]()

    while True:
        page = table.list(HEADING, Thing, limit=PAGE, cursor=cursor)
        seen.update(stored.value.name for stored in page.items)
        if page.cursor is None:
            break
        cursor = page.cursor
        reached = page.items[-1].value.name
        new, left, changed = spare[:40], leaving[:20], changing[:20]
        del spare[:40], leaving[:20], changing[:20]
        written(table, new)
        came |= {name: name > reached for name in new}
        if left:
            removed(table, left)
            gone |= set(left)
        if changed:
            written(table, changed, version=2)

    assert sum(seen.values()) > MANY - 200
    assert set(seen.values()) == {1}, "nothing is seen twice"
    assert set(there) - gone <= seen.keys(), "what stays is seen"
    assert {name for name, is_ahead in came.items() if is_ahead} <= seen.keys(), "what comes ahead is seen"
    assert seen.keys().isdisjoint(name for name, is_ahead in came.items() if not is_ahead)
    assert not any(name.startswith("other_") for name in seen)
    assert len(came) > 300
    assert len(gone) > 150


@pytest.mark.parametrize("limit", [1, 2, 3, 7, 100])
def test_whatever_the_size_of_its_pages_a_list_is_the_same(table: Table, limit: int) -> None:
    names = [f"thg_{number}" for number in range(7)]
    written(table, names)

    seen, cursor, pages = list[str](), None, 0
    while pages == 0 or cursor is not None:
        page = table.list(HEADING, Thing, limit=limit, cursor=cursor)
        seen += [stored.value.name for stored in page.items]
        cursor, pages = page.cursor, pages + 1

    assert seen == names == [stored.value.name for stored in table.all(HEADING, Thing)]
    assert pages <= len(names) // limit + 1


def test_a_cursor_of_another_list_opens_no_other_heading(table: Table) -> None:
    written(table, ["a_ours", "z_ours"])
    written(table, ["b_theirs", "y_theirs"], heading="cmp_them#things")

    page = table.list(HEADING, Thing, cursor=cursor_after("b_theirs"))

    assert [stored.value.name for stored in page.items] == ["z_ours"]


@pytest.mark.parametrize("cursor", ["", "!", "é", "=", "A" * 5000, cursor_after("x" * 1025)])
def test_a_cursor_that_no_page_gave_is_refused(table: Table, cursor: str) -> None:
    with pytest.raises(BadCursor):
        table.list(HEADING, Thing, cursor=cursor)
