"""The routes of a slice, and how one request is served: in one transaction, once however often it is sent."""

import json
import re
import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from http import HTTPStatus
from typing import Any, cast

from aws_lambda_powertools.event_handler import APIGatewayRestResolver, Response
from aws_lambda_powertools.event_handler.exceptions import NotFoundError
from pydantic import BaseModel

from passerelle import clock
from passerelle.access import Rule, actor_from
from passerelle.http.answering import csv_form, problem_answer, response, wire_form
from passerelle.http.reading import (
    SAFE_ID,
    check_access,
    check_pace,
    check_path,
    checked_query,
    expected_version,
    parsed,
    prefers_csv,
    raw_body,
    repeat_of,
)
from passerelle.http.routes import Answer, Body, NoBody, Request, Route
from passerelle.observability import caused_by, logger
from passerelle.problems import Invalid, Malformed, NotAllowed, NotFound, Problem, Stale, Unavailable
from passerelle.sheets import Sheet
from passerelle.store import AlreadyDone, BadCursor, Busy, Repeat, Table, Transaction, VersionConflict

_ATTEMPTS = 5
_PAUSE = 0.02
"""Seconds at most before what lost against another writer is tried again; twice as long each time."""

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
                return problem_answer(problem, correlation)
            except Exception:
                logger.exception("unexpected failure", slice=self.slice_name)
                return problem_answer(Problem("The failure is recorded under the instance below."), correlation)

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
        check_pace(actor)
        check_access(route.allow, actor)
        check_path(event.path, path_ids)
        raw = raw_body(event, route) if route.method in {"POST", "PUT"} else b""
        body = NoBody() if route.signed else parsed(route, raw, event.headers)
        as_csv = route.sheet is not None and not route.takes_csv and prefers_csv(event.headers)
        query = checked_query(route, event.query_string_parameters or {})
        version = expected_version(route, event.headers)
        asked = repeat_of(route, actor, event, raw) if route.method == "POST" and not route.signed else None
        kept = raw if route.signed or route.takes_csv else b""
        headers = event.headers if route.signed else {}
        repeat = asked if self.table else None
        for attempt in range(_ATTEMPTS):
            if repeat and (earlier := self._earlier_answer(repeat)):
                return earlier
            transaction = self.table().begin() if self.table else cast(Transaction, None)
            try:
                answer = handler(
                    Request(actor, path_ids, query, body, transaction, version, kept, headers, as_csv=as_csv)
                )
                wire = csv_form(answer, route, query) if as_csv else wire_form(answer)
                if repeat:
                    again = wire if answer.remembered is None else wire_form(replace(answer, body=answer.remembered))
                    transaction.remember(repeat, json.dumps(again))
                if self.table:
                    transaction.commit()
            except AlreadyDone:
                continue
            except VersionConflict:
                if version is not None:
                    raise Stale("Another change came first.", remedy="Read it again and repeat your change.") from None
                time.sleep(clock.jitter(_PAUSE * 2**attempt))
                continue
            except Problem:
                if repeat and (earlier := self._earlier_answer(repeat)):
                    return earlier  # the same request, sent twice at once: its twin has done it meanwhile
                raise
            except BadCursor as error:
                raise Malformed(str(error), remedy="Start again without a cursor.") from None
            except Busy:
                raise Unavailable("The store is busy.", remedy="Repeat the same request with the same key.") from None
            return response(wire)
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
        return response(json.loads(remembered.answer), replayed=True)

    def _unknown_path(self, _: NotFoundError) -> Response[Any]:
        event = self._resolver.current_event
        methods = {one.method for one in self.routes if _matches(one, event.path)}
        if methods and event.http_method not in methods:
            raise NotAllowed(methods)
        raise NotFound("No such path.", remedy="See /openapi.json for the paths there are.")


def found(stored: Any) -> Any:
    """The thing read, or `NotFound` when there is none (or it is another tenant's, which reads the same)."""
    if stored is None:
        raise NotFound("There is nothing here under this id.", remedy="Check the id, and which company you act for.")
    return stored


def _matches(route: Route, path: str) -> bool:
    pattern = re.sub(r"\{\w+\}", lambda _: SAFE_ID.pattern, route.path)
    return re.fullmatch(pattern, path.removesuffix("/")) is not None
