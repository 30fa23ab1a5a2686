"""The one mail a day of those who chose so: what waited for them is counted, sent and forgotten.

The digest of a day has a posting of its own, so that whoever runs this again sends none twice; news leaves the waiting
list only after its digest went out, so that none is lost.
"""

from collections.abc import Iterator, Sequence
from datetime import datetime
from itertools import groupby
from typing import Protocol

from functions.notifications.logic.posting import Office, post, reference_of
from functions.notifications.model import Addressee, Template, Unreachable
from functions.notifications.model.choosing import Held, When, gathered_until, told_in_digest
from passerelle import clock
from passerelle.consuming import Unprocessable
from passerelle.observability import logger
from passerelle.store import Stored, VersionConflict

_LEVEL = 2
"""The level of disclosure of the latest step that a digest counts: both sides are interested."""


class Waiting(Protocol):
    """What the digest needs of the store."""

    def waiting(self) -> Iterator[Stored[Held]]: ...
    def sent(self, held: Stored[Held], subject_id: str) -> None: ...


def send(office: Office, waiting: Waiting, now: datetime) -> int:
    """Send the digests of the day, once their hour has come; returns how many addressees were served.

    One whose mail fails keeps no other from being told. Raises `Unreachable` when any is left for the next run.
    """
    until = gathered_until(now.astimezone(clock.PARIS))
    if until is None:
        return 0
    served, left = 0, 0
    for company_id, news in groupby(waiting.waiting(), key=lambda one: one.value.tenant):
        ripe = [one for one in news if one.value.at < until]
        for subject_id in sorted({subject for one in ripe for subject in one.value.subjects}):
            try:
                _send_one(office, waiting, company_id, subject_id, ripe, until)
            except (Unreachable, VersionConflict):
                left += 1
            else:
                served += 1
    if left:
        raise Unreachable(f"digests left for the next run: {left}")
    return served


def _send_one(
    office: Office,
    waiting: Waiting,
    company_id: str,
    subject_id: str,
    ripe: Sequence[Stored[Held]],
    until: datetime,
) -> None:
    mine = [one for one in ripe if subject_id in one.value.subjects]
    wanted = _still_wanted(office, company_id, subject_id, [one.value.template for one in mine])
    if wanted:
        values = {"news": told_in_digest(wanted), "link": f"{office.public_url}/"}
        reference = reference_of(f"digest-{until.date().isoformat()}", company_id, subject_id)
        addressee = Addressee(company_id, subject_id, "notification_mail", _LEVEL)
        try:
            post(office, addressee, Template.DIGEST, reference, lambda _: values)
        except Unprocessable as refused:
            logger.error("digest let go", reason=str(refused), subject_id=subject_id)
    for one in mine:
        waiting.sent(one, subject_id)


def _still_wanted(office: Office, company_id: str, subject_id: str, news: list[Template]) -> list[Template]:
    """Of this news, what the addressee has not chosen since never to hear of; nothing of one who is gone."""
    chosen = next((each.choices for each in office.readers.of(company_id) if each.subject_id == subject_id), None)
    return [] if chosen is None else [kind for kind in news if chosen.of(kind) is not When.NEVER]
