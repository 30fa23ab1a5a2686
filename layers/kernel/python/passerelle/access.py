"""Who is asking. The authorizer tells the gateway, the gateway tells the slice, and the slice decides.

An `Actor` is what the authorizer found out; a `Rule` is what a route demands. Whose thing it is, is not decided here:
every key starts with the tenant, so another tenant's thing is simply not found.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Literal

Scope = Literal[
    "companies:read",
    "identities:write",
    "identities:read",
    "profiles:read",
    "profiles:write",
    "demands:read",
    "demands:write",
    "matching:read",
    "matching:write",
    "introductions:read",
    "introductions:write",
    "documents:read",
    "agreements:read",
    "agreements:write",
]
"""What a machine's key may be allowed to do."""


class Role(StrEnum):
    """The kinds of caller. `PUBLIC` is anybody, personal links included: their token is checked by the slice."""

    PUBLIC = "public"
    USER = "user"
    COMPANY = "company"
    MACHINE = "machine"
    ADVISER = "adviser"
    OPERATOR = "operator"


@dataclass(frozen=True)
class Actor:
    """One caller.

    `subject` is the user's or the key's id. `tenant` is the company acted for, or "" when there is none; `active` says
    whether that company has shown its right to act. `scopes` limit a machine's key, e.g. `profiles:write`.
    """

    role: Role
    subject: str
    tenant: str = ""
    active: bool = False
    scopes: frozenset[str] = frozenset()

    @property
    def owner(self) -> str:
        """Whom a repeated request is recognised by: the company when there is one, else the caller."""
        return self.tenant or self.subject or "public"


ANYBODY = Actor(Role.PUBLIC, subject="")


@dataclass(frozen=True)
class Rule:
    """What a route demands: one of these roles, and, of a machine, this scope; `active` of a company."""

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
    """A company's user, or its machine with this scope; of an active company unless said otherwise."""
    return Rule(frozenset({Role.COMPANY, Role.MACHINE}), scope, active)


def company_users(*, active: bool = True) -> Rule:
    """A company's user in person, no machine."""
    return Rule(frozenset({Role.COMPANY}), active=active)


def staff() -> Rule:
    """Advisers and operators."""
    return Rule(frozenset({Role.ADVISER, Role.OPERATOR}))


def operators() -> Rule:
    """Operators alone."""
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
    )
