"""Whatever is said to the slice, it answers: never a failure of ours, never a half-made endpoint."""

from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from functions.webhooks.model.deliveries import Answer
from tests.unit.webhooks.conftest import House, a_partner, opened

HOOK = "https://partenaire.example/passerelle"
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=30),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=10), inner, max_size=4),
    max_leaves=8,
)
FEW = settings(max_examples=10, suppress_health_check=[HealthCheck.function_scoped_fixture])


@FEW
@given(body=JSON | st.fixed_dictionaries({"url": st.text(max_size=80) | st.just(HOOK)}, optional={"wanted": JSON}))
def test_a_registration_is_made_whole_or_refused(house: House, body: Any) -> None:
    answer = house.slice.call("POST", "/webhooks/endpoints", actor=a_partner(), body=body)

    assert answer.status == 201 or 400 <= answer.status < 500
    assert (answer.status == 201) == ("whsec_" in answer.text)


@FEW
@given(raw=st.binary(max_size=200))
def test_any_answer_to_the_challenge_leaves_the_endpoint_pending(house: House, raw: bytes) -> None:
    endpoint = house.endpoint(HOOK, verified=False)
    house.outside.answer(HOOK, Answer(status=200, body=raw))

    assert house.call("POST", endpoint["id"], "/verification").status == 422


@FEW
@given(
    cursor=st.text(max_size=40), limit=st.text(max_size=4), path=st.sampled_from(["/feed", "/snapshot", "/deliveries"])
)
def test_any_cursor_is_read_or_refused(house: House, cursor: str, limit: str, path: str) -> None:
    endpoint = house.endpoint(HOOK, verified=False)

    answer = house.call("GET", endpoint["id"], path, query={"cursor": cursor, "limit": limit})

    assert answer.status in {200, 400}


@FEW
@given(name=st.text(max_size=30), data=JSON)
def test_an_event_that_is_not_as_it_should_be_is_set_aside_and_holds_up_nobody(
    house: House, name: str, data: Any
) -> None:
    if not house.outside.told(HOOK):
        house.endpoint(HOOK)
    odd = opened("dem_odd").model_copy(update={"type": name, "data": data if isinstance(data, dict) else {"x": data}})

    assert house.slice.deliver(odd, fact := opened("dem_sound")) == []
    house.work()

    assert fact.id in house.outside.ids(HOOK)
