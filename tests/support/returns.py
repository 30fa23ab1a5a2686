"""Mails that come back, as SES tells of them: with recipients, headers, subject and diagnostic text."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any

from cdk.demo.player import Player
from cdk.local.mailbox import Mail

NEWS = {
    "Email Bounced": ("bounce", {"bounceType": "Permanent", "bounceSubType": "General"}, "bouncedRecipients"),
    "Email Complaint Received": ("complaint", {"complaintFeedbackType": "abuse"}, "complainedRecipients"),
}


def news_of(mail: Mail, at: datetime, configuration: str, detail_type: str) -> dict[str, Any]:
    """What SES puts on the default bus about a mail that was sent and came back at this instant."""
    (address,) = mail.to
    kind, said, recipients = NEWS[detail_type]
    whom = {"emailAddress": address, "action": "failed", "diagnosticCode": f"smtp; 550 5.1.1 <{address}> unknown"}
    return {
        "eventType": kind.capitalize(),
        kind: {**said, recipients: [whom], "timestamp": at.isoformat(), "feedbackId": "0100"},
        "mail": {
            "timestamp": at.isoformat(),
            "messageId": mail.id,
            "source": mail.sender,
            "destination": [address],
            "headers": [{"name": "To", "value": address}],
            "commonHeaders": {"to": [address], "subject": mail.subject},
            "tags": {"ses:configuration-set": [configuration]} | {name: [value] for name, value in mail.tags.items()},
        },
    }


def come_back(player: Player, mail: Mail, configuration: str, detail_type: str) -> None:
    """SES tells that this mail came back; ends when all that follows is done."""
    detail = json.dumps(news_of(mail, player.cloud.clock.now(), configuration, detail_type))
    entry = {"Source": "aws.ses", "DetailType": detail_type, "Detail": detail}
    assert player.cloud.boto("events").put_events(Entries=[entry])["FailedEntryCount"] == 0
    player.cloud.settle()
