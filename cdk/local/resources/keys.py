"""KMS keys and their aliases, and secrets."""

from __future__ import annotations

import json

from cdk.local.intrinsics import Created
from cdk.local.properties import TAGS, VALUE, Inert, Only
from cdk.local.resources.registry import Resource, Site, resource


@resource(
    "AWS::KMS::Key",
    {
        "Description": VALUE,
        "KeyPolicy": Inert("resource policies are not enforced"),
        "EnableKeyRotation": Inert("keys do not live long enough here"),
        "RotationPeriodInDays": Inert("keys do not live long enough here"),
        "PendingWindowInDays": Inert("keys do not live long enough here"),
        "KeySpec": Only.of("SYMMETRIC_DEFAULT"),
        "KeyUsage": Only.of("ENCRYPT_DECRYPT"),
        "Tags": TAGS,
    },
)
def key(declared: Resource, site: Site) -> Created:
    """A symmetric key."""
    made = site.client("kms").create_key(Description=declared.properties.get("Description", ""))["KeyMetadata"]
    return Created(made["KeyId"], {"Arn": made["Arn"], "KeyId": made["KeyId"]})


@resource("AWS::KMS::Alias", {"AliasName": VALUE, "TargetKeyId": VALUE})
def alias(declared: Resource, site: Site) -> Created:
    """A name for a key."""
    name = declared.properties["AliasName"]
    site.client("kms").create_alias(AliasName=name, TargetKeyId=declared.properties["TargetKeyId"].rpartition("/")[2])
    return Created(name, {"AliasName": name})


@resource(
    "AWS::SecretsManager::Secret",
    {
        "Name": VALUE,
        "Description": Inert("a text"),
        "SecretString": VALUE,
        "GenerateSecretString": dict.fromkeys(
            (
                "PasswordLength",
                "ExcludeCharacters",
                "ExcludeLowercase",
                "ExcludeNumbers",
                "ExcludePunctuation",
                "ExcludeUppercase",
                "IncludeSpace",
                "RequireEachIncludedType",
                "SecretStringTemplate",
                "GenerateStringKey",
            ),
            VALUE,
        ),
        "KmsKeyId": Inert("memory is not encrypted"),
        "Tags": TAGS,
    },
)
def secret(declared: Resource, site: Site) -> Created:
    """A secret, given or generated."""
    client = site.client("secretsmanager")
    text = declared.properties.get("SecretString")
    if text is None:
        rules = dict(declared.properties.get("GenerateSecretString", {}))
        template, generated = rules.pop("SecretStringTemplate", None), rules.pop("GenerateStringKey", "")
        text = client.get_random_password(**rules)["RandomPassword"]
        if template is not None:
            text = json.dumps({**json.loads(template), generated: text})
    arn = client.create_secret(Name=declared.name("Name"), SecretString=text)["ARN"]
    return Created(arn, {"Id": arn})
