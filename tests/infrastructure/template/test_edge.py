"""The gateway: who is looked at, what reaches which slice, and how it refuses."""

from __future__ import annotations

import importlib
import json
from collections.abc import Iterator
from typing import Any

import botocore.session
import pytest

from cdk.constructs.slice import Slice
from cdk.settings import stage_settings
from cdk.slices import pages
from passerelle import problems
from passerelle.access import Role
from tests.infrastructure.template.facts import Resource, Templates

ANSWERING = [page for page in pages(stage_settings("local")) if page.answers_http]
OF_THE_GATEWAY_ALONE = {"filtered", "too-many-requests"}


def methods(templates: Templates) -> Iterator[tuple[str, Resource]]:
    """Each method with the path of its resource."""
    for method in templates.all("AWS::ApiGateway::Method"):
        yield path_of(templates, method.stack, method.properties["ResourceId"]), method


def path_of(templates: Templates, stack: str, reference: dict[str, Any]) -> str:
    if "Fn::GetAtt" in reference:
        return ""
    resource = templates.target(stack, reference)
    return f"{path_of(templates, stack, resource.properties['ParentId'])}/{resource.properties['PathPart']}"


def matching(paths: dict[str, Resource], wanted: str) -> Resource | None:
    """The method that the gateway chooses for a path: the exact one, else the deepest proxy above it."""
    if wanted in paths:
        return paths[wanted]
    above = wanted
    while above:
        above = above.rpartition("/")[0]
        if f"{above}/{{proxy+}}" in paths:
            return paths[f"{above}/{{proxy+}}"]
    return None


def test_the_actor_is_looked_at_anew_on_every_call(local: Templates) -> None:
    (authorizer,) = local.all("AWS::ApiGateway::Authorizer")

    assert authorizer.properties["AuthorizerResultTtlInSeconds"] == 0
    assert authorizer.properties["Type"] == "REQUEST"
    assert authorizer.properties["IdentitySource"] == "method.request.header.Authorization"
    assert "passerelle-local-companies-authorize" in json.dumps(authorizer.properties["AuthorizerUri"])


@pytest.mark.parametrize("page", ANSWERING, ids=lambda page: page.name)
def test_every_route_reaches_its_slice_behind_the_right_door(local: Templates, page: Slice) -> None:
    paths = dict(methods(local))
    declared = importlib.import_module(f"functions.{page.name}.handler").api.routes

    for route in declared:
        method = matching(paths, route.path)

        assert method is not None, route.path
        assert method.properties["HttpMethod"] == "ANY"
        assert f"function:passerelle-local-{page.name}-api/" in method.properties["Integration"]["Uri"]
        open_to_all = Role.PUBLIC in route.allow.roles
        assert (method.properties["AuthorizationType"] == "NONE") == open_to_all, route.path


def test_slices_answer_on_their_own_name_and_below_it(local: Templates) -> None:
    paths = dict(methods(local))

    assert {f"/{page.name}" for page in ANSWERING} | {f"/{page.name}/{{proxy+}}" for page in ANSWERING} <= set(paths)


def test_the_gateway_may_call_every_function_it_names(local: Templates) -> None:
    named = {
        method.properties["Integration"]["Uri"].split("functions/")[1].split("/")[0] for _, method in methods(local)
    }
    allowed = {permission.properties["FunctionName"] for permission in local.all("AWS::Lambda::Permission")}

    assert named <= allowed
    assert local.stage.arn("lambda", "function:passerelle-local-companies-authorize") in allowed
    assert all("SourceArn" in permission.properties for permission in local.all("AWS::Lambda::Permission"))


def test_every_refusal_of_the_gateway_is_a_problem_document(local: Templates) -> None:
    model = botocore.session.get_session().get_service_model("apigateway")
    known = set(model.shape_for("GatewayResponseType").enum)
    answers = {
        each.properties["ResponseType"]: each.properties for each in local.all("AWS::ApiGateway::GatewayResponse")
    }

    assert set(answers) == known
    for answer in answers.values():
        document = json.loads(answer["ResponseTemplates"]["application/json"])
        headers = answer["ResponseParameters"]
        assert headers["gatewayresponse.header.Content-Type"] == "'application/problem+json'"
        assert str(document["status"]) == answer["StatusCode"]
        assert set(document) == {"type", "title", "status", "detail", "instance", "remedy"}
        assert ("gatewayresponse.header.Retry-After" in headers) == (answer["StatusCode"] in {"429", "503"})


def test_who_is_not_let_in_hears_how_the_keys_of_the_stage_begin(local: Templates, live: Templates) -> None:
    for templates, prefix in ((local, "psk_test"), (live, "psk_live")):
        refusals = [
            answer.properties
            for answer in templates.all("AWS::ApiGateway::GatewayResponse")
            if answer.properties["StatusCode"] == "401"
        ]
        assert refusals
        for refusal in refusals:
            document = json.loads(refusal["ResponseTemplates"]["application/json"])
            assert document["remedy"].endswith(f"API keys of this stage begin with {prefix}.")
            challenge = refusal["ResponseParameters"]["gatewayresponse.header.WWW-Authenticate"]
            assert challenge == f"'Bearer, ApiKey prefix={prefix}'"


def test_the_gateway_speaks_of_problems_as_the_slices_do(local: Templates) -> None:
    kinds = [kind for kind in vars(problems).values() if isinstance(kind, type) and issubclass(kind, problems.Problem)]
    spoken = {kind.code: (kind.title, kind.status) for kind in kinds}

    for answer in local.all("AWS::ApiGateway::GatewayResponse"):
        document = json.loads(answer.properties["ResponseTemplates"]["application/json"])
        code = document["type"].removeprefix("urn:passerelle:problem:")
        assert code in OF_THE_GATEWAY_ALONE or spoken[code] == (document["title"], document["status"])


def test_calls_are_limited_logged_and_filtered(local: Templates) -> None:
    (stage,) = local.all("AWS::ApiGateway::Stage")
    (settings,) = stage.properties["MethodSettings"]
    (association,) = local.all("AWS::WAFv2::WebACLAssociation")

    assert settings["ThrottlingRateLimit"] > 0
    assert settings["DataTraceEnabled"] is False
    assert "$context.path" not in stage.properties["AccessLogSetting"]["Format"]
    assert association.properties["WebACLArn"]


def test_the_body_limit_spares_only_the_paths_where_lists_come_in(local: Templates) -> None:
    (firewall,) = local.all("AWS::WAFv2::WebACL")
    rules = {rule["Name"]: rule for rule in firewall.properties["Rules"]}
    common = rules["common"]["Statement"]["ManagedRuleGroupStatement"]
    spared = {path for page in ANSWERING for path in page.large_bodies}

    assert common["RuleActionOverrides"] == [{"Name": "SizeRestrictions_BODY", "ActionToUse": {"Count": {}}}]
    statements = rules["body-size"]["Statement"]["AndStatement"]["Statements"]
    named = {
        each["NotStatement"]["Statement"]["ByteMatchStatement"]["SearchString"]
        for each in statements
        if "NotStatement" in each
    }
    assert named == {f"/api{path}" for path in spared}
    assert rules["body-size"]["Action"] == rules["rate"]["Action"] == {"Block": {}}
