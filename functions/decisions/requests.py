"""What callers hear from the decisions slice."""

from typing import Annotated

from pydantic import BaseModel, Field

from passerelle.chain import Entry, Head


class LogPage(BaseModel):
    """One page of the log, as `passerelle verify-log` reads it: one answer a line."""

    head: Annotated[Head, Field(description="The end of the log when this page was read.")]
    items: tuple[Entry, ...]
    cursor: Annotated[str | None, Field(examples=["50"])] = None
