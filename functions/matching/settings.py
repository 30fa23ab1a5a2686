"""What the matching slice is told by its environment."""

from passerelle.settings import MaskingSettings, VocabularySettings


class Settings(MaskingSettings, VocabularySettings):
    """Environment of every function of the slice."""

    stage: str
    table_name: str
    queue_url: str
    dead_letter_queue_url: str
    search_endpoint: str
    search_index: str
