"""The blind term sheet: what three parties sign, what each company declares beside it, and when it may begin."""

import hashlib
import json
from datetime import date, datetime
from typing import Final, Literal

from pydantic import BaseModel, ConfigDict

from passerelle.contracts.introductions import Side
from passerelle.contracts.terms import TermSheet, Workforce

Signer = Literal["lender", "host", "employee"]
SIGNERS: Final[frozenset[Signer]] = frozenset({"lender", "host", "employee"})


class Sheet(BaseModel):
    """The blind term sheet as it stands: what is signed is the hash of its canonical JSON."""

    model_config = ConfigDict(frozen=True)

    terms: TermSheet
    sha256: str
    written_by: Side


class Signature(BaseModel):
    """That a party signed the present sheet: when, and which user did so for a company."""

    model_config = ConfigDict(frozen=True)

    at: datetime
    by: str = ""


class Declared(BaseModel):
    """What each side declared of itself when it signed, for the law alone; the other side never reads it."""

    model_config = ConfigDict(frozen=True)

    lender_group_headcount: int | None = None
    host_art_238_bis: bool | None = None
    host_registered_on: date | None = None
    host_yearly_headcounts: tuple[int, ...] = ()


class StartReason(BaseModel):
    """One step that the start must wait for."""

    model_config = ConfigDict(frozen=True)

    rule: str
    article: str
    text: str
    day: date


class EarliestStart(BaseModel):
    """The earliest lawful start as counted from a day, and the steps that make it so, the latest first."""

    model_config = ConfigDict(frozen=True)

    day: date
    counted_from: date
    reasons: tuple[StartReason, ...] = ()
    missing: tuple[str, ...] = ()


class CompanySize(BaseModel):
    """What is known of a company's workforce."""

    model_config = ConfigDict(frozen=True)

    workforce: Workforce | None = None


def sheet_sha256(terms: TermSheet) -> str:
    """SHA-256 of a term sheet as canonical JSON: keys sorted, no spaces, UTF-8."""
    document = json.dumps(terms.model_dump(mode="json"), sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(document.encode()).hexdigest()
