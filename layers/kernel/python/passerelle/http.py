"""The HTTP edge of a slice: declared routes in, problem+json and JSON out.

A route says who may call it, which body it takes and which answer it gives; from these declarations come the checks
here, the OpenAPI document and the access matrix of the tests. The edge opens one transaction per request, commits it
together with the remembered answer (so that a repeated POST is answered, not repeated), and runs the handler again when
somebody else changed the same aggregate meanwhile.
"""

import base64
import binascii
import hashlib
import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from http import HTTPStatus
from typing import Any, Generic, TypeVar, cast

from aws_lambda_powertools.event_handler import APIGatewayRestResolver, Response
from aws_lambda_powertools.event_handler.exceptions import NotFoundError
from pydantic import BaseModel, ConfigDict, ValidationError

from passerelle import clock, sheets, strict_json
from passerelle.access import Actor, Role, Rule, actor_from
from passerelle.observability import cause, caused_by, logger
from passerelle.problems import (
    Exhausted,
    FieldError,
    Forbidden,
    Invalid,
    Malformed,
    NotAllowed,
    NotFound,
    PreconditionMissing,
    Problem,
    Refused,
    Stale,
    TooLarge,
    Unauthenticated,
    Unavailable,
    Unsupported,
)
from passerelle.sheets import Sheet
from passerelle.store import AlreadyDone, BadCursor, Busy, Repeat, Table, Transaction, VersionConflict

B = TypeVar("B", bound=BaseModel)

LARGEST_BODY = 64 * 1024
_ATTEMPTS = 5
_KEY = re.compile(r"[A-Za-z0-9_\-]{8,64}")
_ETAG = re.compile(r'(?:W/)?"([0-9]{1,9})"')
_SAFE_ID = re.compile(r"[A-Za-z0-9_.\-]{1,64}")
_LIMIT = re.compile(r"[0-9]{1,4}")
_ACCEPTED = {sheets.MEDIA_TYPE, "application/json", "application/*", "*/*"}
_HEADERS = {
    "Cache-Control": "no-store",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Strict-Transport-Security": "max-age=63072000; includeSubDomains",
}


class Body(BaseModel):
    """Base of every request body: unknown fields and wrong types are refused, text is trimmed."""

    model_config = ConfigDict(extra="forbid", strict=True, str_strip_whitespace=True, frozen=True)


class NoBody(Body):
    """The body of a route that takes none: absent, or `{}`."""


@dataclass(frozen=True)
class Answer:
    """What a handler answers. `version` becomes the ETag; `page` is a ready page or script instead of JSON.

    `problem` is an answer too: unlike one that is raised, it lets the transaction be written. `remembered` is the body
    for a repeated request where the first answer showed a secret that is kept nowhere.
    """

    body: BaseModel | None = None
    status: HTTPStatus = HTTPStatus.OK
    version: int | None = None
    location: str | None = None
    page: "Page | None" = None
    problem: Problem | None = None
    remembered: BaseModel | None = None


@dataclass(frozen=True)
class Page:
    """A document for a browser: its text, media type and content-security policy."""

    text: str
    media_type: str
    policy: str = "default-src 'none'"


@dataclass(frozen=True)
class Request(Generic[B]):
    """One request as a handler sees it: the caller, the ids in the path, the checked body, the open transaction.

    Of a signed route: `raw` is the body as it came and `headers` are the request's, for the handler to check the
    signature on; nothing was parsed. Of a route that takes a CSV file, `raw` is the file. `as_csv`: the answer shall be
    one.
    """

    actor: Actor
    path: Mapping[str, str]
    query: Mapping[str, str]
    body: B
    transaction: Transaction
    expected_version: int | None = None
    raw: bytes = b""
    headers: Mapping[str, str] = field(default_factory=dict)
    as_csv: bool = False

    def require_version(self, present: int) -> None:
        """Raise `Stale` when the caller named a version (If-Match) and it is not the one that is there."""
        if self.expected_version not in (None, present):
            raise Stale(
                "Another change came first.", remedy="Read it again, look at what changed, and repeat your change."
            )

    def limit(self, most: int = 100) -> int:
        """The page size asked for, from 1 to `most`; unless asked, 50, or as much as a CSV file holds."""
        asked = self.query.get("limit")
        if asked is None:
            return sheets.MOST_ROWS if self.as_csv else 50
        if not _LIMIT.fullmatch(asked) or not 1 <= int(asked) <= most:
            raise Malformed(f"limit is a whole number from 1 to {most}.", remedy="Correct or leave out `limit`.")
        return int(asked)


@dataclass(frozen=True)
class Route:
    """One declared route: what tests and documents read.

    A `signed` route takes messages of the Standard Webhooks scheme: the handler proves the sender on the raw bytes and
    recognises a repeated message by its `webhook-id`, so it takes no `Idempotency-Key`. Its `body` documents what the
    bytes hold. `sheet` is the CSV form of a list: a route that reads gives its `items` in it to whoever accepts
    `text/csv`, any other takes a file of it for its body.
    """

    method: str
    path: str
    allow: Rule
    body: type[Body]
    answer: type[BaseModel] | None
    status: HTTPStatus
    summary: str
    query: tuple[str, ...] = ()
    needs_version: bool = False
    media_type: str = "application/json"
    signed: bool = False
    sheet: Sheet[Any] | None = None

    @property
    def takes_csv(self) -> bool:
        """Whether the body is a CSV file."""
        return self.sheet is not None and self.method != "GET"


Handler = Callable[[Request[Any]], Answer]


@dataclass
class Api:
    """The routes of one slice, and the Lambda entry point that serves them.

    `table` opens the slice's table on first use; None for a slice without one: its POSTs only read, and repeating one
    computes the same answer again.
    """

    slice_name: str
    table: Callable[[], Table] | None = None
    routes: list[Route] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._resolver = APIGatewayRestResolver()
        self._resolver.not_found(self._unknown_path)

    def get(self, path: str, **declared: Any) -> Callable[[Handler], Handler]:
        """Declare a route that reads."""
        return self._declare("GET", path, **declared)

    def post(self, path: str, **declared: Any) -> Callable[[Handler], Handler]:
        """Declare a route that acts once per `Idempotency-Key`."""
        return self._declare("POST", path, **declared)

    def put(self, path: str, **declared: Any) -> Callable[[Handler], Handler]:
        """Declare a route that replaces a thing."""
        return self._declare("PUT", path, **declared)

    def delete(self, path: str, **declared: Any) -> Callable[[Handler], Handler]:
        """Declare a route that ends a thing."""
        return self._declare("DELETE", path, **declared)

    def __call__(self, event: dict[str, Any], context: Any) -> dict[str, Any]:
        """Serve one proxy event of API Gateway."""
        correlation = clock.new_id("req")
        with caused_by(correlation, correlation):
            try:
                return self._resolver.resolve(event, context)
            except Problem as problem:
                return _problem_answer(problem, correlation)
            except Exception:
                logger.exception("unexpected failure", slice=self.slice_name)
                return _problem_answer(Problem("The failure is recorded under the instance below."), correlation)

    def _declare(
        self,
        method: str,
        path: str,
        *,
        allow: Rule,
        summary: str,
        body: type[Body] = NoBody,
        answer: type[BaseModel] | None = None,
        status: HTTPStatus = HTTPStatus.OK,
        query: tuple[str, ...] = (),
        needs_version: bool = False,
        media_type: str = "application/json",
        signed: bool = False,
        sheet: Sheet[Any] | None = None,
    ) -> Callable[[Handler], Handler]:
        route = Route(
            method, path, allow, body, answer, status, summary, query, needs_version, media_type, signed, sheet
        )
        self.routes.append(route)

        def register(handler: Handler) -> Handler:
            def serve(**path_ids: str) -> Response[Any]:
                return self._serve(route, handler, path_ids)

            serve.__name__ = handler.__name__
            self._resolver.route(re.sub(r"\{(\w+)\}", r"<\1>", path), method=method)(serve)
            return handler

        return register

    def _serve(self, route: Route, handler: Handler, path_ids: dict[str, str]) -> Response[Any]:
        event = self._resolver.current_event
        actor = actor_from(event.request_context.authorizer.raw_event if event.request_context.authorizer else None)
        _check_pace(actor)
        _check_access(route.allow, actor)
        _check_path(event.path, path_ids)
        raw = _raw_body(event, route) if route.method in {"POST", "PUT"} else b""
        body = NoBody() if route.signed else _parsed(route, raw, event.headers)
        as_csv = route.sheet is not None and not route.takes_csv and _prefers_csv(event.headers)
        query = _checked_query(route, event.query_string_parameters or {})
        version = _expected_version(route, event.headers)
        asked = _repeat(route, actor, event, raw) if route.method == "POST" and not route.signed else None
        kept = raw if route.signed or route.takes_csv else b""
        headers = event.headers if route.signed else {}
        repeat = asked if self.table else None
        for _ in range(_ATTEMPTS):
            if repeat and (earlier := self._earlier_answer(repeat)):
                return earlier
            transaction = self.table().begin() if self.table else cast(Transaction, None)
            try:
                answer = handler(
                    Request(actor, path_ids, query, body, transaction, version, kept, headers, as_csv=as_csv)
                )
                wire = _csv_form(answer, route) if as_csv else _wire_form(answer)
                if repeat:
                    again = wire if answer.remembered is None else _wire_form(replace(answer, body=answer.remembered))
                    transaction.remember(repeat, json.dumps(again))
                if self.table:
                    transaction.commit()
            except AlreadyDone:
                continue
            except VersionConflict:
                if version is not None:
                    raise Stale("Another change came first.", remedy="Read it again and repeat your change.") from None
                continue
            except Problem:
                if repeat and (earlier := self._earlier_answer(repeat)):
                    return earlier  # the same request, sent twice at once: its twin has done it meanwhile
                raise
            except BadCursor as error:
                raise Malformed(str(error), remedy="Start again without a cursor.") from None
            except Busy:
                raise Unavailable("The store is busy.", remedy="Repeat the same request with the same key.") from None
            return _response(wire)
        raise Unavailable("Others keep changing this.", remedy="Repeat the same request with the same key.")

    def _earlier_answer(self, repeat: Repeat) -> Response[Any] | None:
        assert self.table is not None
        remembered = self.table().remembered(repeat)
        if remembered is None:
            return None
        if remembered.fingerprint != repeat.fingerprint:
            raise Invalid(
                "This Idempotency-Key came before with another request.",
                code="idempotency-key-reused",
                remedy="Use a new key for a new request.",
            )
        return _response(json.loads(remembered.answer), replayed=True)

    def _unknown_path(self, _: NotFoundError) -> Response[Any]:
        event = self._resolver.current_event
        methods = {one.method for one in self.routes if _matches(one, event.path)}
        if methods and event.http_method not in methods:
            raise NotAllowed(methods)
        raise NotFound("No such path.", remedy="See /openapi.json for the paths there are.")


def _matches(route: Route, path: str) -> bool:
    pattern = re.sub(r"\{\w+\}", lambda _: _SAFE_ID.pattern, route.path)
    return re.fullmatch(pattern, path.removesuffix("/")) is not None


def _check_pace(actor: Actor) -> None:
    if actor.wait:
        raise Exhausted(
            "You ask faster than one caller may.",
            remedy=f"Wait {actor.wait} s, then ask more slowly; a repeated POST keeps its Idempotency-Key.",
            retry_after=actor.wait,
        )


def _check_access(rule: Rule, actor: Actor) -> None:
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


def _check_path(path: str, path_ids: Mapping[str, str]) -> None:
    if not path.isprintable() or not all(_SAFE_ID.fullmatch(value) for value in path_ids.values()):
        raise NotFound("No such path.", remedy="Take ids from our answers.")


def _raw_body(event: Any, route: Route) -> bytes:
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


def _prefers_csv(headers: Mapping[str, str]) -> bool:
    """Whether `Accept` names CSV before anything that JSON would do for."""
    ranges = [one.partition(";")[0].strip().lower() for one in (_header(headers, "Accept") or "").split(",")]
    return next((one for one in ranges if one in _ACCEPTED), "") == sheets.MEDIA_TYPE


def _parsed(route: Route, raw: bytes, headers: Mapping[str, str]) -> Body:
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


def _checked_query(route: Route, query: Mapping[str, str]) -> Mapping[str, str]:
    unknown = sorted(set(query) - set(route.query))
    if unknown:
        raise Malformed(
            "A query parameter is not known here.", remedy=f"Known ones: {', '.join(route.query) or 'none'}."
        )
    return query


def _expected_version(route: Route, headers: Mapping[str, str]) -> int | None:
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


def _repeat(route: Route, actor: Actor, event: Any, raw: bytes) -> Repeat:
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


def _wire_form(answer: Answer) -> dict[str, Any]:
    headers: dict[str, str] = {}
    if answer.version is not None:
        headers["ETag"] = f'"{answer.version}"'
    if answer.location is not None:
        headers["Location"] = answer.location
    if answer.problem is not None:
        document = json.dumps(answer.problem.document(cause().correlation_id), ensure_ascii=False)
        return {
            "status": answer.problem.status,
            "type": "application/problem+json",
            "body": document,
            "headers": headers,
        }
    if answer.page is not None:
        headers["Content-Security-Policy"] = answer.page.policy
        return {"status": answer.status, "type": answer.page.media_type, "body": answer.page.text, "headers": headers}
    body = answer.body.model_dump_json() if answer.body is not None else ""
    return {"status": answer.status, "type": "application/json", "body": body, "headers": headers}


def _csv_form(answer: Answer, route: Route) -> dict[str, Any]:
    """The items of a page as a CSV file; the page after it is linked (RFC 8288)."""
    page: Any = answer.body
    assert route.sheet is not None
    headers = {"Link": f'<{route.path}?cursor={page.cursor}>; rel="next"'} if page.cursor else {}
    media_type = f"{sheets.MEDIA_TYPE}; charset=utf-8"
    return {"status": answer.status, "type": media_type, "body": route.sheet.write(page.items), "headers": headers}


def _response(wire: Mapping[str, Any], *, replayed: bool = False) -> Response[Any]:
    headers = {**_HEADERS, **wire["headers"]}
    if replayed:
        headers["Idempotent-Replayed"] = "true"
    return Response(status_code=wire["status"], content_type=wire["type"], body=wire["body"], headers=headers)


def _problem_answer(problem: Problem, correlation: str) -> dict[str, Any]:
    headers = {**_HEADERS, "Content-Type": "application/problem+json"}
    if isinstance(problem, Unavailable):
        headers["Retry-After"] = "1"
    if isinstance(problem, Exhausted):
        headers["Retry-After"] = str(problem.retry_after)
    if isinstance(problem, NotAllowed):
        headers["Allow"] = ", ".join(problem.methods)
    return {
        "statusCode": problem.status,
        "headers": headers,
        "body": json.dumps(problem.document(correlation), ensure_ascii=False),
        "isBase64Encoded": False,
    }


def found(stored: Any) -> Any:
    """The thing read, or `NotFound` when there is none (or it is another tenant's, which reads the same)."""
    if stored is None:
        raise NotFound("There is nothing here under this id.", remedy="Check the id, and which company you act for.")
    return stored


__all__ = ["Answer", "Api", "Body", "NoBody", "Page", "Refused", "Request", "Route", "found"]
