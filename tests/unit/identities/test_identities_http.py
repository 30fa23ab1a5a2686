"""The vault through its HTTP face: recording, rectifying, reading one's own, and what never leaves it."""

import base64
import io
import json
from typing import Any

import boto3
import pytest

from passerelle.access import Actor, Role
from passerelle.contracts.identities import IdentityRecorded
from passerelle.identifiers import siren_mark
from passerelle.problems import Problem
from tests.support.slices import Reply, Slice, a_company, a_machine, a_user, an_adviser, an_operator

SIREN, SIRET = "732829320", "73282932000074"
LENDER, HOST, PERSON = "cmp_lender", "cmp_host", "per_ana"
CANARIES = ("Zéphyrine", "Quatrebarbes", "zq@canari.example", "0612345699", "7 impasse du Canari")


def a_person(**changes: Any) -> dict[str, Any]:
    given, family, email, phone, address = CANARIES
    form = {"kind": "person", "given_name": given, "family_name": family, "email": email}
    return form | {"phone": phone, "address": address} | changes


def a_company_identity(**changes: Any) -> dict[str, Any]:
    return {
        "kind": "company",
        "name": "Canari Métaux",
        "siren": SIREN,
        "siret": SIRET,
        "address": "12 rue des Forges\n76210 Bolbec",
        "contact_name": "Dominique Morel",
        "contact_email": "rh@canari-metaux.example",
    } | changes


def put(slice_: Slice, subject: str, body: Any, actor: Actor | None = None, etag: str | None = None) -> Reply:
    headers = {"If-Match": etag} if etag else None
    return slice_.call("PUT", f"/identities/{subject}", actor=actor or a_company(LENDER), body=body, headers=headers)


def get(slice_: Slice, subject: str, actor: Actor | None = None) -> Reply:
    return slice_.call("GET", f"/identities/{subject}", actor=actor or a_company(LENDER))


def accesses(slice_: Slice) -> list[dict[str, Any]]:
    return [json.loads(row["state"]["S"]) for row in slice_.rows() if "#access#" in row["pk"]["S"]]


def pointers(reply: Reply) -> set[str]:
    return {error["pointer"] for error in reply.body["errors"]}


def test_a_person_is_recorded_and_read_again(identities: Slice) -> None:
    recorded = put(identities, PERSON, a_person())

    assert recorded.status == 200, recorded.text
    assert set(recorded.body) == {"subject_id", "kind", "recorded_at"}
    assert identities.facts(IdentityRecorded) == [IdentityRecorded(subject_id=PERSON, kind="person")]
    read = get(identities, PERSON)
    assert read.status == 200
    assert read.body == a_person()
    assert read.headers["ETag"] == recorded.headers["ETag"] == '"1"'
    assert read.headers["Cache-Control"] == "no-store"


def test_a_pending_company_records_its_own_identity(identities: Slice) -> None:
    recorded = put(identities, LENDER, a_company_identity(), a_company(LENDER, active=False))

    assert recorded.status == 200, recorded.text
    mark = siren_mark("a-mark-secret-of-the-tests", SIREN)
    assert identities.facts(IdentityRecorded) == [
        IdentityRecorded(subject_id=LENDER, kind="company", mark=mark, contact_kind="company")
    ]
    assert identities.envelopes()[0].subject == LENDER
    assert get(identities, LENDER, a_company(LENDER, active=False)).body["siret"] == SIRET


def test_a_contact_at_a_public_provider_is_told_apart(identities: Slice) -> None:
    expected = {
        "rh@canari.example": "company",
        "direction@GMAIL.com": "free_mail",
        "sarl.canari@orange.fr": "free_mail",
        "sarl.canari@mail.yahoo.com": "free_mail",
        "jetable@mailinator.com": "free_mail",
        "rh@notgmail.com": "company",
        "rh@pro.orange-metaux.fr": "company",
    }
    for number, (email, kind) in enumerate(expected.items()):
        tenant = f"cmp_{number}"
        assert put(identities, tenant, a_company_identity(contact_email=email), a_company(tenant)).status == 200

        assert [each.contact_kind for each in identities.facts(IdentityRecorded) if each.subject_id == tenant] == [kind]


def test_a_caller_that_never_got_his_answer_repeats_his_request(identities: Slice) -> None:
    first = put(identities, PERSON, a_person())

    again = put(identities, PERSON, a_person())

    assert (again.status, again.body, again.headers["ETag"]) == (200, first.body, '"1"')
    assert len(identities.facts(IdentityRecorded)) == 1


def test_rectifying_names_the_version_it_changes(identities: Slice) -> None:
    put(identities, PERSON, a_person())

    assert put(identities, PERSON, a_person(given_name="Ana")).status == 428
    assert put(identities, PERSON, a_person(given_name="Ana"), etag='"2"').status == 412
    rectified = put(identities, PERSON, a_person(given_name="Ana"), etag='"1"')

    assert rectified.status == 200
    assert rectified.headers["ETag"] == '"2"'
    assert get(identities, PERSON).body["given_name"] == "Ana"
    assert [envelope.sequence for envelope in identities.envelopes(IdentityRecorded)] == [1, 2]
    assert put(identities, PERSON, a_person(given_name="Eva"), etag='"1"').status == 412


def test_a_version_of_what_is_not_there_is_stale(identities: Slice) -> None:
    assert put(identities, PERSON, a_person(), etag='"1"').status == 412
    assert get(identities, PERSON).status == 404


def test_another_tenants_identity_is_not_there(identities: Slice) -> None:
    put(identities, PERSON, a_person())
    put(identities, LENDER, a_company_identity())
    host = a_company(HOST)

    assert get(identities, PERSON, host).status == 404
    assert get(identities, LENDER, host).status == 404
    assert put(identities, LENDER, a_company_identity(), host).status == 404
    assert get(identities, "per_nobody").body["detail"] == get(identities, PERSON, host).body["detail"]
    assert len(identities.facts(IdentityRecorded)) == 2


def test_the_same_person_id_under_two_tenants_is_two_subjects(identities: Slice) -> None:
    put(identities, PERSON, a_person())
    put(identities, PERSON, a_person(given_name="Other"), a_company(HOST))

    assert get(identities, PERSON).body["given_name"] == CANARIES[0]
    assert get(identities, PERSON, a_company(HOST)).body["given_name"] == "Other"


def test_kind_and_id_agree(identities: Slice) -> None:
    assert pointers(put(identities, PERSON, a_company_identity())) == {"/kind"}
    assert pointers(put(identities, LENDER, a_person())) == {"/kind"}


def test_a_pending_company_names_no_person(identities: Slice) -> None:
    refused = put(identities, PERSON, a_person(), a_company(LENDER, active=False))

    assert refused.status == 403
    assert refused.body["type"].endswith("company-not-active")


def test_who_may_call(identities: Slice) -> None:
    expected: list[tuple[Actor | None, int, int]] = [
        (None, 401, 401),
        (a_user(), 403, 403),
        (an_adviser(), 403, 403),
        (an_operator(), 403, 403),
        (a_company(LENDER), 200, 200),
        (a_company(LENDER, active=False), 200, 200),
        (a_machine(LENDER), 403, 403),
        (a_machine(LENDER, "identities:read"), 200, 403),
        (a_machine(LENDER, "identities:write"), 403, 200),
        (a_machine(LENDER, "identities:read", "identities:write", active=False), 200, 200),
    ]
    path, version = f"/identities/{LENDER}", 1
    put(identities, LENDER, a_company_identity())
    for actor, read, write in expected:
        assert identities.call("GET", path, actor=actor).status == read, actor
        etag = {"If-Match": f'"{version}"'}
        written = identities.call("PUT", path, actor=actor, body=a_company_identity(), headers=etag)
        assert written.status == write, actor
        version += written.status == 200


WRONG: list[tuple[Any, str]] = [
    (a_person(given_name=" "), "/given_name"),
    (a_person(family_name="x" * 101), "/family_name"),
    (a_person(given_name="Ana\nBcc: x@y.fr"), "/given_name"),
    (a_person(email="ana@exemple"), "/email"),
    (a_person(email="ana@exemple.fr\nBcc: x@y.fr"), "/email"),
    (a_person(email="ana@exemple.fr,b@exemple.fr"), "/email"),
    (a_person(email="Ana <ana@exemple.fr>"), "/email"),
    (a_person(email="a" * 65 + "@exemple.fr"), "/email"),
    (a_person(phone="appelez-moi"), "/phone"),
    (a_person(address="\x07"), "/address"),
    (a_person(nir="2 85 05 78 006 084 36"), "/nir"),
    (a_company_identity(siren="732829321"), "/siren"),
    (a_company_identity(siret="40483304800022"), "/siret"),
    (a_company_identity(siret="73282932000075"), "/siret"),
    ({"kind": "a robot"}, "/kind"),
    ({"given_name": "Ana"}, "/kind"),
    ([], "/kind"),
    (a_person(given_name=3), "/given_name"),
    ({"kind": "person", "given_name": "Ana", "family_name": "Lima"}, "/email"),
]


def test_a_wrong_field_is_pointed_at_and_never_quoted(identities: Slice) -> None:
    for body, at in WRONG:
        fields = body if isinstance(body, dict) else {}
        refused = put(identities, LENDER if fields.get("kind") == "company" else PERSON, body)

        assert refused.status == 422, refused.text
        assert at in pointers(refused), refused.text
        typed = {str(value) for value in fields.values()} - {"person", "company", " ", "3", "\x07"}
        assert not any(value in refused.text for value in typed), refused.text
    assert identities.rows() == []


def test_separators_in_numbers_are_taken_out(identities: Slice) -> None:
    put(identities, LENDER, a_company_identity(siren="732 829 320", siret="732 829 320 00074"))

    assert get(identities, LENDER).body["siren"] == SIREN


def test_each_reading_is_noted_before_it_is_answered(identities: Slice, monkeypatch: pytest.MonkeyPatch) -> None:
    put(identities, PERSON, a_person())
    get(identities, PERSON, a_machine(LENDER, "identities:read"))

    (access,) = accesses(identities)
    assert (access["reader"], access["purpose"], access["outcome"]) == ("key_1", "own_read", "answered")
    assert access["subject_id"] == PERSON
    assert access["correlation_id"].startswith("req_")

    def refuse(*_: Any) -> None:
        raise Problem

    monkeypatch.setattr("passerelle.store.Transaction.commit", refuse)
    unnoted = get(identities, PERSON)
    assert unnoted.status == 500
    assert not any(canary in unnoted.text for canary in CANARIES)


def test_reading_what_is_not_there_notes_nothing(identities: Slice) -> None:
    assert get(identities, PERSON).status == 404
    assert identities.rows() == []


def test_names_are_nowhere_but_sealed(identities: Slice, logged: io.StringIO) -> None:
    put(identities, PERSON, a_person())
    put(identities, PERSON, a_person(), etag='"1"')
    put(identities, PERSON, a_person(), etag='"1"')
    get(identities, PERSON)
    keys = boto3.client("dynamodb").scan(TableName="passerelle-test-identities-keys")["Items"]

    everywhere = json.dumps([identities.rows(), keys], default=_readable, ensure_ascii=False) + logged.getvalue()

    for canary in CANARIES:
        assert canary not in everywhere
        assert base64.b64encode(canary.encode()).decode().rstrip("=") not in everywhere


def test_siren_leaves_only_as_its_mark(identities: Slice, logged: io.StringIO) -> None:
    put(identities, LENDER, a_company_identity())
    get(identities, LENDER)

    everywhere = json.dumps(identities.rows()) + logged.getvalue()

    assert SIREN not in everywhere
    assert "Canari" not in everywhere


def test_no_role_reads_another_tenants_person(identities: Slice) -> None:
    put(identities, PERSON, a_person())
    for role in Role:
        answer = get(identities, PERSON, Actor(role, "usr_9", HOST, True, frozenset({"identities:read"})))

        assert answer.status in {401, 403, 404}, role
        assert not any(canary in answer.text for canary in CANARIES)


def _readable(value: Any) -> str:
    return bytes(value).decode("latin-1")
