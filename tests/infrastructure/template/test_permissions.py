"""Who may do what: least privilege, and the vault behind one door."""

from __future__ import annotations

import json
from fnmatch import fnmatchcase

from cdk.settings import stage_settings
from cdk.slices import pages
from cdk.slices.documents import FOLDERS
from tests.infrastructure.template.facts import Templates

PAGES = pages(stage_settings("local"))
CLASSES = "passerelle-local-classes"
NOMENCLATURES = "passerelle-local-nomenclatures"
"""Read by every slice that reads codes; written by none (see the last test)."""
VAULT = {"passerelle-local-identities-api", "passerelle-local-identities-reveal"}
LISTENING = {"passerelle-local-identities-events"}
"""Notes what is disclosed to whom, and destroys the keys of the erased; it may use no key, so it reads no name."""
RETAINING = {"passerelle-local-identities-retain"}
"""Opens the erasure of whoever is due; it touches no key."""
INBOX = {"passerelle-local-partners-api", "passerelle-local-partners-events"}
"""Seal and open what partners deliver, under the vault's key and for that use alone."""
WEBHOOKS = {"passerelle-local-webhooks-api", "passerelle-local-webhooks-attempt"}
"""Open and seal the secrets of partners' endpoints, under a key of their own."""

ITEM_ACTIONS = tuple(
    f"dynamodb:{verb}"
    for verb in ("GetItem", "Query", "BatchGetItem", "Scan", "PutItem", "UpdateItem", "DeleteItem", "BatchWriteItem")
)
OUTBOX = {"passerelle-local-outbox-relay", "passerelle-local-outbox-sweep"}


def roles_with(templates: Templates, action: str, resource: str) -> set[str]:
    """The roles that may do this; `action` may hold a star, and so may a resource of a policy."""
    return {
        role
        for role, statements in templates.roles.items()
        for statement in statements
        if any(fnmatchcase(granted, action) for granted in statement.actions)
        and any(fnmatchcase(resource, granted) for granted in statement.resources)
    }


def uses_of_keys(templates: Templates) -> dict[str, dict[str, set[str]]]:
    """By the alias of a key: what each role may do with it. A grant that names no alias would be under the word any."""
    uses: dict[str, dict[str, set[str]]] = {}
    for role, statements in templates.roles.items():
        for each in statements:
            if each.actions[0].startswith("kms:"):
                alias = each.conditions.get("ForAnyValue:StringEquals", {}).get("kms:ResourceAliases", "any")
                uses.setdefault(alias, {}).setdefault(role, set()).update(each.actions)
    return uses


def test_each_key_is_used_by_its_slice_alone(local: Templates) -> None:
    uses = uses_of_keys(local)

    assert set(uses) == {f"alias/passerelle-local-{name}" for name in ("vault", "inclusion", "webhooks")}
    assert set(uses["alias/passerelle-local-vault"]) == VAULT | INBOX
    assert set(uses["alias/passerelle-local-webhooks"]) == WEBHOOKS
    assert uses["alias/passerelle-local-inclusion"] == {
        "passerelle-local-inclusion-api": {"kms:Encrypt"},
        "passerelle-local-inclusion-measure": {"kms:Decrypt"},
    }


def test_the_inbox_opens_no_identity(local: Templates) -> None:
    """What the vault seals is bound to tenant and subject; the inbox may open what is bound to its own use alone."""
    for role in INBOX:
        (uses,) = [each for each in local.roles[role] if each.actions[0].startswith("kms:")]
        assert uses.conditions["StringEquals"] == {"kms:EncryptionContext:use": "partners"}
    for role in VAULT:
        assert all("StringEquals" not in each.conditions for each in local.roles[role])


def test_each_key_refuses_everyone_else(local: Templates) -> None:
    users = {}
    for key in local.all("AWS::KMS::Key"):
        (denial,) = [each for each in key.properties["KeyPolicy"]["Statement"] if each["Effect"] == "Deny"]
        assert {"kms:Decrypt", "kms:GenerateDataKey", "kms:Encrypt", "kms:CreateGrant"} <= set(denial["Action"])
        named = denial["Condition"]["ArnNotEquals"]["aws:PrincipalArn"]
        users[denial["Sid"]] = {user.rpartition("/")[2] for user in named}

    assert users == {
        "UsedByTheVaultAndTheInboxAlone": VAULT | INBOX | {"passerelle-local-break-glass"},
        "UsedByInclusionAlone": {"passerelle-local-inclusion-api", "passerelle-local-inclusion-measure"},
        "UsedByWebhooksAlone": WEBHOOKS,
    }


def test_inclusion_data_are_in_reach_of_their_own_slice_alone(local: Templates) -> None:
    """Matching least of all; nor the outbox: the table tells nothing and has no stream."""
    table, listing = (
        "dynamodb:table/passerelle-local-inclusion",
        "dynamodb:table/passerelle-local-inclusion/index/listing",
    )
    own = {"passerelle-local-inclusion-api", "passerelle-local-inclusion-events", "passerelle-local-inclusion-measure"}

    for action in ITEM_ACTIONS:
        assert roles_with(local, action, table) <= own
    assert roles_with(local, "dynamodb:GetItem", table) == own
    assert roles_with(local, "dynamodb:Query", listing) == {"passerelle-local-inclusion-measure"}
    assert roles_with(local, "dynamodb:GetRecords", "dynamodb:table/passerelle-local-inclusion/stream/now") == set()
    assert roles_with(local, "dynamodb:DeleteItem", table) == {"passerelle-local-inclusion-api"}


def test_the_decision_log_is_read_and_added_to_and_nothing_in_it_may_be_removed(local: Templates) -> None:
    table = "dynamodb:table/passerelle-local-decisions"
    reading, adding = "passerelle-local-decisions-api", "passerelle-local-decisions-events"

    may = {action.partition(":")[2]: roles_with(local, action, table) for action in ITEM_ACTIONS}
    assert {action: roles for action, roles in may.items() if roles} == {
        "GetItem": {reading, adding},
        "PutItem": {adding},
    }


def test_a_silent_table_has_no_stream(local: Templates) -> None:
    tables = {each.properties["TableName"]: each.properties for each in local.all("AWS::DynamoDB::GlobalTable")}

    for name in ("inclusion", "decisions"):
        properties = tables[f"passerelle-local-{name}"]
        assert "StreamSpecification" not in properties
        assert properties["TimeToLiveSpecification"] == {"AttributeName": "expires_at", "Enabled": True}


def test_the_vault_alone_reads_its_keys(local: Templates) -> None:
    for action in ITEM_ACTIONS:
        may = VAULT | LISTENING if action in {"dynamodb:GetItem", "dynamodb:PutItem"} else VAULT
        assert roles_with(local, action, "dynamodb:table/passerelle-local-identities-keys") <= may


def test_no_key_row_is_ever_removed(local: Templates) -> None:
    """A destroyed key leaves its mark: deleting the row would let another be made under the same id."""
    for action in ("DeleteItem", "UpdateItem", "BatchWriteItem"):
        assert roles_with(local, f"dynamodb:{action}", "dynamodb:table/passerelle-local-identities-keys") == set()


def test_the_archive_is_written_by_an_erasure_emptied_by_the_clock_and_read_by_no_function(local: Templates) -> None:
    archived = "s3:::passerelle-local-documents-<account>/archive/agr_a/file.pdf"

    assert roles_with(local, "s3:GetObject*", archived) == set()
    assert roles_with(local, "s3:PutObject", archived) == {"passerelle-local-documents-events"}
    assert roles_with(local, "s3:DeleteObjectVersion", archived) == {"passerelle-local-documents-retain"}
    assert roles_with(local, "s3:DeleteObject", archived) == set()


def test_files_are_destroyed_by_an_erasure_alone(local: Templates) -> None:
    for folder in FOLDERS:
        filed = f"s3:::passerelle-local-documents-<account>/{folder}/int_a/file.pdf"
        assert roles_with(local, "s3:DeleteObjectVersion", filed) == {"passerelle-local-documents-events"}
        assert roles_with(local, "s3:PutObject", filed) == {"passerelle-local-documents-events"}
        assert roles_with(local, "s3:GetObject", filed) == {
            "passerelle-local-documents-api",
            "passerelle-local-documents-events",
        }


def test_beside_the_vault_only_the_outbox_touches_its_table(local: Templates) -> None:
    for action in ITEM_ACTIONS:
        assert roles_with(local, action, "dynamodb:table/passerelle-local-identities") <= (
            VAULT | LISTENING | RETAINING | OUTBOX
        )
    granted = {action for role in OUTBOX for each in local.roles[role] for action in each.actions}
    assert granted & set(ITEM_ACTIONS) <= {"dynamodb:GetItem", "dynamodb:Query", "dynamodb:UpdateItem"}


def test_a_name_is_revealed_to_documents_and_notifications_alone(local: Templates) -> None:
    reveal = "lambda:function:passerelle-local-identities-reveal"

    assert roles_with(local, "lambda:*", reveal) <= {
        "passerelle-local-documents-events",
        "passerelle-local-notifications-digest",
        "passerelle-local-notifications-events",
    }
    assert "passerelle-local-notifications-events" in roles_with(local, "lambda:*", reveal)
    allowed = [each.properties["FunctionName"] for each in local.all("AWS::Lambda::Permission")]
    assert not [function for function in allowed if "reveal" in json.dumps(function)]


def test_matching_alone_speaks_to_the_search_domain(local: Templates) -> None:
    assert roles_with(local, "es:*", "es:domain/passerelle-local/profiles") == {
        "passerelle-local-matching-api",
        "passerelle-local-matching-events",
        "passerelle-local-matching-rebuild",
    }


def test_the_outbox_alone_publishes(local: Templates) -> None:
    assert roles_with(local, "events:*", "events:event-bus/passerelle-local") == OUTBOX


def test_a_slice_touches_its_own_table_only(local: Templates) -> None:
    for role, statements in local.roles.items():
        if role in OUTBOX:
            continue
        own = "-".join(role.split("-")[:3])
        tables = {place for each in statements for place in each.resources if place.startswith("dynamodb:table/")}
        assert {place.split("/")[1].removesuffix("-keys") for place in tables} <= {own, CLASSES, NOMENCLATURES}


def test_cards_are_counted_by_those_who_own_them_and_read_by_those_who_show_them(local: Templates) -> None:
    table = f"dynamodb:table/{CLASSES}"
    owners, readers = ("profiles", "demands"), ("matching", "introductions", "documents")

    def slices(action: str) -> set[str]:
        return {role.split("-")[2] for role in roles_with(local, action, table)}

    for action in ("UpdateItem", "PutItem", "DeleteItem", "Query"):
        assert slices(f"dynamodb:{action}") == set(owners)
    assert slices("dynamodb:BatchGetItem") == {*owners, *readers}
    assert slices("dynamodb:Scan") == set()


def test_no_action_is_granted_with_a_star(local: Templates) -> None:
    assert [
        role for role, all_ in local.roles.items() for each in all_ if any("*" in word for word in each.actions)
    ] == []


def test_shared_resources_grant_nothing_to_slices(local: Templates) -> None:
    foundation = [each for each in local.resources if each.stack == "passerelle-local-foundation"]
    kinds = {each.type for each in foundation if each.type.endswith("Policy")}

    assert kinds == {"AWS::S3::BucketPolicy", "AWS::SNS::TopicPolicy"}
    buckets = [each for each in foundation if each.type == "AWS::S3::BucketPolicy"]
    assert len(buckets) == 2
    for bucket in buckets:
        assert {each["Effect"] for each in bucket.properties["PolicyDocument"]["Statement"]} == {"Deny"}


def test_nomenclatures_are_read_by_whoever_reads_codes_and_written_by_nobody_deployed(local: Templates) -> None:
    row = f"dynamodb:table/{NOMENCLATURES}"
    edition = "s3:::passerelle-local-vocabulary-<account>/editions/0"
    reading = [page for page in PAGES if page.reads_codes]
    readers = {f"passerelle-local-{page.name}-{entry.name}" for page in reading for entry in page.entries}

    assert {"passerelle-local-vocabulary-api", "passerelle-local-matching-events"} <= readers
    assert roles_with(local, "dynamodb:GetItem", row) == readers
    assert roles_with(local, "s3:GetObject", edition) == readers
    for action in ("dynamodb:PutItem", "dynamodb:UpdateItem", "dynamodb:DeleteItem"):
        assert not roles_with(local, action, row)
    for action in ("s3:PutObject", "s3:DeleteObject"):
        assert not roles_with(local, action, edition)
