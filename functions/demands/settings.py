"""What the demands slice is told by its environment."""

from passerelle.settings import MaskingSettings, VocabularySettings


class Settings(MaskingSettings, VocabularySettings):
    """One environment variable per field."""

    stage: str
    table_name: str
    queue_url: str
    dead_letter_queue_url: str
    publication_hours: int
    """How many hours lie between two publications of new cards; 0 publishes at once."""
