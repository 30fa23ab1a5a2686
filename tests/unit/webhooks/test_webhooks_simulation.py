"""What the bench simulates is the slice: on its own table the simulated run goes as it does on the table in memory."""

from functions.webhooks.model.deliveries import Outcome
from functions.webhooks.model.endpoints import CIRCUIT_OPENS_AFTER
from functions.webhooks.store import Webhooks
from passerelle.store import Table
from tests.bench.webhooks_simulation import HEALTHY, NEVER, PARTNER, SLOW, simulated
from tests.support.slices import a_slice

EVENTS = 8
TAKES = {"whe_a": HEALTHY, "whe_b": HEALTHY, "whe_slow": SLOW, "whe_never": NEVER}


def test_on_the_slices_own_table_a_run_goes_as_in_memory() -> None:
    in_memory = simulated(EVENTS, TAKES, until=200)
    with a_slice("webhooks", attempts_queue_url="none", secrets_key_id="none") as webhooks:
        store = Webhooks(Table(webhooks.table_name))
        on_table = simulated(EVENTS, TAKES, store=store, until=200)
        stored = store.endpoint(PARTNER, "whe_never")
        logged = {
            name: sum(
                len(list(store.attempts(name, entry.value.notice.id))) for entry in store.feed(name, 50, None).items
            )
            for name in TAKES
        }
        health = store.health("whe_never").value
        waiting = store.due("whe_never", 50)

    assert on_table.waits == in_memory.waits
    assert {name: len(found) for name, found in on_table.waits.items()} == {"whe_a": 8, "whe_b": 8, "whe_slow": 8}
    assert on_table.requests == in_memory.requests == sum(logged.values())
    assert (logged["whe_a"], logged["whe_slow"]) == (EVENTS, EVENTS)
    assert health.failures == logged["whe_never"] >= CIRCUIT_OPENS_AFTER
    assert {one.value.outcome for one in waiting} == {Outcome.WAITING}
    assert len(waiting) == EVENTS
    assert stored is not None
