"""REST APIs, described for the front: resources, methods, authorizers, the gateway's own answers; and the firewall."""

from __future__ import annotations

import re

from cdk.local.deployment import ApiSpec, AuthorizerSpec, MethodSpec
from cdk.local.gateway_answers import KNOWN_VARIABLES, VARIABLE
from cdk.local.intrinsics import Created
from cdk.local.properties import TAGS, VALUE, Inert, NotSupported, Only
from cdk.local.resources.registry import Resource, Site, resource

THROTTLING = Inert("the gateway's throttling is not imitated")
LOGGING = Inert("the front writes no access log")
DOMAIN = Inert("the front listens on loopback, under no name")
FIREWALL = Inert("the firewall is not imitated")


@resource(
    "AWS::ApiGateway::RestApi",
    {
        "Name": VALUE,
        "BinaryMediaTypes": VALUE,
        "Description": Inert("a text"),
        "ApiKeySourceType": Inert("no API key of the gateway is used"),
        "DisableExecuteApiEndpoint": DOMAIN,
        "EndpointConfiguration": DOMAIN,
        "MinimumCompressionSize": Inert("answers are not compressed"),
        "Policy": Inert("resource policies are not enforced"),
        "Tags": TAGS,
    },
)
def rest_api(declared: Resource, site: Site) -> Created:
    """A REST API, as yet without methods."""
    api = ApiSpec(
        id=f"local{len(site.deployment.apis)}",
        name=declared.name("Name"),
        binary_types=tuple(declared.properties.get("BinaryMediaTypes", ())),
        resources={"root": "/"},
    )
    site.deployment.apis[api.id] = api
    return Created(api.id, {"RootResourceId": "root", "RestApiId": api.id})


@resource("AWS::ApiGateway::Resource", {"RestApiId": VALUE, "ParentId": VALUE, "PathPart": VALUE})
def path(declared: Resource, site: Site) -> Created:
    """One segment of a path."""
    api = site.deployment.apis[declared.properties["RestApiId"]]
    parent = api.resources[declared.properties["ParentId"]]
    api.resources[declared.logical_id] = f"{parent.rstrip('/')}/{declared.properties['PathPart']}"
    return Created(declared.logical_id, {"ResourceId": declared.logical_id})


@resource(
    "AWS::ApiGateway::Method",
    {
        "RestApiId": VALUE,
        "ResourceId": VALUE,
        "HttpMethod": VALUE,
        "AuthorizationType": Only.of("NONE", "CUSTOM"),
        "AuthorizerId": VALUE,
        "ApiKeyRequired": Only.of(False),
        "OperationName": Inert("a text"),
        "Integration": {
            "Type": Only.of("AWS_PROXY"),
            "IntegrationHttpMethod": Only.of("POST"),
            "Uri": VALUE,
            "TimeoutInMillis": Only.of(29000),
        },
    },
)
def method(declared: Resource, site: Site) -> Created:
    """A method answered by a function."""
    api = site.deployment.apis[declared.properties["RestApiId"]]
    called = site.deployment.function_of(_function_arn(declared.properties["Integration"]["Uri"]))
    site.deployment.require_admission(called.arn, "apigateway.amazonaws.com", declared.where)
    api.methods.append(
        MethodSpec(
            verb=declared.properties["HttpMethod"],
            path=api.resources[declared.properties["ResourceId"]],
            function=called.name,
            authorizer=declared.properties.get("AuthorizerId"),
        )
    )
    return Created(declared.logical_id)


@resource(
    "AWS::ApiGateway::Authorizer",
    {
        "RestApiId": VALUE,
        "Name": VALUE,
        "Type": Only.of("REQUEST"),
        "AuthorizerUri": VALUE,
        "AuthorizerResultTtlInSeconds": VALUE,
        "IdentitySource": VALUE,
    },
)
def authorizer(declared: Resource, site: Site) -> Created:
    """A function that says who is asking."""
    api = site.deployment.apis[declared.properties["RestApiId"]]
    called = site.deployment.function_of(_function_arn(declared.properties["AuthorizerUri"]))
    site.deployment.require_admission(called.arn, "apigateway.amazonaws.com", declared.where)
    sources = str(declared.properties.get("IdentitySource", ""))
    api.authorizers[declared.logical_id] = AuthorizerSpec(
        function=called.name,
        sources=tuple(source.strip() for source in sources.split(",") if source.strip()),
        ttl=int(declared.properties.get("AuthorizerResultTtlInSeconds", 300)),
    )
    return Created(declared.logical_id, {"AuthorizerId": declared.logical_id})


@resource(
    "AWS::ApiGateway::GatewayResponse",
    {
        "RestApiId": VALUE,
        "ResponseType": VALUE,
        "StatusCode": VALUE,
        "ResponseTemplates": VALUE,
        "ResponseParameters": VALUE,
    },
)
def gateway_response(declared: Resource, site: Site) -> Created:
    """How the gateway words one of its own answers."""
    for template in declared.properties.get("ResponseTemplates", {}).values():
        unknown = set(VARIABLE.findall(template)) - KNOWN_VARIABLES
        if unknown:
            raise NotSupported(f"{declared.where}: {sorted(unknown)} are not known to the local cloud")
    api = site.deployment.apis[declared.properties["RestApiId"]]
    api.responses[declared.properties["ResponseType"]] = declared.properties
    return Created(declared.logical_id)


@resource(
    "AWS::ApiGateway::Deployment",
    {"RestApiId": VALUE, "Description": Inert("a text"), "StageName": VALUE},
)
def api_deployment(declared: Resource, site: Site) -> Created:
    """A picture of the API: the front serves what the template says now."""
    return Created(declared.logical_id, {"DeploymentId": declared.logical_id})


@resource(
    "AWS::ApiGateway::Stage",
    {
        "RestApiId": VALUE,
        "StageName": VALUE,
        "DeploymentId": VALUE,
        "AccessLogSetting": LOGGING,
        "MethodSettings": THROTTLING,
        "TracingEnabled": Inert("traces go nowhere"),
        "Description": Inert("a text"),
        "Tags": TAGS,
    },
)
def stage(declared: Resource, site: Site) -> Created:
    """The stage the API is called through."""
    api = site.deployment.apis[declared.properties["RestApiId"]]
    if api.stage:
        raise NotSupported(f"{declared.where}: an API has one stage here, and {api.stage} is already it")
    api.stage = declared.properties["StageName"]
    return Created(api.stage)


@resource("AWS::ApiGateway::Account", {"CloudWatchRoleArn": LOGGING})
def account(declared: Resource, site: Site) -> Created:
    """Where the gateway of the account logs."""
    return Created(declared.logical_id, {"Id": declared.logical_id})


@resource(
    "AWS::ApiGateway::UsagePlan",
    dict.fromkeys(("UsagePlanName", "Description", "ApiStages", "Throttle", "Quota", "Tags"), THROTTLING),
)
def usage_plan(declared: Resource, site: Site) -> Created:
    """Throttles and quotas, not imitated."""
    return Created(declared.logical_id, {"Id": declared.logical_id})


@resource(
    "AWS::ApiGateway::RequestValidator",
    {
        "RestApiId": VALUE,
        "Name": VALUE,
        "ValidateRequestBody": Only.of(False),
        "ValidateRequestParameters": Only.of(False),
    },
)
def request_validator(declared: Resource, site: Site) -> Created:
    """A validator that validates nothing; the slices do."""
    return Created(declared.logical_id, {"RequestValidatorId": declared.logical_id})


@resource(
    "AWS::ApiGateway::DomainName",
    dict.fromkeys(
        (
            "DomainName",
            "RegionalCertificateArn",
            "CertificateArn",
            "EndpointConfiguration",
            "SecurityPolicy",
            "EndpointAccessMode",
            "Tags",
        ),
        DOMAIN,
    ),
)
def domain_name(declared: Resource, site: Site) -> Created:
    """The public name of the API, which the front does without."""
    name = declared.properties["DomainName"]
    return Created(name, {"RegionalDomainName": name, "RegionalHostedZoneId": "local"})


@resource("AWS::ApiGateway::BasePathMapping", {"DomainName": VALUE, "RestApiId": VALUE, "Stage": VALUE})
def base_path_mapping(declared: Resource, site: Site) -> Created:
    """The API at the root of its public name."""
    return Created(declared.logical_id)


@resource(
    "AWS::WAFv2::WebACL",
    dict.fromkeys(
        (
            "Name",
            "Scope",
            "DefaultAction",
            "Description",
            "VisibilityConfig",
            "Rules",
            "CustomResponseBodies",
            "AssociationConfig",
            "Tags",
        ),
        FIREWALL,
    ),
)
def web_acl(declared: Resource, site: Site) -> Created:
    """The firewall's rules."""
    name = declared.name("Name")
    return Created(
        f"{name}|{declared.logical_id}|REGIONAL",
        {"Arn": site.deployment.arn("wafv2", f"regional/webacl/{name}/local"), "Id": name},
    )


@resource("AWS::WAFv2::WebACLAssociation", dict.fromkeys(("ResourceArn", "WebACLArn"), FIREWALL))
def web_acl_association(declared: Resource, site: Site) -> Created:
    """The firewall before the API."""
    return Created(declared.logical_id)


@resource(
    "AWS::WAFv2::LoggingConfiguration",
    dict.fromkeys(("ResourceArn", "LogDestinationConfigs", "RedactedFields", "LoggingFilter"), FIREWALL),
)
def web_acl_logging(declared: Resource, site: Site) -> Created:
    """The firewall's log."""
    return Created(declared.logical_id)


def _function_arn(uri: str) -> str:
    """The function in `arn:…:path/2015-03-31/functions/<arn>/invocations`."""
    found = re.search(r"/functions/(.+)/invocations$", uri)
    if found is None:
        raise NotSupported(f"integration {uri}: only functions answer here")
    return found.group(1)
