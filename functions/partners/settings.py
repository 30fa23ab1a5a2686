"""What the partners slice is told by its environment."""

from pydantic import PositiveInt

from passerelle.settings import VocabularySettings


class Settings(VocabularySettings):
    """One environment variable per field. `vault_key_id` is a KMS key id, ARN or alias."""

    stage: str
    table_name: str
    queue_url: str
    dead_letter_queue_url: str
    vault_key_id: str
    mark_secret_id: str
    inbox_days: int
    """How many days the raw body of a delivery and its results are kept."""
    small_cell: int
    """The smallest count of people that a figure tells (`SMALL_CELL` of law.md §3.2)."""
    requests_per_second: PositiveInt
    """How many new messages a second a partner may put into its inbox, in the long run."""
    requests_at_once: PositiveInt
    """How many of them may come at once."""
