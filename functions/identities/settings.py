"""What the identities slice is told by its environment."""

from passerelle.settings import Settings as Base


class Settings(Base):
    """Environment of every function of the slice. `vault_key_id` is a KMS key id, ARN or alias.

    `vault_recovery_days` and `records_recovery_days` say for how long backups can bring rows back: of the keys, and of
    every other table. Certificates are dated by them.
    """

    stage: str
    table_name: str
    queue_url: str
    dead_letter_queue_url: str
    keys_table_name: str
    vault_key_id: str
    mark_secret_id: str
    vault_recovery_days: int
    records_recovery_days: int
    operator_name: str
    privacy_contact: str
