"""SSM parameters, which dynamic references read."""

from __future__ import annotations

from cdk.local.intrinsics import Created
from cdk.local.properties import TAGS, VALUE, Inert, Only
from cdk.local.resources.registry import Resource, Site, resource


@resource(
    "AWS::SSM::Parameter",
    {
        "Name": VALUE,
        "Type": Only.of("String", "StringList"),
        "Value": VALUE,
        "Description": Inert("a text"),
        "Tier": Inert("a price"),
        "DataType": Only.of("text"),
        "AllowedPattern": Inert("the value is the template's own"),
        "Tags": TAGS,
    },
)
def parameter(declared: Resource, site: Site) -> Created:
    """A parameter."""
    name, kind, value = declared.name("Name"), declared.properties["Type"], declared.properties["Value"]
    site.client("ssm").put_parameter(Name=name, Type=kind, Value=value)
    return Created(name, {"Type": kind, "Value": value})
