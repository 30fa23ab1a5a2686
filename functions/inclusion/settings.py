"""What the inclusion slice is told by its environment."""

from passerelle.settings import Settings as Base


class Settings(Base):
    """Environment of every function of the slice. `inclusion_key_id` is a KMS key id, ARN or alias."""

    stage: str
    table_name: str
    queue_url: str
    dead_letter_queue_url: str
    inclusion_key_id: str
    operator_name: str
    """Who runs the platform, as the consent text names the controller (RGPD art. 13)."""
    privacy_contact: str
    """Mail address of the operator's data protection officer, in the same text."""
