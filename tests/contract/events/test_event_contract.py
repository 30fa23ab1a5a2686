"""The contract of events, in both directions: classes, samples, schemas, producers and consumers agree."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Literal, get_origin

import jsonschema
import pytest
import yaml

from cdk.contracts import render_all
from cdk.contracts.declared import consumers, declarations, event_types
from cdk.contracts.events import event_schema, since
from passerelle.contracts import Envelope
from passerelle.nomenclature import load_starter

ROOT = Path(__file__).resolve().parents[3]
EVENTS = ROOT / "events"
SAMPLES = sorted((EVENTS / "samples").glob("*.json"))
A_PREFIX = re.compile(r"^(cmp|mbr|prf|dem|int|per|idp|evt|lnk|doc|key|req|ptn|whe)_")
AN_ID = re.compile(r"^[a-z]{3}_[a-z2-7]{20}$")
A_CODE = re.compile(r"^[A-Z]\d{4}$")

TERMINAL = {
    "MemberJoined": "kept as the audit trail of a company: who may act for it, since when",
    "MemberRoleChanged": "kept as the audit trail of a company: in which role, since when",
    "CandidateOutcomeReceived": "what became of a partner's candidate; for the programmes that follow candidates",
    "CompanyRegistered": "kept as the beginning of a company's audit trail; nobody acts before its identity is there",
    "PreselectedCandidateReceived": "a partner's candidate by codes; for the programmes that follow candidates",
    "PersonErased": "the end of a person's record here; for partners, once they receive facts about persons",
}
"""Events that nobody consumes, each with the reason why it is said all the same."""

IDENTITY_WORDS = frozenset(
    [
        "name",
        "surname",
        "firstname",
        "lastname",
        "given",
        "family",
        "patronym",
        "contact",
        "email",
        "mail",
        "phone",
        "mobile",
        "fax",
        "address",
        "street",
        "postcode",
        "zip",
        "city",
        "municipality",
        "siren",
        "siret",
        "vat",
        "nir",
        "ssn",
        "iban",
        "bic",
        "birth",
        "birthdate",
        "age",
        "sex",
        "gender",
        "nationality",
        "origin",
        "photo",
        "cv",
        "employer",
        "school",
        "health",
        "handicap",
        "disability",
        "salary",
        "wage",
        "pay",
    ]
)
"""Words that no field name of an event may contain (law.md §3.2 and §3.3)."""
NOT_IDENTITY = {
    "SessionAnnounced.municipality": "where one meets: everybody may read it, and it is nobody's home or workplace",
    "SessionOpened.municipality": "where one meets: everybody may read it, and it is nobody's home or workplace",
    "name": "of a criterion: one of a closed list of codes",
    "contact_kind": "says which sort of mail domain, not which",
    "pay_changed": "whether a loan changes pay, not how much",
    "vat_rate": "a rate of tax, not a number of a company",
}


def parsed(path: Path) -> Envelope:
    return Envelope.from_json(path.read_text(encoding="utf-8"))


def fields_of(schema: Any) -> Iterator[str]:
    if isinstance(schema, dict):
        yield from schema.get("properties", {})
        for part in schema.values():
            yield from fields_of(part)
    elif isinstance(schema, list):
        for part in schema:
            yield from fields_of(part)


def strings_of(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for part in value.values():
            yield from strings_of(part)
    elif isinstance(value, list):
        for part in value:
            yield from strings_of(part)


def test_every_event_has_a_sample_and_every_sample_an_event():
    assert {path.name for path in SAMPLES} == {
        f"{name}.v{version}.json" for name, event in event_types().items() for version in range(1, event.version + 1)
    }


@pytest.mark.parametrize("path", SAMPLES, ids=lambda path: path.stem)
def test_a_sample_passes_through_its_class_and_nothing_is_lost(path: Path):
    written = json.loads(path.read_text(encoding="utf-8"))
    envelope = parsed(path)

    again = json.loads(envelope.model_copy(update={"data": envelope.event().model_dump(mode="json")}).model_dump_json())

    assert again == written


@pytest.mark.parametrize("path", SAMPLES, ids=lambda path: path.stem)
def test_a_sample_is_named_after_what_is_in_it(path: Path):
    envelope = parsed(path)

    assert path.name == f"{envelope.type}.v{envelope.version}.json"
    assert type(envelope.event()).__name__ == envelope.type


@pytest.mark.parametrize("path", SAMPLES, ids=lambda path: path.stem)
def test_a_sample_complies_with_the_committed_schema(path: Path):
    schema = json.loads((EVENTS / "schemas" / path.name).read_text(encoding="utf-8"))
    jsonschema.Draft202012Validator.check_schema(schema)

    jsonschema.Draft202012Validator(schema, format_checker=jsonschema.Draft202012Validator.FORMAT_CHECKER).validate(
        json.loads(path.read_text(encoding="utf-8"))
    )


@pytest.mark.parametrize("path", SAMPLES, ids=lambda path: path.stem)
def test_a_sample_uses_ids_of_ours_and_codes_that_exist(path: Path):
    known = load_starter()
    texts = list(strings_of(json.loads(path.read_text(encoding="utf-8"))))
    ids = [text for text in texts if A_PREFIX.match(text)]

    assert [text for text in ids if not AN_ID.match(text)] == []
    for text in texts:
        if A_CODE.match(text):
            known.occupation(text)
        elif re.fullmatch(r"\d{6}", text):
            known.skill(text)
        elif re.fullmatch(r"\d{9}", text):
            known.label("epci", text)


def test_the_samples_tell_one_story():
    """An id stands for one thing throughout, and what an event is caused by is among the samples."""
    told = [parsed(path) for path in SAMPLES]
    ids = {envelope.id for envelope in told}

    assert len(ids) == len(told)
    assert [one.type for one in told if one.causation_id.startswith("evt_") and one.causation_id not in ids] == []
    for envelope in told:
        for cause in (other for other in told if other.id == envelope.causation_id):
            assert cause.occurred_at <= envelope.occurred_at
            assert cause.correlation_id == envelope.correlation_id


@pytest.mark.parametrize("name", event_types())
def test_an_unknown_field_of_a_later_producer_is_ignored(name: str):
    path = EVENTS / "samples" / f"{name}.v1.json"
    written = json.loads(path.read_text(encoding="utf-8"))
    written["data"]["added_later"] = 1

    assert Envelope.model_validate(written).event() == parsed(path).event()


def test_the_generated_files_are_the_committed_ones():
    committed = {name: (ROOT / name).read_text("utf-8") for name in render_all() if (ROOT / name).exists()}
    stale = [name for name, text in render_all().items() if committed.get(name) != text]

    assert stale == [], "run `passerelle contracts`"
    assert {path.name for path in (EVENTS / "schemas").iterdir()} == {
        f"{name}.v{event.version}.json" for name, event in event_types().items()
    }


def test_every_event_is_consumed_or_said_for_a_reason():
    unheard = {name for name, slices in consumers(declarations()).items() if not slices}

    assert unheard == set(TERMINAL)


def test_nobody_listens_to_what_nobody_says():
    wanted = {event for one in declarations() for event in one.reactions}

    assert wanted <= set(event_types())


def test_every_event_comes_from_a_slice_that_is_there():
    assert {event.source_slice for event in event_types().values()} <= {one.name for one in declarations()}


@pytest.mark.parametrize("name", event_types())
def test_no_field_of_an_event_could_carry_an_identity(name: str):
    fields = {field for field in fields_of(event_schema(event_types()[name])) if f"{name}.{field}" not in NOT_IDENTITY}
    fields -= set(NOT_IDENTITY)

    assert [field for field in fields if IDENTITY_WORDS & set(field.lower().split("_"))] == []


@pytest.mark.parametrize("path", SAMPLES, ids=lambda path: path.stem)
def test_no_sample_carries_an_identity(path: Path):
    text = path.read_text(encoding="utf-8")

    assert "@" not in text
    assert not re.search(r"\b\d{14}\b|\b0\d( ?\d\d){4}\b", text)


def test_a_public_event_names_no_tenant():
    owners = {"lender", "host", "readers", "marks", "company_id", "person_id"}
    fields = [field for event in event_types().values() for field in event.public_fields]

    assert fields
    assert [field for field in fields if "tenant" in field or field in owners] == []


def test_a_public_event_says_ids_and_codes_alone():
    for event in event_types().values():
        for field in event.public_fields:
            kind = event.model_fields[field].annotation
            assert field.endswith("_id") or get_origin(kind) is Literal, (event.__name__, field)


@pytest.mark.parametrize("name", event_types())
def test_every_event_is_in_the_changelog(name: str):
    assert re.fullmatch(r"\d{4}-\d{2}-\d{2}", since(name))


def test_the_changelog_is_dated_newest_first():
    days = re.findall(r"^## (\d{4}-\d{2}-\d{2})", (EVENTS / "CHANGELOG.md").read_text("utf-8"), re.MULTILINE)

    assert days
    assert days == sorted(days, reverse=True)


def test_the_asyncapi_document_holds_together():
    document = yaml.safe_load((EVENTS / "asyncapi.yaml").read_text("utf-8"))

    assert document["asyncapi"] == "3.0.0"
    for reference in references_of(document):
        if reference.startswith("#/"):
            found = document
            for part in reference[2:].split("/"):
                found = found[part]
        else:
            assert (EVENTS / reference).exists()
    assert set(document["channels"]) == set(event_types())
    assert {one["action"] for one in document["operations"].values()} == {"send", "receive"}


def references_of(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        if "$ref" in value:
            yield value["$ref"]
        for part in value.values():
            yield from references_of(part)
    elif isinstance(value, list):
        for part in value:
            yield from references_of(part)
