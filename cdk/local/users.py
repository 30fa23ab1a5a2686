"""People with an account in the user pool, and the tokens they sign in with."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

PASSWORD = "Local-password-1!"


@dataclass(frozen=True)
class User:
    """A signed-in user. `subject` is the pool's identifier of them."""

    email: str
    subject: str
    id_token: str
    access_token: str


class Users:
    """The users of the deployment's pool."""

    def __init__(self, client: Any, pool: str, application: str) -> None:
        self._client = client
        self._pool = pool
        self._application = application

    def create(self, email: str, groups: Iterable[str] = ()) -> User:
        """Creates a user, with a verified address, in some groups, and signs them in."""
        self._client.admin_create_user(
            UserPoolId=self._pool,
            Username=email,
            MessageAction="SUPPRESS",
            UserAttributes=[{"Name": "email", "Value": email}, {"Name": "email_verified", "Value": "true"}],
        )
        self._client.admin_set_user_password(UserPoolId=self._pool, Username=email, Password=PASSWORD, Permanent=True)
        for group in groups:
            self._client.admin_add_user_to_group(UserPoolId=self._pool, Username=email, GroupName=group)
        return self.sign_in(email)

    def sign_in(self, email: str) -> User:
        """Fresh tokens for a user that exists."""
        tokens = self._client.admin_initiate_auth(
            UserPoolId=self._pool,
            ClientId=self._application,
            AuthFlow="ADMIN_USER_PASSWORD_AUTH",
            AuthParameters={"USERNAME": email, "PASSWORD": PASSWORD},
        )["AuthenticationResult"]
        found = self._client.admin_get_user(UserPoolId=self._pool, Username=email)
        subject = next(a["Value"] for a in found["UserAttributes"] if a["Name"] == "sub")
        return User(email, subject, tokens["IdToken"], tokens["AccessToken"])
