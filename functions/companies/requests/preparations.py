"""What is said and heard about registrations that an adviser prepares."""

from datetime import datetime
from typing import Annotated

from pydantic import BaseModel, Field

from passerelle.http import Body


class ConfirmationCode(Body):
    """The code that the adviser handed over."""

    code: Annotated[str, Field(min_length=8, max_length=16, examples=["K7RM2QX9TB"])]


class PreparationView(BaseModel):
    """A registration that waits for the company; the SIREN shows as its digest, and the code once."""

    id: Annotated[str, Field(examples=["pre_q4kx7zn2mw5hb3tvd6fc"])]
    naf: str
    idcc: str
    headcount: int
    has_cse: bool
    municipality: str
    denied: Annotated[tuple[str, ...], Field(examples=[["naf:25"]])]
    prepared_at: datetime
    expires_at: datetime
    code: Annotated[
        str | None,
        Field(description="For the adviser to hand over; in the answer that makes it alone.", examples=["K7RM2QX9TB"]),
    ] = None
