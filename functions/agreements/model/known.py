"""What this slice knows of companies and persons: sizes and marks, and that a name is held; never the name. Pure."""

from pydantic import BaseModel, ConfigDict

from passerelle.contracts.terms import Workforce


class Company(BaseModel):
    """What is known of a company: its size, and the marks it was activated with."""

    model_config = ConfigDict(frozen=True)

    workforce: Workforce | None
    marks: tuple[str, ...]


class Known(BaseModel):
    """That the vault holds an identity; for a company, with the mark of its SIREN."""

    model_config = ConfigDict(frozen=True)

    mark: str | None


class Named(BaseModel):
    """Which parties the documents can name."""

    model_config = ConfigDict(frozen=True)

    lender: bool
    host: bool
    employee: bool
