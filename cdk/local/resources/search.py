"""The search domain: its settings are read, and one in-memory engine stands for it."""

from __future__ import annotations

from cdk.local.intrinsics import Created
from cdk.local.properties import TAGS, VALUE, Inert
from cdk.local.resources.registry import Resource, Site, resource

SIZE = Inert("one in-memory engine stands for the domain")
SECURITY = Inert("the engine listens on loopback only")


@resource(
    "AWS::OpenSearchService::Domain",
    {
        "DomainName": VALUE,
        "EngineVersion": Inert("the engine is a stand-in; the same suite runs on the real one"),
        "ClusterConfig": SIZE,
        "EBSOptions": SIZE,
        "SoftwareUpdateOptions": SIZE,
        "OffPeakWindowOptions": SIZE,
        "AdvancedOptions": SIZE,
        "LogPublishingOptions": Inert("the engine writes no log"),
        "IPAddressType": SECURITY,
        "AccessPolicies": SECURITY,
        "AdvancedSecurityOptions": SECURITY,
        "DomainEndpointOptions": SECURITY,
        "EncryptionAtRestOptions": SECURITY,
        "NodeToNodeEncryptionOptions": SECURITY,
        "Tags": TAGS,
    },
)
def domain(declared: Resource, site: Site) -> Created:
    """A domain, under an address that functions see localised."""
    name = declared.name("DomainName")
    host = f"search-{name}.{site.deployment.region}.es.amazonaws.com"
    arn = site.deployment.arn("es", f"domain/{name}")
    site.deployment.domains[name] = host
    return Created(
        name, {"DomainEndpoint": host, "Arn": arn, "DomainArn": arn, "Id": f"{site.deployment.account}/{name}"}
    )
