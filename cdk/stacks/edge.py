"""The edge, deployed last: one REST API for all slices, its authorizer, its firewall, and problems for all it refuses.

It promises that `/<slice>` and everything below reach the slice's `api`, that no answer of the gateway itself is
anything but a problem document, and that a caller is looked at anew on every call (a revoked key is revoked at once).
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

from aws_cdk import Acknowledgment, Duration, Stack, Validations
from aws_cdk import aws_apigateway as apigateway
from aws_cdk import aws_certificatemanager as acm
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_wafv2 as waf

from cdk.constructs.alarms import alarm_when_above_zero
from cdk.constructs.function import log_group
from cdk.constructs.slice import Slice
from cdk.settings import StageSettings

API_STAGE = "api"
LONGEST_ANSWER = Duration.seconds(29)
BODY_RULE = "SizeRestrictions_BODY"
BODY_LABEL = "awswaf:managed:aws:core-rule-set:SizeRestrictions_Body"
GUARDS = {
    "Cache-Control": "no-store",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Strict-Transport-Security": "max-age=63072000; includeSubDomains",
}
"""What every answer says to browsers and caches; the slices say the same."""

ACCESS_LOG = {
    "request": "$context.requestId",
    "at": "$context.requestTime",
    "caller": "$context.authorizer.principalId",
    "method": "$context.httpMethod",
    "resource": "$context.resourcePath",
    "status": "$context.status",
    "milliseconds": "$context.responseLatency",
    "bytes": "$context.responseLength",
    "refused_by": "$context.error.responseType",
    "firewall": "$context.wafResponseCode",
}


@dataclass(frozen=True)
class Refusal:
    """What the gateway says on its own account: the response type, its status, and the problem document's words."""

    response_type: str
    status: int
    code: str
    title: str
    detail: str
    remedy: str


SIGN_IN = (
    "unauthenticated",
    "Sign in first",
    "The call carries no valid credentials.",
    "Send an Authorization header; API keys of this stage begin with {key_prefix}.",
)
FORBIDDEN = ("forbidden", "This is not yours to do", "The call is refused.", "Check the credentials you send.")
UNREADABLE = ("malformed", "The request cannot be read", "The gateway cannot read the call.", "See /openapi.json.")
UNKNOWN = ("not-found", "There is no such thing here", "No such path.", "See /openapi.json for the paths there are.")
OURS = (
    "internal",
    "Something went wrong on our side",
    "The failure is recorded.",
    "Try again; then tell us the instance.",
)
LATE = (
    "unavailable",
    "Try again in a moment",
    "The answer took too long.",
    "Repeat the same request with the same key.",
)
SLOWER = (
    "too-many-requests",
    "Too many requests",
    "The rate limit is reached.",
    "Wait as Retry-After says, then repeat.",
)
REFUSALS = (
    Refusal("ACCESS_DENIED", 403, *FORBIDDEN),
    Refusal("API_CONFIGURATION_ERROR", 500, *OURS),
    Refusal("AUTHORIZER_CONFIGURATION_ERROR", 500, *OURS),
    Refusal("AUTHORIZER_FAILURE", 500, *OURS),
    Refusal("BAD_REQUEST_BODY", 400, *UNREADABLE),
    Refusal("BAD_REQUEST_PARAMETERS", 400, *UNREADABLE),
    Refusal("DEFAULT_4XX", 400, *UNREADABLE),
    Refusal("DEFAULT_5XX", 500, *OURS),
    Refusal("EXPIRED_TOKEN", 401, *SIGN_IN),
    Refusal("INTEGRATION_FAILURE", 503, *LATE),
    Refusal("INTEGRATION_TIMEOUT", 503, *LATE),
    Refusal("INVALID_API_KEY", 403, *FORBIDDEN),
    Refusal("INVALID_SIGNATURE", 403, *FORBIDDEN),
    Refusal("MISSING_AUTHENTICATION_TOKEN", 404, *UNKNOWN),
    Refusal("QUOTA_EXCEEDED", 429, *SLOWER),
    Refusal("REQUEST_TOO_LARGE", 413, "too-large", "The body is too large", "10 MB at most.", "Send fewer items."),
    Refusal("RESOURCE_NOT_FOUND", 404, *UNKNOWN),
    Refusal("THROTTLED", 429, *SLOWER),
    Refusal("UNAUTHORIZED", 401, *SIGN_IN),
    Refusal(
        "UNSUPPORTED_MEDIA_TYPE",
        415,
        "unsupported-media-type",
        "Send what this path takes",
        "Not what it takes.",
        "Set Content-Type.",
    ),
    Refusal(
        "WAF_FILTERED", 403, "filtered", "The firewall refused it", "It looks like an attack.", "Tell us the instance."
    ),
)


def edge(stack: Stack, stage: StageSettings, pages: Sequence[Slice]) -> None:
    """Fills `stack` with the API of the slices that answer HTTP."""
    answering = [page for page in pages if page.answers_http]
    api = apigateway.RestApi(
        stack,
        "Api",
        rest_api_name=stage.prefix,
        endpoint_types=[apigateway.EndpointType.REGIONAL],
        disable_execute_api_endpoint=stage.certificate_arn is not None,
        cloud_watch_role=True,
        deploy_options=apigateway.StageOptions(
            stage_name=API_STAGE,
            throttling_rate_limit=stage.throttle_per_second,
            throttling_burst_limit=stage.throttle_burst,
            metrics_enabled=True,
            tracing_enabled=True,
            access_log_destination=apigateway.LogGroupLogDestination(
                log_group(stack, "AccessLog", f"/aws/apigateway/{stage.prefix}", stage)
            ),
            access_log_format=apigateway.AccessLogFormat.custom(json.dumps(ACCESS_LOG)),
        ),
    )
    for refusal in REFUSALS:
        _refusal(api, stage, refusal)
    authorizer = apigateway.RequestAuthorizer(
        stack,
        "Authorizer",
        authorizer_name=f"{stage.prefix}-authorizer",
        handler=_function(stack, stage, "companies", "authorize"),
        identity_sources=[apigateway.IdentitySource.header("Authorization")],
        results_cache_ttl=Duration.seconds(0),
    )
    for page in answering:
        _routes(api, stage, page, authorizer)
    base = "" if stage.certificate_arn else f"/{API_STAGE}"
    _firewall(api, stage, [f"{base}{path}" for page in answering for path in page.large_bodies])
    failures = api.metric_server_error(period=Duration.minutes(5))
    alarm_when_above_zero(api, stage, f"{stage.prefix}-api-failures", failures)
    if stage.certificate_arn:
        _domain(api, stage, stage.certificate_arn)
    _acknowledge(stack, api)


def _function(stack: Stack, stage: StageSettings, slice_name: str, entry: str) -> lambda_.IFunction:
    arn = stage.arn("lambda", f"function:{stage.function(slice_name, entry)}")
    return lambda_.Function.from_function_attributes(
        stack, f"{slice_name.capitalize()}{entry.capitalize()}", function_arn=arn, same_environment=True
    )


def _routes(api: apigateway.RestApi, stage: StageSettings, page: Slice, authorizer: apigateway.IAuthorizer) -> None:
    """`/<slice>` and `/<slice>/{proxy+}`, since neither matches the other; public paths without authorizer."""
    arn = stage.arn("lambda", f"function:{stage.function(page.name, 'api')}")
    integration = apigateway.Integration(
        type=apigateway.IntegrationType.AWS_PROXY,
        integration_http_method="POST",
        uri=f"arn:aws:apigateway:{stage.region}:lambda:path/2015-03-31/functions/{arn}/invocations",
        options=apigateway.IntegrationOptions(timeout=LONGEST_ANSWER),
    )
    for path in dict.fromkeys((f"/{page.name}", *page.public_paths)):
        top = api.root.resource_for_path(path)
        below = top.add_resource("{proxy+}")
        for resource in (top, below):
            if path in page.public_paths:
                resource.add_method("ANY", integration, authorization_type=apigateway.AuthorizationType.NONE)
            else:
                resource.add_method("ANY", integration, authorizer=authorizer)
    lambda_.CfnPermission(
        api,
        f"{page.name.capitalize()}Permission",
        action="lambda:InvokeFunction",
        function_name=arn,
        principal="apigateway.amazonaws.com",
        source_arn=api.arn_for_execute_api("*", "/*", API_STAGE),
    )


def _refusal(api: apigateway.RestApi, stage: StageSettings, refusal: Refusal) -> None:
    document = {
        "type": f"urn:passerelle:problem:{refusal.code}",
        "title": refusal.title,
        "status": refusal.status,
        "detail": refusal.detail,
        "instance": "urn:passerelle:request:$context.requestId",
        "remedy": refusal.remedy.format(key_prefix=stage.key_prefix),
    }
    headers = {"Content-Type": "'application/problem+json'", **{name: f"'{value}'" for name, value in GUARDS.items()}}
    if refusal.status in {429, 503}:
        headers["Retry-After"] = "'1'"
    if refusal.status == 401:
        headers["WWW-Authenticate"] = f"'Bearer, ApiKey prefix={stage.key_prefix}'"
    api.add_gateway_response(
        "".join(word.capitalize() for word in refusal.response_type.split("_")),
        type=apigateway.ResponseType.of(refusal.response_type),
        status_code=str(refusal.status),
        response_headers=headers,
        templates={"application/json": json.dumps(document)},
    )


def _firewall(api: apigateway.RestApi, stage: StageSettings, large_bodies: Sequence[str]) -> None:
    """Known attacks, oversized bodies but where long lists come in, and too many requests from one address."""
    rule_set = waf.CfnWebACL.ManagedRuleGroupStatementProperty(
        vendor_name="AWS",
        name="AWSManagedRulesCommonRuleSet",
        rule_action_overrides=[
            waf.CfnWebACL.RuleActionOverrideProperty(
                name=BODY_RULE, action_to_use=waf.CfnWebACL.RuleActionProperty(count={})
            )
        ],
    )
    rate = waf.CfnWebACL.RateBasedStatementProperty(
        aggregate_key_type="IP", limit=stage.requests_per_address_in_five_minutes
    )
    rules = [
        _rule("common", 0, waf.CfnWebACL.StatementProperty(managed_rule_group_statement=rule_set), group=True),
        _rule("body-size", 1, _oversized_except(large_bodies)),
        _rule("rate", 2, waf.CfnWebACL.StatementProperty(rate_based_statement=rate)),
    ]
    acl = waf.CfnWebACL(
        api,
        "Firewall",
        name=stage.prefix,
        scope="REGIONAL",
        default_action=waf.CfnWebACL.DefaultActionProperty(allow={}),
        visibility_config=_visibility(stage.prefix),
        rules=rules,
    )
    waf.CfnWebACLAssociation(
        api, "FirewallOfApi", resource_arn=api.deployment_stage.stage_arn, web_acl_arn=acl.attr_arn
    )


def _oversized_except(paths: Sequence[str]) -> waf.CfnWebACL.StatementProperty:
    oversized = waf.CfnWebACL.StatementProperty(
        label_match_statement=waf.CfnWebACL.LabelMatchStatementProperty(scope="LABEL", key=BODY_LABEL)
    )
    spared = [
        waf.CfnWebACL.StatementProperty(
            not_statement=waf.CfnWebACL.NotStatementProperty(
                statement=waf.CfnWebACL.StatementProperty(
                    byte_match_statement=waf.CfnWebACL.ByteMatchStatementProperty(
                        field_to_match=waf.CfnWebACL.FieldToMatchProperty(uri_path={}),
                        positional_constraint="STARTS_WITH",
                        search_string=path,
                        text_transformations=[waf.CfnWebACL.TextTransformationProperty(priority=0, type="NONE")],
                    )
                )
            )
        )
        for path in paths
    ]
    if not spared:
        return oversized
    return waf.CfnWebACL.StatementProperty(
        and_statement=waf.CfnWebACL.AndStatementProperty(statements=[oversized, *spared])
    )


def _rule(
    name: str, priority: int, matching: waf.CfnWebACL.StatementProperty, *, group: bool = False
) -> waf.CfnWebACL.RuleProperty:
    """A rule that blocks what matches; a group brings its own actions."""
    return waf.CfnWebACL.RuleProperty(
        name=name,
        priority=priority,
        statement=matching,
        action=None if group else waf.CfnWebACL.RuleActionProperty(block={}),
        override_action=waf.CfnWebACL.OverrideActionProperty(none={}) if group else None,
        visibility_config=_visibility(name),
    )


def _visibility(name: str) -> waf.CfnWebACL.VisibilityConfigProperty:
    """Counted, never sampled: a sample would keep paths and headers."""
    return waf.CfnWebACL.VisibilityConfigProperty(
        cloud_watch_metrics_enabled=True, metric_name=name, sampled_requests_enabled=False
    )


def _domain(api: apigateway.RestApi, stage: StageSettings, certificate_arn: str) -> None:
    api.add_domain_name(
        "Domain",
        domain_name=urlsplit(stage.public_url).netloc,
        certificate=acm.Certificate.from_certificate_arn(api, "Certificate", certificate_arn),
        endpoint_type=apigateway.EndpointType.REGIONAL,
        security_policy=apigateway.SecurityPolicy.TLS_1_2,
    )


def _acknowledge(stack: Stack, api: apigateway.RestApi) -> None:
    role = api.node.find_child("CloudWatchRole")
    managed = "Policy::arn:<AWS::Partition>:iam::aws:policy/service-role/AmazonAPIGatewayPushToCloudWatchLogs"
    for scope, rule, reason in (
        (role, f"AwsSolutions-IAM4[{managed}]", "the policy AWS made for this one purpose"),
        (api, "AwsSolutions-APIG2", "requests are validated by the slices, against the models that make the OpenAPI"),
        (stack, "AwsSolutions-APIG4", "public paths are listed on the pages of their slices; a test compares"),
        (stack, "AwsSolutions-COG4", "the authorizer knows users of the pool and keys of machines"),
        (api, "AwsSolutions-APIG6", "the access log tells every call; execution logs would quote headers and bodies"),
    ):
        Validations.of(scope).acknowledge(Acknowledgment(id=rule, reason=reason))
