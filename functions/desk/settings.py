"""What the desk slice is told by its environment."""

from passerelle.settings import Settings as Base


class Settings(Base):
    """One environment variable per field."""

    stage: str
    table_name: str
    queue_url: str
    dead_letter_queue_url: str
