"""What the webhooks slice is told by its environment."""

from typing import Self

from pydantic import model_validator

from passerelle.settings import VocabularySettings

_TRUSTING = {"local", "test"}


class Settings(VocabularySettings):
    """Environment of every function of the slice.

    `secrets_key_id` is the KMS key under which partners' secrets rest: an id, an ARN or an alias. `trusted_host` is the
    one loopback host that a test may deliver to, without TLS; empty, and refused when it is not, on any deployed stage.
    """

    stage: str
    table_name: str
    queue_url: str
    dead_letter_queue_url: str
    attempts_queue_url: str
    secrets_key_id: str
    trusted_host: str = ""

    @model_validator(mode="after")
    def _trusts_nobody_when_deployed(self) -> Self:
        if self.trusted_host and self.stage not in _TRUSTING:
            raise ValueError("trusted_host: for tests on one machine alone")
        return self
