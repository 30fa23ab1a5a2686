"""What callers say to the companies slice, and what they hear."""

from datetime import datetime
from typing import Annotated, Literal

from pydantic import BaseModel, Field, model_validator

from functions.companies.model import ApiKey, Company, Facts, next_step
from passerelle.access import PartnerScope, Scope
from passerelle.http import Body
from passerelle.identifiers import Idcc, MunicipalityCode, Naf, NafDivision, Siren, Siret, siren_mark


class DeniedSiren(Body):
    """A company never to be matched with."""

    siren: Annotated[Siren, Field(examples=["732829320"])]


class DeniedActivity(Body):
    """A whole activity never to be matched with: a NAF class or division."""

    naf: Annotated[Naf | NafDivision, Field(examples=["29.32Z", "29"])]


class DeniedAgreement(Body):
    """All companies of a collective agreement."""

    idcc: Annotated[Idcc, Field(examples=["3248"])]


Denied = DeniedSiren | DeniedActivity | DeniedAgreement


def _token(entry: Denied, secret: str) -> str:
    if isinstance(entry, DeniedSiren):
        return siren_mark(secret, entry.siren)
    if isinstance(entry, DeniedActivity):
        return f"naf:{entry.naf}"
    return f"idcc:{entry.idcc}"


class CompanyFacts(Body):
    """What a company says of itself; it may change later."""

    naf: Annotated[Naf, Field(examples=["29.32Z"])]
    idcc: Annotated[Idcc, Field(examples=["3248"])]
    headcount: Annotated[int, Field(ge=0, le=500_000, examples=[120])]
    has_cse: Annotated[bool, Field(description="Whether a works council (CSE) exists.", examples=[True])]
    municipality: Annotated[MunicipalityCode, Field(description="INSEE code of the establishment.", examples=["76540"])]
    denied: Annotated[
        tuple[Denied, ...],
        Field(max_length=200, description="Companies never to be matched with.", examples=[[{"siren": "356000000"}]]),
    ] = ()

    def facts(self, secret: str) -> Facts:
        """The same for the model; SIRENs of the deny-list become their digests under this secret."""
        return Facts(
            naf=self.naf,
            idcc=self.idcc,
            headcount=self.headcount,
            has_cse=self.has_cse,
            municipality=self.municipality,
            denied=tuple(sorted({_token(entry, secret) for entry in self.denied})),
        )


class Registration(CompanyFacts):
    """A company that wants to take part. SIREN and SIRET are checked and only a keyed digest of them is kept."""

    siren: Annotated[Siren, Field(examples=["732829320"])]
    siret: Annotated[Siret, Field(examples=["73282932000074"])]

    @model_validator(mode="after")
    def _siret_belongs_to_siren(self) -> "Registration":
        if not self.siret.startswith(self.siren):
            raise ValueError("the SIRET does not begin with the SIREN")
        return self


class Activation(Body):
    """The mailed code, typed by the company; or the reason of the adviser who checked the right to act."""

    code: Annotated[str | None, Field(min_length=8, max_length=16, examples=["K7RM2QX9TB"])] = None
    reason: Annotated[str | None, Field(min_length=10, max_length=300)] = None


class StaffReason(Body):
    """Why an adviser or operator acts; kept with the act."""

    reason: Annotated[str, Field(min_length=10, max_length=300, examples=["Contrôle de l’habilitation en cours."])]


class NewKey(Body):
    """An API key to be made."""

    label: Annotated[str, Field(min_length=1, max_length=40, pattern=r"^[\w .-]+$", examples=["SIRH"])]
    scopes: Annotated[frozenset[Scope], Field(min_length=1, examples=[["profiles:write", "profiles:read"]])]
    days: Annotated[int, Field(ge=1, le=365, description="Days until the key expires.")] = 90


class KeyRotation(Body):
    """How long the key that replaces another is good for."""

    days: Annotated[int, Field(ge=1, le=365, description="Days until the new key expires.")] = 90


class NewPartnerKey(Body):
    """An API key for a partner organisation; without its id, a new organisation begins with it."""

    partner_id: Annotated[str | None, Field(pattern=r"^ptn_[a-z2-7]{20}$", examples=["ptn_w4hx7kq2zm5tb3nvd6fc"])] = (
        None
    )
    label: Annotated[str, Field(min_length=1, max_length=40, pattern=r"^[\w .-]+$", examples=["Territoire"])]
    scopes: Annotated[frozenset[PartnerScope], Field(min_length=1, examples=[["webhooks:read", "webhooks:write"]])]
    days: Annotated[int, Field(ge=1, le=365, description="Days until the key expires.")] = 365


class PartnerKeyView(BaseModel):
    """A partner's API key; its secret is shown once, in the answer that makes it."""

    id: str
    partner_id: str
    label: str
    scopes: tuple[str, ...]
    expires_at: datetime
    secret: str | None = None


class CompanyView(BaseModel):
    """A company as its own people see it."""

    id: str
    state: str
    naf: str
    idcc: str
    headcount: int
    has_cse: bool
    municipality: str
    denied: Annotated[tuple[str, ...], Field(description="Tokens; a SIREN shows as its digest.")]
    identity: Annotated[Literal["missing", "recorded", "differs"], Field(description="Whether the vault knows it.")]
    next_step: Annotated[str, Field(description="What the company does next, in French.")]


def company_view(company: Company) -> CompanyView:
    """The view of a company: what it said of itself, where it stands, what it does next."""
    identity = {None: "missing", True: "recorded", False: "differs"}[company.identity_agrees]
    return CompanyView.model_validate(
        {
            **company.facts.model_dump(),
            "id": company.id,
            "state": company.state,
            "identity": identity,
            "next_step": next_step(company),
        }
    )


class CompanyList(BaseModel):
    """Some companies."""

    items: tuple[CompanyView, ...]
    cursor: str | None = None


class ActView(BaseModel):
    """Something that was done on the company's behalf."""

    at: datetime
    what: Annotated[Literal["prepared", "activated", "suspended", "reinstated"], Field(examples=["prepared"])]
    by: Annotated[Literal["adviser", "operator"], Field(examples=["adviser"])]


class ActList(BaseModel):
    """All of them, the oldest first."""

    items: tuple[ActView, ...]


class KeyView(BaseModel):
    """An API key; its secret is shown once, in the answer that makes it."""

    id: str
    label: str
    scopes: tuple[str, ...]
    expires_at: datetime
    successor: Annotated[
        str | None,
        Field(description="The key that replaces it; it expires soon.", examples=["key_m6w3hq7zk2xtb4nvd5fa"]),
    ] = None
    secret: str | None = None


def key_view(key: ApiKey) -> KeyView:
    """A key without its secret."""
    scopes = tuple(sorted(key.scopes))
    return KeyView(id=key.id, label=key.label, scopes=scopes, expires_at=key.expires_at, successor=key.successor)


class KeyList(BaseModel):
    """The keys of a company."""

    items: tuple[KeyView, ...]
