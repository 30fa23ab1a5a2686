"""Cognito user pools, their clients and groups. Tokens are real: signed, and verifiable with the pool's public keys."""

from __future__ import annotations

from cdk.local.intrinsics import Created
from cdk.local.properties import TAGS, VALUE, Inert
from cdk.local.resources.registry import Resource, Site, resource

SIGN_UP = Inert("users are created by the tests")
SIGN_IN = Inert("tokens are asked for by the tests")


@resource(
    "AWS::Cognito::UserPool",
    {
        "UserPoolName": VALUE,
        "UsernameAttributes": VALUE,
        "UsernameConfiguration": {"CaseSensitive": VALUE},
        "AutoVerifiedAttributes": VALUE,
        "Schema": VALUE,
        "Policies": SIGN_UP,
        "AdminCreateUserConfig": SIGN_UP,
        "AccountRecoverySetting": SIGN_UP,
        "EmailConfiguration": SIGN_UP,
        "EmailVerificationMessage": SIGN_UP,
        "EmailVerificationSubject": SIGN_UP,
        "SmsVerificationMessage": SIGN_UP,
        "UserAttributeUpdateSettings": SIGN_UP,
        "VerificationMessageTemplate": SIGN_UP,
        "MfaConfiguration": SIGN_IN,
        "EnabledMfas": SIGN_IN,
        "DeviceConfiguration": SIGN_IN,
        "UserPoolAddOns": SIGN_IN,
        "UserPoolTier": Inert("a price"),
        "DeletionProtection": Inert("nothing outlives the run"),
        "UserPoolTags": TAGS,
    },
)
def user_pool(declared: Resource, site: Site) -> Created:
    """A user pool."""
    name = declared.name("UserPoolName")
    kept = ("UsernameAttributes", "UsernameConfiguration", "AutoVerifiedAttributes", "Schema")
    options = {key: declared.properties[key] for key in kept if key in declared.properties}
    pool = site.client("cognito-idp").create_user_pool(PoolName=name, **options)["UserPool"]["Id"]
    site.deployment.pools[name] = pool
    host = f"cognito-idp.{site.deployment.region}.amazonaws.com"
    return Created(
        pool,
        {
            "Arn": site.deployment.arn("cognito-idp", f"userpool/{pool}"),
            "UserPoolId": pool,
            "ProviderName": f"{host}/{pool}",
            "ProviderURL": f"https://{host}/{pool}",
        },
    )


@resource(
    "AWS::Cognito::UserPoolClient",
    {
        "UserPoolId": VALUE,
        "ClientName": VALUE,
        "ExplicitAuthFlows": SIGN_IN,
        "GenerateSecret": VALUE,
        **dict.fromkeys(
            (
                "AccessTokenValidity",
                "IdTokenValidity",
                "RefreshTokenValidity",
                "TokenValidityUnits",
                "AllowedOAuthFlows",
                "AllowedOAuthFlowsUserPoolClient",
                "AllowedOAuthScopes",
                "CallbackURLs",
                "LogoutURLs",
                "SupportedIdentityProviders",
                "PreventUserExistenceErrors",
                "EnableTokenRevocation",
                "AuthSessionValidity",
                "ReadAttributes",
                "WriteAttributes",
            ),
            SIGN_IN,
        ),
    },
)
def user_pool_client(declared: Resource, site: Site) -> Created:
    """An application that may ask for tokens."""
    pool = declared.properties["UserPoolId"]
    made = site.client("cognito-idp").create_user_pool_client(
        UserPoolId=pool,
        ClientName=declared.name("ClientName"),
        GenerateSecret=bool(declared.properties.get("GenerateSecret", False)),
        ExplicitAuthFlows=["ALLOW_ADMIN_USER_PASSWORD_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"],
    )["UserPoolClient"]
    site.deployment.clients[pool] = made["ClientId"]
    return Created(made["ClientId"], {"ClientId": made["ClientId"], "Name": made["ClientName"]})


@resource(
    "AWS::Cognito::UserPoolGroup",
    {
        "GroupName": VALUE,
        "UserPoolId": VALUE,
        "Description": VALUE,
        "Precedence": VALUE,
        "RoleArn": Inert("no role is assumed here"),
    },
)
def user_pool_group(declared: Resource, site: Site) -> Created:
    """A group of users."""
    site.client("cognito-idp").create_group(**declared.without("RoleArn"))
    return Created(declared.properties["GroupName"])


@resource(
    "AWS::Cognito::UserPoolDomain",
    dict.fromkeys(
        ("Domain", "UserPoolId", "CustomDomainConfig", "ManagedLoginVersion"),
        Inert("nobody signs in with a browser here"),
    ),
)
def user_pool_domain(declared: Resource, site: Site) -> Created:
    """The address of the hosted sign-in pages, which are not served here."""
    return Created(declared.properties["Domain"])
