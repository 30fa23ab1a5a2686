"""What the sessions slice is told by its environment."""

from passerelle.settings import VocabularySettings


class Settings(VocabularySettings):
    """One environment variable per field."""

    stage: str
    table_name: str
    queue_url: str
    dead_letter_queue_url: str
