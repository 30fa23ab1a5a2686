"""The first operator of a stage: made once, told what comes next, never at an address nobody has shown to be his."""

from collections.abc import Iterator
from io import StringIO
from typing import Any

import pytest

from cdk.cli import main
from cdk.operators import GROUP, first
from cdk.settings import stage_settings
from tests.support.aws import client, mocked_aws

STAGE = stage_settings("dev")
MAIL = "first@operator.example"


@pytest.fixture
def users(monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    monkeypatch.setenv("AWS_DEFAULT_REGION", STAGE.region)
    with mocked_aws():
        yield client("cognito-idp")


@pytest.fixture
def pool(users: Any) -> str:
    pool = str(users.create_user_pool(PoolName=STAGE.prefix, UsernameAttributes=["email"])["UserPool"]["Id"])
    users.create_group(UserPoolId=pool, GroupName=GROUP)
    client("ssm").put_parameter(Name=STAGE.parameter("user-pool-id"), Value=pool, Type="String")
    return pool


def operators(users: Any, pool: str) -> list[str]:
    found = users.list_users_in_group(UserPoolId=pool, GroupName=GROUP)["Users"]
    return [each["Value"] for user in found for each in user["Attributes"] if each["Name"] == "email"]


def test_it_makes_one_operator_and_says_what_comes_next(
    users: Any, pool: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["operator", "first", MAIL, "--stage", "dev"]) == 0

    said = capsys.readouterr().out
    assert operators(users, pool) == [MAIL]
    assert all(word in said for word in (MAIL, "mailed a first password", "second factor", pool, "cdk/README.md"))
    shown = users.admin_get_user(UserPoolId=pool, Username=MAIL)["UserAttributes"]
    assert {"Name": "email_verified", "Value": "true"} in shown


@pytest.mark.parametrize("mail", [MAIL, "second@operator.example"])
def test_it_refuses_once_there_is_one(users: Any, pool: str, mail: str, capsys: pytest.CaptureFixture[str]) -> None:
    first(MAIL, "dev", StringIO())

    assert first(mail, "dev", StringIO()) == 1

    assert "has an operator already" in capsys.readouterr().err
    assert operators(users, pool) == [MAIL]


@pytest.mark.parametrize(("verified", "made"), [("true", [MAIL]), ("false", [])])
def test_an_account_that_is_there_becomes_it_only_if_its_address_was_shown(
    users: Any, pool: str, verified: str, made: list[str]
) -> None:
    known = [{"Name": "email", "Value": MAIL}, {"Name": "email_verified", "Value": verified}]
    users.admin_create_user(UserPoolId=pool, Username=MAIL, UserAttributes=known)

    code = first(MAIL, "dev", StringIO())

    assert (code, operators(users, pool)) == (0 if made else 1, made)


def test_a_stage_that_is_not_deployed_has_no_operator(users: Any, capsys: pytest.CaptureFixture[str]) -> None:
    assert first(MAIL, "dev", StringIO()) == 1
    assert "deploy it first" in capsys.readouterr().err


def test_a_stage_that_nobody_described_is_not_known(capsys: pytest.CaptureFixture[str]) -> None:
    assert first(MAIL, "nowhere", StringIO()) == 2
    assert "nowhere" in capsys.readouterr().err
