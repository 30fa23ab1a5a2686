"""What the identities slice is told by its environment."""

from passerelle.settings import Settings as Base


class Settings(Base):
    """Environment of every function of the slice. `vault_key_id` is a KMS key id, ARN or alias."""

    stage: str
    table_name: str
    queue_url: str
    dead_letter_queue_url: str
    keys_table_name: str
    vault_key_id: str
    mark_secret_id: str
