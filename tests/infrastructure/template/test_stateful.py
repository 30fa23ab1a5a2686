"""What holds data keeps it: protected, recoverable, encrypted; and what must be forgotten is."""

from __future__ import annotations

from tests.infrastructure.template.facts import STATEFUL, Templates

KEYS = "passerelle-live-identities-keys"


def test_stateful_resources_outlive_their_stack(live: Templates) -> None:
    for resource in live.resources:
        if resource.type in STATEFUL:
            assert (resource.body["DeletionPolicy"], resource.body["UpdateReplacePolicy"]) == ("Retain", "Retain")


def test_tables_refuse_deletion_and_can_be_restored(live: Templates) -> None:
    for table in live.all("AWS::DynamoDB::GlobalTable"):
        (replica,) = table.properties["Replicas"]

        assert replica["DeletionProtectionEnabled"] is True
        assert replica["PointInTimeRecoverySpecification"]["PointInTimeRecoveryEnabled"] is True
        assert table.properties["BillingMode"] == "PAY_PER_REQUEST"


def test_a_destroyed_key_of_the_vault_stays_destroyed_soon(live: Templates) -> None:
    days = {
        table.properties["TableName"]: table.properties["Replicas"][0]["PointInTimeRecoverySpecification"][
            "RecoveryPeriodInDays"
        ]
        for table in live.all("AWS::DynamoDB::GlobalTable")
    }

    assert 1 <= days.pop(KEYS) <= 7
    assert set(days.values()) == {35}


def test_the_keys_of_the_vault_leave_no_trace_in_a_stream(live: Templates) -> None:
    (keys,) = [each for each in live.all("AWS::DynamoDB::GlobalTable") if each.properties["TableName"] == KEYS]

    assert "StreamSpecification" not in keys.properties


def test_documents_and_nomenclatures_are_private_encrypted_and_versioned(live: Templates) -> None:
    buckets = list(live.all("AWS::S3::Bucket"))

    assert len(buckets) == 2
    for bucket in buckets:
        assert set(bucket.properties["PublicAccessBlockConfiguration"].values()) == {True}
        assert bucket.properties["BucketEncryption"]
        assert bucket.properties["VersioningConfiguration"] == {"Status": "Enabled"}


def test_the_search_domain_speaks_tls_and_is_encrypted(live: Templates) -> None:
    (domain,) = live.all("AWS::OpenSearchService::Domain")

    assert domain.properties["DomainEndpointOptions"]["EnforceHTTPS"] is True
    assert domain.properties["EncryptionAtRestOptions"] == {"Enabled": True}
    assert domain.properties["NodeToNodeEncryptionOptions"] == {"Enabled": True}
    assert "VPCOptions" not in domain.properties
    assert "AccessPolicies" not in domain.properties
