"""What functions used of AWS is compared with what their roles grant."""

from __future__ import annotations

import pytest

from cdk.local.calls import Use
from cdk.local.cloud import LocalCloud
from cdk.local.recorder import Finding
from tests.infrastructure.local.requests import order

pytestmark = pytest.mark.timeout(60)
TABLE = "arn:aws:dynamodb:eu-west-3:123456789012:table/shop-orders"


def test_what_is_granted_and_used_is_no_finding(cloud: LocalCloud) -> None:
    order(cloud)
    cloud.settle()
    honest = [finding for finding in cloud.recorder.used_but_not_granted() if finding.function != "shop-thief"]
    assert honest == []
    assert cloud.recorder.uses("shop-api") == {Use("dynamodb:PutItem", TABLE): 2}, "a transaction counts as its items"


def test_every_use_that_is_not_granted_is_found(cloud: LocalCloud) -> None:
    cloud.invoke("shop-thief", {})
    stolen = {finding.action for finding in cloud.recorder.used_but_not_granted()}
    assert stolen == {"dynamodb:GetItem", "kms:GenerateDataKey", "kms:Decrypt", "ses:SendEmail", "es:ESHttpGet"}


def test_grants_never_used_are_listed(cloud: LocalCloud) -> None:
    assert Finding("shop-api", "dynamodb:DeleteItem", TABLE) in cloud.recorder.granted_but_never_used()


def test_mails_are_readable(cloud: LocalCloud) -> None:
    cloud.mailbox.clear()
    cloud.invoke("shop-thief", {})
    (mail,) = cloud.mailbox.to("ada@example.com")
    assert (mail.subject, mail.text.strip(), mail.html.strip()) == ("Stolen é", "Bonjour", "<p>")
    assert list((cloud.run_dir / "mails").glob("*.eml"))
