"""SES identities and configuration sets. Senders count as verified at once."""

from __future__ import annotations

from cdk.local.intrinsics import Created
from cdk.local.properties import TAGS, VALUE, Inert, NotSupported, Only
from cdk.local.resources.registry import Resource, Site, resource

DELIVERY = Inert("mails are kept, not delivered")


@resource(
    "AWS::SES::EmailIdentity",
    {
        "EmailIdentity": VALUE,
        "ConfigurationSetAttributes": DELIVERY,
        "DkimAttributes": DELIVERY,
        "DkimSigningAttributes": DELIVERY,
        "FeedbackAttributes": DELIVERY,
        "MailFromAttributes": DELIVERY,
        "Tags": TAGS,
    },
)
def identity(declared: Resource, site: Site) -> Created:
    """A domain or an address mails may be sent from."""
    name = declared.properties["EmailIdentity"]
    site.client("sesv2").create_email_identity(EmailIdentity=name)
    return Created(name, {f"DkimDNSToken{part}{index}": "local" for part in ("Name", "Value") for index in (1, 2, 3)})


@resource(
    "AWS::SES::ConfigurationSet",
    {
        "Name": VALUE,
        "DeliveryOptions": DELIVERY,
        "ReputationOptions": DELIVERY,
        "SendingOptions": DELIVERY,
        "SuppressionOptions": DELIVERY,
        "TrackingOptions": DELIVERY,
        "Tags": TAGS,
    },
)
def configuration_set(declared: Resource, site: Site) -> Created:
    """A configuration set."""
    name = declared.name("Name")
    site.client("sesv2").create_configuration_set(ConfigurationSetName=name)
    return Created(name)


@resource(
    "AWS::SES::ConfigurationSetEventDestination",
    {
        "ConfigurationSetName": VALUE,
        "EventDestination": {
            "Name": VALUE,
            "Enabled": Only.of(True),
            "MatchingEventTypes": VALUE,
            "EventBridgeDestination": {"EventBusArn": VALUE},
        },
    },
)
def event_destination(declared: Resource, site: Site) -> Created:
    """Where bounces are told: to the default bus, by whoever plays the other side's mail server."""
    bus = declared.properties["EventDestination"]["EventBridgeDestination"]["EventBusArn"]
    if bus != site.deployment.arn("events", "event-bus/default"):
        raise NotSupported(f"{declared.where}: SES tells its news to the default bus alone, not to {bus}")
    return Created(declared.logical_id)
