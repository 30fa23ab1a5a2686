"""`passerelle operator first`: the first operator of a new stage, made with the deployer's own AWS credentials.

Every further operator and adviser is put into his group by an operator: so it refuses once there is one. Exit codes:
0 made, 1 refused or AWS did not do it, 2 the stage is not known.
"""

from __future__ import annotations

import sys
from typing import Any, TextIO

from cdk.settings import StageSettings, stage_settings

GROUP = "operators"
NEXT = """\
{mail} is the first operator of the stage {stage}.

Next:
1. {entrance}
2. Switch on the second factor (an application's codes) at the first sign-in.
3. Add further operators and advisers: `aws cognito-idp admin-create-user`, then `admin-add-user-to-group` with
   the group operators or advisers, on the pool {pool}.
4. Go on with the runbook, cdk/README.md: mail, quotas, alarms.
"""
INVITED = "Cognito has mailed a first password: it is to be changed at the first sign-in, within seven days."
KNOWN = "The account was there already: sign in with its own password."


class RefusedError(Exception):
    """No operator was made; the message says why and what to do."""


def first(mail: str, stage_name: str, out: TextIO) -> int:
    """Make `mail` the first operator of a stage and print what comes next. Returns the exit code."""
    import boto3
    from botocore.exceptions import BotoCoreError, ClientError

    try:
        stage = stage_settings(stage_name)
    except KeyError as error:
        print(error.args[0], file=sys.stderr)
        return 2
    try:
        pool = _pool(stage, boto3.client("ssm", region_name=stage.region))
        users = boto3.client("cognito-idp", region_name=stage.region)
        entrance = _make(users, pool, mail)
    except (RefusedError, ClientError, BotoCoreError) as error:
        print(f"passerelle operator first: {error}", file=sys.stderr)
        return 1
    print(NEXT.format(mail=mail, stage=stage.name, entrance=entrance, pool=pool), file=out, end="")
    return 0


def _pool(stage: StageSettings, parameters: Any) -> str:
    try:
        return str(parameters.get_parameter(Name=stage.parameter("user-pool-id"))["Parameter"]["Value"])
    except parameters.exceptions.ParameterNotFound:
        raise RefusedError(f"the stage {stage.name} has no user pool here: deploy it first") from None


def _make(users: Any, pool: str, mail: str) -> str:
    if users.list_users_in_group(UserPoolId=pool, GroupName=GROUP, Limit=1)["Users"]:
        raise RefusedError("the stage has an operator already: he adds the others")
    try:
        users.admin_create_user(
            UserPoolId=pool,
            Username=mail,
            DesiredDeliveryMediums=["EMAIL"],
            UserAttributes=[{"Name": "email", "Value": mail}, {"Name": "email_verified", "Value": "true"}],
        )
        entrance = INVITED
    except users.exceptions.UsernameExistsException:
        _check_shown(users, pool, mail)
        entrance = KNOWN
    users.admin_add_user_to_group(UserPoolId=pool, Username=mail, GroupName=GROUP)
    return entrance


def _check_shown(users: Any, pool: str, mail: str) -> None:
    """Anybody may open an account under this address: only who has shown that it is his becomes an operator."""
    known = {
        each["Name"]: each["Value"] for each in users.admin_get_user(UserPoolId=pool, Username=mail)["UserAttributes"]
    }
    if known.get("email_verified") != "true":
        raise RefusedError("an account has this address and never showed that it is its own: delete it, then repeat")
