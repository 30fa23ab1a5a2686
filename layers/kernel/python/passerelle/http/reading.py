"""What is looked at in a request before its handler runs, in this order: pace, caller, path, body, query, version, key.

Each raises the `Problem` that the caller is answered.
"""

import base64
import binascii
import hashlib
import json
import re
from collections.abc import Mapping
from typing import Any

from pydantic import ValidationError

from passerelle import sheets, strict_json
from passerelle.access import Actor, Role, Rule
from passerelle.http.routes import Body, NoBody, Route
from passerelle.problems import (
    Exhausted,
    FieldError,
    Forbidden,
    Invalid,
    Malformed,
    NotFound,
    PreconditionMissing,
    TooLarge,
    Unauthenticated,
    Unsupported,
)
from passerelle.store import Repeat

LARGEST_BODY = 64 * 1024
SAFE_ID = re.compile(r"[A-Za-z0-9_.\-]{1,64}")
_KEY = re.compile(r"[A-Za-z0-9_\-]{8,64}")
_ETAG = re.compile(r'(?:W/)?"([0-9]{1,9})"')
_ACCEPTED = {sheets.MEDIA_TYPE, "application/json", "application/*", "*/*"}


def check_pace(actor: Actor) -> None:
    """Raise `Exhausted` when the caller asks faster than it may."""
    if actor.wait:
        raise Exhausted(
            "You ask faster than one caller may.",
            remedy=f"Wait {actor.wait} s, then ask more slowly; a repeated POST keeps its Idempotency-Key.",
            retry_after=actor.wait,
        )


def check_access(rule: Rule, actor: Actor) -> None:
    """Raise `Unauthenticated` or `Forbidden` when the route is not for this caller."""
    if actor.role not in rule.roles:
        if actor.role is Role.PUBLIC:
            raise Unauthenticated("This path needs a signed-in caller.", remedy="Send an Authorization header.")
        raise Forbidden("Your kind of account may not do this.", remedy="Ask your company or your adviser to do it.")
    if actor.role in {Role.COMPANY, Role.MACHINE, Role.PARTNER} and rule.scope and rule.scope not in actor.scopes:
        if actor.role is Role.COMPANY:
            raise Forbidden(
                "Your role in this company does not allow this.",
                code="role-missing",
                remedy="Ask an owner of your company, or act for another one by X-Company.",
            )
        raise Forbidden(f"The key lacks the scope {rule.scope}.", code="scope-missing", remedy="Create a key with it.")
    if rule.active and not actor.active and actor.role in {Role.COMPANY, Role.MACHINE}:
        raise Forbidden(
            "Your company is not active.",
            code="company-not-active",
            remedy="Enter the code mailed to your company first.",
        )


def check_path(path: str, path_ids: Mapping[str, str]) -> None:
    """Raise `NotFound` for ids that cannot be ours."""
    if not path.isprintable() or not all(SAFE_ID.fullmatch(value) for value in path_ids.values()):
        raise NotFound("No such path.", remedy="Take ids from our answers.")


def raw_body(event: Any, route: Route) -> bytes:
    """The body as it came. Raises `Malformed` when it is no text and `TooLarge` beyond what the route takes."""
    text, largest = event.body or "", sheets.LARGEST_FILE if route.takes_csv else LARGEST_BODY
    try:
        raw = base64.b64decode(text, validate=True) if event.is_base64_encoded else text.encode()
    except (binascii.Error, UnicodeEncodeError):
        raise Malformed("The body is no text.", code="broken-json", remedy="Send JSON in UTF-8.") from None
    if len(raw) > largest:
        raise TooLarge(f"A body holds at most {largest} bytes.", remedy="Send fewer or shorter items.")
    return raw


def _header(headers: Mapping[str, str], name: str) -> str | None:
    return next((value for key, value in headers.items() if key.lower() == name.lower()), None)


def prefers_csv(headers: Mapping[str, str]) -> bool:
    """Whether `Accept` names CSV before anything that JSON would do for."""
    ranges = [one.partition(";")[0].strip().lower() for one in (_header(headers, "Accept") or "").split(",")]
    return next((one for one in ranges if one in _ACCEPTED), "") == sheets.MEDIA_TYPE


def parsed(route: Route, raw: bytes, headers: Mapping[str, str]) -> Body:
    """The checked body. Raises `Unsupported` for another media type, `Malformed` for what is no JSON, and `Invalid`
    with every field at fault."""
    if route.method not in {"POST", "PUT"} or (route.body is NoBody and not route.takes_csv and not raw.strip()):
        return NoBody()
    media_type = (_header(headers, "Content-Type") or "").split(";")[0].strip().lower()
    if route.takes_csv:
        if media_type != sheets.MEDIA_TYPE:
            raise Unsupported("The body is a CSV file.", remedy=f"Set Content-Type: {sheets.MEDIA_TYPE}.")
        return NoBody()
    if media_type != "application/json":
        raise Unsupported("The body is JSON.", remedy="Set Content-Type: application/json.")
    try:
        document = strict_json.read(raw)
    except ValueError:
        raise Malformed(
            "The body is not JSON, or names a field twice.",
            code="broken-json",
            remedy="Check brackets, quotes, encoding and names.",
        ) from None
    try:
        return route.body.model_validate_json(json.dumps(document))
    except ValidationError as error:
        raise Invalid("Some fields are wrong; nothing was changed.", fields=_field_errors(error, document)) from None


def _field_errors(error: ValidationError, document: Any) -> list[FieldError]:
    found = []
    for fault in error.errors(include_url=False, include_input=False, include_context=False):
        detail = fault["msg"].removeprefix("Value error, ")
        remedy = "Remove this field." if fault["type"] == "extra_forbidden" else "Correct this field."
        found.append(FieldError(_pointer(fault["loc"], document), detail, remedy))
    return found[:20]


def _pointer(location: tuple[int | str, ...], document: Any) -> str:
    """The JSON pointer (RFC 6901) of a fault, without the names pydantic adds for the members of a union."""
    parts = []
    for position, part in enumerate(location):
        inside = isinstance(document, dict) and part in document
        inside = inside or (isinstance(document, list) and isinstance(part, int) and part < len(document))
        if inside:
            document = document[part]
        elif position < len(location) - 1:
            continue
        parts.append(str(part).replace("~", "~0").replace("/", "~1"))
    return "/" + "/".join(parts)


def checked_query(route: Route, query: Mapping[str, str]) -> Mapping[str, str]:
    """The query as it came. Raises `Malformed` for a parameter that the route does not declare."""
    unknown = sorted(set(query) - set(route.query))
    if unknown:
        raise Malformed(
            "A query parameter is not known here.", remedy=f"Known ones: {', '.join(route.query) or 'none'}."
        )
    return query


def expected_version(route: Route, headers: Mapping[str, str]) -> int | None:
    """The version named by `If-Match`, or None. Raises `PreconditionMissing` where the route needs one."""
    given = _header(headers, "If-Match")
    if given is None:
        if route.needs_version:
            raise PreconditionMissing(
                "A change names the version it changes.", remedy="Send If-Match with the ETag you read."
            )
        return None
    match = _ETAG.fullmatch(given.strip())
    if match is None:
        raise Malformed("If-Match is not an ETag of ours.", remedy="Send the ETag exactly as it came.")
    return int(match.group(1))


def repeat_of(route: Route, actor: Actor, event: Any, raw: bytes) -> Repeat:
    """What recognises the same POST when it comes again. Raises `Malformed` without an `Idempotency-Key`."""
    key = _header(event.headers, "Idempotency-Key")
    if key is None or not _KEY.fullmatch(key):
        raise Malformed(
            "A POST carries an Idempotency-Key of 8 to 64 letters, digits, - or _.",
            code="idempotency-key-missing",
            remedy="Send a fresh random key, and the same one when you repeat the request.",
        )
    fingerprint = hashlib.sha256(b"\n".join([route.method.encode(), event.path.encode(), raw])).hexdigest()
    owner = actor.subject if Role.USER in route.allow.roles else actor.owner
    return Repeat(owner or actor.owner, key, fingerprint)
