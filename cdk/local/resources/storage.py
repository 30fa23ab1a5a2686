"""S3 buckets."""

from __future__ import annotations

from cdk.local.intrinsics import Created
from cdk.local.properties import TAGS, VALUE, Inert
from cdk.local.resources.registry import Resource, Site, resource

POLICY = Inert("IAM and resource policies are not enforced")


@resource(
    "AWS::S3::Bucket",
    {
        "BucketName": VALUE,
        "VersioningConfiguration": {"Status": VALUE},
        "ObjectLockEnabled": VALUE,
        "ObjectLockConfiguration": Inert("a default retention outlives the run"),
        "BucketEncryption": Inert("memory is not encrypted"),
        "PublicAccessBlockConfiguration": POLICY,
        "OwnershipControls": POLICY,
        "AccessControl": POLICY,
        "LoggingConfiguration": Inert("accesses are recorded by the gateway"),
        "LifecycleConfiguration": Inert("nothing ages here"),
        "Tags": TAGS,
    },
)
def bucket(declared: Resource, site: Site) -> Created:
    """A bucket, versioned if the template says so."""
    name = declared.name("BucketName").lower()
    client, region = site.client("s3"), site.deployment.region
    client.create_bucket(
        Bucket=name,
        CreateBucketConfiguration={"LocationConstraint": region},
        ObjectLockEnabledForBucket=bool(declared.properties.get("ObjectLockEnabled", False)),
    )
    if versioning := declared.properties.get("VersioningConfiguration"):
        client.put_bucket_versioning(Bucket=name, VersioningConfiguration=versioning)
    return Created(
        name,
        {
            "Arn": f"arn:aws:s3:::{name}",
            "DomainName": f"{name}.s3.amazonaws.com",
            "RegionalDomainName": f"{name}.s3.{region}.amazonaws.com",
        },
    )


@resource("AWS::S3::BucketPolicy", {"Bucket": VALUE, "PolicyDocument": POLICY})
def bucket_policy(declared: Resource, site: Site) -> Created:
    """A bucket's policy, not enforced here."""
    return Created(declared.logical_id)
