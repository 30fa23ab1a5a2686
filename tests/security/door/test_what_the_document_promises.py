"""Each operation keeps what its document promises, whatever it is asked.

The last of its folder: it acts on the things of the played world, which the tests before it expect as they were.
"""

from pathlib import Path

import hypothesis
import pytest
import schemathesis
from schemathesis import GenerationMode
from schemathesis.checks import CHECKS, load_all_checks

from passerelle.access import Role
from tests.security.door.asking import problem
from tests.security.door.conftest import House
from tests.security.door.routes import ROUTES, ids, staff_of

pytestmark = pytest.mark.timeout(300)

OPENAPI = Path(__file__).resolve().parents[3] / "events" / "openapi.json"
SCHEMA = schemathesis.openapi.from_path(str(OPENAPI))
OPERATIONS = {found.label: found for found in (each.ok() for each in SCHEMA.get_all_operations())}
load_all_checks()
PROMISES = CHECKS.get_by_names(["not_a_server_error", "status_code_conformance", "response_schema_conformance"])
FATAL = {
    "POST /companies/{company_id}/closure",
    "POST /partners/{partner_id}/ending",
    "POST /partners/agreements/{partnership_id}/ending",
    "DELETE /webhooks/endpoints/{endpoint_id}",
}
"""Not asked about a thing that others still need."""


def check_operation(house: House, label: str, mode: GenerationMode, examples: int) -> None:
    """Ask an operation what its schema allows (or just does not), about made-up things and about real ones."""
    operation = OPERATIONS[label]
    staff = Role.COMPANY not in ROUTES[label].allow.roles
    knock = house.knocks[staff_of(ROUTES[label]) if staff else "host" if "demands" in label else "owner"]
    known = ids(house) | ({"company_id": house.company("pending")} if staff else {})

    @hypothesis.settings(
        max_examples=examples,
        deadline=None,
        database=None,
        derandomize=True,
        suppress_health_check=list(hypothesis.HealthCheck),
        phases=[hypothesis.Phase.generate],
    )
    @hypothesis.given(case=operation.as_strategy(generation_mode=mode), real=hypothesis.strategies.booleans())
    def ask(case: schemathesis.Case, real: bool) -> None:
        if real and case.path_parameters and label not in FATAL:
            case.path_parameters.update({name: known[name] for name in case.path_parameters})
        answer = case.call(base_url=house.url, headers=dict(knock.headers), timeout=40, allow_redirects=False)
        case.validate_response(answer, checks=PROMISES)

    try:
        ask()
    except hypothesis.errors.Unsatisfiable:
        assert mode is GenerationMode.NEGATIVE  # there is nothing in it that could be wrong
        assert not list(operation.body)
        assert not list(operation.query)


@pytest.mark.filterwarnings("ignore:Do not use the `random` module")  # the cloud's threads do, meanwhile
@pytest.mark.parametrize("label", OPERATIONS)
def test_an_operation_keeps_what_the_document_promises(house: House, label: str) -> None:
    for mode in GenerationMode:
        check_operation(house, label, mode, examples=2)


def test_what_hangs_on_an_ended_thing_answers_as_documented(house: House) -> None:
    label = "GET /matching/demands/{demand_id}/matches"

    answer = house.ask("GET", f"/matching/demands/{house.told.demands[1]}/matches", house.knocks["host"])

    problem(answer, 409, "demand-closed")
    assert "409" in OPERATIONS[label].definition.raw["responses"]


@pytest.mark.filterwarnings("ignore:Do not use the `random` module")  # the cloud's threads do, meanwhile
@pytest.mark.deep
@pytest.mark.timeout(1800)
@pytest.mark.parametrize("label", OPERATIONS)
def test_an_operation_keeps_what_the_document_promises_at_length(house: House, label: str) -> None:
    for mode in GenerationMode:
        check_operation(house, label, mode, examples=100)
