"""What goes back on the wire: JSON, a page, a CSV file or a problem (RFC 9457), with the headers that all carry."""

import json
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from aws_lambda_powertools.event_handler import Response

from passerelle import sheets
from passerelle.http.routes import Answer, Route
from passerelle.observability import cause
from passerelle.problems import Exhausted, NotAllowed, Problem, Unavailable

HEADERS = {
    "Cache-Control": "no-store",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Strict-Transport-Security": "max-age=63072000; includeSubDomains",
}


def wire_form(answer: Answer) -> dict[str, Any]:
    """An answer in the form that is sent, and kept for a repeated request."""
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


def csv_form(answer: Answer, route: Route, query: Mapping[str, str]) -> dict[str, Any]:
    """The items of a page as a CSV file; the page after it, of what was asked for, is linked (RFC 8288)."""
    page: Any = answer.body
    assert route.sheet is not None
    following = urlencode({**query, "cursor": page.cursor})
    headers = {"Link": f'<{route.path}?{following}>; rel="next"'} if page.cursor else {}
    media_type = f"{sheets.MEDIA_TYPE}; charset=utf-8"
    return {"status": answer.status, "type": media_type, "body": route.sheet.write(page.items), "headers": headers}


def response(wire: Mapping[str, Any], *, replayed: bool = False) -> Response[Any]:
    """What is sent, with the headers that every answer carries; `replayed` when it was given before."""
    headers = {**HEADERS, **wire["headers"]}
    if replayed:
        headers["Idempotent-Replayed"] = "true"
    return Response(status_code=wire["status"], content_type=wire["type"], body=wire["body"], headers=headers)


def problem_answer(problem: Problem, correlation: str) -> dict[str, Any]:
    """A problem in the form in which Lambda hands it to the gateway; `correlation` finds it in the log."""
    headers = {**HEADERS, "Content-Type": "application/problem+json"}
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
