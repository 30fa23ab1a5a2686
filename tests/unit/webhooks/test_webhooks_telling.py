"""Partners are told public facts: signed, thin, filtered, once each however often the fact arrives."""

import json
from datetime import timedelta

import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from standardwebhooks import WebhookVerificationError

from functions.webhooks.model.deliveries import Answer
from passerelle import signing
from passerelle.contracts.introductions import IntroductionBecameMutual
from passerelle.contracts.profiles import ProfilePublished, ProfileWithdrawn
from tests.unit.webhooks.conftest import (
    House,
    a_partner,
    closed,
    opened,
    told,
    verified_by_the_official_library,
)

HOOK = "https://partenaire.example/passerelle"
OTHER = "https://autre.example/hooks"


def test_an_active_endpoint_is_told_a_public_fact_and_the_official_library_verifies_it(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    endpoint = house.endpoint(HOOK)

    house.tell(opened("dem_1", sequence=2))

    (message,) = house.outside.told(HOOK)
    said = verified_by_the_official_library(endpoint["secret"], message, monkeypatch)
    assert (said["type"], said["subject"], said["sequence"]) == ("DemandOpened", "dem_1", 2)
    assert (said["data"], said["territory"], said["programme"]) == ({"demand_id": "dem_1"}, "76", "lending")
    assert said["id"] == message.id


@pytest.mark.parametrize("position", [0, 40, -1])
def test_one_altered_byte_fails_there_and_here(house: House, monkeypatch: pytest.MonkeyPatch, position: int) -> None:
    endpoint = house.endpoint(HOOK)
    house.tell(opened())
    (message,) = house.outside.told(HOOK)
    altered = bytearray(message.body)
    altered[position] ^= 1
    message.body = bytes(altered)

    with pytest.raises(WebhookVerificationError):
        verified_by_the_official_library(endpoint["secret"], message, monkeypatch)
    with pytest.raises(signing.NotSigned, match="bad-signature"):
        signing.verify([endpoint["secret"]], message.headers, message.body, message.at)


def test_what_is_told_names_no_company_person_or_card(house: House) -> None:
    house.endpoint(HOOK)
    mutual = IntroductionBecameMutual(
        introduction_id="int_1", demand_id="dem_1", profile_id="prf_1", lender="cmp_lender", host="cmp_host"
    )

    house.tell(opened(), closed(), told(mutual, "int_1", 3))

    sent = b"".join(message.body for message in house.outside.told(HOOK)).decode()
    assert len(house.outside.told(HOOK)) == 3
    for secret in ("cmp_", "prf_1", "H2909", "req_story", "tenant", "card"):
        assert secret not in sent


def test_the_facts_of_one_request_do_not_show_that_they_belong_together(house: House) -> None:
    house.endpoint(HOOK)

    house.tell(opened("dem_1"), opened("dem_2"), closed("dem_1"))

    stories = {(one.said["subject"], one.said["correlation_id"]) for one in house.outside.told(HOOK)}
    assert len(stories) == 2
    assert len({story for _, story in stories}) == 2


def test_a_fact_that_comes_again_is_told_once(house: House) -> None:
    house.endpoint(HOOK)
    fact = opened()

    house.tell(fact, fact)
    house.tell(fact)
    house.pass_time(times=3)

    assert house.outside.ids(HOOK) == [fact.id]


def test_nothing_is_told_before_the_owner_answered_the_challenge(house: House) -> None:
    endpoint = house.endpoint(HOOK, verified=False)
    fact = opened()
    house.tell(fact)
    house.pass_time(timedelta(minutes=6), times=2)
    assert house.outside.told(HOOK) == []

    house.call("POST", endpoint["id"], "/verification")
    house.pass_time()

    assert house.outside.ids(HOOK) == [fact.id]


@pytest.mark.parametrize(
    "answer",
    [
        Answer(status=200, body=b'{"challenge": "another"}'),
        Answer(status=200, body=b"not json"),
        Answer(status=200, body=b"[]"),
        Answer(status=302),
        Answer(status=500),
        Answer(error="timeout"),
    ],
)
def test_who_does_not_give_the_challenge_back_stays_pending(house: House, answer: Answer) -> None:
    endpoint = house.endpoint(HOOK, verified=False)
    house.outside.answer(HOOK, answer)

    refused = house.call("POST", endpoint["id"], "/verification")

    assert (refused.status, refused.body["type"]) == (422, "urn:passerelle:problem:verification-failed")
    assert house.call("GET", endpoint["id"]).body["state"] == "pending"


@pytest.mark.parametrize(
    ("wanted", "heard"),
    [
        ({}, {"DemandOpened dem_76", "DemandOpened dem_27", "DemandClosed dem_76", "DemandClosed dem_27"}),
        ({"types": ["DemandClosed"]}, {"DemandClosed dem_76", "DemandClosed dem_27"}),
        ({"territories": ["76"]}, {"DemandOpened dem_76", "DemandClosed dem_76"}),
        ({"programmes": ["placement"]}, set()),
        ({"programmes": ["lending"], "territories": ["27"], "types": ["DemandOpened"]}, {"DemandOpened dem_27"}),
    ],
)
def test_an_endpoint_hears_what_it_asked_for(house: House, wanted: dict[str, list[str]], heard: set[str]) -> None:
    house.endpoint(HOOK, wanted=wanted)

    for place in ("76", "27"):
        house.tell(opened(f"dem_{place}", place=place), closed(f"dem_{place}"))

    assert {f"{one.said['type']} {one.said['subject']}" for one in house.outside.told(HOOK)} == heard


def test_an_end_that_overtakes_its_beginning_reaches_the_territory_all_the_same(house: House) -> None:
    house.endpoint(HOOK, wanted={"territories": ["76"]})
    house.endpoint(OTHER, wanted={"territories": ["27"]})

    house.tell(closed("dem_1", sequence=3))
    house.tell(opened("dem_1", sequence=2))

    assert {one.said["sequence"] for one in house.outside.told(HOOK)} == {2, 3}
    assert house.outside.told(OTHER) == []


def test_facts_about_profiles_are_told_with_the_next_batch_and_bear_the_day_alone(house: House) -> None:
    endpoint = house.endpoint(HOOK)
    published = ProfileWithdrawn(profile_id="prf_1")

    house.tell(told(published, "prf_1", 4))
    house.pass_time(timedelta(hours=6), times=3)
    before = house.outside.told(HOOK)
    early = house.call("GET", endpoint["id"], "/snapshot").body["items"]
    house.pass_time(timedelta(hours=1), times=2)

    (message,) = house.outside.told(HOOK)
    assert (before, early) == ([], [])
    assert message.said["occurred_at"] == "2026-11-23T00:00:00Z"
    assert message.said["data"] == {"profile_id": "prf_1"}
    assert ProfilePublished.batched


def test_a_rotated_secret_and_the_one_before_it_both_sign_for_a_day(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    old = house.endpoint(HOOK)
    fresh = house.call("POST", old["id"], "/secrets").body

    house.tell(opened("dem_1"))
    house.pass_time(timedelta(hours=25))
    house.tell(opened("dem_2"))

    overlapping, later = house.outside.told(HOOK)
    for secret in (old["secret"], fresh["secret"]):
        assert verified_by_the_official_library(secret, overlapping, monkeypatch)["subject"] == "dem_1"
    assert verified_by_the_official_library(fresh["secret"], later, monkeypatch)["subject"] == "dem_2"
    with pytest.raises(WebhookVerificationError):
        verified_by_the_official_library(old["secret"], later, monkeypatch)


def test_on_request_messages_are_signed_with_a_key_of_which_the_partner_holds_the_public_half(house: House) -> None:
    import base64

    endpoint = house.endpoint(HOOK, signature="ed25519")
    house.tell(opened())

    (message,) = house.outside.told(HOOK)
    assert endpoint["secret"].startswith("whpk_")
    public = Ed25519PublicKey.from_public_bytes(base64.b64decode(endpoint["secret"].removeprefix("whpk_")))
    scheme, _, text = message.headers["webhook-signature"].partition(",")
    content = f"{message.id}.{message.headers['webhook-timestamp']}.".encode() + message.body
    public.verify(base64.b64decode(text), content)
    assert scheme == "v1a"
    with pytest.raises(InvalidSignature):
        public.verify(base64.b64decode(text), content + b" ")


def test_a_secret_is_shown_once_and_rests_sealed(house: House) -> None:
    made = house.slice.call(
        "POST", "/webhooks/endpoints", actor=a_partner(), body={"url": HOOK}, key="the-same-key-again"
    )
    again = house.slice.call(
        "POST", "/webhooks/endpoints", actor=a_partner(), body={"url": HOOK}, key="the-same-key-again"
    )

    secret = made.body["secret"]
    assert secret.startswith("whsec_")
    assert again.body["secret"] is None
    assert house.call("GET", made.body["id"]).body["secret"] is None
    assert secret.removeprefix("whsec_") not in json.dumps(house.slice.rows())


def test_a_test_event_is_delivered_like_any_other(house: House) -> None:
    endpoint = house.endpoint(HOOK)

    asked = house.call("POST", endpoint["id"], "/tests")
    house.work()

    (message,) = house.outside.told(HOOK)
    assert (asked.status, message.said["type"], message.id) == (202, "EndpointTest", asked.body["id"])


def test_anothers_endpoint_is_not_found(house: House) -> None:
    endpoint = house.endpoint(HOOK)
    stranger = a_partner("ptn_stranger")
    house.tell(fact := opened())
    since = house.time.isoformat()

    asked = [
        house.call("GET", endpoint["id"], actor=stranger),
        house.call("PUT", endpoint["id"], actor=stranger, body={"url": OTHER}, headers={"If-Match": '"2"'}),
        house.call("DELETE", endpoint["id"], actor=stranger),
        *(house.call("POST", endpoint["id"], path, actor=stranger) for path in ("/verification", "/secrets", "/tests")),
        *(house.call("GET", endpoint["id"], path, actor=stranger) for path in ("/feed", "/snapshot", "/deliveries")),
        house.call("GET", endpoint["id"], f"/deliveries/{fact.id}", actor=stranger),
        house.call("POST", endpoint["id"], f"/deliveries/{fact.id}/resend", actor=stranger),
        house.call("POST", endpoint["id"], "/replay", actor=stranger, body={"since": since}),
    ]

    assert [answer.status for answer in asked] == [404] * len(asked)
    assert house.slice.call("GET", "/webhooks/endpoints", actor=stranger).body == {"items": []}
    assert house.call("GET", endpoint["id"]).status == 200


def test_another_address_has_to_be_verified_first(house: House) -> None:
    endpoint = house.endpoint(HOOK)

    moved = house.call("PUT", endpoint["id"], body={"url": OTHER}, headers={"If-Match": '"2"'})
    house.tell(opened())

    assert (moved.status, moved.body["state"]) == (200, "pending")
    assert house.outside.told(OTHER) == house.outside.told(HOOK) == []


@pytest.mark.parametrize("types", [["Anything"], ["CompanyRegistered"], ["IdentityRecorded"]])
def test_what_is_not_public_cannot_be_asked_for(house: House, types: list[str]) -> None:
    body = {"url": HOOK, "wanted": {"types": types}}

    refused = house.slice.call("POST", "/webhooks/endpoints", actor=a_partner(), body=body)

    assert (refused.status, refused.body["errors"][0]["pointer"]) == (422, "/wanted/types")
