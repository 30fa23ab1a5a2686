"""What the profiles slice is told by its environment."""

from passerelle.settings import MaskingSettings, VocabularySettings


class Settings(MaskingSettings, VocabularySettings):
    """One environment variable per field."""

    stage: str
    table_name: str
    queue_url: str
    dead_letter_queue_url: str
    operator_name: str
    """Who runs the platform, as the opt-in text names the joint controller (RGPD art. 13)."""
    privacy_contact: str
    """Mail address of the operator's data protection officer, in the same text."""
    publication_hours: int
    """How many hours lie between two publications of new cards; 0 publishes at once."""
