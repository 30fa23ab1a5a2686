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
