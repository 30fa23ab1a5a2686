"""The vault, as this slice may ask it: the names of an agreement, for that purpose and nothing else.

Nothing of its answers is kept or logged: they go into the sealed documents. Errors are told by their code alone.
"""

import json
from typing import Any, Final, TypeVar

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError
from pydantic import ValidationError

from functions.documents.model.loan import CompanyIdentity, PersonIdentity
from passerelle.consuming import NotYet, Unprocessable
from passerelle.observability import cause

PURPOSE: Final = "agreement"
LEVEL: Final = 4

Named = TypeVar("Named", CompanyIdentity, PersonIdentity)


class Unreachable(Exception):
    """The vault does not answer for the moment; the event comes again."""


class VaultPort:
    """Asks `identities.reveal`, by a synchronous invocation."""

    def __init__(self, function_name: str, client: Any = None) -> None:
        self._function_name = function_name
        patience = Config(connect_timeout=2, read_timeout=8, retries={"mode": "standard", "total_max_attempts": 2})
        self._client = client or boto3.client("lambda", config=patience)

    def company(self, tenant: str) -> CompanyIdentity:
        """A company, as its agreement names it. Raises as `person` does."""
        return self._asked(tenant, tenant, CompanyIdentity)

    def person(self, tenant: str, person_id: str) -> PersonIdentity:
        """An employee of this lender, as his agreement names him.

        Raises `Unreachable` when the vault does not answer; `NotYet` when it knows no such subject or has not heard of
        its disclosure (a name that was erased stays unknown: the event ends among the dead letters); `Unprocessable`
        when it refuses the question or does not say enough.
        """
        return self._asked(tenant, person_id, PersonIdentity)

    def _asked(self, tenant: str, subject: str, identity: type[Named]) -> Named:
        question = {
            "tenant": tenant,
            "subject": subject,
            "purpose": PURPOSE,
            "level": LEVEL,
            "caller": "documents",
            "correlation_id": cause().correlation_id,
        }
        try:
            answer = self._client.invoke(
                FunctionName=self._function_name, InvocationType="RequestResponse", Payload=json.dumps(question)
            )
            told: dict[str, str] = json.loads(answer["Payload"].read())
        except ClientError as error:
            raise Unreachable(f"vault: {error.response['Error']['Code']}") from None
        except BotoCoreError as error:
            raise Unreachable(f"vault: {type(error).__name__}") from None
        if "FunctionError" in answer:
            raise Unreachable("vault: FunctionError")
        if told.get("error") in ("unknown", "not_disclosed"):
            raise NotYet
        if "error" in told:
            raise Unprocessable(f"the vault refused {PURPOSE} at level {LEVEL}")
        try:
            return identity.model_validate(told)
        except ValidationError as fault:
            missing = ", ".join(sorted(str(error["loc"][0]) for error in fault.errors(include_input=False)))
            raise Unprocessable(f"the vault does not say enough for an agreement: {missing}") from None
