"""The fairness watch through facts and its route: who is counted, what alarms, and what is hidden."""

from __future__ import annotations

import json
import random
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from functions.inclusion.model.counting import Counts, Stage, Step, reached
from functions.inclusion.model.fairness import Group, Status
from functions.inclusion.model.figures import shown
from passerelle import clock
from tests.support.slices import Slice, an_operator
from tests.unit.inclusion.conftest import (
    answered,
    carded,
    groups,
    interest,
    linked,
    mutual,
    proposal,
    watched,
    withdrawn,
)


def people(inclusion: Slice, prefix: str, count: int, **told: str) -> list[str]:
    """So many persons who told this."""
    ids = [f"prf_{prefix}{number}" for number in range(count)]
    for one in ids:
        assert answered(inclusion, linked(inclusion, one), **told).status == 200
    return ids


def told(inclusion: Slice, *envelopes: object) -> None:
    assert inclusion.deliver(*envelopes) == []


def test_a_group_that_fares_worse_alarms(inclusion: Slice, capsys: pytest.CaptureFixture[str]) -> None:
    women, men = people(inclusion, "w", 32, sex="woman"), people(inclusion, "m", 32, sex="man")
    told(inclusion, proposal("dem_1", [*men[:24], *women[:8]], [*men, *women]))

    sexes = watched(inclusion)["sex"]

    assert (sexes["people"], sexes["rounded"]) == (64, False)
    assert groups(sexes, "shown")["woman"] == {
        "group": "woman",
        "considered": 32,
        "selected": 8,
        "selection_rate": 0.25,
        "impact_ratio": 0.333,
        "p_value": 0.0001,
        "status": "alarm",
    }
    assert groups(sexes, "shown")["man"]["status"] == "ok"
    assert sexes["exposure"] == [
        {"group": "woman", "share_of_places": 0.25, "share_of_people": 0.5},
        {"group": "man", "share_of_places": 0.75, "share_of_people": 0.5},
    ]
    metric = next(line for line in capsys.readouterr().out.splitlines() if "FairnessAlarms" in line)
    assert json.loads(metric)["FairnessAlarms"] == [1]


def test_equal_chances_raise_nothing(inclusion: Slice, capsys: pytest.CaptureFixture[str]) -> None:
    some, others = [f"prf_a{number}" for number in range(30)], [f"prf_b{number}" for number in range(30)]
    told(inclusion, *(carded(one, "part_time") for one in some), *(carded(one, "full_time") for one in others))
    told(inclusion, proposal("dem_1", [*some[:10], *others[:10]], [*some, *others]))

    assert {one["status"] for one in groups(watched(inclusion)["working_time"], "shown").values()} == {"ok"}
    assert '"FairnessAlarms":[0' in capsys.readouterr().out.replace(" ", "")


def test_every_stage_counts_persons_once_and_those_considered_alone(inclusion: Slice) -> None:
    women, men = people(inclusion, "w", 12, sex="woman"), people(inclusion, "m", 12, sex="man")
    contacted = [interest(one) for one in women[:6]] + [mutual(one) for one in (*women[:7], *men[:5])]
    told(inclusion, interest(women[9], side="lender"), interest("prf_unknown"), *contacted, *contacted)
    told(inclusion, proposal("dem_1", [*women, *men], [*women, *men]))

    sexes = watched(inclusion)["sex"]

    assert groups(sexes, "shown")["woman"]["selected"] == 12
    assert [groups(sexes, "contacted")[name]["selected"] for name in ("woman", "man")] == [7, 5]
    assert groups(sexes, "interviewed")["woman"]["selected"] is None


def test_a_profile_that_the_host_asked_for_was_not_among_the_ten(inclusion: Slice) -> None:
    men = people(inclusion, "m", 12, sex="man")
    told(inclusion, *(proposal(f"dem_{one}", [one], [one], asked_by_host=True) for one in men))

    came = reached(inclusion.handler.wire().inclusion.steps(), clock.today())

    assert (came.considered, came.stages[Stage.SHOWN]) == (set(men), set())


def test_places_are_counted_by_demand_and_not_by_how_often_they_are_told(inclusion: Slice) -> None:
    first = proposal("dem_1", ["prf_a"], ["prf_a"])
    told(inclusion, first, first, proposal("dem_1", ["prf_a", "prf_b"], ["prf_a"]), proposal("dem_2", ["prf_a"], []))

    came = reached(inclusion.handler.wire().inclusion.steps(), clock.today())

    assert came.places == {"prf_a": 2, "prf_b": 1}


def test_an_answer_taken_back_counts_no_more(inclusion: Slice) -> None:
    men = people(inclusion, "m", 12, sex="man")
    told(inclusion, proposal("dem_1", men, men))
    assert watched(inclusion)["sex"]["people"] == 10  # 12, rounded since no woman told
    for one in men[:5]:
        withdrawn(inclusion, f"token-of-{one}")

    assert watched(inclusion)["sex"]["people"] == 5


def test_part_time_is_told_by_the_card_and_by_its_latest_version(inclusion: Slice) -> None:
    some, others = [f"prf_a{number}" for number in range(10)], [f"prf_b{number}" for number in range(10)]
    told(inclusion, *(carded(one, "part_time", 5) for one in some), *(carded(one, "full_time", 5) for one in others))
    told(inclusion, *(carded(one, "full_time", 3) for one in some))
    told(inclusion, proposal("dem_1", [*some[:5], *others[:5]], [*some, *others]))

    hours = groups(watched(inclusion)["working_time"], "shown")

    assert {name: (one["considered"], one["selected"]) for name, one in hours.items()} == {
        "full_time": (10, 5),
        "part_time": (10, 5),
    }


def test_what_is_older_than_a_year_is_not_counted(inclusion: Slice, monkeypatch: pytest.MonkeyPatch) -> None:
    told(inclusion, proposal("dem_1", ["prf_a"], ["prf_a"]))
    (row,) = [each for each in inclusion.rows() if "#step#" in each["pk"]["S"]]
    assert int(row["expires_at"]["N"]) > (clock.now() + timedelta(days=364)).timestamp()

    later = clock.today() + timedelta(days=366)

    assert reached(inclusion.handler.wire().inclusion.steps(), later).considered == set()


def test_the_watch_names_no_profile(inclusion: Slice) -> None:
    men = people(inclusion, "m", 12, sex="man")
    told(inclusion, proposal("dem_1", men, men))
    watched(inclusion)

    text = inclusion.call("GET", "/inclusion/watch", actor=an_operator()).text

    assert "prf_" not in text
    assert "dem_" not in text


def the_counts(*sizes: tuple[int, int], places: int = 50) -> Counts:
    """Women and men, or the four age bands, at every stage alike."""
    names = {2: ("sex", ("woman", "man")), 4: ("age_band", ("under_26", "26_44", "45_54", "55_or_over"))}
    attribute, groups_named = names[len(sizes)]
    told_of = tuple(Group(name, *size) for name, size in zip(groups_named, sizes, strict=True))
    return Counts(attribute, dict.fromkeys(Stage, told_of), dict.fromkeys(groups_named, places))


def cells(counts: Counts) -> list[tuple[int | None, int | None]]:
    return [(one.considered, one.selected) for one in shown(counts).stages[0].groups]


def test_a_small_group_is_hidden_and_the_next_smallest_with_it() -> None:
    counts = the_counts((9, 8), (20, 10), (40, 20), (40, 20))

    assert cells(counts) == [(None, None), (None, None), (40, 20), (40, 20)]
    figures = shown(counts)
    assert (figures.people, figures.rounded, figures.exposure) == (110, True, ())


def test_the_total_is_exact_only_while_every_group_is_shown() -> None:
    assert (shown(the_counts((11, 5), (12, 6))).people, shown(the_counts((9, 5), (12, 6))).people) == (23, 20)


def test_few_selected_or_few_left_out_are_not_told_and_cannot_be_worked_out() -> None:
    few, nearly_all, all_, best = shown(the_counts((40, 4), (40, 36), (40, 40), (100, 96))).stages[0].groups

    assert (few.considered, few.selected, few.selection_rate) == (40, None, None)
    assert (nearly_all.selected, nearly_all.selection_rate) == (None, None)
    assert (all_.selected, best.selected) == (40, None)
    assert (few.impact_ratio, few.status) == (None, Status.ALARM)


sizes = st.integers(0, 60).flatmap(lambda of: st.tuples(st.just(of), st.integers(0, of)))


@given(st.lists(sizes, min_size=4, max_size=4))
def test_nothing_shown_tells_of_few(told_of: list[tuple[int, int]]) -> None:
    figures = shown(the_counts(*told_of))
    (stage, *_) = figures.stages
    hidden = [one for one in stage.groups if one.considered is None]

    for one, (considered, selected) in zip(stage.groups, told_of, strict=True):
        if one.considered is None:
            assert (one.selected, one.selection_rate, one.impact_ratio, one.p_value) == (None,) * 4
            continue
        assert one.considered == considered >= 10
        if one.selected is None:
            assert (one.selection_rate, one.impact_ratio, one.p_value) == (None,) * 3
            assert selected < 5 or 0 < considered - selected < 5
        else:
            assert one.selected == selected >= 5
    assert len(hidden) != 1
    assert (len(hidden) > 0) == figures.rounded == any(considered < 10 for considered, _ in told_of)
    assert figures.people % 5 == 0 or not figures.rounded
    assert not (hidden and figures.exposure)


@given(st.lists(sizes, min_size=4, max_size=4))
def test_a_ratio_is_told_only_where_both_of_its_rates_are(told_of: list[tuple[int, int]]) -> None:
    (stage, *_) = shown(the_counts(*told_of)).stages
    rates = [one.selection_rate for one in stage.groups if one.selection_rate is not None]

    for one in stage.groups:
        if one.impact_ratio is not None and one.impact_ratio < 1:
            assert one.selection_rate is not None
            assert any(abs(one.selection_rate / rate - one.impact_ratio) < 0.01 for rate in rates if rate)


steps = st.lists(
    st.builds(
        Step,
        on=st.just(clock.today()),
        demand_id=st.sampled_from(["dem_1", "dem_2"]),
        considered=st.lists(st.sampled_from("abc"), max_size=3).map(tuple),
        reached=st.dictionaries(
            st.sampled_from(Stage), st.lists(st.sampled_from("abc"), max_size=3).map(tuple), max_size=3
        ),
    ),
    max_size=6,
)


@given(steps, st.randoms(use_true_random=False))
def test_order_and_repetition_change_no_count(told_of: list[Step], chance: random.Random) -> None:
    again = [*told_of, *told_of]
    chance.shuffle(again)

    assert reached(again, clock.today()) == reached(told_of, clock.today())
