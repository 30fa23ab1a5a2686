"""The front is as strict as API Gateway."""

from __future__ import annotations

import pytest

from cdk.local.cloud import LocalCloud
from tests.infrastructure.local.requests import ask

pytestmark = pytest.mark.timeout(60)


def test_the_proxy_event_has_the_form_of_version_one(cloud: LocalCloud) -> None:
    event = ask(cloud, "GET", "/public/event?tag=a&tag=b%20c", X_Colour="blue").json
    assert event["resource"] == "/public/{name}"
    assert event["path"] == "/public/event"
    assert event["pathParameters"] == {"name": "event"}
    assert event["queryStringParameters"] == {"tag": "b c"}
    assert event["multiValueQueryStringParameters"] == {"tag": ["a", "b c"]}
    assert event["headers"]["X-Colour"] == "blue"
    assert event["multiValueHeaders"]["X-Colour"] == ["blue"]
    assert (event["body"], event["isBase64Encoded"]) == (None, False)
    assert event["requestContext"]["stage"] == "api"
    assert event["requestContext"]["identity"]["sourceIp"] == "127.0.0.1"


@pytest.mark.parametrize(
    ("method", "path", "token", "status"),
    [
        ("POST", "/orders", "Bearer ada", 201),
        ("POST", "/orders/anything/below", "Bearer ada", 201),
        ("POST", "/orders", "", 401),
        ("POST", "/orders", "Bearer nobody", 401),
        ("POST", "/orders", "Bearer mallory", 403),
        ("GET", "/nowhere", "Bearer ada", 404),
        ("POST", "/public/event", "", 404),
        ("GET", "/public/malformed", "", 502),
        ("GET", "/public/crash", "", 502),
    ],
)
def test_a_request_is_answered(cloud: LocalCloud, method: str, path: str, token: str, status: int) -> None:
    headers = {"Authorization": token} if token else {}
    assert ask(cloud, method, path, b"{}" if method == "POST" else None, **headers).status == status


def test_the_authorizer_s_context_reaches_the_slice_as_text(cloud: LocalCloud) -> None:
    assert ask(cloud, "POST", "/orders", b"{}", Authorization="Bearer ada").json["who"] == "ada"


def test_the_gateway_words_its_refusals_as_the_template_says(cloud: LocalCloud) -> None:
    answer = ask(cloud, "GET", "/nowhere")
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert answer.json == {"status": 404, "instance": answer.headers["x-amzn-RequestId"]}


def test_bodies_and_headers_have_a_limit(cloud: LocalCloud) -> None:
    assert ask(cloud, "POST", "/orders", b"x" * (10 * 1024 * 1024 + 1), Authorization="Bearer ada").status == 413
    assert ask(cloud, "GET", "/public/event", X_Long="x" * 10_240).status == 431


def test_functions_see_their_template_s_variables_and_lambda_s_alone(cloud: LocalCloud) -> None:
    environment = ask(cloud, "GET", "/public/environment").json
    assert environment["PUBLIC_URL"] == cloud.api_url
    assert environment["SEARCH"] == environment["AWS_ENDPOINT_URL"]
    assert environment["AWS_LAMBDA_FUNCTION_NAME"] == "shop-api"
    assert "PYTEST_CURRENT_TEST" not in environment
