"""Who is asking. The authorizer tells the gateway, the gateway tells the slice, and the slice decides.

An `Actor` is what the authorizer found out; a `Rule` is what a route demands. Whose thing it is, is not decided here:
every key starts with the tenant, so another tenant's thing is simply not found.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType
from typing import Any, Final, Literal, get_args

Scope = Literal[
    "companies:read",
    "identities:write",
    "identities:read",
    "profiles:read",
    "profiles:write",
    "demands:read",
    "demands:write",
    "sessions:read",
    "sessions:write",
    "matching:read",
    "matching:write",
    "introductions:read",
    "introductions:write",
    "documents:read",
    "agreements:read",
    "agreements:write",
]
"""What a machine's key may be allowed to do."""

PersonScope = Literal["companies:write", "companies:manage"]
"""What a person of a company may be allowed to do and a key never: to speak for the company, and to say who may act for
it (members, keys, closure)."""

PartnerScope = Literal[
    "identities:read", "identities:write", "partners:read", "sessions:read", "webhooks:read", "webhooks:write"
]
"""What a partner organisation's key may be allowed to do."""


class Role(StrEnum):
    """The kinds of caller. `PUBLIC` is anybody, personal links included: their token is checked by the slice."""

    PUBLIC = "public"
    USER = "user"
    COMPANY = "company"
    MACHINE = "machine"
    PARTNER = "partner"
    ADVISER = "adviser"
    OPERATOR = "operator"


class MemberRole(StrEnum):
    """What a person may do in a company."""

    OWNER = "owner"
    EDITOR = "editor"
    READER = "reader"


_EVERY: Final = frozenset[str](get_args(Scope))
SCOPES_OF: Final[Mapping[MemberRole, frozenset[str]]] = MappingProxyType(
    {
        MemberRole.READER: frozenset(scope for scope in _EVERY if scope.endswith(":read")),
        MemberRole.EDITOR: _EVERY | {"companies:write"},
        MemberRole.OWNER: _EVERY | {"companies:write", "companies:manage"},
    }
)
"""The scopes of each role. A route names its scope once, for persons and keys alike; this is the only other table."""


@dataclass(frozen=True)
class Actor:
    """One caller.

    `subject` is the user's or the key's id. `tenant` is the company or the partner organisation acted for, or "" when
    there is none; `active` says whether that company has shown its right to act. `scopes` are what the key, or the
    person's role in the company, allows, e.g. `profiles:write`. `wait` is how many seconds this caller has to wait
    because he asked too fast; 0 when he need not. `member` is under which id the company and the vault know a person
    who acts for a company.
    """

    role: Role
    subject: str
    tenant: str = ""
    active: bool = False
    scopes: frozenset[str] = frozenset()
    wait: int = 0
    member: str = ""

    @property
    def owner(self) -> str:
        """Whom a repeated request is recognised by: the company when there is one, else the caller."""
        return self.tenant or self.subject or "public"


ANYBODY = Actor(Role.PUBLIC, subject="")


@dataclass(frozen=True)
class Rule:
    """What a route demands: one of these roles, and, of whoever acts for an organisation, this scope; `active` of a
    company."""

    roles: frozenset[Role]
    scope: str = ""
    active: bool = False


def public() -> Rule:
    """Anybody may call."""
    return Rule(frozenset(Role))


def users() -> Rule:
    """Any signed-in person, with or without a company."""
    return Rule(frozenset({Role.USER, Role.COMPANY, Role.ADVISER, Role.OPERATOR}))


def company(scope: Scope, *, active: bool = True) -> Rule:
    """A company's user or its machine, with this scope; of an active company unless said otherwise."""
    return Rule(frozenset({Role.COMPANY, Role.MACHINE}), scope, active)


def organisation(
    scope: Literal["identities:read", "identities:write", "sessions:read"], *, active: bool = False
) -> Rule:
    """A company's user, or the key of a company or of a partner organisation, with this scope; a company active or not,
    unless said otherwise."""
    return Rule(frozenset({Role.COMPANY, Role.MACHINE, Role.PARTNER}), scope, active)


def company_users(scope: Scope | PersonScope, *, active: bool = True) -> Rule:
    """A company's user in person with this scope, no machine."""
    return Rule(frozenset({Role.COMPANY}), scope, active)


def members() -> Rule:
    """Any person of a company, whatever his role and active or not: what he does there concerns himself."""
    return Rule(frozenset({Role.COMPANY}))


def partner(scope: PartnerScope) -> Rule:
    """A partner organisation's key with this scope, and nobody else."""
    return Rule(frozenset({Role.PARTNER}), scope)


def partner_or_operator(scope: PartnerScope) -> Rule:
    """A partner organisation's key with this scope, or an operator; whose thing it is, the slice says."""
    return Rule(frozenset({Role.PARTNER, Role.OPERATOR}), scope)


def staff() -> Rule:
    """Advisers and operators."""
    return Rule(frozenset({Role.ADVISER, Role.OPERATOR}))


def advisers() -> Rule:
    """Advisers in person: what they do for companies is not the operator's to do."""
    return Rule(frozenset({Role.ADVISER}))


def operators() -> Rule:
    """Operators alone: they run the platform, serve persons who ask, and look at what advisers did."""
    return Rule(frozenset({Role.OPERATOR}))


def actor_from(authorizer: Mapping[str, Any] | None) -> Actor:
    """The caller as the authorizer's context describes it; anybody when the route has no authorizer."""
    if not authorizer or "role" not in authorizer:
        return ANYBODY
    return Actor(
        role=Role(authorizer["role"]),
        subject=str(authorizer.get("subject", "")),
        tenant=str(authorizer.get("tenant", "")),
        active=authorizer.get("active") in ("true", True),
        scopes=frozenset(filter(None, str(authorizer.get("scopes", "")).split(" "))),
        wait=int(authorizer.get("wait", 0)),
        member=str(authorizer.get("member", "")),
    )
