"""Who is calling: reads the Authorization header and answers the gateway with the actor, or with nobody.

Two kinds of callers are known: `Bearer <access token>` of the user pool, and
`ApiKey <prefix>.<company>.<key>.<secret>`, where a partner organisation (`ptn_…`) may stand for the company. The prefix
is the stage's (`psk_test`, `psk_live`): a key of the other kind is nobody's here, whatever follows it.
The answer allows the whole stage, since what the actor may do is decided by the slices; it is never cached, so a
revoked key, a revoked member, a suspended company or a partner that has ended is felt at once.
"""

import re
from collections.abc import Mapping
from typing import Any, Protocol

import jwt

from functions.companies.model import ApiKey, Company, Memberships, State, is_partner
from functions.companies.model.members import Team
from passerelle import clock
from passerelle.access import SCOPES_OF, Actor, Role
from passerelle.store import Stored
from passerelle.tokens import digest, same

_STAFF = {"operators": Role.OPERATOR, "advisers": Role.ADVISER}
_PART = re.compile(r"[A-Za-z0-9_-]{1,64}")


class Unauthorized(Exception):
    """The gateway turns an error of exactly this text into a 401."""

    def __init__(self) -> None:
        super().__init__("Unauthorized")


class Registry(Protocol):
    """What the authorizer reads of the store."""

    def find(self, company_id: str) -> Stored[Company] | None: ...
    def memberships(self, user: str) -> Stored[Memberships]: ...
    def team(self, company: Company) -> Stored[Team]: ...
    def find_key(self, company_id: str, key_id: str) -> Stored[ApiKey] | None: ...
    def has_ended(self, partner_id: str) -> bool: ...


class UserTokens:
    """Verifies access tokens of the user pool: signature against its published keys, issuer, client and expiry."""

    def __init__(self, issuer: str, client_id: str) -> None:
        self._issuer = issuer
        self._client_id = client_id
        self._keys = jwt.PyJWKClient(f"{issuer}/.well-known/jwks.json", cache_keys=True, timeout=3)

    def claims(self, token: str) -> Mapping[str, Any]:
        """The claims of a valid access token. Raises `Unauthorized`."""
        try:
            key = self._keys.get_signing_key_from_jwt(token)
            claims: Mapping[str, Any] = jwt.decode(
                token,
                key,
                algorithms=["RS256"],
                issuer=self._issuer,
                options={"require": ["exp", "iss", "sub"], "verify_aud": False},
            )
        except jwt.PyJWTError as error:
            raise Unauthorized from error
        if claims.get("token_use") != "access" or claims.get("client_id") != self._client_id:
            raise Unauthorized
        return claims


def actor_of(headers: Mapping[str, str], registry: Registry, tokens: UserTokens, key_prefix: str) -> Actor:
    """The caller behind these headers (names in lower case). Raises `Unauthorized`."""
    scheme, _, credential = headers.get("authorization", "").partition(" ")
    match scheme.lower():
        case "bearer":
            return _user(tokens.claims(credential.strip()), headers.get("x-company", ""), registry)
        case "apikey":
            return _machine(credential.strip(), registry, key_prefix)
    raise Unauthorized


def _user(claims: Mapping[str, Any], named: str, registry: Registry) -> Actor:
    subject = f"usr_{claims['sub']}"
    groups = claims.get("cognito:groups") or ()
    for group, role in _STAFF.items():
        if group in groups:
            return Actor(role, subject)
    tenant = named or _only(registry.memberships(subject).value)
    stored = registry.find(tenant) if _PART.fullmatch(tenant) else None
    member = None if stored is None else registry.team(stored.value).value.of(subject)
    if stored is None or member is None:
        return Actor(Role.USER, subject)
    active = stored.value.state is State.ACTIVE
    return Actor(Role.COMPANY, subject, tenant, active, SCOPES_OF[member.role], member=member.id)


def _only(mine: Memberships) -> str:
    return mine.companies[0] if len(mine.companies) == 1 else ""


def _machine(credential: str, registry: Registry, key_prefix: str) -> Actor:
    parts = credential.split(".")
    if len(parts) != 4 or parts[0] != key_prefix or not all(map(_PART.fullmatch, parts)):
        raise Unauthorized
    _, tenant, key_id, secret = parts
    stored = registry.find_key(tenant, key_id)
    if stored is None or not same(stored.value.digest, digest(secret)) or stored.value.expires_at <= clock.now():
        raise Unauthorized
    if is_partner(tenant):
        if registry.has_ended(tenant):
            raise Unauthorized
        return Actor(Role.PARTNER, key_id, tenant, active=True, scopes=stored.value.scopes)
    return Actor(Role.MACHINE, key_id, tenant, _is_active(tenant, registry), stored.value.scopes)


def _is_active(company_id: str, registry: Registry) -> bool:
    stored = registry.find(company_id)
    return stored is not None and stored.value.state is State.ACTIVE


def policy(actor: Actor, method_arn: str) -> dict[str, Any]:
    """The gateway's answer: the actor as context, and leave to call every method of this stage."""
    api, stage = method_arn.split("/")[:2]
    return {
        "principalId": actor.subject,
        "policyDocument": {
            "Version": "2012-10-17",
            "Statement": [{"Action": "execute-api:Invoke", "Effect": "Allow", "Resource": f"{api}/{stage}/*"}],
        },
        "context": {
            "role": actor.role.value,
            "subject": actor.subject,
            "tenant": actor.tenant,
            "active": "true" if actor.active else "false",
            "scopes": " ".join(sorted(actor.scopes)),
            "wait": str(actor.wait),
            "member": actor.member,
        },
    }
