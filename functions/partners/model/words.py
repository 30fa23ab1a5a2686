"""What a partner said of a thing, and when: whatever the order in which it comes, what was said last holds. Pure."""

from datetime import datetime
from typing import Any

from pydantic import BaseModel, ConfigDict

from functions.partners.model.items import Code


class Word(BaseModel):
    """Something said at an instant; of two things said at one instant always the same one holds."""

    model_config = ConfigDict(frozen=True)

    said_at: datetime

    @property
    def content(self) -> dict[str, Any]:
        """What was said, whenever that was."""
        return self.model_dump(exclude={"said_at"})

    def replaces(self, known: "Word | None") -> bool:
        """Whether this was said after what is known."""
        return known is None or (self.said_at, self.model_dump_json()) > (known.said_at, known.model_dump_json())

    def beside(self, known: "Word | None") -> Code:
        """Whether this is new, the same again, or older than what is known."""
        if known is not None and known.content == self.content:
            return Code.REPEATED
        return Code.APPLIED if self.replaces(known) else Code.OUTDATED
