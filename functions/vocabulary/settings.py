"""What the vocabulary slice is told by its environment."""

from passerelle.settings import VocabularySettings


class Settings(VocabularySettings):
    """Environment of the slice's function."""
