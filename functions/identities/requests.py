"""What callers say to the identities slice, and what they hear."""

from collections.abc import Iterator
from datetime import datetime
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, RootModel, ValidationError, model_validator
from pydantic.functional_validators import ModelWrapValidatorHandler
from pydantic_core import InitErrorDetails, PydanticCustomError

from functions.identities.model import Identity, Kind
from functions.identities.model.erasure import Certificate, Erasure, SliceName
from functions.identities.model.notices import Audience, Notice, NoticeSection
from functions.identities.model.retention import Line, Report
from passerelle.contracts.introductions import Side
from passerelle.http import Body

_WHICH_KIND = "kind is person, company or member"


class IdentityBody(Body, RootModel[Identity]):
    """The identity of a person, of a company or of a company's member, as `kind` says."""

    model_config = ConfigDict(extra=None)

    @model_validator(mode="wrap")
    @classmethod
    def _point_at_fields(cls, value: Any, handler: ModelWrapValidatorHandler["IdentityBody"]) -> "IdentityBody":
        try:
            return handler(value)
        except ValidationError as error:
            raise ValidationError.from_exception_data(cls.__name__, list(_plain_faults(error))) from None


class IdentityView(RootModel[Identity]):
    """An identity, as those who recorded it read it again."""


class IdentityReceipt(BaseModel):
    """That an identity is in the vault; what it says is not repeated."""

    subject_id: str
    kind: Kind
    recorded_at: datetime


class DisclosedCompany(BaseModel):
    """The other company of a disclosed introduction."""

    name: Annotated[str, Field(examples=["Ateliers de la Seine"])]
    siren: Annotated[str, Field(examples=["732829320"])]
    siret: Annotated[str, Field(examples=["73282932000074"])]
    address: Annotated[str, Field(examples=["12 rue des Forges\n76210 Bolbec"])]
    contact_name: Annotated[str, Field(examples=["Dominique Morel"])]
    contact_email: Annotated[str, Field(examples=["rh@ateliers-seine.example"])]
    contact_phone: Annotated[str | None, Field(examples=["02 35 00 00 00"])] = None


class DisclosedPerson(BaseModel):
    """The person of a disclosed introduction: the name, and nothing by which to reach him past his employer."""

    given_name: Annotated[str, Field(examples=["Camille"])]
    family_name: Annotated[str, Field(examples=["Lefèvre"])]


class DisclosureView(BaseModel):
    """Whom a disclosed introduction lets you know. Each reading is noted, and shown to whom it concerns."""

    introduction_id: str
    side: Annotated[Side, Field(description="Which side you are on.", examples=["host"])]
    disclosed_at: datetime
    company: Annotated[DisclosedCompany, Field(description="The other company.")]
    person: DisclosedPerson


class ErasureView(BaseModel):
    """Where the erasure of a person stands; the certificate once everything is gone."""

    case_id: Annotated[str, Field(examples=["era_n4kx7zq2mw5hb3tvd6fc"])]
    person_id: str
    state: Annotated[Literal["under_way", "certified"], Field(examples=["under_way"])]
    requested_at: datetime
    key_destroyed_at: datetime | None = None
    waits_for: Annotated[
        tuple[SliceName, ...], Field(description="Who has not answered yet.", examples=[["documents"]])
    ] = ()
    certificate: Certificate | None = None


class NoticeView(BaseModel):
    """An information notice, with the hash that freezes it."""

    audience: Annotated[Audience, Field(examples=["volunteers"])]
    version: Annotated[str, Field(examples=["notice-2"])]
    sha256: Annotated[str, Field(description="Of the notice as canonical JSON, without this field.")]
    title: Annotated[str, Field(examples=["Vos données sur Passerelle"])]
    sections: tuple[NoticeSection, ...]


def notice_view(notice: Notice) -> NoticeView:
    """A notice as everybody reads it."""
    return NoticeView(sha256=notice.sha256, **dict(notice))


class RetentionView(BaseModel):
    """How long what is kept, and what the last runs of the schedule did."""

    schedule: tuple[Line, ...]
    reports: Annotated[tuple[Report, ...], Field(description="The last one first.")]


def erasure_view(case: Erasure) -> ErasureView:
    """A case as its company and the operator read it."""
    return ErasureView(
        case_id=case.id,
        person_id=case.person_id,
        state="certified" if case.certificate else "under_way",
        requested_at=case.requested_at,
        key_destroyed_at=case.key_destroyed_at,
        waits_for=tuple(sorted(case.waits_for)),
        certificate=case.certificate,
    )


class CompanyContact(BaseModel):
    """Whom to call at a company or partner organisation. Each reading is noted in its log."""

    name: Annotated[str, Field(examples=["Ateliers de la Seine"])]
    contact_name: Annotated[str, Field(examples=["Dominique Morel"])]
    contact_email: Annotated[str, Field(examples=["rh@ateliers-seine.example"])]
    contact_phone: Annotated[str | None, Field(examples=["02 35 00 00 00"])] = None


def _plain_faults(error: ValidationError) -> Iterator[InitErrorDetails]:
    """The same faults, located by field instead of by kind and field, and quoting nothing of the input."""
    for fault in error.errors(include_url=False, include_input=False, include_context=False):
        location = fault["loc"][1:] or ("kind",)
        text = fault["msg"] if fault["loc"] else _WHICH_KIND
        yield InitErrorDetails(
            type=PydanticCustomError(fault["type"], text),
            loc=location,
            input=None,
        )
