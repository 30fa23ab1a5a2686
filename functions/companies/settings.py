"""What the companies slice is told by its environment."""

from typing import Literal

from pydantic import PositiveInt

from passerelle.settings import VocabularySettings


class Settings(VocabularySettings):
    """Environment of every function of the slice; `key_prefix` is how its keys begin (`psk_test`, `psk_live`),
    `key_overlap_hours` how long one outlives its rotation."""

    stage: str
    table_name: str
    queue_url: str
    dead_letter_queue_url: str
    mark_secret_id: str
    token_issuer: str
    token_client_id: str
    user_pool_id: str
    key_prefix: Literal["psk_test", "psk_live"]
    key_overlap_hours: int
    requests_per_second: PositiveInt
    requests_at_once: PositiveInt
