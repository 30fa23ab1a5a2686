"""The stages: named as everything else expects, and refused when they would break a promise."""

from __future__ import annotations

from dataclasses import FrozenInstanceError, replace

import pytest

from cdk.constructs.slice import Permission
from cdk.settings import STAGES, stage_settings


def test_there_are_four_stages_each_in_an_account_of_its_own() -> None:
    assert set(STAGES) == {"local", "dev", "sandbox", "live"}
    assert len({stage.account for stage in STAGES.values()}) == 4


def test_an_unknown_stage_is_refused_with_the_known_ones() -> None:
    with pytest.raises(KeyError, match="local, dev, sandbox, live"):
        stage_settings("prod")


def test_settings_do_not_change_under_way() -> None:
    with pytest.raises(FrozenInstanceError):
        stage_settings("live").account = "0"


@pytest.mark.parametrize("days", [0, 8, 35])
def test_keys_of_the_vault_cannot_be_restorable_for_long(days: int) -> None:
    with pytest.raises(ValueError, match="vault_recovery_days"):
        replace(stage_settings("live"), vault_recovery_days=days)


@pytest.mark.parametrize(
    "loosened", [{"min_members": 4}, {"min_lenders": 2}, {"max_lender_share": 61}, {"max_lender_share": 0}]
)
def test_no_stage_masks_less_than_the_law_sheet_asks(loosened: dict[str, int]) -> None:
    for stage in STAGES.values():
        with pytest.raises(ValueError, match="masking"):
            replace(stage, **loosened)


@pytest.mark.parametrize("loosened", [{"small_cell": 4}, {"inbox_days": 0}, {"inbox_days": 91}])
def test_no_stage_tells_of_few_or_keeps_raw_bodies_for_long(loosened: dict[str, int]) -> None:
    with pytest.raises(ValueError, match=next(iter(loosened))):
        replace(stage_settings("live"), **loosened)


@pytest.mark.parametrize("hours", [-1, 25])
def test_cards_are_published_at_once_or_within_a_day(hours: int) -> None:
    with pytest.raises(ValueError, match="publication_hours"):
        replace(stage_settings("live"), publication_hours=hours)


def test_keys_of_the_live_stage_alone_are_live() -> None:
    assert {name: stage.key_prefix for name, stage in STAGES.items()} == {
        "local": "psk_test",
        "dev": "psk_test",
        "sandbox": "psk_test",
        "live": "psk_live",
    }


@pytest.mark.parametrize("hours", [-1, 169])
def test_a_key_that_was_replaced_is_good_for_a_week_at_most(hours: int) -> None:
    with pytest.raises(ValueError, match="key_overlap_hours"):
        replace(stage_settings("live"), key_overlap_hours=hours)


def test_only_the_local_stage_trusts_a_host_with_messages_to_partners() -> None:
    assert {name for name, stage in STAGES.items() if stage.trusted_webhook_host} == {"local"}
    with pytest.raises(ValueError, match="trusted_webhook_host"):
        replace(stage_settings("live"), trusted_webhook_host="127.0.0.1")


def test_a_public_address_ends_without_a_slash() -> None:
    with pytest.raises(ValueError, match="public_url"):
        replace(stage_settings("live"), public_url="https://passerelle.example/")


def test_every_stage_but_the_local_one_protects_its_data() -> None:
    assert {name for name, stage in STAGES.items() if not stage.protects_data} == {"local"}


def test_a_wildcard_needs_its_reason() -> None:
    with pytest.raises(ValueError, match="needs its reason"):
        Permission(actions=("s3:GetObject",), resources=("arn:aws:s3:::bucket/*",))
