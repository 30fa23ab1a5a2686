"""What a slice is told by its environment, as a model: read once in `wire()`, never at import.

Every field is one environment variable of the same name in capitals; the template sets exactly these (a test compares
both ways).
"""

import os
from typing import Self

from pydantic import BaseModel, ConfigDict


class Settings(BaseModel):
    """Base of every slice's settings: strings and numbers, one per environment variable."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    @classmethod
    def environment_names(cls) -> frozenset[str]:
        """Names of the environment variables this model reads."""
        return frozenset(name.upper() for name in cls.model_fields)

    @classmethod
    def from_environment(cls) -> Self:
        """Read the model from the environment. Raises `pydantic.ValidationError` naming each missing variable."""
        given = {name: os.environ.get(name.upper()) for name in cls.model_fields}
        return cls.model_validate({name: value for name, value in given.items() if value is not None})


class MaskingSettings(Settings):
    """What a slice that shows cards or owns them is told of the ledger of classes (`passerelle.classes`)."""

    classes_table_name: str
    min_members: int
    """`K_MIN_MEMBERS` of law.md §3.2: how many people, or companies in need, must read alike."""
    min_lenders: int
    """`L_MIN_LENDERS`: to how many companies these people must belong."""
    max_lender_share: int
    """`MAX_LENDER_SHARE`, in percent: how many of them may belong to one company."""


class VocabularySettings(Settings):
    """What a slice that reads codes is told of where imported nomenclatures lie (`passerelle.vocabulary`)."""

    vocabulary_table: str
    vocabulary_bucket: str
