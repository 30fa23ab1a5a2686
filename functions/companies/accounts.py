"""What the user pool knows of somebody who is signed in: the one thing asked is his verified mail address."""

from functools import cached_property
from typing import Any, Final

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from passerelle.problems import Forbidden, Unavailable

_PATIENCE: Final = Config(connect_timeout=2, read_timeout=5, retries={"mode": "standard", "total_max_attempts": 2})


class Accounts:
    """The user pool, asked about one user at a time."""

    def __init__(self, pool_id: str) -> None:
        self._pool_id = pool_id

    @cached_property
    def _client(self) -> Any:
        """Opened by whoever asks first: most functions of the slice never do."""
        return boto3.client("cognito-idp", config=_PATIENCE)

    def verified_mail(self, user: str) -> str:
        """The address that this user (`usr_…`) has shown to be his.

        Raises `Forbidden` while he has not, `Unavailable` when the pool does not answer.
        """
        try:
            found = self._client.admin_get_user(UserPoolId=self._pool_id, Username=user.removeprefix("usr_"))
        except self._client.exceptions.UserNotFoundException:
            raise _unverified() from None
        except (BotoCoreError, ClientError):
            raise Unavailable("The accounts do not answer.", remedy="Repeat the same request.") from None
        known = {each["Name"]: each["Value"] for each in found["UserAttributes"]}
        if known.get("email_verified") != "true" or not known.get("email"):
            raise _unverified()
        return str(known["email"])


def _unverified() -> Forbidden:
    return Forbidden(
        "Your mail address is not verified.",
        code="address-not-verified",
        remedy="Enter the code that was mailed to you when you made your account.",
    )
